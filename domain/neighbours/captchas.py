"""자동등록방지: six digits to copy. The answer stays here; a question is asked once, for a few minutes."""

import secrets
import unicodedata

from sqlalchemy import Connection, delete, insert, select

from database import db
from domain.counter.models import Captcha
from models import now

DIGITS = 6


def issue(connection: Connection) -> str:
    """Think of new digits. Returns the key they are asked by; questions that ran out go.

    :param connection: a writing transaction in the visitors database
    """
    purge(connection)
    key, answer = secrets.token_urlsafe(32), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    connection.execute(insert(Captcha).values(key=key, answer=answer, expires_at=now() + Captcha.LASTS))
    return key


def check(connection: Connection, key: str, answer: str) -> bool:
    """Whether these are the digits. Right or wrong, they are not asked again.

    :param connection: a writing transaction in the visitors database
    """
    question = delete(Captcha).where(Captcha.key == key, Captcha.expires_at > now()).returning(Captcha.answer)
    return connection.execute(question).scalar() == digits(answer)


def find(key: str) -> str | None:
    """The digits of a question still open; none where it was answered or ran out."""
    return db.session.scalar(select(Captcha.answer).where(Captcha.key == key, Captcha.expires_at > now()))


def purge(connection: Connection) -> None:
    """Questions that ran out go.

    :param connection: a writing transaction in the visitors database
    """
    connection.execute(delete(Captcha).where(Captcha.expires_at <= now()))


def digits(typed: str) -> str:
    """What was typed as plain digits: full-width ones count, and spaces or dashes between them do not."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed[:100]) if not c.isspace() and c != "-")
