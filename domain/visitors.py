"""Who is here now and how many were: presence by comparing moments, sums by day. What counts is told in docs/visitors.md."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from flask_babel import to_user_timezone
from sqlalchemy import Connection, Engine, delete, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from database import db, upsert
from models import DaySalt, Member, Post, PostDay, PostViews, PostVisitor, Presence, Section, VisitDay, Visitor, now

MOST_SHOWN = 200
PLACE = re.compile(r"/(?:(?:(posts)/([1-9][0-9]{0,17})|(sections)/([a-z0-9-]{1,60})|pages/[a-z0-9-]{1,60}|tips/new|visitors)/?)?", re.ASCII)
NUMBER = re.compile(r"[A-Za-z0-9_.-]{6,128}")

# Salts read from the database, kept a little longer than there: a browser open at midnight is still one browser.
_salts: WeakKeyDictionary[Engine, dict[date, str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Counts:
    """The numbers of the footer. Peak is the most visitors of any one day."""

    guests: int
    members: int
    today: int
    yesterday: int
    peak: int
    total: int


@dataclass(frozen=True)
class Browser:
    """What tells a browser from another for a day. Only hashes of it are ever stored.

    :param number: its own random number, made for this day; empty where it keeps none
    :param previous: its number of the day before, on its first beat of a new day
    """

    number: str = ""
    previous: str = ""
    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Here:
    """One line of 현재접속자: a guest, or a member (with the nickname only where the member agreed)."""

    is_member: bool
    nickname: str
    path: str
    title: str
    seen_at: datetime

    @property
    def minutes(self) -> int:
        """How many whole minutes ago."""
        return max(0, int((now() - self.seen_at).total_seconds() // 60))


def today() -> date:
    """The paper's own day."""
    return to_user_timezone(now()).date()


def counts(window_minutes: int) -> Counts:
    """The numbers of this moment: one question.

    :param window_minutes: seen this recently is "here now"
    """
    here = Presence.seen_at > now() - timedelta(minutes=window_minutes)
    day = today()
    questions = (
        select(func.count()).where(here, Presence.member_id.is_(None)),
        select(func.count(Presence.member_id.distinct())).where(here),
        select(VisitDay.visitors).where(VisitDay.day == day),
        select(VisitDay.visitors).where(VisitDay.day == day - timedelta(days=1)),
        select(func.max(VisitDay.visitors)),
        select(func.sum(VisitDay.visitors)),
    )
    row = db.session.execute(
        select(*(question.scalar_subquery() for question in questions)), bind_arguments={"bind": db.engines["visitors"]}
    ).one()
    return Counts(*(int(value or 0) for value in row))


def views_of(post_ids: Iterable[int]) -> dict[int, int]:
    """How many have read each of these articles in all; one question. An article nobody has read yet is 0."""
    ids = list(post_ids)
    if not ids:
        return {}
    question = select(PostViews.post_id, PostViews.views).where(PostViews.post_id.in_(ids))
    return dict.fromkeys(ids, 0) | {post_id: views for post_id, views in db.session.execute(question)}


def most_read(days: int, limit: int) -> list[int]:
    """Ids of the articles read most over the last days, most first; the caller asks which of them are visible.

    :param days: of the paper's own time zone, today included
    """
    views = func.sum(PostDay.views)
    question = select(PostDay.post_id).where(PostDay.day > today() - timedelta(days=days)).group_by(PostDay.post_id)
    return list(db.session.scalars(question.order_by(views.desc(), PostDay.post_id.desc()).limit(limit)))


def visible_post(typed: object) -> int | None:
    """The id of an article a reader may see, from what a browser sent; none for anything else."""
    digits = str(typed) if isinstance(typed, int | str) else ""
    if not re.fullmatch(r"[1-9][0-9]{0,17}", digits, re.ASCII):
        return None
    return db.session.scalar(select(Post.id).where(Post.id == int(digits), Post.is_visible()))


def place(path: str) -> str:
    """The path if it is a page everybody may know of, else empty: no desk, no membership, no search words."""
    return path if PLACE.fullmatch(path) else ""


