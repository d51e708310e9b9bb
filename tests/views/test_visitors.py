"""The beat, the pixel, and the page that lists who is online."""

import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

import database
import views.visitors
from database import db
from domain.counter import presences
from domain.counter.models import DailySeen, DaySalt, Presence, Tally, VisitDay, Visitor
from lib.sqlite.driver import sqlite3
from models import now

NUMBER, OTHER = "a1b2c3d4e5f60718", "0918273645afbecd"
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BEFORE_MIDNIGHT = datetime(2026, 11, 23, 14, 57, tzinfo=UTC)
ZERO = {"guests": 0, "members": 0, "today": 0, "yesterday": 0, "peak": 0, "total": 0, "views": 0}


def beat(client, number=NUMBER, headers=None, **fields):
    answer = client.post("/visitors/beat", data={"visitor": number, **fields}, headers=headers)
    assert answer.status_code == 200
    numbers = answer.get_json()
    numbers.pop("day")
    return numbers


def raw(app):
    """The bytes of the visitors database and its write-ahead log."""
    return b"".join(file.read_bytes() for file in app.config["SETTINGS"].data.glob("visitors.db*"))


def new_client(client):
    """Another browser at the same address."""
    other = client.application.test_client()
    other.environ_base.update(client.environ_base)
    return other


def test_one_guest_is_counted_once(client, paper):
    assert beat(client) == ZERO | {"guests": 1, "today": 1, "peak": 1, "total": 1}
    assert beat(client)["today"] == 1


def test_two_browsers_are_two(client, paper, post):
    beat(client, post=post.id)
    numbers = beat(client, OTHER, post=post.id)
    assert (numbers["guests"], numbers["today"], numbers["views"]) == (2, 2, 2)


def test_the_answer_is_not_cacheable_and_sets_no_cookie(client, paper):
    answer = client.post("/visitors/beat", data={"visitor": NUMBER})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_members_cookies_are_not_changed(client, paper, alice):
    assert "Set-Cookie" not in client.log_in(alice).post("/visitors/beat", data={"visitor": NUMBER}).headers


def test_json_is_read(client, paper, post):
    numbers = client.post("/visitors/beat", json={"visitor": NUMBER, "post": post.id, "path": "/"}).get_json()
    assert (numbers["today"], numbers["views"]) == (1, 1)


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "text/plain;charset=UTF-8", ""]
)
def test_json_is_read_with_any_content_type(client, paper, post, kind):
    for number in (NUMBER, OTHER):
        body = json.dumps({"visitor": number, "post": str(post.id)})
        numbers = client.post("/visitors/beat", data=body, content_type=kind).get_json()
    assert (numbers["today"], numbers["views"]) == (2, 2)


def test_fields_of_a_beacon_are_read(client, paper, post):
    body = f"visitor={NUMBER}&post={post.id}"
    assert (
        client.post("/visitors/beat", data=body, content_type="text/plain;charset=UTF-8").get_json()["views"]
        == 1
    )
    assert beat(client)["today"] == 1


def test_the_path_names_the_article(client, paper, post, make_post):
    assert beat(client, path=f"/posts/{post.id}")["views"] == 1
    assert beat(client, OTHER, headers={"Referer": f"http://localhost/posts/{post.id}"})["views"] == 2
    draft = make_post(published_at=None)
    assert beat(client, path=f"/posts/{draft.id}")["views"] == 0


@pytest.mark.parametrize(
    "number", ["7", "8c0e1c1e-7d5b-4a57-9e0c-2f6c0d3f5a11", "q83vEjRWeJA+/w==", "손님-1"]
)
def test_numbers_of_any_form(client, paper, number):
    beat(client, number)
    assert beat(client, OTHER)["today"] == 2
    assert beat(client, number)["today"] == 2


def test_an_article_is_viewed_once_a_day(client, paper, post):
    with time_machine.travel(NOON + timedelta(days=365), tick=False):
        assert beat(client, post=post.id)["views"] == 1
        assert beat(client, post=post.id)["views"] == 1
    with time_machine.travel(NOON + timedelta(days=366), tick=False):
        assert beat(client, post=post.id)["views"] == 2


