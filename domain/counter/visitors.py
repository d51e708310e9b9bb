"""Who is here now and how many were: presence by comparing moments, sums by day. What counts is told in docs/visitors.md."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from database import Model, db, truncate_wal, upsert
from database.statement import Statement, once_a_dialect
from domain.counter import identities, tallies
from domain.counter.identities import Browser, Identity
from domain.counter.models import (
    DailySeen,
    DaySalt,
    ImportedTotals,
    PostDay,
    PostViews,
    Presence,
    VisitDay,
    VisitHour,
    Visitor,
)
from models import Member, Post, Section, headline, local, now

MOST_SHOWN = 200
PLACE = re.compile(
    r"/(?:(?:(posts)/([1-9][0-9]{0,17})|(sections)/([a-z0-9-]{1,60})|pages/[a-z0-9-]{1,60}|tips/new|visitors)/?)?",
    re.ASCII,
)


# What every beat asks is put together once: a thousand open tabs ask it twenty times a second.
_presences = Presence.__table__.c
_days = VisitDay.__table__.c
_here = _presences.seen_at > bindparam("since")
_imported = ImportedTotals.__table__.c
_VIEWS_OF = Statement(
    select(PostViews.__table__.c.post_id, PostViews.__table__.c.views).where(
        PostViews.__table__.c.post_id.in_(bindparam("post_ids", expanding=True))
    ),
    "visitors",
)
_VIEWS = Statement(
    select(PostViews.__table__.c.views).where(PostViews.__table__.c.post_id == bindparam("post_id")),
    "visitors",
)
_COUNTS = Statement(
    select(
        select(func.count())
        .select_from(Presence.__table__)
        .where(_here, _presences.member_id.is_(None))
        .scalar_subquery(),
        select(func.count(_presences.member_id.distinct())).where(_here).scalar_subquery(),
        select(_days.visitors).where(_days.day == bindparam("day")).scalar_subquery(),
        select(_days.visitors).where(_days.day == bindparam("day_before")).scalar_subquery(),
        select(func.max(_days.visitors)).scalar_subquery(),
        select(func.sum(_days.visitors)).scalar_subquery(),
        select(func.max(_imported.peak)).scalar_subquery(),
        select(func.sum(_imported.total)).scalar_subquery(),
        select(PostViews.__table__.c.views)
        .where(PostViews.__table__.c.post_id == bindparam("post_id"))
        .scalar_subquery(),
    ),
    "visitors",
)
_MEMBER = select(_presences.member_id).where(_presences.visitor == bindparam("visitor"))
_OLDEST = select(func.min(Presence.__table__.alias("others").c.seen_at)).scalar_subquery()
_STILL_HERE = Statement(
    update(Presence.__table__)
    .where(
        _presences.visitor == bindparam("visitor_"),
        _presences.path == bindparam("path_"),
        _presences.member_id.is_not_distinct_from(bindparam("member_id_")),
        bindparam("cutoff", type_=_presences.seen_at.type) < _OLDEST,
    )
    .values(seen_at=bindparam("seen_at"))
)
_EXPIRED = delete(Presence.__table__).where(
    or_(_presences.seen_at <= bindparam("cutoff"), _presences.visitor.in_(bindparam("gone", expanding=True)))
)
_KNOWN = select(Visitor.visitor).where(
    Visitor.day == bindparam("day"), Visitor.visitor.in_(bindparam("keys", expanding=True))
)


@dataclass(frozen=True)
class Counts:
    """The numbers of the footer. Peak is the most visitors of any one day; peak and total know what was imported."""

    guests: int
    members: int
    today: int
    yesterday: int
    peak: int
    total: int


@dataclass(frozen=True)
class Arrival:
    """What a visitor's first beat of a day tells of where it comes from. Each is counted by itself.

    :param device: phone, tablet or desktop
    :param language: its code, empty where unknown
    :param referrer: the host of the site whose link was followed, empty where there is none
    """

    device: str = ""
    language: str = ""
    referrer: str = ""

    def names(self) -> list[tuple[str, str]]:
        return [(kind, name) for kind, name in vars(self).items() if name]


class Moment(NamedTuple):
    """Now, with the paper's own day and hour."""

    at: datetime
    day: date
    hour: int


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