def beat(
    connection: Connection,
    browser: Browser,
    *,
    secret: str,
    window_minutes: int,
    member_id: int | None = None,
    post_id: int | None = None,
    path: str = "",
    admit: Callable[[], bool] = lambda: True,
) -> None:
    """A browser is here. The first beat of a visitor's day adds a visitor, the first on an article a view.

    :param connection: a writing transaction in the visitors database
    :param secret: the paper's own, which the hashes are keyed with
    :param member_id: who is logged in there; the editor is not counted (see `forget`)
    :param post_id: an article that is visible
    :param path: what `place` gave
    :param admit: asked about a browser not seen today; false leaves it uncounted
    """
    forget(connection, browser, secret=secret, window_minutes=window_minutes, stays=True)
    day = today()
    visitor = _key(connection, browser, day, secret)
    keys = [visitor, *([_member_key(connection, member_id, day, secret)] if member_id else [])]
    if not _visit(connection, keys, day, admit):
        return
    if member_id and _member_at(connection, visitor) != member_id:
        _bring_along(connection, keys[0], keys[1], day)
    _stay(connection, visitor, member_id, path or (f"/posts/{post_id}" if post_id else ""))
    if post_id:
        _read(connection, keys, day, post_id)


def forget(connection: Connection, browser: Browser, *, secret: str, window_minutes: int, stays: bool = False) -> None:
    """Presences that ran out go, and this browser's own: all of them, or (`stays`) only one from before midnight."""
    moment, day = now(), today()
    cutoff = moment - timedelta(minutes=window_minutes)
    gone = [] if stays else [_key(connection, browser, day, secret)]
    if to_user_timezone(cutoff).date() < day:
        gone += _keys_before_midnight(browser, day - timedelta(days=1), secret)
    elif browser.previous:
        gone += [_number_key(browser.previous, day - timedelta(days=1), secret)]
    connection.execute(delete(Presence).where(or_(Presence.seen_at <= cutoff, Presence.visitor.in_(gone))))


def purge(connection: Connection, window_minutes: int = 10) -> None:
    """Whatever told visitors apart goes when the day is over, presences when the window is.

    :param connection: a writing transaction in the visitors database
    """
    connection.execute(delete(Presence).where(Presence.seen_at <= now() - timedelta(minutes=window_minutes)))
    _purge_days(connection, today())


def here(window_minutes: int) -> list[Here]:
    """Members, then guests, who are here now, the latest first; a member once. At most MOST_SHOWN."""
    question = select(Presence).where(Presence.seen_at > now() - timedelta(minutes=window_minutes))
    rows = list(db.session.scalars(question.order_by(Presence.seen_at.desc()).limit(MOST_SHOWN)))
    members, titles = _members(rows), _titles(rows)
    found, met = [], set()
    for row in rows:
        if row.member_id and (row.member_id in met or row.member_id not in members):
            continue
        met.add(row.member_id)
        found.append(Here(bool(row.member_id), members.get(row.member_id or 0, ""), row.path, titles.get(row.path, ""), row.seen_at))
    return sorted(found, key=lambda line: not line.is_member)


def _visit(connection: Connection, keys: list[str], day: date, admit: Callable[[], bool]) -> bool:
    """Whether this visitor is counted, now or before. New is who comes neither with a browser nor as a member seen that day."""
    known = set(connection.scalars(select(Visitor.visitor).where(Visitor.day == day, Visitor.visitor.in_(keys))))
    if keys[0] not in known and not admit():
        return False
    if known.issuperset(keys):
        return True
    rows = [{"day": day, "visitor": key} for key in keys]
    added = connection.execute(upsert(Visitor.__table__, connection).values(rows).on_conflict_do_nothing()).rowcount
    if added == len(keys) and _add(connection, {"day": day}, VisitDay.visitors) == 1:
        _purge_days(connection, day)
    return True


def _purge_days(connection: Connection, day: date) -> None:
    for table in (Visitor, PostVisitor, DaySalt):
        connection.execute(delete(table).where(table.day < day))


def _read(connection: Connection, keys: list[str], day: date, post_id: int) -> None:
    rows = [{"day": day, "visitor": key, "post_id": post_id} for key in keys]
    added = connection.execute(upsert(PostVisitor.__table__, connection).values(rows).on_conflict_do_nothing()).rowcount
    if added == len(keys):
        _add(connection, {"day": day, "post_id": post_id}, PostDay.views)
        _add(connection, {"post_id": post_id}, PostViews.views)
        _add(connection, {"day": day}, VisitDay.views)


