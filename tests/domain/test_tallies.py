"""Tallies by name, and search words of too few visitors."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

import database
from database import db
from domain.counter import beats, tallies, visitors
from domain.counter.beats import Arrival, Beat, BeatCounter
from domain.counter.identities import Browser
from domain.counter.models import Tally
from models import today

DAY = date(2026, 11, 23)


def stored(kind):
    db.session.rollback()  # a new transaction sees what other connections have committed
    query = select(Tally.span, Tally.start, Tally.name, Tally.count).where(Tally.kind == kind)
    return {(span, start, name): count for span, start, name, count in db.session.execute(query)}


def beat(number, section_of=lambda _post_id: 0, address="", **fields):
    with database.visitors_transaction() as connection:
        BeatCounter(connection, "test", 10).count(
            Beat(Browser(number, address=address), **fields), section_of
        )


def search(day, word):
    with database.visitors_transaction() as connection:
        tallies.add_word(connection, day, word)


def test_an_arrival_is_counted_once_a_day(app):
    for _ in range(2):
        beat("number-1", arrival=Arrival("phone", "ko", "band.us"))
    beat("number-2", arrival=Arrival("desktop", "ko", ""))
    day = today()
    assert stored("referrer") == {(span, start, "band.us"): 1 for span, start in tallies.starts(day).items()}
    assert stored("language")["day", day, "ko"] == 2
    assert stored("device")["ever", tallies.EVER, "phone"] == 1


def test_a_view_counts_for_its_section(app):
    beat("number-1", post_id=4, section_of=lambda _post_id: 9)
    beat("number-2", post_id=5, section_of=lambda _post_id: 9)
    beat("number-3", post_id=6, section_of=lambda _post_id: None)
    day = today()
    assert stored("section")["day", day, "9"] == 2
    assert stored("post") == {
        (span, tallies.starts(day)[span], name): 1 for span in ("month", "year") for name in ("4", "5")
    }
    assert [visitors.views(post_id) for post_id in (4, 5, 6)] == [1, 1, 0]


def test_a_word_is_shown_only_after_enough_visitors_of_one_day(app):
    for number in range(2):
        beat(f"number-{number}", words="느티천", address=f"192.0.2.{number}")
    beat("number-1", words="느티천", address="192.0.2.1")
    day = today()
    assert stored("word") == {("day", day, "느티천"): 2}
    assert tallies.popular_words(day, 7, 10) == []
    beat("number-3", words="느티천", address="192.0.2.3")
    beat("number-4", words="느티천", address="192.0.2.4")
    assert stored("word") == {(span, start, "느티천"): 4 for span, start in tallies.starts(day).items()}
    assert tallies.popular_words(day, 7, 10) == ["느티천"]


@pytest.mark.parametrize(
    ("addresses", "count"),
    [
        (["192.0.2.1"] * 5, 1),
        (["192.0.2.1", "192.0.2.2", "192.0.2.1"], 2),
        ([f"2001:db8:0:1::{number}" for number in range(1, 6)], 1),
        (["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"], 3),
        (["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"], 2),
    ],
)
def test_a_word_counts_once_for_each_address_block(app, addresses, count):
    for number, address in enumerate(addresses):
        beat(f"number-{number}", words="느티천", address=address)
    day = today()
    assert stored("word")["day", day, "느티천"] == count
    assert tallies.popular_words(day, 7, 10) == (["느티천"] if count >= tallies.KNOWN_BY else [])


def test_one_visitor_at_several_addresses_counts_once(app):
    for number in range(4):
        beat("number-1", words="느티천", address=f"192.0.2.{number}")
    assert stored("word")["day", today(), "느티천"] == 1


def test_words_of_too_few_visitors_are_purged_after_the_day(app):
    for word, times in (("드문말", 2), ("흔한말", 3)):
        for _ in range(times):
            search(DAY, word)
    with database.visitors_transaction() as connection:
        tallies.purge(connection, DAY + timedelta(days=1))
    assert {name for span, _start, name in stored("word") if span == "day"} == {"흔한말"}


def test_popular_words_are_sorted_and_exclude_hidden_ones(app):
    for days_ago, word, times in ((0, "가", 4), (3, "나", 6), (3, "가", 3), (7, "옛날", 9), (0, "숨김", 8)):
        for _ in range(times):
            search(DAY - timedelta(days=days_ago), word)
    with database.visitors_transaction() as connection:
        tallies.hide(connection, "숨김")
        tallies.hide(connection, "숨김")
    assert tallies.popular_words(DAY, 7, 10) == ["가", "나"]
    with database.visitors_transaction() as connection:
        tallies.show(connection, "숨김")
    db.session.rollback()
    assert tallies.popular_words(DAY, 7, 1) == ["숨김"]


@pytest.mark.parametrize(
    ("words", "searchable"),
    [
        ("  느티천   산책길 ", "느티천 산책길"),
        ("NAVER", "naver"),
        ("홍길동 010-0000-0000", ""),
        ("900101-1234567", ""),
        ("someone@example.com", ""),
        ("https://example.com/x", ""),
        ("2026", "2026"),
        ("초ㆍ중ㆍ고", "초·중·고"),
        ("초•중・고", "초·중·고"),
        ("느티\u200b천\u3164산책\u00ad길", "느티천 산책길"),
        ("Ｃａｆé", "cafe"),
        ("1,500원", "1500원"),
        ("010·1234·5678", ""),
        ("０１０—１２３４—５６７８", ""),
        ("010/1234/5678 홍길동", ""),
        ("9\u200b0\u200b0101,1234567", ""),
        ("홍길동＠example", ""),
        ("가" * 41, ""),
        ("\x00", ""),
    ],
)
def test_private_looking_words_are_not_counted(words, searchable):
    assert tallies.searchable(words) == searchable


def test_strangers_cannot_fill_the_tallies(app, monkeypatch):
    monkeypatch.setattr(tallies, "MOST_NAMES", 2)
    for number in range(4):
        beat(f"number-{number}", arrival=Arrival(referrer=f"site{number}.example"))
        search(today(), f"말{number}")
    assert {name for span, _start, name in stored("referrer") if span == "day"} == {
        "site0.example",
        "site1.example",
        tallies.OTHER,
    }
    assert len(stored("word")) == 2


def test_robots_have_their_own_tally(app):
    with database.visitors_transaction() as connection:
        beats.count_robot(connection, "Googlebot")
        beats.count_robot(connection, "Googlebot")
    assert stored("robot")["day", today(), "Googlebot"] == 2
    assert visitors.counts(10).today == 0