def test_hidden_articles_get_no_views(client, paper, make_post):
    for hidden in (
        make_post(published_at=None),
        make_post(published_at=now() + timedelta(hours=1)),
        make_post(deleted_at=now()),
    ):
        assert beat(client, post=hidden.id)["views"] == 0
    assert db.session.scalar(select(func.count()).select_from(DailySeen)) == 0


def test_seoul_midnight(client, paper, post):
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as clock:
        beat(client)
        beat(client, OTHER)
        clock.shift(timedelta(minutes=4))
        numbers = beat(client)
        assert numbers == ZERO | {"guests": 2, "today": 1, "yesterday": 2, "peak": 2, "total": 3}
        clock.shift(timedelta(minutes=1))
        numbers = beat(client, "new-number-of-other", previous=OTHER)
        assert (numbers["guests"], numbers["today"]) == (2, 2)


def test_a_browser_without_a_number_is_one_over_midnight(client, paper):
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as clock:
        beat(client, "")
        beat(client, "")
        clock.shift(timedelta(minutes=4))
        numbers = beat(client, "")
    assert (numbers["guests"], numbers["today"], numbers["yesterday"]) == (1, 1, 1)


def test_a_number_of_another_day_is_answered_but_not_counted(client, paper):
    answer = client.post("/visitors/beat", data={"visitor": NUMBER, "day": "2020-01-01"}).get_json()
    assert answer["today"] == 0
    assert (
        client.post("/visitors/beat", data={"visitor": NUMBER, "day": answer["day"]}).get_json()["today"] == 1
    )


def test_yesterday_leaves_only_sums(client, paper, post):
    with time_machine.travel(NOON, tick=False) as clock:
        beat(client, "", post=post.id)
        clock.shift(timedelta(days=1))
        beat(client, OTHER)
        tomorrow = (NOON + timedelta(days=1)).date()
        for table in (Visitor, DailySeen, DaySalt):
            assert set(db.session.scalars(select(table.day))) <= {tomorrow}


def test_a_guest_who_logs_in_and_out_is_counted_once(client, paper, post, alice):
    beat(client, post=post.id)
    client.log_in(alice)
    assert beat(client, post=post.id) == ZERO | {"members": 1, "today": 1, "peak": 1, "total": 1, "views": 1}
    with client.session_transaction() as session:
        session.clear()
    assert beat(client, post=post.id) == ZERO | {"guests": 1, "today": 1, "peak": 1, "total": 1, "views": 1}


def test_a_member_on_two_devices_is_one(client, paper, post, alice):
    beat(client, post=post.id)
    client.log_in(alice)
    beat(client)
    phone = new_client(client).log_in(alice)
    assert beat(phone, OTHER, post=post.id) == ZERO | {
        "members": 1,
        "today": 1,
        "peak": 1,
        "total": 1,
        "views": 1,
    }


def test_two_members_are_two(client, paper, alice, bob):
    beat(client.log_in(alice))
    assert beat(new_client(client).log_in(bob), OTHER)["members"] == 2


def test_members_of_a_household_without_numbers_are_told_apart(client, paper, alice, bob):
    beat(client, "")
    first, second = new_client(client).log_in(alice), new_client(client).log_in(bob)
    assert beat(first, "")["members"] == 1
    numbers = beat(second, "")
    assert (numbers["guests"], numbers["members"], numbers["today"]) == (0, 2, 1)
    assert beat(client, "")["guests"] == 1
    assert beat(first, "")["guests"] == 1
    first.send("/logout")
    numbers = beat(first, "")
    assert (numbers["guests"], numbers["members"], numbers["today"]) == (1, 1, 1)


def test_a_member_without_a_number_is_one_over_midnight(client, paper, alice):
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as clock:
        client.log_in(alice)
        beat(client, "")
        beat(client, "")
        clock.shift(timedelta(minutes=4))
        numbers = beat(client, "")
        assert (numbers["guests"], numbers["members"], numbers["today"]) == (0, 1, 1)
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 1