def moment(zone: ZoneInfo | None = None) -> Moment:
    """This moment.

    :param zone: the paper's own, where no application is at hand to be asked for it
    """
    at = now()
    here = at.astimezone(zone) if zone else local(at)
    return Moment(at, here.date(), here.hour)


def today() -> date:
    """The paper's own day."""
    return moment().day


def counts(window_minutes: int) -> Counts:
    """The numbers of this moment: one question.

    :param window_minutes: seen this recently is "here now"
    """
    return counts_and_views(None, window_minutes, 0)[0]


def counts_and_views(connection: Connection | None, window_minutes: int, post_id: int) -> tuple[Counts, int]:
    """The numbers of this moment, and how many have read an article in all: one question.

    :param connection: to the visitors database, where a transaction is open already
    """
    bounds = _bounds(moment(), window_minutes, post_id)
    return _counted(
        _COUNTS(**bounds)[0] if connection is None else connection.execute(_COUNTS.statement, bounds).one()
    )


def _bounds(when: Moment, window_minutes: int, post_id: int) -> dict[str, Any]:
    at, day, _hour = when
    return {
        "since": at - timedelta(minutes=window_minutes),
        "day": day,
        "day_before": day - timedelta(days=1),
        "post_id": post_id,
    }


def _counted(row: Any) -> tuple[Counts, int]:
    guests, members, today, yesterday, peak, total, imported_peak, imported_total, views = (
        value or 0 for value in row
    )
    return Counts(guests, members, today, yesterday, max(peak, imported_peak), total + imported_total), views


def imported() -> ImportedTotals | None:
    """What an old site had counted before, if the editor has said so."""
    return db.session.get(ImportedTotals, 1)


def take_over(connection: Connection, total: int, peak: int) -> None:
    """What an old site had counted, instead of what was said of it before."""
    values = {"total": total, "peak": peak}
    insert = upsert(ImportedTotals.__table__, connection.dialect.name).values(id=1, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=values))


def views_of(post_ids: Iterable[int]) -> dict[int, int]:
    """How many have read each of these articles in all; one question. An article nobody has read yet is 0."""
    ids = list(post_ids)
    return dict.fromkeys(ids, 0) | dict(_VIEWS_OF(post_ids=ids)) if ids else {}


def views(post_id: int) -> int:
    """How many have read an article in all."""
    rows = _VIEWS(post_id=post_id)
    return rows[0][0] if rows else 0


def most_read(days: int, limit: int) -> list[int]:
    """Ids of the articles read most over the last days, most first; the caller asks which of them are visible.

    :param days: of the paper's own time zone, today included
    """
    return [post_id for (post_id,) in _most_read(limit)(day_before=today() - timedelta(days=days))]


@cache
def _most_read(limit: int) -> Statement:
    day = PostDay.day > bindparam("day_before", type_=PostDay.__table__.c.day.type)
    question = select(PostDay.post_id).where(day).group_by(PostDay.post_id)
    return Statement(
        question.order_by(func.sum(PostDay.views).desc(), PostDay.post_id.desc()).limit(limit), "visitors"
    )


def post_number(typed: object) -> int | None:
    """The id of an article, from what a browser sent; none for anything else."""
    digits = str(typed) if isinstance(typed, int | str) else ""
    return int(digits) if re.fullmatch(r"[1-9][0-9]{0,17}", digits, re.ASCII) else None


def post_at(path: str) -> int | None:
    """The article that stands at a path, as `place` gave it."""
    found = PLACE.fullmatch(path)
    return int(found[2]) if found and found[2] else None


