"""공감 on comments, 추천 and 스크랩 on articles: a press, and the same press takes it back.

Guests are led to the login and then to a page with the button. Scripts ask for JSON and stay on the page.
"""

from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _

from database import db
from domain.neighbours import commenting, confirming, consents, reactions
from models import Comment, Member, Post
from views.web import guards, page_cache, published, rates

blueprint = Blueprint("reactions", __name__)
blueprint.after_request(page_cache.private)


def _sender() -> str:
    member = guards.reader()
    return f"member {member.id}" if member else rates.sender()


_rated = rates.limited("60 per minute", _sender, scope="reactions")


@blueprint.get("/comments/<int:comment_id>/like")
@guards.member_required
def comment(comment_id: int) -> Any:
    found = _comment(comment_id)
    reactions.check_comment(found, guards.reader())
    own = reactions.of_member(found.post_id, guards.reader().id)
    return render_template("reactions/comment.html", comment=found, is_set=found.id in own.comment_ids)


@blueprint.post("/comments/<int:comment_id>/like")
@_rated
@guards.member_required
def like_comment(comment_id: int) -> Any:
    found, member = _comment(comment_id), guards.reader()
    _check_may_count(member)
    is_set = reactions.like_comment(found, member, _wanted())
    words = _("You like this comment.") if is_set else _("You no longer like this comment.")
    return _answer(found.address, words, is_set, found)


@blueprint.get("/posts/<int:post_id>/like")
@blueprint.get("/posts/<int:post_id>/scrap")
@guards.member_required
def post(post_id: int) -> Any:
    found = published.post_or_404(post_id)
    own = reactions.of_member(found.id, guards.reader().id)
    return render_template("reactions/post.html", post=found, own=own)


@blueprint.post("/posts/<int:post_id>/like")
@_rated
@guards.member_required
def like_post(post_id: int) -> Any:
    found, member = published.post_or_404(post_id), guards.reader()
    _check_may_count(member)
    is_set = reactions.like_post(found, member, _wanted())
    words = _("You recommend this article.") if is_set else _("You no longer recommend this article.")
    return _answer(f"/posts/{found.id}#reactions", words, is_set, found)


@blueprint.post("/posts/<int:post_id>/scrap")
@_rated
@guards.member_required
def keep_post(post_id: int) -> Any:
    found = published.post_or_404(post_id)
    is_set = reactions.keep_post(found, guards.reader(), _wanted())
    words = _("The article is among your scraps.") if is_set else _("It is no longer among your scraps.")
    return _answer(f"/posts/{found.id}#reactions", words, is_set)


def _check_may_count(member: Member) -> None:
    """:raises Refused: the member is still to agree to newer terms, or to confirm the address (403)"""
    consents.check(member)
    confirming.check(member)


def _wanted() -> bool | None:
    """What the button says: "on" or "off". Without it a press changes what it was."""
    typed = request.form.get("set", "")
    if typed not in ("", "on", "off"):
        abort(422)
    return typed == "on" if typed else None


def _answer(address: str, words: str, is_set: bool, counted: Comment | Post | None = None) -> Any:
    """Commit, and say what has become of it: as JSON, or on the page that the press came from."""
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(pressed=is_set, count=counted.like_count if counted else 0, words=words)
    flash(words)
    return redirect(address, 303)


def _comment(comment_id: int) -> Comment:
    """A comment, deleted or not, that this reader may know of, under an article that readers may see."""
    found = commenting.find(comment_id)
    if found is None or not found.may_see(guards.reader()):
        abort(404)
    published.post_or_404(found.post_id)
    return found