def test_the_editor_is_not_counted(client, paper, post, editor):
    beat(client)
    client.log_in(editor)
    numbers = beat(client, post=post.id)
    assert (numbers["guests"], numbers["members"], numbers["today"], numbers["views"]) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        " ",
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "python-requests/2.31",
        "meta-externalagent/1.1",
    ],
)
def test_robots_are_not_counted(client, paper, post, agent):
    headers = {"User-Agent": agent}
    assert beat(client, headers=headers, post=post.id) == ZERO
    assert client.get("/visitors/pixel.gif", headers=headers).status_code == 200
    assert beat(client)["today"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[bad"},
        {"Referer": "https://evil.example/page"},
    ],
)
def test_other_sites_and_prefetches_are_not_counted(client, paper, headers):
    assert beat(client, headers=headers) == ZERO
    client.get("/visitors/pixel.gif", headers=headers)
    assert db.session.scalar(select(func.count()).select_from(Presence)) == 0


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, {"Origin": "http://localhost"}, {}],
)
def test_our_own_pages_count(client, paper, headers):
    assert beat(client, headers=headers)["guests"] == 1


def test_the_pixel_counts_without_scripts(client, paper, post):
    answer = client.get(
        f"/visitors/pixel.gif?post={post.id}", headers={"Referer": f"http://localhost/posts/{post.id}?x=1"}
    )
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/gif", "no-store")
    assert answer.data.startswith(b"GIF89a")
    assert "Set-Cookie" not in answer.headers
    client.get(f"/visitors/pixel.gif?post={post.id}")
    numbers = beat(client, headers={"User-Agent": "bot"}, post=post.id)
    assert (numbers["guests"], numbers["today"], numbers["views"]) == (1, 1, 1)


def test_a_head_request_is_not_counted(client, paper):
    assert client.head("/visitors/pixel.gif").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Presence)) == 0


def test_browsers_without_a_number_differ_by_user_agent(client, paper):
    beat(client, "")
    assert (
        beat(client, "", headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})["today"] == 2
    )


def test_new_visitors_from_one_address_are_limited(make_app, paper):
    client = make_app(new_visitors_per_minute=3).test_client()
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    with time_machine.travel(NOON, tick=False) as clock:
        for index in range(5):
            numbers = beat(client, f"number-{index}")
        assert (numbers["today"], numbers["guests"]) == (3, 3)
        assert beat(client, "number-0")["today"] == 3
        client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
        assert beat(client, "number-9")["today"] == 4
        client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
        clock.shift(timedelta(minutes=2))
        assert beat(client, "number-4")["today"] == 5


def test_one_ipv6_household_is_one_address(make_app, paper):
    client = make_app(new_visitors_per_minute=1).test_client()
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    for tail in range(1, 4):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{tail}"
        numbers = beat(client, f"number-{tail}")
    assert numbers["today"] == 1


def test_a_presence_expires(client, paper):
    with time_machine.travel(NOON, tick=False) as clock:
        beat(client)
        clock.shift(timedelta(minutes=9, seconds=59))
        assert beat(client, OTHER)["guests"] == 2
        clock.shift(timedelta(seconds=2))
        assert beat(client, OTHER)["guests"] == 1
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 1


@pytest.mark.parametrize("post", ["0", "-1", "9" * 30, "1e3", "x", "١", "\x00", "\ud800", "1 OR 1=1", ""])
@pytest.mark.parametrize("number", ["", "x", "a" * 2000, "\x00", "한글", "'; --"])
def test_bad_fields_are_ignored(client, paper, post, number):
    fields = {"post": post.encode("utf-8", "surrogatepass"), "path": b"//evil\xff"}
    answer = client.post("/visitors/beat", data={"visitor": number, **fields})
    assert answer.status_code == 200
    assert answer.get_json()["views"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"post": [1], "visitor": {}, "path": 7}',
        b'{"post": true}',
        b"[" * 999,
    ],
)
def test_bad_json_is_ignored(client, paper, body):
    assert client.post("/visitors/beat", data=body, content_type="application/json").status_code == 200


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
def test_large_bodies_are_refused(client, paper, kind):
    assert client.post("/visitors/beat", data=b"a" * 100_000, content_type=kind).status_code == 413


@pytest.mark.parametrize("post", ["0", "x", "9" * 40, "%00", "%ff"])
def test_bad_pixels_are_answered(client, paper, post):
    assert (
        client.get(f"/visitors/pixel.gif?post={post}", headers={"Referer": "http://[bad"}).status_code == 200
    )


