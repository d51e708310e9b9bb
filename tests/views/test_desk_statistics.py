"""Statistics at the desk: charts with tables, CSV, hidden words, totals of an old site."""

import csv
import io

import pytest

import database
from database import db
from domain.counter import beats, tallies, visitors
from domain.counter.beats import Arrival, Beat, BeatCounter
from domain.counter.identities import Browser
from domain.counter.models import HiddenWord, ImportedTotals
from models import today

GET = ["/desk/statistics", "/desk/statistics.csv", "/desk/imported-totals"]


@pytest.fixture
def desk(client, paper, editor):
    return client.log_in(editor)


@pytest.fixture
def read(paper, post):
    """An article with one view, a visitor from another site, a search word and a robot."""
    with database.visitors_transaction() as connection:
        beat = Beat(Browser("number-1"), post_id=post.id, arrival=Arrival("phone", "ko", "band.us"))
        BeatCounter(connection, "test", 10).count(beat, lambda _post_id: post.section_id)
        for _ in range(3):
            tallies.add_word(connection, today(), "붕어빵")
        beats.count_robot(connection, "=HYPERLINK(1)")


@pytest.mark.parametrize("path", GET)
def test_only_the_editor(client, paper, alice, path):
    assert client.get(path).status_code == 302
    assert client.log_in(alice).get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/desk/hidden-words", "/desk/hidden-words/deletion", "/desk/imported-totals"]
)
def test_only_the_editor_changes_anything(client, paper, alice, path):
    assert client.send(path, word="말", total=1, peak=1).status_code == 401
    assert client.log_in(alice).send(path, word="말", total=1, peak=1).status_code == 403
    assert db.session.get(ImportedTotals, 1) is None


@pytest.mark.parametrize("path", ["/desk/statistics", "/desk/statistics.csv"])
def test_wrong_method(desk, path):
    assert desk.send(path).status_code == 405


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month", "year"])
def test_every_unit_shows_what_was_counted(desk, read, post, unit):
    answer = desk.get(f"/desk/statistics?unit={unit}")
    assert answer.status_code == 200
    for word in (post.title, "붕어빵", "밴드", "휴대전화", "한국어", post.section.name):
        assert word in answer.text
    assert answer.text.count('<svg class="chart') == answer.text.count('role="img"') == 6
    assert answer.text.count("<details") >= 6


@pytest.mark.parametrize(
    "query",
    [
        "",
        "unit=x&on=y",
        "unit=day&on=9999-99",
        "on=1800-01-01",
        "unit=hour&on=3000-01-01",
        "on=%00",
        "unit=%ff",
    ],
)
def test_any_query_string_is_answered(desk, read, query):
    assert desk.get(f"/desk/statistics?{query}").status_code == 200
    assert desk.get(f"/desk/statistics.csv?{query}").status_code == 200


def rows(answer):
    assert answer.mimetype == "text/csv"
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_csv_of_sums_and_of_every_day(desk, read):
    head, *lines = rows(desk.get("/desk/statistics.csv?unit=day"))
    assert head == ["날짜", "방문자", "조회", "다녀간 회원", "댓글", "새 회원", "로봇"]
    assert lines[-1][:3] == [today().isoformat(), "1", "1"]
    assert rows(desk.get("/desk/statistics.csv?table=days"))[-1] == lines[-1]


@pytest.mark.parametrize(
    ("table", "name"),
    [("post", None), ("referrer", "band.us"), ("word", "붕어빵"), ("device", "phone"), ("language", "ko")],
)
def test_csv_of_every_list(desk, read, post, table, name):
    assert rows(desk.get(f"/desk/statistics.csv?table={table}"))[1][0] == (name or str(post.id))


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "＝1", "＠1", " =1", "\t=1", "\n=1"]
)
def test_csv_holds_no_formula(desk, paper, name):
    with database.visitors_transaction() as connection:
        beats.count_robot(connection, name)
    assert rows(desk.get("/desk/statistics.csv?table=robot"))[1][:2] == [f"'{name}"] * 2


def test_unknown_csv_is_not_found(desk):
    assert desk.get("/desk/statistics.csv?table=members").status_code == 404


def test_a_word_is_hidden_from_readers_and_shown_again(desk, client, read, make_post):
    make_post(body=f"<p>{'골목 소식입니다. ' * 40}붕어빵</p>")
    assert "붕어빵" in client.application.test_client().get("/").text
    answer = desk.send("/desk/hidden-words", word="붕어빵", next="/desk/statistics?unit=day#most-word")
    assert (answer.status_code, answer.location) == (303, "/desk/statistics?unit=day#most-word")
    assert "붕어빵" not in client.application.test_client().get("/").text
    assert "다시 보이기" in desk.get("/desk/statistics").text
    assert (
        desk.send("/desk/hidden-words/deletion", word="붕어빵", next="//evil.example").location
        == "/desk/statistics"
    )
    assert db.session.get(HiddenWord, "붕어빵") is None
    assert "붕어빵" in client.application.test_client().get("/").text


@pytest.mark.parametrize("word", ["", " ", "\x00", "가" * 200])
def test_no_word_is_hidden_without_a_word(desk, word):
    assert desk.send("/desk/hidden-words", word=word).status_code == 422


def test_totals_of_an_old_site_are_added_and_marked(desk, client, read):
    assert desk.send("/desk/imported-totals", total=" 250,000", peak="1234").status_code == 303
    counts = visitors.counts(10)
    assert (counts.total, counts.peak, counts.today) == (250_001, 1234, 1)
    for path in ("/visitors", "/pages/how-we-count", "/desk/statistics"):
        text = desk.get(path).text
        assert "250,000" in text
        assert "예전 누리집" in text
    assert 'value="250000"' in desk.get("/desk/imported-totals").text
    desk.send("/desk/imported-totals", total="0", peak="0")
    assert visitors.counts(10).total == 1
    desk.get("/")  # consumes the flash message
    assert "예전 누리집" not in desk.get("/visitors").text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"total": "많음", "peak": "1"},
        {"total": "-1", "peak": "0"},
        {"total": "1", "peak": "2"},
        {"total": "9" * 40, "peak": "1"},
    ],
)
def test_impossible_totals_are_refused_and_stay_in_the_form(desk, fields):
    answer = desk.send("/desk/imported-totals", **fields)
    assert answer.status_code == 422
    if fields:
        assert f'value="{fields["total"]}"' in answer.text
    assert visitors.imported() is None
