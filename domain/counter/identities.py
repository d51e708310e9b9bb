"""Identities that tell visitors apart for one day. Only keyed hashes of them are stored."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from database import db
from domain.counter.models import DaySalt
from domain.counter.sums import insert_new
from lib.web.addresses import block_of

NUMBER = re.compile(r"[^\s\x00-\x1f\x7f]{1,128}")

# Cached salts. They outlive their rows by one presence window: a browser online at midnight stays one.
_salts: WeakKeyDictionary[Engine, dict[date, str]] = WeakKeyDictionary()

Identity = tuple[str, ...]


@dataclass(frozen=True)
class Browser:
    """What identifies a browser for a day."""

    number: str = ""  # random number that the browser made for this day; empty if it has none
    previous: str = ""  # its number of the day before, with the first beat of a new day
    address: str = ""
    agent: str = ""  # the User-Agent header


def of_browser(connection: Connection, browser: Browser, day: date) -> Identity:
    """By its number; without one by address and agent, salted with the day's salt."""
    if NUMBER.fullmatch(browser.number):
        return _numbered(browser.number, day)
    return ("address", _salt(connection, day), browser.address, browser.agent)


def of_member(connection: Connection, member_id: int, day: date) -> Identity:
    return ("member", _salt(connection, day), str(member_id))


def of_block(connection: Connection, browser: Browser, day: date) -> Identity:
    """The block of addresses that one household or server uses, salted with the day's salt."""
    return ("block", _salt(connection, day), block_of(browser.address))


def of_presence(browser: Identity, member_id: int | None) -> Identity:
    """The browser, or one of several members whose browsers have no number and look alike."""
    return (*browser, str(member_id)) if member_id and browser[0] == "address" else browser


def of_day_before(browser: Browser, day: date) -> list[Identity]:
    """Every identity this browser can have had on `day`, the day before."""
    salt = _salts.get(db.engines["visitors"], {}).get(day)
    numbers = [_numbered(number, day) for number in (browser.number, browser.previous) if number]
    return numbers or ([("address", salt, browser.address, browser.agent)] if salt else [])


def of_previous_number(browser: Browser, day: date) -> list[Identity]:
    """The identity that this browser reports of `day`, the day before."""
    return [_numbered(browser.previous, day)] if browser.previous else []


def forget_salts(day: date) -> None:
    """Evict the salts of earlier days from the cache: every presence of theirs has expired."""
    cached = _salts.get(db.engines["visitors"], {})
    for old in [known for known in cached if known < day]:
        cached.pop(old, None)


def hashed(secret: str, identity: Identity, *what: str) -> str:
    """Hash of an identity, or of it and a thing together, with the paper's own key: 64 hexadecimal digits."""
    text = "\0".join((*identity, *what)).encode("utf-8", "replace")
    return hmac.digest(secret.encode(), text, hashlib.sha256).hex()


def _numbered(number: str, day: date) -> Identity:
    return ("number", day.isoformat(), number)


def _salt(connection: Connection, day: date) -> str:
    """The day's salt. Cached only once it is read back, that is, committed."""
    cached = _salts.setdefault(db.engines["visitors"], {})
    if day not in cached:
        query = select(DaySalt.salt).where(DaySalt.day == day)
        if (salt := connection.scalar(query)) is None:
            insert_new(connection, DaySalt, day=day, salt=secrets.token_hex(32))
            return connection.scalars(query).one()
        cached[day] = salt
    return cached[day]
