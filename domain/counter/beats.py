"""Count beats: presences, visitors, views and search words. Rules: docs/visitors.md."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from database import truncate_wal
from domain.counter import identities, tallies
from domain.counter.identities import Browser, Identity
from domain.counter.models import (
    DailySeen,
    DaySalt,
    PostDay,
    PostViews,
    Presence,
    VisitDay,
    VisitHour,
    Visitor,
)
from domain.counter.sums import adding, insert_new, put
from domain.counter.visitors import Moment, moment
from models import local, now, today


@dataclass(frozen=True)
class Arrival:
    """Where a visitor's first beat of a day comes from. Each part is counted by itself; empty if unknown."""

    device: str = ""  # phone, tablet or desktop
    language: str = ""  # its code
    referrer: str = ""  # host of the site whose link was followed


@dataclass(frozen=True)
class Beat:
    """What a browser reports: who it is and the page it has open."""

    browser: Browser
    member_id: int | None = None  # the member logged in there
    is_editor: bool = False  # the editor is logged in there, who is not counted
    path: str = ""  # of the page, if it is public (`pages.public_path`); an article's id replaces it
    post_id: int | None = None  # the article on the page
    words: str = ""  # what was searched for (`tallies.searchable`)
    arrival: Arrival = Arrival()

    @property
    def page(self) -> str:
        """Path of the page to show on /visitors."""
        return f"/posts/{self.post_id}" if self.post_id else self.path


@dataclass(frozen=True)
class BeatCounter:
    """Counts beats in one writing transaction."""

    connection: Connection  # to the visitors database, inside the transaction
    secret: str  # the paper's own key of all hashes
    window_minutes: int  # how long a browser counts as online after its last beat
    when: Moment = field(default_factory=moment)

    def count(
        self,
        beat: Beat,
        section_of: Callable[[int], int | None] = lambda _post_id: 0,
        admit: Callable[[], bool] = lambda: True,
    ) -> bool:
        """Count a beat. The first of a visitor's day adds a visitor, the first on an article a view.

        Return whether anything but the time of the last beat has changed.

        :param section_of: the section of an article new to this browser; None if it may not be read
        :param admit: called for a browser not seen today; False leaves it uncounted
        """
        browser = identities.of_browser(self.connection, beat.browser, self.when.day)
        presence = self._hash(identities.of_presence(browser, beat.member_id))
        if beat.is_editor:
            self._end_presences(beat, [browser])
            return True
        if not beat.words and self._is_repeated(beat, presence):
            return False
        before = self.connection.scalar(select(Presence.member_id).where(Presence.visitor == presence))
        was_guest = presence != self._hash(browser) and before is None
        self._end_presences(beat, [browser] if was_guest else [])
        people = [browser]
        if beat.member_id:
            people.append(identities.of_member(self.connection, beat.member_id, self.when.day))
        if not self._count_visit([self._hash(one) for one in people], beat.arrival, admit):
            return False
        if beat.member_id and before != beat.member_id:
            self._copy_views_to_member(*people)
        seen = {"member_id": beat.member_id, "path": beat.page, "seen_at": self.when.at}
        put(self.connection, Presence, visitor=presence, **seen)
        if beat.post_id and (section_id := section_of(beat.post_id)) is not None:
            self._count_view(people, beat.post_id, section_id)
        if beat.words:
            self._count_word(people, beat)
        return True

    def _hash(self, identity: Identity, *what: str) -> str:
        return identities.hashed(self.secret, identity, *what)

    @property
    def _expiry(self) -> datetime:
        return self.when.at - timedelta(minutes=self.window_minutes)

    def _is_repeated(self, beat: Beat, presence: str) -> bool:
        """Update the time of the last beat, if nothing else is new and no presence at all has expired."""
        oldest = select(func.min(aliased(Presence).seen_at)).scalar_subquery()
        query = update(Presence).where(
            Presence.visitor == presence,
            Presence.path == beat.page,
            Presence.member_id.is_not_distinct_from(beat.member_id),
            oldest > self._expiry,
        )
        return self.connection.execute(query.values(seen_at=self.when.at)).rowcount == 1

    def _end_presences(self, beat: Beat, ended: list[Identity]) -> None:
        """Delete expired presences, this browser's of the day before, and those of the given identities."""
        day_before = self.when.day - timedelta(days=1)
        if local(self._expiry).date() < self.when.day:
            ended = ended + identities.of_day_before(beat.browser, day_before)
        else:
            ended = ended + identities.of_previous_number(beat.browser, day_before)
            identities.forget_salts(self.when.day)
        with_member = [identities.of_presence(one, beat.member_id) for one in ended]
        hashes = {self._hash(one) for one in [*ended, *with_member]}
        is_ended = or_(Presence.seen_at <= self._expiry, Presence.visitor.in_(hashes))
        self.connection.execute(delete(Presence).where(is_ended))

    def _count_visit(self, hashes: list[str], arrival: Arrival, admit: Callable[[], bool]) -> bool:
        """Count a visitor if neither browser nor member were seen today. Return False if it is not admitted.

        :param hashes: of the browser, and of the member logged in there
        """
        day = self.when.day
        query = select(Visitor.visitor).where(Visitor.day == day, Visitor.visitor.in_(hashes))
        known = set(self.connection.scalars(query))
        if hashes[0] not in known and not admit():
            return False
        unknown = [one for one in hashes if one not in known]
        inserted = [insert_new(self.connection, Visitor, day=day, visitor=one) for one in unknown]
        is_new = len(inserted) == len(hashes) and all(inserted)
        is_new_member = len(hashes) > 1 and hashes[1] not in known and inserted[-1]
        if is_new or is_new_member:
            counts = {"visitors": int(is_new), "members": int(is_new_member)}
            if _add_to_sums(self.connection, self.when, **counts) == 1 and is_new:
                _purge_days(self.connection, day)
        if is_new:
            tallies.add_bounded(self.connection, day, [item for item in vars(arrival).items() if item[1]])
        return True

    def _copy_views_to_member(self, browser: Identity, member: Identity) -> None:
        """Mark what a browser has read today as read by its member: on another device it is no second view.

        No stored row leads from a browser to what it read, so the hash of every article read today is tried.
        """
        day = self.when.day
        post_ids = self.connection.scalars(select(PostDay.post_id).where(PostDay.day == day)).all()
        possible = {self._hash(browser, "post", str(post_id)): str(post_id) for post_id in post_ids}
        hashes = list(possible)
        for start in range(0, len(hashes), 500):
            some = hashes[start : start + 500]
            query = select(DailySeen.mark).where(DailySeen.day == day, DailySeen.mark.in_(some))
            for mark in self.connection.scalars(query).all():
                copy = self._hash(member, "post", possible[mark])
                insert_new(self.connection, DailySeen, day=day, mark=copy)

    def _count_view(self, people: list[Identity], post_id: int, section_id: int) -> None:
        """Count a view of a visible article, once per visitor and day."""
        post, day = str(post_id), self.when.day
        if not self._is_first_today(people, "post", post):
            return
        row = {"post_id": post_id, "views": 1}
        self.connection.execute(adding(self.connection, PostDay, "views"), row | {"day": day})
        self.connection.execute(adding(self.connection, PostViews, "views"), row)
        _add_to_sums(self.connection, self.when, views=1)
        tallies.add(self.connection, day, [("post", post)], ("month", "year"))
        if section_id:
            tallies.add(self.connection, day, [("section", str(section_id))])

    def _count_word(self, people: list[Identity], beat: Beat) -> None:
        """Count search words once per visitor and per block of addresses: one person can invent visitors."""
        block = identities.of_block(self.connection, beat.browser, self.when.day)
        if self._is_first_today(people, "word", beat.words) and self._is_first_today(
            [block], "word", beat.words
        ):
            tallies.add_word(self.connection, self.when.day, beat.words)

    def _is_first_today(self, people: list[Identity], kind: str, name: str) -> bool:
        """Mark a thing as seen today by the browser and its member. Return whether it was new to both."""
        hashes = [self._hash(one, kind, name) for one in people]
        return all([insert_new(self.connection, DailySeen, day=self.when.day, mark=one) for one in hashes])