def _add(connection: Connection, row: dict[str, object], column: InstrumentedAttribute[int]) -> int:
    """Add one to a sum, in SQL. Returns the sum."""
    insert = upsert(column.class_.__table__, connection).values(row | {column.key: 1})
    insert = insert.on_conflict_do_update(index_elements=list(row), set_={column.key: column + 1})
    return connection.execute(insert.returning(column)).scalar_one()


def _stay(connection: Connection, visitor: str, member_id: int | None, path: str) -> None:
    values = {"member_id": member_id, "path": path, "seen_at": now()}
    insert = upsert(Presence.__table__, connection).values(visitor=visitor, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["visitor"], set_=values))


def _member_at(connection: Connection, visitor: str) -> int | None:
    return connection.scalar(select(Presence.member_id).where(Presence.visitor == visitor))


def _bring_along(connection: Connection, visitor: str, member: str, day: date) -> None:
    """What a browser has read as a guest, its member has read: on no other device it is a second view."""
    read = select(PostVisitor.day, literal(member), PostVisitor.post_id)
    read = read.where(PostVisitor.day == day, PostVisitor.visitor == visitor)
    insert = upsert(PostVisitor.__table__, connection).from_select(["day", "visitor", "post_id"], read)
    connection.execute(insert.on_conflict_do_nothing())


def _key(connection: Connection, browser: Browser, day: date, secret: str) -> str:
    if NUMBER.fullmatch(browser.number):
        return _number_key(browser.number, day, secret)
    return _address_key(browser, _salt(connection, day), secret)


def _keys_before_midnight(browser: Browser, day: date, secret: str) -> list[str]:
    """The keys this browser may have had yesterday."""
    salt = _salts.get(db.engines["visitors"], {}).get(day)
    numbers = [_number_key(number, day, secret) for number in (browser.number, browser.previous) if number]
    return numbers or ([_address_key(browser, salt, secret)] if salt else [])


def _number_key(number: str, day: date, secret: str) -> str:
    return _hash(secret, "number", day.isoformat(), number)


def _address_key(browser: Browser, salt: str, secret: str) -> str:
    return _hash(secret, "address", salt, browser.address, browser.agent)


def _member_key(connection: Connection, member_id: int, day: date, secret: str) -> str:
    return _hash(secret, "member", _salt(connection, day), str(member_id))


def _hash(secret: str, *parts: str) -> str:
    return hmac.digest(secret.encode(), "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256).hex()


def _salt(connection: Connection, day: date) -> str:
    """The day's own, made by whoever comes first."""
    kept = _salts.setdefault(db.engines["visitors"], {})
    for old in [known for known in kept if known < day - timedelta(days=1)]:
        del kept[old]
    if day not in kept:
        question = select(DaySalt.salt).where(DaySalt.day == day)
        if (salt := connection.scalar(question)) is None:
            insert = upsert(DaySalt.__table__, connection).values(day=day, salt=secrets.token_hex(32))
            connection.execute(insert.on_conflict_do_nothing())
            return connection.scalars(question).one()  # remembered once it is committed
        kept[day] = salt
    return kept[day]


def _members(rows: list[Presence]) -> dict[int, str]:
    """Id to nickname, empty where the member has not agreed to be shown."""
    ids = {row.member_id for row in rows if row.member_id}
    question = select(Member.id, Member.nickname, Member.shown_online_at)
    found = db.session.execute(question.where(Member.id.in_(ids), Member.is_editor.is_(False), Member.left_at.is_(None))) if ids else ()
    return {id_: nickname if shown else "" for id_, nickname, shown in found}


def _titles(rows: list[Presence]) -> dict[str, str]:
    """Path to title, of the articles and sections everybody may see."""
    places = [match for row in rows if (match := PLACE.fullmatch(row.path))]
    ids = {int(match[2]) for match in places if match[1]}
    slugs = {match[4] for match in places if match[3]}
    posts = dict(db.session.execute(select(Post.id, Post.title).where(Post.id.in_(ids), Post.is_visible())).all()) if ids else {}
    names = dict(db.session.execute(select(Section.slug, Section.name).where(Section.slug.in_(slugs))).all()) if slugs else {}
    found = {match[0]: posts.get(int(match[2])) if match[1] else names.get(match[4]) for match in places}
    return {path: title for path, title in found.items() if title}
