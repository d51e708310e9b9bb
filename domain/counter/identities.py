"""What tells one visitor from another for a day. Only hashes of it are ever stored, and they mean nothing on the next."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from database import db, upsert
from domain.counter.models import DaySalt

NUMBER = re.compile(r"[^\s\x00-\x1f\x7f]{1,128}")

# Salts read from the database, kept a little longer than there: a browser open at midnight is still one browser.
_salts: WeakKeyDictionary[Engine, dict[date, str]] = WeakKeyDictionary()

Identity = tuple[str, ...]


@dataclass(frozen=True)
class Browser:
    """What tells a browser from another for a day.

    :param number: its own random number, made for this day; empty where it keeps none
    :param previous: its number of the day before, on its first beat of a new day
    """

    number: str = ""
    previous: str = ""
    address: str = ""
    agent: str = ""


def of_browser(connection: Connection, browser: Browser, day: date) -> Identity:
    """By its own number; where it has none by its address and name, salted with the day's salt."""
    if NUMBER.fullmatch(browser.number):
        return _numbered(browser.number, day)
    return ("address", _salt(connection, day), browser.address, browser.agent)


def of_member(connection: Connection, member_id: int, day: date) -> Identity:
    return ("member", _salt(connection, day), str(member_id))


def connected(browser: Identity, member_id: int | None) -> Identity:
    """Who is here with this browser. Members of one household whose browsers keep no number are told apart, for they are known by name."""
    return (*browser, str(member_id)) if member_id and browser[0] == "address" else browser


def of_yesterday(browser: Browser, day: date) -> list[Identity]:
    """Who this browser may have been on the day before.

    :param day: the day before
    """
    salt = _salts.get(db.engines["visitors"], {}).get(day)
    numbers = [_numbered(number, day) for number in (browser.number, browser.previous) if number]
    return numbers or ([("address", salt, browser.address, browser.agent)] if salt else [])


def of_previous(browser: Browser, day: date) -> list[Identity]:
    """Who this browser says it was on the day before.

    :param day: the day before
    """
    return [_numbered(browser.previous, day)] if browser.previous else []


def forget_salts(day: date) -> None:
    """Those of the days before are not needed any more: nobody is here who was seen on them."""
    kept = _salts.get(db.engines["visitors"], {})
    for old in [known for known in kept if known < day]:
        kept.pop(old, None)


def hashed(secret: str, identity: Identity, *what: str) -> str:
    """Who, or who together with what: 64 hexadecimal digits that lead back to neither.

    :param secret: the paper's own
    """
    return hmac.digest(
        secret.encode(), "\0".join((*identity, *what)).encode("utf-8", "replace"), hashlib.sha256
    ).hex()


def _numbered(number: str, day: date) -> Identity:
    return ("number", day.isoformat(), number)


def _salt(connection: Connection, day: date) -> str:
    """The day's own, made by whoever comes first."""
    kept = _salts.setdefault(db.engines["visitors"], {})
    if day not in kept:
        question = select(DaySalt.salt).where(DaySalt.day == day)
        if (salt := connection.scalar(question)) is None:
            insert = upsert(DaySalt.__table__, connection.dialect.name).values(
                day=day, salt=secrets.token_hex(32)
            )
            connection.execute(insert.on_conflict_do_nothing())
            return connection.scalars(question).one()  # remembered once it is committed
        kept[day] = salt
    return kept[day]