def test_wrong_methods(client, paper):
    assert client.get("/visitors/beat").status_code == 405
    assert client.post("/visitors").status_code in (400, 405)


def test_the_file_holds_neither_address_nor_user_agent(app, client, paper, post):
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    beat(client, "", post=post.id, path=f"/posts/{post.id}")
    beat(client)
    for secret in (b"203.0.113.77", b"203.0.113", b"SM-S911N", b"Mozilla", NUMBER.encode()):
        assert secret not in raw(app)


def test_secrets_of_yesterday_are_overwritten_in_the_files(app, client, paper, post):
    with time_machine.travel(NOON + timedelta(days=365), tick=False) as clock:
        beat(client, "", post=post.id)
        hashes = [
            *db.session.scalars(select(DaySalt.salt)),
            *db.session.scalars(select(Visitor.visitor)),
            *db.session.scalars(select(DailySeen.mark)),
        ]
        database.end_transaction()
        assert len(hashes) == 3
        assert hashes[0].encode() in raw(app)
        clock.shift(timedelta(days=1))
        beat(client, OTHER)
        assert not [secret for secret in hashes if secret.encode() in raw(app)]


def test_reading_writes_nothing(app, client, paper, post):
    beat(client)
    files = [sqlite3.connect(app.config["SETTINGS"].data / name) for name in ("maeul.db", "visitors.db")]
    before = [file.execute("PRAGMA data_version").fetchone() for file in files]
    assert client.get("/visitors").status_code == 200
    client.get(f"/posts/{post.id}")
    assert [file.execute("PRAGMA data_version").fetchone() for file in files] == before


def test_nobody_is_online(client, paper):
    answer = client.get("/visitors")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_online_visitors_with_the_page_they_read(client, paper, post, alice, bob):
    alice.shown_online_at = now()
    db.session.commit()
    beat(client, path=f"/posts/{post.id}")
    beat(new_client(client).log_in(alice), "number-of-alice", path="/sections/local")
    beat(new_client(client).log_in(alice), "number-of-alices-phone", path="/sections/local")
    beat(new_client(client).log_in(bob), "number-of-bob", path="/desk/posts/7")
    page = client.get("/visitors").text
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("느티나무") == 1
    assert "은행나무" not in main
    assert f'href="/posts/{post.id}">{post.title}' in main
    assert 'href="/sections/local">지역뉴스' in main
    assert "/desk" not in main
    assert main.count("<li>") == 3


def test_members_are_listed_before_guests(client, paper, alice, monkeypatch):
    monkeypatch.setattr(presences, "MOST_SHOWN", 2)
    alice.shown_online_at = now()
    db.session.commit()
    beat(new_client(client).log_in(alice), "number-of-alice")
    for number in range(3):
        beat(client, f"guest-{number}")
    page = client.get("/visitors").text
    assert page[page.index("<main") : page.index("</main>")].count("느티나무") == 1


def test_company_pages_have_titles(client, paper):
    beat(client, path="/pages/how-we-count")
    page = client.get("/visitors").text
    assert 'href="/pages/how-we-count"' in page[page.index("here-list") : page.index("here-hours")]


def test_an_advertisement_is_marked(client, paper, make_post):
    sold = make_post(title="봄맞이 할인", origin="advertisement")
    beat(client, path=f"/posts/{sold.id}")
    assert f'href="/posts/{sold.id}">[광고] 봄맞이 할인' in client.get("/visitors").text


def test_a_draft_is_not_named(client, paper, make_post):
    draft = make_post(title="아직 비밀", published_at=None)
    beat(client, path=f"/posts/{draft.id}")
    assert "아직 비밀" not in client.get("/visitors").text


@pytest.mark.parametrize(
    "path",
    ["/desk/", "/me", "/search?q=비밀", "//evil", "/posts/1?x=1", "javascript:alert(1)", "/" + "a" * 900],
)
def test_only_public_paths_are_stored(client, paper, path):
    beat(client, path=path)
    assert db.session.scalar(select(Presence.path)) == ""


# Repeated beats: an open tab sends nothing else -----------------------------------------------------------


