"""Signed links that stop mail without a login: of one topic, of one thread, or all of it."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import IntegrityError

from database import db
from domain.mail import choices, settings
from domain.mail.models import Mail, StoppedThread
from domain.neighbours import consents
from models import Comment, Member

ALL = "all"
THREAD = "thread"


@dataclass(frozen=True)
class Stop:
    """What a link stops: a topic of Mail.TOPICS, ALL, or THREAD with its first comment."""

    member_id: int
    topic: str
    thread_id: int | None = None

    @property
    def path(self) -> str:
        """Where it is confirmed, on this site."""
        token = _serializer().dumps([self.member_id, self.topic, self.thread_id])
        return f"/mail/unsubscribe/{token}"


def read(token: str) -> Stop | None:
    """What the link of this token stops; None if we have not made it, or its member has left."""
    try:
        stop = Stop(*_serializer().loads(token))
    except (BadSignature, TypeError):
        return None
    member = db.session.get(Member, stop.member_id)
    return stop if member and member.is_active else None


def apply(stop: Stop) -> None:
    """Stop this mail. What waits for the member is not sent either."""
    if stop.thread_id is None:
        for topic in Mail.TOPICS if stop.topic == ALL else (stop.topic,):
            _stop_topic(db.session.get_one(Member, stop.member_id), topic)
    elif db.session.get(Comment, stop.thread_id):
        stop_thread(stop.member_id, stop.thread_id)


def _stop_topic(member: Member, topic: str) -> None:
    if topic in ("news", "consent"):
        consents.take_back(member)
    else:
        choices.stop(member, topic)


def stop_thread(member_id: int, comment_id: int) -> None:
    """The member hears no more of this thread."""
    try:
        with db.session.begin_nested():
            db.session.add(StoppedThread(member_id=member_id, comment_id=comment_id))
    except IntegrityError:
        return  # it is stopped already


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings.current().secret_key, salt="unsubscribe")
