"""Publication of an article: now, at a moment, or withdrawn; and what follows it: telling people."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, outcome, publishing, revisions
from domain.desk.checks import headline
from domain.keeping import activity
from domain.reading.headlines import headline as title_of
from models import Refused
from views.desk.forms import PublicationForm
from views.web import guards
from views.web.page_context import absolute_url

blueprint = Blueprint("desk_publication", __name__, url_prefix="/desk/posts/<int:id>")


@blueprint.post("/publication")
def update(id: int) -> Any:
    post, form = articles.find(id), PublicationForm()
    form.check()
    if post.state == "deleted":
        raise Refused(_("This article was taken down. Bring it back first."), 409)
    before = post.state
    with revisions.recorded(post, guards.reader()):
        if form.publish.data == "withdraw":
            post.withdraw()
        else:
            publishing.publish(post, form.published_at.moment if form.publish.data == "at" else None)
    link = url_for("desk_revisions.index", id=id)
    activity.record(guards.reader(), outcome.act(post, before), post.title, link)
    db.session.commit()
    flash(outcome.published(post) if post.published_at else outcome.draft(post, before))
    return redirect(url_for(".show" if post.published_at else "desk_posts.edit", id=id), 303)


@blueprint.get("/published")
def show(id: int) -> Any:
    """How to share the article, and how KakaoTalk will show it. A draft leads back to its writing page."""
    post = articles.find(id)
    if post.state not in ("published", "scheduled"):
        return redirect(url_for("desk_posts.edit", id=id))
    link, title = absolute_url(url_for("posts.show", id=id)), title_of(post)
    return render_template(
        "desk/posts/published.html",
        post=post,
        link=link,
        title=title,
        seen_title=headline.seen(title),
        text="\n".join(filter(None, (title, post.summary, link))),
    )
