"""The outbox: letters are added in the transaction of what they tell of, and sent later.

Nothing is added where mail is off. The sending is in `sending.py`.
"""

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import String, cast, delete, event, literal, or_, select
from sqlalchemy.orm import Session

from database import db, upsert
from domain.mail import choices, settings
from domain.mail.models import Mail
from models import Comment, Member

added = threading.Event()  # set when this process has committed a letter
MOST_EDITORS = 20
REPLY = "reply-"  # begins the event of a letter about a reply, before the id of that
_ADDED = "letter added"


@dataclass(frozen=True)
class Letter:
    """What a letter says. The subject is one line; `path` on this site goes behind a button."""

    subject: str
    paragraphs: Sequence[str]
    path: str = ""
    label: str = ""


def is_on() -> bool:
    """Whether mail can be sent: the mail server, the sender and the paper's address are set."""
    return not settings.current().missing


def put(
    letter: Letter,
    address: str,
    *,
    event: str,
    member_id: int | None = None,
    topic: str = "",
    thread_id: int | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Add a letter to the caller's transaction. One event is told once to one address.

    :param event: names what happened, such as "reply-12"; at most 80 characters, and no secret: it is kept
    :param topic: one of Mail.TOPICS: it can be unsubscribed from, and is not sent to a member who did.
        Empty: the answer to an act of the recipient
    :param thread_id: the first comment of the thread, if mail about it can be stopped
    :param expires_at: after which it is not sent any more, such as that of the token in its path
    """
    if not is_on() or not choices.wants(member_id, topic, thread_id):
        return
    columns = {
        "event": event, "address": address, "member_id": member_id, "topic": topic, "thread_id": thread_id,
        "content": asdict(letter) | {"paragraphs": list(letter.paragraphs)}, "expires_at": expires_at,
    }  # fmt: skip
    statement = upsert(Mail.__table__, db.session.connection().dialect.name).values(**columns)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["event", "address"]))
    db.session().info[_ADDED] = True


@event.listens_for(db.session, "after_commit")
def _wake_sender(session: Session) -> None:
    if session.info.pop(_ADDED, False):
        added.set()


def put_for_member(letter: Letter, member: Member, *, event: str) -> None:
    """Add a letter about what others did, if the address is the member's for sure."""
    if member.email_confirmed_at and member.left_at is None:
        put(letter, member.email, event=event, member_id=member.id)


def put_for_editors(letter: Letter, *, event: str, topic: str = "") -> None:
    """Add a letter to each editor.

    :param topic: as of `put`. Empty also for claims and requests to stop showing something: the law sets them
        a time, which goes on running for an editor who wants no mail of what waits
    """
    for editor in editors():
        put(letter, editor.email, event=event, member_id=editor.id, topic=topic)


def editors() -> Sequence[Member]:
    """Who gets the letters to the editors."""
    query = select(Member).where(Member.is_editor, Member.left_at.is_(None)).order_by(Member.id)
    return db.session.scalars(query.limit(MOST_EDITORS)).all()


def erase(member: Member) -> None:
    """Delete every letter to this member or to the member's address, sent or not. See also `drop_replies`."""
    db.session.execute(delete(Mail).where(or_(Mail.member_id == member.id, Mail.address == member.email)))
    drop_replies(member)


def drop_replies(member: Member) -> None:
    """Delete what waits for others and tells of this member's replies."""
    replies = select(literal(REPLY).concat(cast(Comment.id, String))).where(Comment.member_id == member.id)
    db.session.execute(delete(Mail).where(Mail.event.in_(replies), Mail.content.is_not(None)))
