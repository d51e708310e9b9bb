"""Posting, answering, editing and deleting comments. They are shown under their article."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template
from flask_babel import gettext as _

from database import db
from domain.moderation import bans
from domain.moderation.rules import TextRefused
from domain.neighbours import commenting, confirming
from domain.neighbours.commenting import CommentDraft
from forms import CommentForm
from models import Comment, ParentGone, Post, Refused
from views.web import guards, network_blocks, page_cache, published, rates

blueprint = Blueprint("comments", __name__)
blueprint.after_request(page_cache.private)
blueprint.add_app_template_global(bans.sentence, "ban_sentence")


def _rated(view: Any) -> Any:
    """20 a minute for a member; 60 for an address, which may be that of a whole office."""
    return rates.limited("20 per minute", rates.person)(rates.limited("60 per minute")(view))


@blueprint.post("/posts/<int:post_id>/comments")
@_rated
@guards.member_required
def create(post_id: int) -> Any:
    post, author, form = published.post_or_404(post_id), guards.reader(), CommentForm()
    _check_confirmed(author)
    try:
        return _posted(post, author, form)
    except ParentGone as gone:
        return _page(post, form.without_parent(str(gone))), gone.status


def _posted(post: Post, author: Any, form: CommentForm) -> Any:
    try:
        if form.validate():
            draft = CommentDraft(**form.draft(), sender=network_blocks.network_hash())
            return _saved(commenting.post_comment(post, author, draft))
    except TextRefused as refused:
        form.body.errors = [str(refused)]
    return _page(post, form, commenting.find_parent(post, author, form.parent_number)), 422


@blueprint.get("/comments/<int:comment_id>")
def show(comment_id: int) -> Any:
    """The place of a comment in its thread, or of the notice that stands there."""
    comment = commenting.find(comment_id)
    if comment is None or not comment.may_see(guards.reader()):
        abort(404)
    published.post_or_404(comment.post_id)
    return redirect(published.check_there(comment).address)


@blueprint.get("/comments/<int:comment_id>/replies/new")
@guards.member_required
def reply(comment_id: int) -> Any:
    comment = published.comment(comment_id)
    commenting.check_open(comment.post, guards.reader())
    if not comment.may_be_answered(comment.post, guards.reader()):
        raise Refused(_("This comment cannot be answered now."), 403)
    return _page(comment.post, CommentForm(parent_id=str(comment.id)), comment)


@blueprint.get("/comments/<int:comment_id>/edit")
@guards.member_required
def edit(comment_id: int) -> Any:
    comment = _own(comment_id)
    commenting.check_open(comment.post, guards.reader())
    return _edit_page(comment, CommentForm(body=comment.body))


@blueprint.post("/comments/<int:comment_id>")
@_rated
@guards.member_required
def update(comment_id: int) -> Any:
    comment, form = _own(comment_id), CommentForm()
    _check_confirmed(guards.reader())
    commenting.check_open(comment.post, guards.reader())
    try:
        if form.validate():
            commenting.edit_comment(comment, guards.reader(), form.body.data or "")
            return _saved(comment)
    except TextRefused as refused:
        form.body.errors = [str(refused)]
    return _edit_page(comment, form), 422


@blueprint.post("/comments/<int:comment_id>/delete")
@_rated
@guards.member_required
def destroy(comment_id: int) -> Any:
    comment = published.comment_or_gap(comment_id)
    if not comment.may_delete(guards.reader()):
        abort(403)
    comment.delete()
    address = f"/posts/{comment.post_id}#comments"
    db.session.commit()
    return redirect(address, 303)


def _saved(comment: Comment) -> Any:
    """Commit, and answer with the comment in its thread. Its author is told if it waits."""
    address, is_held = comment.address, bool(comment.held_at)
    db.session.commit()
    if is_held:
        flash(_("Your comment waits for the editor's approval. Until then only you can see it."))
    return redirect(address, 303)


def _check_confirmed(author: Any) -> None:
    """:raises Refused: the author is still to confirm the address, and the settings ask for it (403)"""
    if not current_app.config["SETTINGS"].unconfirmed_may_comment:
        confirming.check(author)


def _own(comment_id: int) -> Comment:
    comment = published.comment(comment_id)
    return comment if comment.may_edit(guards.reader()) else abort(403)


def _page(post: Post, form: CommentForm, reply_to: Comment | None = None) -> str:
    return render_template("comments/new.html", article=post, form=form, reply_to=reply_to)


def _edit_page(comment: Comment, form: CommentForm) -> str:
    return render_template("comments/edit.html", comment=comment, article=comment.post, form=form)