def section_of(post_id: int) -> int | None:
    """The section of an article that a reader may see now; none for any other."""
    return db.session.scalar(select(Post.section_id).where(Post.id == post_id, Post.is_visible(now())))


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
    words: str = "",
    arrival: Arrival | None = None,
    section_of: Callable[[int], int | None] = lambda _post_id: 0,
    admit: Callable[[], bool] = lambda: True,
) -> bool:
    """A browser is here. The first beat of a visitor's day adds a visitor, the first on an article a view.

    Returns whether anything is new but the moment it was seen at.

    :param connection: a writing transaction in the visitors database
    :param secret: the paper's own, which the hashes are keyed with
    :param member_id: who is logged in there; the editor is not counted (see `forget`)
    :param post_id: the article that is open
    :param path: what `place` gave
    :param words: what was searched for, as `tallies.searchable` gave it
    :param section_of: asked about an article this browser was not on a moment ago; none for one that may not be read
    :param admit: asked about a browser not seen today; false leaves it uncounted
    """
    when = moment()
    who = [identities.of_browser(connection, browser, when.day)]
    visitor, here = (
        identities.hashed(secret, one) for one in (who[0], identities.connected(who[0], member_id))
    )
    path = f"/posts/{post_id}" if post_id else path
    if not words and _is_still_here(connection, here, member_id, path, when.at, window_minutes):
        return False
    before = connection.scalar(_MEMBER, {"visitor": here})
    was_guest = here != visitor and before is None
    forget(
        connection,
        browser,
        secret=secret,
        window_minutes=window_minutes,
        stays=not was_guest,
        member_id=member_id,
        when=when,
    )
    if member_id:
        who.append(identities.of_member(connection, member_id, when.day))
    if not _visit(
        connection,
        [visitor, *(identities.hashed(secret, member) for member in who[1:])],
        when,
        arrival,
        admit,
    ):
        return False
    if member_id and before != member_id:
        _bring_along(connection, secret, who, when.day)
    _stay(connection, here, member_id, path, when.at)
    if post_id and (section_id := section_of(post_id)) is not None:
        _read(
            connection,
            [identities.hashed(secret, one, "post", str(post_id)) for one in who],
            when,
            post_id,
            section_id,
        )
    if words and _mark(connection, when.day, [identities.hashed(secret, one, "word", words) for one in who]):
        tallies.add_word(connection, when.day, words)
    return True


def robot(connection: Connection, name: str) -> None:
    """A robot knocked. It is counted apart, by the name it gives itself."""
    when = moment()
    _sum(connection, when, robots=1)
    tallies.add(connection, when.day, [("robot", tallies.bounded(connection, "robot", when.day, name))])


def forget(
    connection: Connection,
    browser: Browser,
    *,
    secret: str,
    window_minutes: int,
    stays: bool = False,
    member_id: int | None = None,
    when: Moment | None = None,
) -> None:
    """Presences that ran out go, and this browser's own: all of them, or (`stays`) only one from before midnight.

    :param member_id: whose connection from before midnight goes too, where it is apart from the browser's
    """
    at, day, _hour = when or moment()
    cutoff = at - timedelta(minutes=window_minutes)
    gone = [] if stays else [identities.of_browser(connection, browser, day)]
    if local(cutoff).date() < day:
        gone += identities.of_yesterday(browser, day - timedelta(days=1))
    else:
        gone += identities.of_previous(browser, day - timedelta(days=1))
        identities.forget_salts(day)
    ended = {*gone, *(identities.connected(one, member_id) for one in gone)}
    connection.execute(
        _EXPIRED, {"cutoff": cutoff, "gone": [identities.hashed(secret, one) for one in ended]}
    )


def log_out(connection: Connection, browser: Browser, member_id: int, secret: str) -> None:
    """A member's connection ends where the next beat could not tell that it was this browser's."""
    here = identities.connected(identities.of_browser(connection, browser, today()), member_id)
    connection.execute(delete(Presence).where(Presence.visitor == identities.hashed(secret, here)))


