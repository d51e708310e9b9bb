"""The page cache in front of a small WSGI application."""

import gzip
import threading
from typing import Any

import pytest
import time_machine
from werkzeug.test import Client, EnvironBuilder

from lib.web.page_cache import STATE, InFlight, PageCache


class Site:
    """An application whose page says how often it was rendered; `rendered` holds each environ."""

    def __init__(self) -> None:
        self.rendered: list[dict[str, Any]] = []
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] = []
        self.body = b"<p>" + b"page " * 300
        self.type = "text/html; charset=utf-8"
        self.version: Any = 1

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.rendered.append(environ)
        body = self.body + f"{len(self.rendered)} {environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode()
        start_response(
            self.status, [("Content-Type", self.type), ("Content-Length", str(len(body))), *self.headers]
        )
        return [body]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def cache(site: Site) -> PageCache:
    known = {"/": frozenset[str](), "/list": frozenset({"page", "month"}), "/other": frozenset[str]()}
    return PageCache(
        site,
        lambda: site.version,
        known.get,
        personal=("login",),
        origin=("HTTP_HOST",),
        max_bytes=1_000_000,
    )


@pytest.fixture
def guest(cache: PageCache) -> Client:
    return Client(cache, use_cookies=False)


def test_the_second_guest_gets_the_cached_page(site, guest):
    first, second = guest.get("/"), guest.get("/")
    assert [first.headers[STATE], second.headers[STATE]] == ["miss", "hit"]
    assert first.data == second.data
    assert len(site.rendered) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": {"Cookie": "a=b; login=x"}},
        {"headers": {"Cookie": "login_remember=x"}},
        {"headers": {"Authorization": "Basic eDp5"}},
        {"method": "POST"},
        {"method": "OPTIONS"},
        {"data": b"a body"},
        {"path": "/not-cache"},
        {"path": "/list", "query_string": "page=" + "1" * 600},
    ],
    ids=repr,
)
def test_personal_requests_bypass_the_cache(site, guest, asked):
    asked = {"path": "/", "method": "GET"} | asked
    for _time in range(2):
        answer = guest.open(**asked)
        assert STATE not in answer.headers
    assert len(site.rendered) == 2
    guest.get("/")
    assert len(site.rendered) == 3


@pytest.mark.parametrize(
    ("status", "headers", "type_"),
    [
        ("404 NOT FOUND", [], "text/html"),
        ("301 MOVED PERMANENTLY", [("Location", "/other")], "text/html"),
        ("500 INTERNAL SERVER ERROR", [], "text/html"),
        ("200 OK", [("Set-Cookie", "session=somebody")], "text/html"),
        ("200 OK", [("Cache-Control", "private, no-cache")], "text/html"),
        ("200 OK", [("Cache-Control", "no-store")], "text/html"),
        ("200 OK", [], "application/json"),
        ("200 OK", [], "image/png"),
        ("200 OK", [("Content-Encoding", "br")], "text/html"),
    ],
)
def test_responses_that_are_not_whole_public_pages_are_not_cached(site, guest, status, headers, type_):
    site.status, site.headers, site.type = status, headers, type_
    answers = [guest.get("/") for _time in range(2)]
    assert len(site.rendered) == 2
    assert answers[0].status == status
    assert answers[0].data != answers[1].data


