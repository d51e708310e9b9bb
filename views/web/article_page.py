"""The page of an article: for readers, and for the desk's preview of it."""

from functools import partial
from typing import Any

from flask import render_template

from domain.counter import visitors
from domain.desk import reporters
from domain.moderation import closing
from domain.reading import articles
from domain.reading.threads import ThreadPage
from forms import CommentForm
from models import Member, Post
from views.web.page_context import PageContext


def render(
    post: Post, page_context: PageContext, member: Member | None, thread_page: ThreadPage, **others: Any
) -> str:
    """:param others: variables of the template in place of those of every page"""
    section = page_context.section(post.section_id)
    group = page_context.group(section.group_id)
    boards = [board for board in (section, group) if board]
    return render_template(
        "posts/show.html",
        post=post,
        whole_post=partial(articles.load, post),
        section=section,
        group=group,
        reporters=partial(_reporters, post, page_context),
        further=partial(page_context.further_posts, post),
        views=page_context.fragment("views", post.id, render=partial(visitors.views, post.id), counted=True),
        thread_page=thread_page,
        comment_form=CommentForm if member else None,
        comments_closed=closing.why_closed(post, boards, page_context.comment_settings),
        **others,
    )


def _reporters(post: Post, page_context: PageContext) -> list[reporters.Contact]:
    return reporters.named_in(post.byline, page_context.masthead.reporters)