def test_a_repeated_beat_returns_the_numbers_of_its_own_moment(client, paper, post):
    with time_machine.travel(NOON + timedelta(days=365), tick=False) as clock:
        beat(client, post=post.id)
        beat(client, OTHER, post=post.id)
        clock.shift(timedelta(minutes=9))
        numbers = {"guests": 2, "today": 2, "peak": 2, "total": 2, "views": 2}
        assert beat(client, post=post.id) == ZERO | numbers
        clock.shift(timedelta(minutes=9))  # the other presence has expired: this beat deletes it
        assert beat(client, post=post.id)["guests"] == 1
        assert db.session.scalars(select(func.count()).select_from(Presence)).one() == 1


def test_a_repeated_beat_after_the_window_is_present_again(client, paper):
    with time_machine.travel(NOON, tick=False) as clock:
        beat(client, path="/")
        clock.shift(timedelta(minutes=11))
        assert beat(client, path="/") == ZERO | {"guests": 1, "today": 1, "peak": 1, "total": 1}


def test_a_repeated_beat_after_midnight_is_a_new_visitor(client, paper):
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as clock:
        beat(client)
        clock.shift(timedelta(minutes=4))
        assert beat(client) == ZERO | {"guests": 1, "today": 1, "yesterday": 1, "peak": 1, "total": 2}


def test_two_tabs_in_turn_move_the_one_presence(client, paper, post):
    for _ in range(2):
        beat(client, path="/")
        beat(client, path=f"/posts/{post.id}", post=post.id)
    assert db.session.scalars(select(Presence.path)).all() == [f"/posts/{post.id}"]
    assert beat(client, path="/")["guests"] == 1
    assert db.session.scalars(select(Presence.path)).all() == ["/"]


def test_repeated_beats_of_members_and_robots_and_searches(client, paper, alice):
    for _ in range(2):
        beat(client, headers={"User-Agent": "Googlebot/2.1"})
        beat(client, path="/search", query="느티천")
    client.log_in(alice)
    for _ in range(2):
        assert beat(client) == ZERO | {"members": 1, "today": 1, "peak": 1, "total": 1}
    db.session.rollback()
    words = select(Tally.count).where(Tally.kind == "word", Tally.span == "day")
    assert db.session.scalars(words).all() == [1]
    assert db.session.scalars(select(VisitDay.robots)).all() == [2]


# A busy database ----------------------------------------------------------------------------------------


@pytest.fixture
def other_process(app):
    """A connection that holds the write lock of the visitors database, as another process would."""
    connection = sqlite3.connect(
        app.config["SETTINGS"].visitors_file, isolation_level=None, check_same_thread=False
    )
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_a_busy_database_answers_again_with_the_numbers(client, paper, monkeypatch):
    monkeypatch.setattr(views.visitors, "WAIT_MS", 30)
    with database.visitors_transaction():
        assert beat(client) == ZERO | {"again": 5}
        assert client.get("/visitors/pixel.gif").status_code == 200
    assert beat(client)["today"] == 1


def test_a_beat_waits_while_another_process_writes(client, paper, other_process):
    timer = threading.Timer(0.2, other_process.execute, ("COMMIT",))
    timer.start()
    assert beat(client)["guests"] == 1
    timer.join()


def test_a_beat_does_not_wait_long_for_another_process(client, paper, other_process, monkeypatch):
    monkeypatch.setattr(views.visitors, "WAIT_MS", 30)
    begun = time.monotonic()
    assert beat(client) == ZERO | {"again": 5}
    assert time.monotonic() - begun < 2


def test_no_thread_waits_long_for_a_beat():
    """All threads may wait for a beat's lock at once: readers then wait no longer than this."""
    assert views.visitors.WAIT_MS <= 2000


def test_a_beat_that_waits_past_midnight_returns_the_day_it_is_counted_for(client, paper, monkeypatch):
    with time_machine.travel(BEFORE_MIDNIGHT + timedelta(minutes=2, seconds=59), tick=False) as clock:

        @contextmanager
        def slow_transaction(wait_ms):
            clock.shift(timedelta(seconds=2))
            with database.visitors_transaction(wait_ms) as connection:
                yield connection

        monkeypatch.setattr(views.visitors, "visitors_transaction", slow_transaction)
        answer = client.post("/visitors/beat", data={"visitor": NUMBER}).get_json()
    assert (answer["day"], answer["today"], answer["yesterday"]) == ("2026-11-24", 1, 0)
