"""Members as the editor finds and sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import joinedload

from database import db
from domain.neighbours.models import FormerNickname
from lib.text import names, plain
from lib.web.paging import LARGEST_ID, newest_first
from models import Comment, Member, Refused, now

PAGE = 30
STATES = ("new", "unconfirmed", "banned", "closed")
NEW_FOR = timedelta(days=7)
NEWCOMERS = 1000  # newest members among whom those of NEW_FOR are looked for
COMMENTS = 20  # newest ones on a member's page
MOST_FOUND = 200  # members by each kind of name
MOST_COUNTED = 1000  # newest comments of a member that are counted by state
_AFTER_ALL = "\U0010ffff"  # sorts behind every text with the same beginning


@dataclass(frozen=True)
class CommentCounts:
    """How many of a member's newest MOST_COUNTED comments there are, secret ones too, and in which state."""

    amount: int
    held: int
    hidden: int
    deleted: int


def listed(text: str, state: str, before: int | None) -> tuple[Sequence[Member], bool]:
    """A page of members, newest first, and whether older ones follow. Those who have left are not listed.

    :param text: the beginning of a username, an e-mail address, or a nickname, also of a former one
    :param state: one of STATES; empty: any
    """
    query = select(Member).where(Member.left_at.is_(None))
    if state:
        query = query.where(_is(state))
    if key := plain.key(text[:300]):
        query = query.where(Member.id.in_(_beginning_with(key, names.email_key(text[:300]))))
    return newest_first(db.session, query, Member.id, before, PAGE)


def find(id: int) -> Member:
    """A member, who may have left.

    :raises Refused: there is none with this id (404)
    """
    member = db.session.get(Member, id) if 0 < id <= LARGEST_ID else None
    if member is None:
        raise Refused(_("There is no such member."), 404)
    return member


def comment_counts(member: Member) -> CommentCounts:
    """See CommentCounts."""
    newest = (
        select(Comment.deleted_at, Comment.held_at, Comment.hidden_at)
        .where(Comment.member_id == member.id)
        .order_by(Comment.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    deleted, held, hidden = (newest.c[name].is_not(None) for name in ("deleted_at", "held_at", "hidden_at"))
    states = (~deleted & ~hidden & held, ~deleted & hidden, deleted)
    sums = (func.coalesce(func.sum(case((state, 1), else_=0)), 0) for state in states)
    return CommentCounts(*db.session.execute(select(func.count(), *sums).select_from(newest)).one())


def newest_comments(member: Member) -> Sequence[Comment]:
    """The newest COMMENTS of a member that are not deleted, with their articles."""
    query = select(Comment).where(Comment.member_id == member.id, Comment.deleted_at.is_(None))
    newest = query.options(joinedload(Comment.post)).order_by(Comment.id.desc()).limit(COMMENTS)
    return db.session.scalars(newest).all()


def former_nicknames(member: Member) -> Sequence[FormerNickname]:
    """The nicknames a member had before, newest first."""
    query = select(FormerNickname).where(FormerNickname.member_id == member.id)
    return db.session.scalars(query.order_by(FormerNickname.id.desc()).limit(COMMENTS)).all()


def masked(email: str) -> str:
    """An address as lists show it: so***@example.com."""
    mailbox, _at, domain = email.rpartition("@")
    return f"{mailbox[:2] if len(mailbox) > 2 else mailbox[:1]}***@{domain}"


def _is(state: str) -> ColumnElement[bool]:
    if state == "banned":
        return Member.banned_until.is_not(None) & (Member.banned_until > now())
    if state == "closed":
        return Member.closed_at.is_not(None)
    if state == "unconfirmed":
        return Member.email_confirmed_at.is_(None) & Member.is_editor.is_(False)
    newest = select(func.max(Member.id)).scalar_subquery()
    return (Member.joined_at > now() - NEW_FOR) & (Member.id > newest - NEWCOMERS)


def _beginning_with(key: str, email_key: str) -> set[int]:
    """Ids of members of whom a name begins so: at most MOST_FOUND of each kind of name, in its order."""
    kinds = (
        (Member.id, Member.username_key, key),
        (Member.id, Member.nickname_key, key),
        (Member.id, Member.email_key, email_key if "@" in key else key),
        (FormerNickname.member_id, FormerNickname.nickname_key, key),
    )
    found: set[int] = set()
    for id_, column, start in kinds:
        begins = select(id_).where(column >= start, column < start + _AFTER_ALL)
        found.update(db.session.scalars(begins.order_by(column).limit(MOST_FOUND)))
    return found
