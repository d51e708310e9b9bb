"""Comments of members: written, answered, edited, deleted. They are read under their article."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from database import db
from domain.neighbours import commenting
from forms import CommentForm
from models import Comment, Member, Post, Refused, now
from views.web import guards, page_cache, rates, write_lock

blueprint = Blueprint("comments", __name__)
blueprint.after_request(page_cache.private)
DOUBLE_SEND = timedelta(seconds=10)  # between two sends of one click


def _writer() -> str:
    member = guards.reader()
    return f"member {member.id}" if member else rates.sender()


def _rated(view: Any) -> Any:
    """20 a minute for a member; 60 for an address, which may be a whole office's."""
    return rates.limited("20 per minute", _writer)(rates.limited("60 per minute")(view))


@blueprint.post("/posts/<int:post_id>/comments")
@_rated
@guards.member_required
@write_lock.without_write_lock
def create(post_id: int) -> Any:
    """What takes long is done before the write lock is taken."""
    form, member = CommentForm(), guards.reader()
    is_valid = form.validate()
    write_lock.take_write_lock()
    answer = _create(post_id, member, form, is_valid=is_valid)
    db.session.commit()
    return answer


def _create(post_id: int, member: Member, form: CommentForm, *, is_valid: bool) -> Any:
    post = _shown(commenting.post(post_id))
    if sent := _sent_before(post, member, form):
        return redirect(sent.address, 303)
    try:
        reply_to = _answered(form, member)
        if not is_valid:
            return _page(post, form, reply_to), 422
        return redirect(_write(post, form, member, reply_to), 303)
    except Refused as refusal:
        return _page(post, form.without_parent(str(refusal)), None), refusal.status


@blueprint.get("/comments/<int:comment_id>")
def show(comment_id: int) -> Any:
    return redirect(_comment(comment_id).address)


@blueprint.get("/comments/<int:comment_id>/replies/new")
@guards.member_required
def reply(comment_id: int) -> Any:
    comment = _comment(comment_id)
    form = CommentForm(parent_id=str(comment.id))
    return _page(comment.post, form, comment)


@blueprint.get("/comments/<int:comment_id>/edit")
@guards.member_required
def edit(comment_id: int) -> Any:
    comment = _own(comment_id)
    return _edit_page(comment, CommentForm(body=comment.body))


@blueprint.post("/comments/<int:comment_id>")
@_rated
@guards.member_required
def update(comment_id: int) -> Any:
    comment, form = _own(comment_id), CommentForm()
    if not form.validate():
        return _edit_page(comment, form), 422
    comment.edit(form.body.data)
    address = comment.address
    db.session.commit()
    return redirect(address, 303)


@blueprint.post("/comments/<int:comment_id>/delete")
@_rated
@guards.member_required
def destroy(comment_id: int) -> Any:
    comment, member = _comment(comment_id, gone=True), guards.reader()
    if comment.member_id != member.id and not member.is_editor:
        abort(403)
    address = f"/posts/{comment.post_id}#comments"
    comment.delete()
    db.session.commit()
    return redirect(address, 303)


def _write(post: Post, form: CommentForm, member: Member, reply_to: Comment | None) -> str:
    """Keep a new comment. The same one sent twice at the same moment is one: its address either way."""
    idempotency_key = form.idempotency_key.data or None
    try:
        comment = commenting.write(
            post, form.body.data, member, reply_to, secret=form.secret.data, idempotency_key=idempotency_key
        )
    except IntegrityError:
        comment = commenting.sent_with(member, idempotency_key) if idempotency_key else None
        if comment is None:
            raise
    return comment.address


def _sent_before(post: Post, member: Member, form: CommentForm) -> Comment | None:
    """What this very form has made already. Where `once` was left out, it is told by its words."""
    if (
        form.idempotency_key.raw_data and form.idempotency_key.data
    ):  # without raw data it is the form's own new key
        return commenting.sent_with(member, form.idempotency_key.data)
    last = commenting.last_of(member)
    return (
        last
        if last
        and not last.deleted_at
        and now() - last.created_at < DOUBLE_SEND
        and _says_the_same(last, post, form)
        else None
    )


def _says_the_same(last: Comment, post: Post, form: CommentForm) -> bool:
    asked, said = (form.body.data, form.parent_number), (last.body, last.parent_id)
    return (
        last.post_id == post.id
        and asked == said
        and (last.secret == form.secret.data or bool(last.parent_id))
    )


def _answered(form: CommentForm, member: Member) -> Comment | None:
    """The comment that a reply answers. One that this member may not read is refused like one that is not there."""
    number = form.parent_number
    if number is None:
        return None
    comment = commenting.comment(number)
    if comment is None or comment.deleted_at or not comment.may_read(member):
        raise Refused(_("The comment you are replying to is gone."), 410)
    return comment


def _post(post_id: int) -> Post:
    """An article that readers may see now."""
    return _shown(db.session.get(Post, post_id) if post_id < 2**63 else None)


def _shown(post: Post | None) -> Post:
    if post is None or post.state in ("draft", "scheduled"):
        abort(404)
    return post if post.state == "published" else abort(410)


def _comment(comment_id: int, *, gone: bool = False) -> Comment:
    """A comment that this reader may read, under an article that may be seen; a deleted one only where `gone`."""
    comment = db.session.get(Comment, comment_id) if comment_id < 2**63 else None
    if comment is None or not comment.may_read(guards.reader()):
        abort(404)
    _post(comment.post_id)
    if comment.deleted_at and not gone:
        raise Refused(_("This comment was deleted."), 410)
    return comment


def _own(comment_id: int) -> Comment:
    comment = _comment(comment_id)
    return comment if comment.member_id == guards.reader().id else abort(403)


def _page(post: Post, form: CommentForm, reply_to: Comment | None) -> str:
    return render_template("comments/new.html", article=post, form=form, reply_to=reply_to)


def _edit_page(comment: Comment, form: CommentForm) -> str:
    return render_template("comments/edit.html", comment=comment, article=comment.post, form=form)
