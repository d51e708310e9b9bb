"""The visitors of the simulation and their browsers.

A `Browser` does in Python what static/js/behaviours/visitor-counter.js does. A person is a generator: it
yields the tick of its next act, and receives the connection (`Lane`) for it.
"""

import http.client
import json
import random
import re
import secrets
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from clocked import DROPPED, WORKER
from killable import Paper
from truth import Truth

TICK = 25  # seconds of the simulation
BEAT_EVERY = 2  # ticks
PASSWORD = "느티나무 아래서 1"
POSTS, HIDDEN = 60, (61, 62, 63)  # the hidden: a draft, a scheduled one, a deleted one
SECTIONS = ("local", "culture", "schools")
WORDS = ("시청", "버스 노선", "벚꽃 축제", "도서관", "어린이집", "물놀이장", "재난지원금", "소각장")

Person = Generator[int, "Lane", None]


class Agent(NamedTuple):
    text: str
    device: str


CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
AGENTS = (
    Agent(f"Mozilla/5.0 (Linux; Android 14; SM-S911N) {CHROME} Mobile Safari/537.36", "phone"),
    Agent(f"{IPHONE} Version/18.0 Mobile/15E148 Safari/604.1", "phone"),
    Agent(f"Mozilla/5.0 (Linux; Android 14; SM-X710) {CHROME} Safari/537.36", "tablet"),
    Agent(f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "desktop"),
    Agent("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "desktop"),
)
ROBOTS = (
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
    ("Mozilla/5.0 (compatible; Yeti/1.1; +http://naver.me/spd)", "Yeti"),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot"),
    ("python-requests/2.31", "python-requests"),
    ("", "(이름 없음)"),
)
LANGUAGES = (
    ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
    ("ko", "ko"),
    ("en-US,en;q=0.9", "en"),
    ("vi-VN", "vi"),
    ("", ""),
)
REFERRERS = (
    ("", ""),
    ("", ""),
    ("m.search.naver.com", "m.search.naver.com"),
    ("www.daum.net", "daum.net"),
    ("192.168.0.3", ""),
)
UNCOUNTED_HEADERS = (
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
)


@dataclass(frozen=True)
class OpenPage:
    """A page in a browser. `shown` is the path that others see, `post` the article that the page names."""

    path: str
    shown: str
    post: int = 0
    words: str = ""

    @property
    def read(self) -> int:
        return 0 if self.post in HIDDEN else self.post


def section_of(post: int) -> int:
    """Position of an article's section, from 1."""
    return post % len(SECTIONS) + 1


class Lane:
    """A persistent connection, as of a proxy. It repeats requests that a killed server did not answer."""

    def __init__(self, paper: Paper, record: Any):
        self.paper, self.record = paper, record
        self.connection: http.client.HTTPConnection | None = None

    def request(
        self, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> tuple[int, Any, bytes]:
        while True:
            try:
                response = self._request(method, path, headers, body)
            except (OSError, http.client.HTTPException):
                self.close()
                self.record.repeated += 1
                time.sleep(0.02)
                self.paper.up.wait()
                continue
            self.record.responses[response[1].get(WORKER, "")] += 1
            if not response[1].get(DROPPED) and response[0] != 204:
                return response
            self.record.dropped += 1

    def _request(
        self, method: str, path: str, headers: dict[str, str], body: str | None
    ) -> tuple[int, Any, bytes]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.paper.port, timeout=30)
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None


@dataclass
class Browser:
    """`has_storage`: whether pages can store a number. Browsers with one `identity` cannot be told apart."""

    identity: int
    address: str
    agent: Agent
    language: tuple[str, str]
    has_storage: bool = True
    number: str = ""
    day: str = ""
    member: int | None = None
    cookie: str = ""
    token: str = ""

    def headers(self, **more: str) -> dict[str, str]:
        sent = {
            "X-Forwarded-For": self.address,
            "User-Agent": self.agent.text,
            "Accept-Language": self.language[0],
        }
        return {
            name: value
            for name, value in (sent | ({"Cookie": self.cookie} if self.cookie else {}) | more).items()
            if value
        }

    def beating(
        self, page: OpenPage, referrer: str
    ) -> Generator[dict[str, str], dict[str, Any] | None, None]:
        """Yield the fields of a beat, and of a second one on a new day. Receive the numbers, None if lost."""
        previous = ""
        for again in (True, False):
            number, day = self._stored()
            fields = {
                "path": page.path,
                "visitor": number,
                "day": day,
                "previous": previous,
                "post": str(page.post or ""),
            }
            numbers = yield fields | {"query": page.words, "referrer": referrer}
            if numbers is None:
                return
            if not (day and day != numbers["day"] and again):
                if number and not day:
                    self.number, self.day = number, numbers["day"]
                return
            if self.number == number:
                self.number, self.day = secrets.token_hex(16), ""
            previous = number

    def _stored(self) -> tuple[str, str]:
        if not self.has_storage:
            return "", ""
        self.number = self.number or secrets.token_hex(16)
        return self.number, self.day


@dataclass
class World:
    """What all people share: randomness, the expected numbers, the members not used yet."""

    chance: random.Random
    truth: Truth
    members: Iterator[int]
    record: Any
    check: Callable[[dict[str, Any], int], None]  # numbers of a response, and the article of the beat
    browsers: list[Browser] = field(default_factory=list)

    def browser(self, has_storage: bool = True) -> Browser:
        identity = len(self.browsers) + 1
        address = (
            f"10.{identity >> 16}.{identity >> 8 & 255}.{identity & 255}"
            if identity % 5
            else f"2001:db8:{identity:x}::7"
        )
        chance = self.chance
        made = Browser(identity, address, chance.choice(AGENTS), chance.choice(LANGUAGES), has_storage)
        self.browsers.append(made)
        return made

    def page(self) -> OpenPage:
        chance, kind = self.chance, self.chance.random()
        if kind < 0.6:
            post = min(POSTS, int(chance.expovariate(1 / 8)) + 1)
            return OpenPage(f"/posts/{post}", f"/posts/{post}", post)
        if kind < 0.85:
            path = chance.choice(
                ["/", *(f"/sections/{slug}" for slug in SECTIONS), "/pages/how-we-count", "/visitors"]
            )
            return OpenPage(path, path)
        if kind < 0.92:
            return OpenPage("/search", "", words=chance.choice(WORDS))
        if kind < 0.96:
            post = chance.choice(HIDDEN)
            return OpenPage(f"/posts/{post}", f"/posts/{post}", post)
        return OpenPage("/me", "")


# Acts ------------------------------------------------------------------------------------------------------


def beat(
    world: World,
    lane: Lane,
    browser: Browser,
    page: OpenPage,
    referrer: tuple[str, str] = ("", ""),
    *,
    lost: bool = False,
) -> None:
    """Send a beat and note it. `lost`: the response does not arrive."""
    is_counted = not (lost and browser.day and browser.day != world.truth.today.isoformat())
    numbers: dict[str, Any] | None = None
    beating = browser.beating(page, referrer[0])
    fields = next(beating)
    while fields:
        numbers = send(lane, browser, fields)
        fields = proceed(beating, None if lost else numbers)
    if is_counted:
        note(world, browser, page, referrer)
        world.check({} if lost or numbers is None else numbers, page.post)


def beat_together(world: World, lane: Lane, browser: Browser, pages: list[OpenPage]) -> None:
    """Beats of several tabs of one browser, sent before either response arrives."""
    beating = [browser.beating(page, "") for page in pages]
    waiting = [(tab, next(tab)) for tab in beating]
    while waiting:
        answered = [(tab, send(lane, browser, fields)) for tab, fields in waiting]
        waiting = [(tab, fields) for tab, numbers in answered if (fields := proceed(tab, numbers))]
    for page in pages:
        note(world, browser, page, ("", ""))


def send(lane: Lane, browser: Browser, fields: dict[str, str]) -> dict[str, Any]:
    headers = browser.headers(
        **{"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    )
    status, _headers, body = lane.request("POST", "/visitors/beat", headers, urlencode(fields))
    assert status == 200, (status, body[:200])
    lane.record.beats += 1
    return json.loads(body)


def proceed(
    beating: Generator[dict[str, str], dict[str, Any] | None, None], numbers: dict[str, Any] | None
) -> dict[str, str]:
    try:
        return beating.send(numbers)
    except StopIteration:
        return {}


def note(world: World, browser: Browser, page: OpenPage, referrer: tuple[str, str]) -> None:
    arrival = {"device": browser.agent.device, "language": browser.language[1], "referrer": referrer[1]}
    with world.record.lock:
        section = section_of(page.read)
        seen = (page.shown, page.read, section, page.words, browser.address, arrival)
        world.truth.here(browser.identity, browser.member, *seen)


def pixel(world: World, lane: Lane, browser: Browser, page: OpenPage) -> None:
    """Load the pixel, as a browser without scripts."""
    headers = browser.headers(
        **{"Sec-Fetch-Site": "same-origin", "Referer": f"http://127.0.0.1:{lane.paper.port}{page.path}"}
    )
    status, _headers, _body = lane.request("GET", f"/visitors/pixel.gif?post={page.post or ''}", headers)
    assert status == 200, status
    lane.record.beats += 1
    note(world, browser, OpenPage(page.path, page.shown, page.post), ("", ""))


def log_in(lane: Lane, browser: Browser, name: str, member: int | None) -> None:
    """Log in through the form."""
    _status, headers, body = lane.request("GET", "/login", browser.headers())
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', body)
    assert found, body[:500]
    browser.token, browser.cookie = found[1].decode(), cookie_of(headers)
    fields = {"csrf_token": browser.token, "username": name, "password": PASSWORD, "remember": "y"}
    sent = browser.headers(**{"Content-Type": "application/x-www-form-urlencoded"})
    status, headers, body = lane.request("POST", "/login", sent, urlencode(fields))
    assert status == 303, (status, body[:500])
    browser.cookie, browser.member = cookie_of(headers), member


def log_out(lane: Lane, browser: Browser) -> None:
    sent = browser.headers(**{"Content-Type": "application/x-www-form-urlencoded"})
    status, headers, _body = lane.request("POST", "/logout", sent, urlencode({"csrf_token": browser.token}))
    assert status == 303, status
    browser.cookie, browser.member = cookie_of(headers), None


def cookie_of(headers: Any) -> str:
    pairs = (cookie.partition(";")[0] for cookie in headers.get_all("Set-Cookie") or [])
    return "; ".join(pair for pair in pairs if not pair.endswith("="))


# Kinds of people -------------------------------------------------------------------------------------------


def guest(world: World, starts: list[int], browser: Browser | None = None, *, loses: bool = False) -> Person:
    """Reads a few pages at each start, with the same browser."""
    browser = browser or world.browser()
    for start in starts:
        at, referrer = start, world.chance.choice(REFERRERS)
        for _page in range(world.chance.randint(1, 4)):
            page = world.page()
            for _beat in range(world.chance.randint(1, 4)):
                lane = yield at
                at += BEAT_EVERY
                how = world.chance.random() if loses else 1.0
                if how > 0.25:  # else the request is lost
                    beat(world, lane, browser, page, referrer, lost=how < 0.5)
                if 0.5 < how < 0.75:  # sent twice
                    beat(world, lane, browser, page, referrer)
            referrer = ("", "")


def reader(world: World, starts: list[int]) -> Person:
    """A guest who loads the page itself first, which counts nobody."""
    browser = world.browser()
    for start in starts:
        page = world.page()
        lane = yield start
        path = page.path if not page.words and page.read == page.post else "/"
        lane.request("GET", path, browser.headers())
        lane = yield start + 1
        beat(world, lane, browser, page)


def scriptless(world: World, starts: list[int]) -> Person:
    browser = world.browser(has_storage=False)
    for start in starts:
        for page in range(world.chance.randint(1, 3)):
            lane = yield start + 3 * page
            pixel(world, lane, browser, world.page())


def forgetful(world: World, starts: list[int]) -> Person:
    """Browsers without storage at one address: two that cannot be told apart, and one of another make."""
    one = world.browser(has_storage=False)
    same = world.browser(has_storage=False)
    other = world.browser(has_storage=False)
    same.identity, same.address, same.agent, same.language = (
        one.identity,
        one.address,
        one.agent,
        one.language,
    )
    other.address, other.agent = one.address, Agent(one.agent.text + " Elsewhere/1.0", one.agent.device)
    for start in starts:
        page = world.page()
        for step in range(world.chance.randint(2, 6)):
            lane = yield start + step * BEAT_EVERY
            for browser in (one, same, other):
                beat(world, lane, browser, page)


def two_tabs(world: World, starts: list[int]) -> Person:
    browser = world.browser()
    for start in starts:
        pages = [world.page(), world.page()]
        for step in range(world.chance.randint(2, 8)):
            lane = yield start + step * BEAT_EVERY
            beat_together(world, lane, browser, pages)


def jumping(world: World, starts: list[int]) -> Person:
    """A computer whose clock jumps. Its open tab must beat at least every 100 seconds all the same."""
    browser = world.browser()
    if world.chance.random() < 0.3:  # its stored number is of another day
        browser.number, browser.day = secrets.token_hex(16), "2031-05-05"
    for start in starts:
        page, sent_at, heard, ahead = world.page(), None, start, 0
        for at in range(start, start + world.chance.randint(4, 30)):
            lane = yield at
            ahead = world.chance.choice([ahead, ahead, 0, 86_400 * 3, -86_400, 3_600, -40, 55])
            clock = at * TICK + ahead
            is_due = (
                at - start
            ) % BEAT_EVERY == 0 or world.chance.random() < 0.2  # the interval, or the tab was shown again
            if is_due and (sent_at is None or clock - sent_at >= 45 or clock < sent_at):
                beat(world, lane, browser, page)
                sent_at, heard = clock, at
            world.record.longest_silence = max(world.record.longest_silence, (at - heard) * TICK)


def member(world: World, starts: list[int], *, devices: int = 1, late: bool = False) -> Person:
    """Logs in at once or (`late`) during a visit, on one device or two; sometimes logs out."""
    id_, browsers = next(world.members), [world.browser() for _ in range(devices)]
    for number, browser in enumerate(browsers):
        at = starts[0] + number * world.chance.randint(0, 6)
        if late:
            for _page in range(world.chance.randint(1, 3)):
                lane = yield at
                beat(world, lane, browser, world.page())
                at += 1
        lane = yield at
        log_in(lane, browser, f"m{id_:05}", id_)
        beat(world, lane, browser, world.page())
    yield from _read_as_member(world, browsers, at + 1)
    for start in starts[1:]:
        yield from guest(world, [start], browsers[0])


def _read_as_member(world: World, browsers: list[Browser], at: int) -> Person:
    page = world.page()
    for step in range(world.chance.randint(1, 6)):
        lane = yield at + step
        beat(world, lane, browsers[step % len(browsers)], page if step % 3 else world.page())
        at += 1
    if world.chance.random() < 0.3:
        lane = yield at + 8
        log_out(lane, browsers[0])
        beat(world, lane, browsers[0], world.page())


def editor(world: World, starts: list[int]) -> Person:
    """Reads as a guest and then logs in, which ends the guest's presence."""
    for start in starts:
        browser = world.browser()
        lane = yield start
        beat(world, lane, browser, world.page())
        lane = yield start + 1
        log_in(lane, browser, "editor", None)
        for step in range(2, 30, BEAT_EVERY):
            lane = yield start + step
            send(lane, browser, next(browser.beating(OpenPage("/posts/1", "/posts/1", 1), "")))
            with world.record.lock:
                world.truth.editor(browser.identity)


def robot(world: World, starts: list[int]) -> Person:
    """Some robots beat, some only read."""
    text, name = world.chance.choice(ROBOTS)
    browser = world.browser()
    browser.agent = Agent(text, "")
    for start in starts:
        lane = yield start
        if world.record.is_killing:  # a beat without a response may be counted or not
            lane = yield start + 1
        if world.chance.random() < 0.7:
            send(lane, browser, next(browser.beating(world.page(), "")))
            with world.record.lock:
                world.truth.robot(name)
        else:
            lane.request("GET", "/robots.txt", browser.headers())


def uncounted(world: World, starts: list[int]) -> Person:
    """Prefetches, and beats from another site's page."""
    browser = world.browser()
    for start in starts:
        lane = yield start
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        fields = next(browser.beating(world.page(), ""))
        lane.request(
            "POST",
            "/visitors/beat",
            browser.headers(**kind, **world.chance.choice(UNCOUNTED_HEADERS)),
            urlencode(fields),
        )


KINDS: tuple[tuple[int, str, Callable[[World, list[int]], Person]], ...] = (
    (44, "guests", guest),
    (6, "guests whose beats are lost or repeated", lambda world, starts: guest(world, starts, loses=True)),
    (4, "guests who load the page too", reader),
    (5, "without scripts", scriptless),
    (4, "households without storage", forgetful),
    (6, "with two tabs", two_tabs),
    (6, "with a jumping clock", jumping),
    (5, "members", member),
    (6, "members on two devices", lambda world, starts: member(world, starts, devices=2)),
    (5, "logging in during a visit", lambda world, starts: member(world, starts, late=True)),
    (3, "the same on two devices", lambda world, starts: member(world, starts, devices=2, late=True)),
    (4, "robots", robot),
    (2, "prefetches and other sites", uncounted),
    (0, "the editor", editor),  # one
)