def test_a_streamed_response_is_passed_on_in_parts(cache):
    parts = iter([b"one", b"two"])

    def stream(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/xml")])
        return parts

    cache.wsgi = stream
    answer = cache(EnvironBuilder("/").get_environ(), lambda *_said: None)
    assert answer is parts
    assert not cache.pages


@pytest.mark.parametrize(
    "type_", ["text/html; charset=utf-8", "application/rss+xml; charset=utf-8", "application/xml"]
)
def test_pages_and_feeds_are_cached(site, guest, type_):
    site.type = type_
    guest.get("/")
    assert guest.get("/").headers[STATE] == "hit"


def test_a_new_version_invalidates_the_page(site, guest):
    old = guest.get("/").data
    site.version = 2
    new = guest.get("/")
    assert new.headers[STATE] == "miss"
    assert new.data != old


def test_without_a_version_nothing_is_cached(site, guest):
    site.version = None
    guest.get("/")
    guest.get("/")
    assert len(site.rendered) == 2


def test_a_page_expires_after_ten_seconds(guest):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        guest.get("/")
        clock.shift(9.9)
        assert guest.get("/").headers[STATE] == "hit"
        clock.shift(0.2)
        assert guest.get("/").headers[STATE] == "miss"
        clock.shift(-3600)  # the clock of the server was set back
        assert guest.get("/").headers[STATE] == "miss"


def test_invalidate_invalidates_every_page(guest, cache):
    guest.get("/")
    cache.invalidate()
    assert guest.get("/").headers[STATE] == "miss"


def test_a_burst_of_invalidations_is_limited(cache):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for _time in range(100):
            cache.invalidate()
        assert cache.invalidations == 20
        clock.shift(10.5)
        for _time in range(100):
            cache.invalidate()
        assert cache.invalidations == 40


def test_only_known_query_keys_reach_the_page_sorted(site, guest):
    guest.get("/list?utm_source=x&page=2&page=3&month=2026-01&fbclid=y")
    assert site.rendered[0]["QUERY_STRING"] == "month=2026-01&page=2"
    assert guest.get("/list?month=2026-01&page=2").headers[STATE] == "hit"
    assert guest.get("/list?month=2026-01&page=3").headers[STATE] == "miss"
    assert guest.get("/list").headers[STATE] == "miss"


def test_nothing_of_the_client_reaches_the_page(site, guest):
    said = {
        "User-Agent": "Secret",
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
    }
    guest.get(
        "/", headers=said | {"Cookie": "theme=dark", "Referer": "http://evil.example/", "Range": "bytes=0-3"}
    )
    seen = site.rendered[0]
    assert not {name for name in seen if name.startswith(("HTTP_", "REMOTE_"))} - {"HTTP_HOST"}
    assert guest.get("/").headers[STATE] == "hit"


def test_each_host_has_its_own_pages(guest):
    guest.get("/", headers={"Host": "evil.example"})
    assert guest.get("/", headers={"Host": "paper.example"}).headers[STATE] == "miss"


def test_a_page_is_compressed_once_and_plain_on_request(site, guest):
    packed = guest.get("/", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    plain = guest.get("/")
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert guest.get("/", headers={"Accept-Encoding": "gzip"}).data == packed.data
    assert guest.get("/", headers={"Accept-Encoding": "gzip;q=0, identity"}).data == plain.data
    for answer in (packed, plain):
        assert {"Accept-Encoding", "Cookie"} <= {word.strip() for word in answer.headers["Vary"].split(",")}
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert len(site.rendered) == 1


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True), ("deflate;q=0.5, gzip;q=1.0", True), ("GZIP;Q=1, gzip", True), ("x-gzip", True),
        ("gzip; q=0.5, *;q=0", True), ("gzip;q=0", False), ("gzip;Q=0", False), ("gzip ; q = 0", False),
        ("gzip;q=0.000", False), ("identity, gzip;q=0.1", False), ("notgzip", False), ("br", False),
        ("*", False), ("", False), ("gzip;q=many", False), ("gzip;q=nan", False), ("gzip," * 500, False),
    ],
)  # fmt: skip
def test_compressed_only_if_accepted(guest, accepted, packed):
    answer = guest.get("/", headers={"Accept-Encoding": accepted})
    assert ("Content-Encoding" in answer.headers) is packed


def test_an_escaped_query_key_is_known(site, guest):
    guest.get("/list?p%61ge=2&page=3")
    assert site.rendered[-1]["QUERY_STRING"] == "p%61ge=2"
    assert guest.get("/list?page=3").headers[STATE] == "miss"


def test_if_none_match_returns_304(guest):
    etag = guest.get("/").headers["ETag"]
    for tags in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        answer = guest.get("/", headers={"If-None-Match": tags})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
    assert guest.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_browsers_revalidate_unless_the_page_sets_cache_control(site, guest):
    assert guest.get("/").headers["Cache-Control"] == "no-cache"
    site.headers = [("Cache-Control", "public, max-age=60")]
    assert guest.get("/other").headers.getlist("Cache-Control") == ["public, max-age=60"]


def test_head_has_the_headers_of_get_and_no_body(site, guest):
    head = guest.head("/")
    got = guest.get("/")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(got.data)))
    assert (got.headers[STATE], guest.head("/").headers[STATE]) == ("hit", "hit")
    site.status = "404 NOT FOUND"
    assert (guest.head("/other").status_code, guest.head("/other").data) == (404, b"")


