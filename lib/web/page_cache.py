"""Page cache: whole, compressed pages that are the same for every guest, in front of the application.

A page is rendered from its key alone: the request that reaches the application carries the path, the query
keys the page knows and, where pages depend on it, the host; no cookie, no other header, no client address. So
a cached page cannot hold anything of the request it was rendered for.
"""

import functools
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote_plus

from werkzeug.http import parse_accept_header, parse_etags

try:
    from isal import igzip as gzip  # five times as fast as the standard library
except ImportError:  # no build of it for this machine
    import gzip

Environ = dict[str, Any]
Start = Callable[..., Any]
Body = Iterable[bytes]
Headers = list[tuple[str, str]]
Key = tuple[str, ...]

STATE = "X-Maeul-Page"  # response header: hit or miss
CONTENT_TYPES = ("text/html", "application/rss+xml", "application/xml")
MAX_LENGTH = 512  # characters of a path or query that is cached, or of a header that is parsed
LARGEST_SHARE = 16  # no page takes more than one part of so many of the whole cache
OVERHEAD = 2000  # bytes a page takes beside its bodies
WAIT = 10.0  # seconds to wait for another thread that renders the same page
BURST, PER_SECOND = 20, 2  # invalidations that take effect: at once, and in the long run
_OWN_HEADERS = {"content-length", "etag", "vary"}  # set here
_CLIENT_VARIABLES = ("HTTP_", "REMOTE_", "REQUEST_URI", "RAW_URI")  # prefixes in the environ


class Page:
    """A cached response: its headers and its body, plain, compressed or both, each made when first needed.

    :param version: what it was rendered from; it is valid as long as the version is the same
    """

    def __init__(self, status: str, headers: Headers, body: bytes, version: Hashable, *, compressed: bool):
        self.status, self.version, self.rendered_at, self.size = status, version, time.time(), OVERHEAD
        self.etag = blake2b(body, digest_size=12).hexdigest()
        stored = [(name, value) for name, value in headers if name.lower() not in _OWN_HEADERS]
        if all(name.lower() != "cache-control" for name, _value in stored):
            stored.append(("Cache-Control", "no-cache"))  # browsers revalidate each time, with the ETag
        self.last_modified = next((value for name, value in stored if name.lower() == "last-modified"), None)
        self.headers = [*stored, ("ETag", f'W/"{self.etag}"'), ("Vary", "Accept-Encoding, Cookie")]
        self.bodies: dict[bool, tuple[Headers, bytes]] = {}  # by whether compressed
        self.add(_compress(body) if compressed else body, compressed=compressed)

    def is_valid(self, version: Hashable, seconds: float) -> bool:
        return self.version == version and 0 <= time.time() - self.rendered_at < seconds

    def add(self, body: bytes, *, compressed: bool) -> None:
        encoding = [("Content-Encoding", "gzip")] if compressed else []
        headers = [*self.headers, *encoding, ("Content-Length", str(len(body))), (STATE, "hit")]
        self.bodies[compressed] = headers, body
        self.size += len(body)

    def other_body(self) -> bytes:
        """Return the body in the encoding that is not there yet."""
        ((compressed, (_headers, body)),) = self.bodies.items()
        return gzip.decompress(body) if compressed else _compress(body)