def purge(connection: Connection, window_minutes: int = 10) -> None:
    """Whatever told visitors apart goes when the day is over, presences when the window is.

    :param connection: a writing transaction in the visitors database
    """
    connection.execute(delete(Presence).where(Presence.seen_at <= now() - timedelta(minutes=window_minutes)))
    _purge_days(connection, today())


def here(window_minutes: int) -> list[Here]:
    """Members, then guests, who are here now, the latest first; a member once. At most MOST_SHOWN."""
    question = select(Presence).where(Presence.seen_at > now() - timedelta(minutes=window_minutes))
    members_first = (Presence.member_id.is_(None), Presence.seen_at.desc())
    rows = list(db.session.scalars(question.order_by(*members_first).limit(MOST_SHOWN)))
    members, titles = _members(rows), _titles(rows)
    found, met = [], set()
    for row in rows:
        if row.member_id and (row.member_id in met or row.member_id not in members):
            continue
        met.add(row.member_id)
        found.append(
            Here(
                bool(row.member_id),
                members.get(row.member_id or 0, ""),
                row.path,
                titles.get(row.path, ""),
                row.seen_at,
            )
        )
    return found


def _is_still_here(
    connection: Connection, visitor: str, member_id: int | None, path: str, at: datetime, window_minutes: int
) -> bool:
    """Whether this is a beat like the one before it, and nobody else's presence has run out. It is noted then."""
    here = {"visitor_": visitor, "member_id_": member_id, "path_": path, "seen_at": at}
    return (
        connection.execute(
            _STILL_HERE.statement, here | {"cutoff": at - timedelta(minutes=window_minutes)}
        ).rowcount
        == 1
    )


def _visit(
    connection: Connection, keys: list[str], when: Moment, arrival: Arrival | None, admit: Callable[[], bool]
) -> bool:
    """Whether this visitor is counted, now or before. New is who comes neither with a browser nor as a member seen that day."""
    known = set(connection.scalars(_KNOWN, {"day": when.day, "keys": keys}))
    if keys[0] not in known and not admit():
        return False
    fresh = [_is_first(connection, Visitor, day=when.day, visitor=key) for key in keys if key not in known]
    is_new = len(fresh) == len(keys) and all(fresh)
    is_new_member = len(keys) > 1 and keys[1] not in known and fresh[-1]
    if is_new or is_new_member:
        visitors_today = _sum(connection, when, visitors=int(is_new), members=int(is_new_member))
        if is_new and visitors_today == 1:
            _purge_days(connection, when.day)
    if is_new and arrival:
        names = [(kind, tallies.bounded(connection, kind, when.day, name)) for kind, name in arrival.names()]
        tallies.add(connection, when.day, names)
    return True


def _purge_days(connection: Connection, day: date) -> None:
    for table in (Visitor, DailySeen, DaySalt):
        connection.execute(delete(table).where(table.day < day))
    tallies.purge(connection, day)
    truncate_wal(connection)


def _read(connection: Connection, marks: list[str], when: Moment, post_id: int, section_id: int) -> None:
    if not _mark(connection, when.day, marks):
        return
    _add(connection, {"day": when.day, "post_id": post_id}, PostDay.views)
    _add(connection, {"post_id": post_id}, PostViews.views)
    _sum(connection, when, views=1)
    tallies.add(connection, when.day, [("post", str(post_id))], ("month", "year"))
    if section_id:
        tallies.add(connection, when.day, [("section", str(section_id))])


def _bring_along(connection: Connection, secret: str, who: list[Identity], day: date) -> None:
    """What a browser has read as a guest, its member has read: on no other device it is a second view.

    Nothing stored tells what a browser has read, so each article of the day is tried.
    """
    guest, member = who
    post_ids = connection.scalars(select(PostDay.post_id).where(PostDay.day == day)).all()
    tried = {identities.hashed(secret, guest, "post", str(post_id)): post_id for post_id in post_ids}
    for start in range(0, len(tried), 500):
        some = list(tried)[start : start + 500]
        for mark in connection.scalars(
            select(DailySeen.mark).where(DailySeen.day == day, DailySeen.mark.in_(some))
        ).all():
            _is_first(
                connection,
                DailySeen,
                day=day,
                mark=identities.hashed(secret, member, "post", str(tried[mark])),
            )


