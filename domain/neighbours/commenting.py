"""Posting comments: double sends, the comment a reply answers, and the one way to write a new one.

A comment's key is made of that of its form and of what was typed: the same form sent twice is one comment,
another text that is sent by the same form (after pressing Back) is another comment.

The search index and the sums of `activity` follow by their listeners, in the same transaction.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from database import db
from domain.moderation import bans, blocks, closing, rules, settings
from domain.moderation import comments as moderation
from domain.neighbours import consents
from lib.web.paging import LARGEST_ID
from models import Comment, Member, ParentGone, Post, Refused, digest, now

DOUBLE_CLICK = timedelta(seconds=10)  # between two sends of one form that has no idempotency key


@dataclass(frozen=True)
class CommentDraft:
    """What a member typed. `idempotency_key` tells a second send of the same form from a new comment.

    `sender`: the keyed hash of the network it comes from; empty: it is not stored.
    """

    body: str
    parent_id: int | None = None
    secret: bool = False
    idempotency_key: str = ""
    sender: str = ""

    def key(self, post: Post) -> str | None:
        """The key of a comment with this content under this article; None if the form had no key."""
        if not self.idempotency_key:
            return None
        return digest(repr((self.idempotency_key, post.id, self.parent_id, self.secret, self.body)))


def find(comment_id: int) -> Comment | None:
    """The comment with this id, in any state."""
    return db.session.get(Comment, comment_id) if 0 < comment_id <= LARGEST_ID else None


def find_parent(post: Post, author: Member, comment_id: int | None) -> Comment | None:
    """The comment that a reply answers; None if the new comment is no reply.

    :raises ParentGone: there is no such comment, or this author may not answer it
    """
    if comment_id is None:
        return None
    comment = find(comment_id)
    if comment is None or not comment.may_be_answered(post, author):
        raise ParentGone
    return comment


def check_open(post: Post, author: Member | None) -> None:
    """:raises Refused: the comments of this article are closed, or the author may not write now (403)"""
    bans.check(author)
    if author:
        consents.check(author)
    boards = [board for board in (post.section, post.section.parent) if board]
    if sentence := closing.why_closed(post, boards, settings.read()):
        raise Refused(sentence, 403)


def post_comment(post: Post, author: Member, draft: CommentDraft) -> Comment:
    """Add a comment, or return the one that the same form has already created with the same content.

    It may wait for the editor: then `held_at` is set.

    :raises ParentGone: as `find_parent`
    :raises rules.TextRefused: the text cannot be stored
    :raises Refused: as `check_open`
    """
    if sent := _already_sent(author, post, draft):
        return sent
    check_open(post, author)
    parent = find_parent(post, author, draft.parent_id)
    rules.check(draft.body)
    is_secret = draft.secret or bool(parent and parent.secret)
    reasons = "" if is_secret else rules.why_held(post, author, draft.body, settings.read())
    try:
        with db.session.begin_nested():  # so that the transaction survives a key that is taken
            comment = post.comment(
                draft.body,
                author,
                parent,
                secret=draft.secret,
                idempotency_key=draft.key(post),
            )
            _hold_for(comment, reasons)
    except IntegrityError:  # another thread has sent the same form at the same moment
        if sent := _already_sent(author, post, draft):
            return sent
        raise
    blocks.remember_origin(comment, draft.sender)
    return comment


def edit_comment(comment: Comment, author: Member, body: str) -> None:
    """Change the text of one's own comment. It may wait for the editor then, as a new one may.

    :raises rules.TextRefused: the text cannot be stored
    :raises Refused: as `check_open`, or the comment is deleted
    """
    check_open(comment.post, author)
    rules.check(body)
    if body == comment.body:
        return
    reasons = "" if comment.secret else rules.why_held(comment.post, author, body, settings.read(), comment)
    comment.edit(body)
    _hold_for(comment, reasons)


def _hold_for(comment: Comment, reasons: str) -> None:
    """Let a comment wait for the editor, if there are reasons. One that waits already does so for these."""
    if reasons:
        moderation.approve(comment)
        moderation.hold(comment, reasons)


def _already_sent(author: Member, post: Post, draft: CommentDraft) -> Comment | None:
    """The comment that the same form has already created with the same content.

    A form without a key is recognised by its content only, for some seconds.
    """
    own = select(Comment).where(Comment.member_id == author.id)
    if key := draft.key(post):
        return db.session.scalar(own.where(Comment.idempotency_key == key))
    newest = db.session.scalar(own.order_by(Comment.id.desc()).limit(1))
    return newest if newest and _is_double_click(newest, post, draft) else None


def _is_double_click(newest: Comment, post: Post, draft: CommentDraft) -> bool:
    """Whether the author's newest comment has the draft's content and is a few seconds old."""
    content = (newest.post_id, newest.body, newest.parent_id)
    return (
        newest.deleted_at is None
        and now() - newest.created_at < DOUBLE_CLICK
        and content == (post.id, draft.body, draft.parent_id)
        and (newest.secret == draft.secret or newest.parent_id is not None)  # a reply may have become secret
    )
