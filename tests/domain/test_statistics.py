"""Sums of hours, days, weeks, months and years."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

import database
from database import db
from domain.counter import statistics, tallies
from domain.counter.beats import Beat, BeatCounter
from domain.counter.identities import Browser
from domain.counter.models import PostDay, VisitDay, VisitHour
from domain.neighbours.models import ActivityDay, ActivityHour
from domain.paper import sections
from models import Comment, Member, Section, today

NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday, noon in Seoul


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def sums(app):
    db.session.add_all(VisitDay(day=date(2026, 11, day), visitors=day, views=day * 2) for day in range(1, 19))
    db.session.add_all(VisitDay(day=date(2026, 10, day), visitors=1) for day in range(1, 32))
    db.session.add(VisitDay(day=date(2025, 12, 31), visitors=100))
    db.session.add(VisitHour(day=date(2026, 11, 18), hour=9, visitors=18))
    db.session.add(VisitHour(day=date(2026, 11, 17), hour=12, visitors=5))
    db.session.add(VisitHour(day=date(2026, 11, 17), hour=13, visitors=7))
    db.session.add(ActivityDay(day=date(2026, 11, 3), comments=4))
    db.session.commit()


def shown(unit, on=date(2026, 11, 18)):
    of = statistics.period(unit, on)
    return of, statistics.bars(of)


def test_hours_of_a_day(sums):
    of, bars = shown("hour")
    assert [bar.start for bar in bars] == list(range(24))
    assert [bar.begun for bar in bars] == [True] * 13 + [False] * 11
    assert bars[9].counts["visitors"] == 18
    earlier, total = statistics.compared(of, bars)
    assert (earlier[13].counts["visitors"], total["visitors"]) == (7, 5)


def test_days_of_a_month(sums):
    of, bars = shown("day")
    assert (len(bars), bars[0].start, bars[-1].start) == (30, date(2026, 11, 1), date(2026, 11, 30))
    assert statistics.sums(bars) == {
        "visitors": 171,
        "views": 342,
        "members": 0,
        "comments": 4,
        "joins": 0,
        "robots": 0,
    }
    assert statistics.compared(of, bars)[1]["visitors"] == 18
    past, bars = shown("day", date(2026, 10, 5))
    assert (len(bars), statistics.compared(past, bars)[1]["visitors"]) == (31, 0)


def test_weeks_begin_on_monday_and_with_the_year(sums):
    _of, bars = shown("week")
    assert [bar.start for bar in bars[:2]] == [date(2026, 1, 1), date(2026, 1, 5)]
    week = next(bar for bar in bars if bar.start == date(2026, 11, 16))
    assert week.counts["visitors"] == 16 + 17 + 18
    assert statistics.sums(bars)["visitors"] == 171 + 31


def test_months_and_years(sums):
    _of, bars = shown("month")
    assert (len(bars), bars[9].counts["visitors"], bars[10].counts["visitors"], bars[11].begun) == (
        12,
        31,
        171,
        False,
    )
    of, bars = shown("year")
    assert [(bar.start.year, bar.counts["visitors"]) for bar in bars] == [(2025, 100), (2026, 202)]
    assert statistics.compared(of, bars) is None


@pytest.mark.parametrize("unit", statistics.UNITS)
def test_periods_follow_one_another(app, unit):
    of = statistics.period(unit, date(2024, 2, 29))
    assert of.start <= date(2024, 2, 29) < of.end
    if unit != "year":
        assert of.before.end == of.start
        assert of.after.start == of.end
    assert statistics.period(unit, today()).after is None


@pytest.mark.parametrize("unit", statistics.UNITS)
def test_an_empty_paper_has_statistics(app, unit):
    _of, bars = shown(unit)
    assert bars
    assert set(statistics.sums(bars).values()) == {0}


def test_most_read_of_every_span(app, make_post):
    one, two = make_post(title="하나"), make_post(title="둘")
    for days_ago, post, times in ((0, one, 1), (0, two, 2), (20, one, 5)):
        with time_machine.travel(NOON - timedelta(days=days_ago), tick=False):
            for number in range(times):
                with database.visitors_transaction() as connection:
                    beat = Beat(Browser(f"number-{number}"), post_id=post.id)
                    BeatCounter(connection, "test", 10).count(beat)
    db.session.add(PostDay(day=date(2026, 11, 18), post_id=99, views=1))
    db.session.commit()

    def most(unit):
        return [
            (line.label, line.count)
            for line in statistics.most("post", statistics.period(unit, date(2026, 11, 18)))
        ]

    assert most("hour")[:2] == [("둘", 2), ("(삭제됨)", 1)]
    assert most("day") == [("둘", 2), ("하나", 1)]
    assert most("month") == most("year") == [("하나", 6), ("둘", 2)]


def test_labels(app, section):
    with database.visitors_transaction() as connection:
        names = [
            ("section", str(section.id)),
            ("section", "99"),
            ("device", "phone"),
            ("language", "vi"),
            ("referrer", tallies.OTHER),
        ]
        tallies.add(connection, date(2026, 11, 18), names)

    def labels(kind):
        return {line.label for line in statistics.most(kind, statistics.period("day", date(2026, 11, 18)))}

    assert labels("section") == {section.name, "(삭제됨)"}
    assert (labels("device"), labels("language"), labels("referrer")) == (
        {"휴대전화"},
        {"베트남어"},
        {"(그 밖)"},
    )


def test_comments_and_joins_are_counted_in_the_same_transaction(app, post, alice, editor):
    half_past_midnight = datetime(2026, 11, 17, 15, 30, tzinfo=UTC)
    with time_machine.travel(half_past_midnight, tick=False):
        comment = post.comment("댓글", by=alice)
        db.session.add(comment)
        db.session.add(Comment(post=post, member=alice, body="또 하나"))
        member = Member(password_hash="!")
        member.name_as("carol", "버드나무", "carol@example.com")
        db.session.add(member)
        db.session.commit()
    day, hour = (
        db.session.get(ActivityDay, date(2026, 11, 18)),
        db.session.get(ActivityHour, (date(2026, 11, 18), 0)),
    )
    assert (hour.comments, hour.joins) == (2, 1)
    assert (day.comments, day.joins) == (2, 1 + 1)  # alice joined at noon; the editor does not count
    db.session.delete(comment)
    db.session.commit()
    db.session.refresh(day)
    assert day.comments == 2


def test_a_section_has_the_numbers_of_those_merged_into_it(app, section):
    video = db.session.scalars(db.select(Section).where(Section.slug == "video")).one()
    with database.visitors_transaction() as connection:
        tallies.add(connection, NOON.date(), [("section", str(section.id)), ("section", str(video.id))])
    sections.merge(section, video)
    db.session.commit()
    lines = statistics.most("section", statistics.period("day", NOON.date()))
    assert [(line.label, line.count) for line in lines] == [("동영상뉴스", 2)]