def test_the_oldest_pages_are_evicted_at_max_bytes(site, guest, cache):
    cache.max_bytes, site.body = 100_000, b"x" * 4_000
    for number in range(40):
        guest.get(f"/list?page={number}")
    assert cache.bytes <= 100_000
    assert cache.bytes == sum(page.size for page in cache.pages.values())
    assert guest.get("/list?page=39").headers[STATE] == "hit"
    assert guest.get("/list?page=0").headers[STATE] == "miss"


def test_the_second_encoding_counts_against_max_bytes(site, guest, cache):
    cache.max_bytes, site.body = 100_000, b"x" * 5_000
    for number in range(40):
        guest.get(f"/list?page={number}", headers={"Accept-Encoding": "gzip"})
    for number in range(40):
        guest.get(f"/list?page={number}")
        assert cache.bytes == sum(page.size for page in cache.pages.values()) <= 100_000


def test_a_page_too_large_for_the_cache_is_sent(site, guest, cache):
    site.body = b"x" * 200_000
    assert len(guest.get("/").data) > 200_000
    assert (cache.pages, cache.bytes) == ({}, 0)


def test_expired_pages_are_evicted(site, guest, cache):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for number in range(5):
            guest.get(f"/list?page={number}")
        clock.shift(60)
        guest.get("/")
        assert list(cache.pages) == [("/", "", "localhost")]


class Gate(Site):
    """An application that waits until the test lets it finish."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.open = threading.Semaphore(0), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.entered.release()
        assert self.open.wait(10)
        return super().__call__(environ, start_response)


def ask(cache: PageCache, answers: list[Any], path: str = "/") -> threading.Thread:
    thread = threading.Thread(target=lambda: answers.append(Client(cache).get(path)))
    thread.start()
    return thread


class WaitingEvent(threading.Event):
    """An event that lets a test know of each thread that waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        self.waiting.release()
        return super().wait(timeout)


@pytest.fixture(autouse=True)
def waiting_events(monkeypatch: pytest.MonkeyPatch) -> None:
    class WatchedInFlight(InFlight):
        def __init__(self) -> None:
            super().__init__()
            self.done = WaitingEvent()

    monkeypatch.setattr("lib.web.page_cache.InFlight", WatchedInFlight)


def wait_for(cache: PageCache, count: int) -> None:
    """Wait until so many threads wait for the page in flight."""
    flight: Any = next(iter(cache.in_flight.values()))
    for _thread in range(count):
        assert flight.done.waiting.acquire(timeout=60)


def test_one_thread_renders_while_others_wait(cache):
    gate = cache.wsgi = Gate()
    answers: list[Any] = []
    threads = [ask(cache, answers) for _guest in range(8)]
    assert gate.entered.acquire(timeout=10)
    wait_for(cache, 7)
    gate.open.set()
    for thread in threads:
        thread.join(10)
    assert len(gate.rendered) == 1
    assert sorted(answer.headers[STATE] for answer in answers) == ["hit"] * 7 + ["miss"]
    assert not cache.in_flight


def test_a_request_after_a_change_does_not_wait_for_the_old_page(site, cache):
    gate = cache.wsgi = Gate()
    answers: list[Any] = []
    threads = [ask(cache, answers)]
    assert gate.entered.acquire(timeout=10)
    site.version = 2
    threads.append(ask(cache, answers))
    assert gate.entered.acquire(timeout=10)  # rendered a second time while the first is in flight
    gate.open.set()
    for thread in threads:
        thread.join(10)
    assert len(gate.rendered) == 2


def test_an_uncacheable_response_is_rendered_for_each_waiting_request(cache):
    gate = cache.wsgi = Gate()
    gate.headers = [("Set-Cookie", "session=somebody")]
    answers: list[Any] = []
    threads = [ask(cache, answers) for _guest in range(3)]
    assert gate.entered.acquire(timeout=10)
    wait_for(cache, 2)
    gate.open.set()
    for thread in threads:
        thread.join(10)
    assert len({answer.data for answer in answers}) == 3


def test_a_failure_releases_the_waiting_requests(cache):
    def fail(_environ, _start_response):
        raise RuntimeError

    cache.wsgi, fine = fail, cache.wsgi
    with pytest.raises(RuntimeError):
        Client(cache).get("/")
    cache.wsgi = fine
    assert Client(cache).get("/").status_code == 200