class InFlight:
    """A page that one thread renders while others wait for it."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.done = threading.Event()


class PageCache:
    """WSGI middleware: answers guests' GET and HEAD from memory while nothing has changed.

    :param content_version: returns what all content is rendered from; None where that cannot be read
    :param known_query: returns the query keys that change the page at a path; None where the page is not
        cached
    :param personal: parts of the names of cookies that make a request personal
    :param origin: names in the environ that pages may depend on, such as HTTP_HOST; part of the key
    :param max_bytes: of all pages; the oldest are evicted first
    :param seconds: pages older than this expire whatever the version
    """

    def __init__(
        self,
        wsgi: Any,
        content_version: Callable[[], Hashable],
        known_query: Callable[[str], frozenset[str] | None],
        *,
        personal: tuple[str, ...],
        origin: tuple[str, ...],
        max_bytes: int,
        seconds: float = 10.0,
    ):
        self.wsgi, self.content_version, self.known_query = wsgi, content_version, known_query
        self.personal, self.origin = personal, origin
        self.max_bytes, self.seconds = max_bytes, seconds
        self.pages: OrderedDict[Key, Page] = OrderedDict()  # oldest first
        self.bytes = 0
        self.in_flight: dict[Hashable, InFlight] = {}
        self.lock = threading.Lock()
        self.invalidations = 0
        self.recent: deque[float] = deque(maxlen=BURST)  # moments of invalidations

    def invalidate(self) -> None:
        """Invalidate every page, for a change that the content version does not see.

        In a burst not every call takes effect: pages then lag behind by at most `seconds`.
        """
        now = time.time()
        if len(self.recent) < BURST or abs(now - self.recent[0]) > BURST / PER_SECOND:
            self.recent.append(now)
            self.invalidations += 1

    @property
    def version(self) -> tuple[Hashable, int] | None:
        """The content version with the number of invalidations; None where the version cannot be read."""
        content_version = self.content_version()
        return None if content_version is None else (content_version, self.invalidations)

    def __call__(self, environ: Environ, start_response: Start) -> Body:
        key = self._key(environ)
        # The version is read before the page is rendered, so the page is at least as new as its version.
        if key is None or (version := self.version) is None:
            return self.wsgi(environ, start_response)
        page = self.pages.get(key)
        if page is not None and page.is_valid(version, self.seconds):
            return self._send(key, page, environ, start_response)
        return self._render_or_wait(key, version, environ, start_response)

    def _key(self, environ: Environ) -> Key | None:
        """Return what the page is rendered from; None for a request that guests do not share."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or max(len(path), len(query)) > MAX_LENGTH:
            return None
        known = self.known_query(path)
        cookies = environ.get("HTTP_COOKIE", "")
        is_personal = "HTTP_AUTHORIZATION" in environ or any(name in cookies for name in self.personal)
        if known is None or is_personal or _has_body(environ):
            return None
        return (path, query and _reduce_query(query, known), *[environ.get(name, "") for name in self.origin])

    def _render_or_wait(self, key: Key, version: Hashable, environ: Environ, start_response: Start) -> Body:
        """Render the page once for all who request it now; what is not cacheable, for each of them."""
        ours = InFlight()
        with self.lock:
            flight = self.in_flight.setdefault((key, version), ours)
        if flight is not ours:
            flight.done.wait(WAIT)
            if flight.page:
                return self._send(key, flight.page, environ, start_response)
            return self._render(key, version, environ, start_response, ours)
        try:
            return self._render(key, version, environ, start_response, ours)
        finally:
            with self.lock:
                del self.in_flight[key, version]
            ours.done.set()

    def _render(
        self, key: Key, version: Hashable, environ: Environ, start_response: Start, flight: InFlight
    ) -> Body:
        """Call the application. The page is cached where it may be; any other response is passed on."""
        started: list[Any] = []

        def start(*args: Any) -> None:
            started[:] = args

        body = self.wsgi(self._bare(key, environ), start)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if not _is_cacheable(started[0], started[1]):
            start_response(*started)
            return _discard(body) if is_head else body
        compressed = _accepts_gzip(environ) and not is_head
        flight.page = Page(started[0], started[1], _join_body(body), version, compressed=compressed)
        self._store(key, flight.page)
        return self._send(key, flight.page, environ, start_response, state="miss")

    def _bare(self, key: Key, environ: Environ) -> Environ:
        """Return the request with nothing of the client but what is in the key."""
        bare = {name: value for name, value in environ.items() if not name.startswith(_CLIENT_VARIABLES)}
        bare |= {name: environ[name] for name in self.origin if name in environ}
        return bare | {"REQUEST_METHOD": "GET", "QUERY_STRING": key[1]}

    def _send(
        self, key: Key, page: Page, environ: Environ, start_response: Start, state: str = "hit"
    ) -> Body:
        if _is_known(environ, page):
            headers = [pair for pair in page.headers if pair[0] != "Content-Type"]
            start_response("304 Not Modified", [*headers, (STATE, state)])
            return ()
        compressed = _accepts_gzip(environ)
        headers, body = page.bodies.get(compressed) or self._add_body(key, page, compressed=compressed)
        if state != "hit":
            headers = [*headers[:-1], (STATE, state)]
        start_response(page.status, headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _add_body(self, key: Key, page: Page, *, compressed: bool) -> tuple[Headers, bytes]:
        body = page.other_body()
        with self.lock:
            if compressed not in page.bodies:
                page.add(body, compressed=compressed)
                if self.pages.get(key) is page:
                    self.bytes += len(body)
                    self._evict()
        return page.bodies[compressed]

    def _store(self, key: Key, page: Page) -> None:
        with self.lock:
            if old := self.pages.pop(key, None):
                self.bytes -= old.size
            if page.size > self.max_bytes // LARGEST_SHARE:
                return
            self.pages[key] = page
            self.bytes += page.size
            self._evict()

    def _evict(self) -> None:
        """Remove expired pages, and the oldest while the cache is too large."""
        now = time.time()
        while self.pages:
            oldest = next(iter(self.pages.values()))
            if self.bytes <= self.max_bytes and 0 <= now - oldest.rendered_at < self.seconds:
                break
            self.pages.popitem(last=False)
            self.bytes -= oldest.size


def _reduce_query(query: str, known: frozenset[str]) -> str:
    """Return a query with only the known keys, each once, sorted."""
    first: dict[str, str] = {}
    for part in query.split("&"):
        name = part.partition("=")[0]
        name = name if name.isalpha() else unquote_plus(name)
        if name in known:
            first.setdefault(name, part)
    return "&".join(first[name] for name in sorted(first))


def _has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


def _is_cacheable(status: str, headers: Headers) -> bool:
    """Whether this is a whole public page: not for one browser, not streamed."""
    present = {name.lower(): value for name, value in headers}
    is_private = any(word in present.get("cache-control", "") for word in ("private", "no-store"))
    is_page = status.startswith("200 ") and present.get("content-type", "").startswith(CONTENT_TYPES)
    is_whole = "content-length" in present and not {"set-cookie", "content-encoding"} & present.keys()
    return is_page and is_whole and not is_private


def _accepts_gzip(environ: Environ) -> bool:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and len(accepted) <= MAX_LENGTH and _prefers_gzip(accepted)


@functools.lru_cache(maxsize=256)
def _prefers_gzip(accepted: str) -> bool:
    """Whether gzip is accepted and not less welcome than no encoding (RFC 9110, 12.5.3)."""
    header = parse_accept_header(accepted.lower().replace(" ", ""))
    weights = {name.removeprefix("x-"): weight for name, weight in header}
    return 0 < weights.get("gzip", 0) >= weights.get("identity", 0)


def _is_known(environ: Environ, page: Page) -> bool:
    """Whether the client has this page already (RFC 9110, 13.2.2).

    If-Modified-Since counts only if it is exactly the page's date: a page may also become an older one again.
    """
    if tags := environ.get("HTTP_IF_NONE_MATCH"):
        return parse_etags(tags).contains_weak(page.etag)
    return page.last_modified is not None and environ.get("HTTP_IF_MODIFIED_SINCE") == page.last_modified


def _join_body(body: Body) -> bytes:
    try:
        return b"".join(body)
    finally:
        _discard(body)


def _discard(body: Body) -> tuple[bytes, ...]:
    """Close a response body that is not sent; returns an empty one."""
    if close := getattr(body, "close", None):
        close()
    return ()


def _compress(body: bytes) -> bytes:
    return gzip.compress(body, 2, mtime=0)