def _mark(connection: Connection, day: date, marks: list[str]) -> bool:
    """Whether none of these stood there yet. Afterwards all do."""
    return all([_is_first(connection, DailySeen, day=day, mark=mark) for mark in marks])


def _is_first(connection: Connection, table: type[Model], **row: Any) -> bool:
    """Write the row; the database says whether it is the first of its kind, however many ask at once."""
    return connection.execute(_inserting(connection, table), row).rowcount == 1


def _sum(connection: Connection, when: Moment, **counted: int) -> int:
    """Add to the sums of the hour and the day. Returns the day's visitors."""
    for table, row in ((VisitHour, {"day": when.day, "hour": when.hour}), (VisitDay, {"day": when.day})):
        statement = _adding(connection, table, tuple(row), tuple(counted), table.visitors)
        visitors = connection.execute(statement, row | counted).scalar_one()
    return visitors


def _add(connection: Connection, row: dict[str, object], column: InstrumentedAttribute[int]) -> None:
    """Add one to a sum, in SQL."""
    connection.execute(_adding(connection, column.class_, tuple(row), (column.key,)), row | {column.key: 1})


def _stay(connection: Connection, visitor: str, member_id: int | None, path: str, at: datetime) -> None:
    values = {"visitor": visitor, "member_id": member_id, "path": path, "seen_at": at}
    connection.execute(_staying(connection), values)


@once_a_dialect
def _inserting(connection: Connection, table: type[Model]) -> Any:
    return upsert(table.__table__, connection.dialect.name).on_conflict_do_nothing()  # type: ignore[arg-type]


@once_a_dialect
def _adding(
    connection: Connection,
    table: type[Model],
    keys: tuple[str, ...],
    names: tuple[str, ...],
    returned: InstrumentedAttribute[int] | None = None,
) -> Any:
    insert = upsert(table.__table__, connection.dialect.name)  # type: ignore[arg-type]
    more = {name: getattr(table, name) + insert.excluded[name] for name in names}
    insert = insert.on_conflict_do_update(index_elements=list(keys), set_=more)
    return insert if returned is None else insert.returning(returned)


@once_a_dialect
def _staying(connection: Connection) -> Any:
    insert = upsert(Presence.__table__, connection.dialect.name)  # type: ignore[arg-type]
    return insert.on_conflict_do_update(
        index_elements=["visitor"],
        set_={name: insert.excluded[name] for name in ("member_id", "path", "seen_at")},
    )


def _members(rows: list[Presence]) -> dict[int, str]:
    """Id to nickname, empty where the member has not agreed to be shown."""
    ids = {row.member_id for row in rows if row.member_id}
    question = select(Member.id, Member.nickname, Member.shown_online_at)
    found = (
        db.session.execute(
            question.where(Member.id.in_(ids), Member.is_editor.is_(False), Member.left_at.is_(None))
        )
        if ids
        else ()
    )
    return {id_: nickname if shown else "" for id_, nickname, shown in found}


def _titles(rows: list[Presence]) -> dict[str, str]:
    """Path to title, of the articles and sections everybody may see."""
    places = [match for row in rows if (match := PLACE.fullmatch(row.path))]
    ids = {int(match[2]) for match in places if match[1]}
    slugs = {match[4] for match in places if match[3]}
    articles = select(Post.id, Post.title, Post.origin).where(Post.id.in_(ids), Post.is_visible(now()))
    posts = {row.id: headline(row) for row in db.session.execute(articles)} if ids else {}
    names = (
        dict(db.session.execute(select(Section.slug, Section.name).where(Section.slug.in_(slugs))).all())
        if slugs
        else {}
    )
    found = {match[0]: posts.get(int(match[2])) if match[1] else names.get(match[4]) for match in places}
    return {path: title for path, title in found.items() if title}