def count_robot(connection: Connection, name: str) -> None:
    """Count a robot's beat, by the name that the robot gives itself."""
    when = moment()
    _add_to_sums(connection, when, robots=1)
    tallies.add_bounded(connection, when.day, [("robot", name)])


def log_out(connection: Connection, browser: Browser, member_id: int, secret: str) -> None:
    """End a member's presence on a browser without a number: its next beat has another identity."""
    identity = identities.of_presence(identities.of_browser(connection, browser, today()), member_id)
    connection.execute(delete(Presence).where(Presence.visitor == identities.hashed(secret, identity)))


def purge(connection: Connection, window_minutes: int = 10) -> None:
    """Delete expired presences, and of past days everything but the sums."""
    connection.execute(delete(Presence).where(Presence.seen_at <= now() - timedelta(minutes=window_minutes)))
    _purge_days(connection, today())


def _add_to_sums(connection: Connection, when: Moment, **counts: int) -> int:
    """Add to the sums of the hour and the day. Return the day's visitors."""
    hour = adding(connection, VisitHour, *counts)
    connection.execute(hour, {"day": when.day, "hour": when.hour, **counts})
    day = adding(connection, VisitDay, *counts).returning(VisitDay.visitors)
    return connection.execute(day, {"day": when.day, **counts}).scalar_one()


def _purge_days(connection: Connection, day: date) -> None:
    for table in (Visitor, DailySeen, DaySalt):
        connection.execute(delete(table).where(table.day < day))
    tallies.purge(connection, day)
    truncate_wal(connection)
