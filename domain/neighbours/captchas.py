"""자동등록방지: captchas of six digits. Each can be answered once, within a few minutes."""

import secrets
import unicodedata

from sqlalchemy import Connection, delete, insert, select

from database import db
from domain.counter.models import Captcha
from models import now

DIGITS = 6


def issue(connection: Connection) -> str:
    """Store a captcha and return its key. Expired ones are deleted.

    :param connection: a writing transaction in the visitors database
    """
    purge(connection)
    key, answer = secrets.token_urlsafe(32), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    connection.execute(insert(Captcha).values(key=key, answer=answer, expires_at=now() + Captcha.LASTS))
    return key


def check(connection: Connection, key: str, answer: str) -> bool:
    """Whether the answer is right. Right or wrong, the captcha is deleted.

    :param connection: a writing transaction in the visitors database
    """
    query = delete(Captcha).where(Captcha.key == key, Captcha.expires_at > now()).returning(Captcha.answer)
    return connection.execute(query).scalar() == digits(answer)


def find(key: str) -> str | None:
    """The digits of a captcha; None if it is unknown, answered or expired."""
    return db.session.scalar(select(Captcha.answer).where(Captcha.key == key, Captcha.expires_at > now()))


def purge(connection: Connection) -> None:
    """Delete expired captchas.

    :param connection: a writing transaction in the visitors database
    """
    connection.execute(delete(Captcha).where(Captcha.expires_at <= now()))


def digits(typed: str) -> str:
    """Normalise typed digits: full-width ones become ASCII, spaces and dashes are dropped."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed[:100]) if not c.isspace() and c != "-")
