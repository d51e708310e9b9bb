"""Changing a nickname: once in 30 days. The name beside older comments follows.

Old nicknames are kept for the editor until the member leaves. For 30 days nobody else can take one: readers
still know who that was.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from database import db
from domain.moderation import bans
from domain.neighbours import reserved_names
from domain.neighbours.models import FormerNickname
from lib.text import plain
from models import Member, Paper, Refused, local, now

EVERY = timedelta(days=30)


def free_at(member: Member) -> datetime | None:
    """When the nickname can be changed again; None: now."""
    query = select(func.max(FormerNickname.changed_at)).where(FormerNickname.member_id == member.id)
    changed_at = db.session.scalar(query)
    return changed_at + EVERY if changed_at and changed_at + EVERY > now() else None


def history(member: Member) -> Sequence[FormerNickname]:
    """The nicknames that a member had before, the last one first."""
    query = select(FormerNickname).where(FormerNickname.member_id == member.id)
    return db.session.scalars(query.order_by(FormerNickname.id.desc())).all()


def change(member: Member, nickname: str) -> None:
    """Give a member another nickname, well-formed already.

    :raises Refused: the member is banned (403); it is the same, too early, reserved or taken
    """
    bans.check(member)
    if nickname == member.nickname:
        raise Refused(_("This is your nickname already."))
    if moment := free_at(member):
        day = local(moment).strftime("%Y-%m-%d %H:%M")
        raise Refused(_("A nickname can be changed every 30 days. The next time is %(moment)s.", moment=day))
    _check(member, nickname)
    former = FormerNickname(
        member_id=member.id, nickname=member.nickname, nickname_key=member.nickname_key, changed_at=now()
    )
    try:
        with db.session.begin_nested():
            db.session.add(former)
            member.name_as(member.username, nickname, member.email)
    except IntegrityError as error:  # somebody has taken it since it was checked
        raise Refused(taken()) from error


def is_resting(nickname_key: str, member: Member | None = None) -> bool:
    """Whether somebody other than this member had the nickname in the last 30 days."""
    query = select(FormerNickname.id).where(
        FormerNickname.nickname_key == nickname_key, FormerNickname.changed_at > now() - EVERY
    )
    if member:
        query = query.where(FormerNickname.member_id != member.id)
    return db.session.scalar(query.limit(1)) is not None


def taken() -> str:
    """What is said of a nickname that somebody has."""
    return _("Somebody already has this nickname, or one that looks the same. Please choose another.")


def reserved(nickname: str) -> str:
    """What is said of a nickname that seems to speak for the paper; empty if it does not."""
    paper = Paper.get()
    if reserved_names.is_reserved_nickname(nickname, paper.name or "", paper.company_name or ""):
        return _("This nickname looks like the paper's own. Please choose another.")
    return ""


def _check(member: Member, nickname: str) -> None:
    """:raises Refused: it is reserved, or somebody has it"""
    if not member.is_editor and (sentence := reserved(nickname)):
        raise Refused(sentence)
    key = plain.key(nickname)
    others = select(Member.id).where(Member.nickname_key == key, Member.id != member.id)
    if db.session.scalar(others) or is_resting(key, member):
        raise Refused(taken())
