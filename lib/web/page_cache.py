"""Kept pages: what is the same for every guest is made once and sent again, whole and compressed, until something changes.

A page is made from its key alone: the request that reaches the application carries the address, the query keys that the page
knows and, where pages tell of it, the host; no cookie, no other header, no sender. So nothing of the one who asked first can be in it.
"""

import functools
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote_plus

try:
    from isal import igzip as gzip  # packs a page in a fifth of the time
except ImportError:  # no build of it for this machine
    import gzip

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Key = tuple[str, ...]

STATE = "X-Maeul-Page"  # hit: was kept; miss: made just now
KINDS = ("text/html", "application/rss+xml", "application/xml")
LONGEST = 512  # characters of a path or a query that is kept, or of a header that is read
LARGEST_SHARE = 16  # no page takes more of all the room than one part of so many
OVERHEAD = 2000  # bytes a page takes beside its bodies
WAIT = 10.0  # seconds for somebody else's making of the same page
BURST, PER_SECOND = 20, 2  # changes told of (`touch`) that are heard: at once, and on and on
_OURS = {"content-length", "etag", "vary"}  # headers that are set here
_ASKING = ("HTTP_", "REMOTE_", "REQUEST_URI", "RAW_URI")  # in the environ, what tells of the one who asks


class Page:
    """An answer that is kept: its headers, and its body plain, packed, or both, each made when it is first asked for.

    :param fresh: what it was made from; it is good as long as that is so
    """

    def __init__(self, status: str, headers: Headers, fresh: Hashable, etag: str):
        self.status, self.fresh, self.etag, self.made_at = status, fresh, etag, time.time()
        kept = [(name, value) for name, value in headers if name.lower() not in _OURS]
        if all(name.lower() != "cache-control" for name, _value in kept):
            kept.append(("Cache-Control", "no-cache"))  # browsers ask again each time, with the ETag
        self.headers: Headers = [*kept, ("ETag", etag), ("Vary", "Accept-Encoding, Cookie")]
        self.forms: dict[bool, tuple[Headers, bytes]] = {}
        self.size = OVERHEAD

    @classmethod
    def of(cls, status: str, headers: Headers, body: bytes, fresh: Hashable, *, packed: bool) -> "Page":
        page = cls(status, headers, fresh, f'W/"{blake2b(body, digest_size=12).hexdigest()}"')
        page.add(_pack(body) if packed else body, packed=packed)
        return page

    def is_good(self, fresh: Hashable, seconds: float) -> bool:
        return self.fresh == fresh and 0 <= time.time() - self.made_at < seconds

    def add(self, body: bytes, *, packed: bool) -> None:
        encoding = [("Content-Encoding", "gzip")] if packed else []
        self.forms[packed] = (
            [*self.headers, *encoding, ("Content-Length", str(len(body))), (STATE, "hit")],
            body,
        )
        self.size += len(body)

    def other_form(self) -> bytes:
        """The body as it is not there yet."""
        ((packed, (_headers, body)),) = self.forms.items()
        return gzip.decompress(body) if packed else _pack(body)


class InFlight:
    """A page under way; those who want the same one wait for it."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.done = threading.Event()


class PageCache:
    """WSGI middleware: answers guests' GET and HEAD from memory while nothing has changed.

    :param version: what all content is made from, as a value that is another one after every change; none where that cannot be told
    :param knows: the query keys that change the page at a path; none where the page is not kept
    :param personal: parts of the names of cookies that make a request somebody's own
    :param origin: names in the environ that pages may tell of, such as HTTP_HOST, and that are part of the key
    :param most_bytes: that all pages may take; the oldest go first
    :param seconds: older pages are made anew whatever the version says
    """

    def __init__(
        self,
        wsgi: Any,
        version: Callable[[], Hashable],
        knows: Callable[[str], frozenset[str] | None],
        *,
        personal: tuple[str, ...],
        origin: tuple[str, ...],
        most_bytes: int,
        seconds: float = 10.0,
    ):
        self.wsgi, self.version, self.knows, self.personal, self.origin = (
            wsgi,
            version,
            knows,
            personal,
            origin,
        )
        self.most_bytes, self.seconds = most_bytes, seconds
        self.pages: OrderedDict[Key, Page] = (
            OrderedDict()
        )  # the oldest first: a dict would look for it through all that are gone
        self.bytes = 0
        self.makings: dict[Hashable, InFlight] = {}
        self.lock = threading.Lock()
        self.touched = 0
        self.touches: deque[float] = deque(maxlen=BURST)

    def touch(self) -> None:
        """Something changed that the version does not tell of: every page is made anew.

        In a rush not every change is heard, and pages lag behind, by `seconds` at most.
        """
        now = time.time()
        if len(self.touches) < BURST or abs(now - self.touches[0]) > BURST / PER_SECOND:
            self.touches.append(now)
            self.touched += 1

    @property
    def fresh(self) -> tuple[Hashable, int] | None:
        """What pages are made from at this moment: the version, and the changes told of; none where the version cannot be told."""
        version = self.version()
        return None if version is None else (version, self.touched)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = self._key(environ)
        # What it is made from is read before the page is: so the page is at least as new as that.
        if key is None or (fresh := self.fresh) is None:
            return self.wsgi(environ, start_response)
        page = self.pages.get(key)
        if page is not None and page.is_good(fresh, self.seconds):
            return self._send(key, page, environ, start_response)
        return self._share(key, fresh, environ, start_response)

    def _key(self, environ: Environ) -> Key | None:
        """What the page is made from; none where it is not one that all guests share."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or len(path) > LONGEST or len(query) > LONGEST:
            return None
        known = self.knows(path)
        if (
            known is None
            or "HTTP_AUTHORIZATION" in environ
            or self._is_personal(environ.get("HTTP_COOKIE"))
            or _has_body(environ)
        ):
            return None
        return (path, query and _known(query, known), *[environ.get(name, "") for name in self.origin])

    def _is_personal(self, cookies: str | None) -> bool:
        return bool(cookies) and any(name in cookies for name in self.personal)

    def _share(
        self, key: Key, fresh: Hashable, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The page by one who makes it while the others wait. What cannot be kept is made for each."""
        making, is_ours = self._join(key, fresh)
        if not is_ours:
            making.done.wait(WAIT)
            if making.page:
                return self._send(key, making.page, environ, start_response)
            return self._make(key, fresh, environ, start_response, InFlight())
        try:
            return self._make(key, fresh, environ, start_response, making)
        finally:
            with self.lock:
                del self.makings[key, fresh]
            making.done.set()

    def _join(self, key: Key, fresh: Hashable) -> tuple[InFlight, bool]:
        """The making of this page that is under way, or a new one, and whether it is new."""
        with self.lock:
            found = self.makings.get((key, fresh))
            if found is None:
                self.makings[key, fresh] = InFlight()
            return found or self.makings[key, fresh], found is None

    def _make(
        self,
        key: Key,
        fresh: Hashable,
        environ: Environ,
        start_response: Callable[..., Any],
        making: InFlight,
    ) -> Iterable[bytes]:
        """Ask the application. The page is kept where it can be; any other answer goes on as it is."""
        said: list[Any] = []

        def start(*answer: Any) -> None:
            said[:] = answer

        body = self.wsgi(self._bare(key, environ), start)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if not _can_be_kept(said[0], said[1]):
            start_response(*said)
            return _nothing(body) if is_head else body
        making.page = Page.of(
            said[0], said[1], _whole(body), fresh, packed=_wants_packed(environ) and not is_head
        )
        self._keep(key, making.page)
        return self._send(key, making.page, environ, start_response, state="miss")

    def _bare(self, key: Key, environ: Environ) -> Environ:
        """The request with nothing but what is in the key."""
        bare = {name: value for name, value in environ.items() if not name.startswith(_ASKING)}
        bare |= {name: environ[name] for name in self.origin if name in environ}
        return bare | {"REQUEST_METHOD": "GET", "QUERY_STRING": key[1]}

    def _send(
        self, key: Key, page: Page, environ: Environ, start_response: Callable[..., Any], state: str = "hit"
    ) -> Iterable[bytes]:
        if (tags := environ.get("HTTP_IF_NONE_MATCH")) and _matches(tags, page.etag):
            start_response(
                "304 Not Modified",
                [*(pair for pair in page.headers if pair[0] != "Content-Type"), (STATE, state)],
            )
            return ()
        packed = _wants_packed(environ)
        headers, body = page.forms.get(packed) or self._other_form(key, page, packed=packed)
        if state != "hit":
            headers = [*headers[:-1], (STATE, state)]
        start_response(page.status, headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _other_form(self, key: Key, page: Page, *, packed: bool) -> tuple[Headers, bytes]:
        body = page.other_form()
        with self.lock:
            if packed not in page.forms:
                page.add(body, packed=packed)
                if self.pages.get(key) is page:
                    self.bytes += len(body)
                    self._make_room()
        return page.forms[packed]

    def _keep(self, key: Key, page: Page) -> None:
        with self.lock:
            if old := self.pages.pop(key, None):
                self.bytes -= old.size
            if page.size > self.most_bytes // LARGEST_SHARE:
                return
            self.pages[key] = page
            self.bytes += page.size
            self._make_room()

    def _make_room(self) -> None:
        """Away with what nobody will be sent again, and with the oldest where there are too many."""
        now = time.time()
        while self.pages:
            oldest = next(iter(self.pages.values()))
            if self.bytes <= self.most_bytes and 0 <= now - oldest.made_at < self.seconds:
                break
            self.pages.popitem(last=False)
            self.bytes -= oldest.size


def _known(query: str, known: frozenset[str]) -> str:
    """A query with only the keys that are known, each once, in one order."""
    first: dict[str, str] = {}
    for part in query.split("&"):
        name = part.partition("=")[0]
        name = name if name.isalpha() else unquote_plus(name)
        if name in known:
            first.setdefault(name, part)
    return "&".join(first[name] for name in sorted(first))


def _has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


def _can_be_kept(status: str, headers: Headers) -> bool:
    """A whole page for everybody: nothing given to one browser, nothing that is still being written."""
    said = {name.lower(): value for name, value in headers}
    is_private = any(word in said.get("cache-control", "") for word in ("private", "no-store"))
    is_page = status.startswith("200 ") and said.get("content-type", "").startswith(KINDS)
    return (
        is_page
        and "content-length" in said
        and not is_private
        and not {"set-cookie", "content-encoding"} & said.keys()
    )


def _wants_packed(environ: Environ) -> bool:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and len(accepted) <= LONGEST and _prefers_packed(accepted)


@functools.lru_cache(maxsize=256)
def _prefers_packed(accepted: str) -> bool:
    """Whether a browser takes gzip, and not rather nothing of the kind (RFC 9110, 12.5.3)."""
    likes = {"gzip": 0.0, "identity": 0.0}
    for part in accepted.lower().split(","):
        name, _, weight = (word.strip() for word in part.partition(";"))
        likes[name.removeprefix("x-")] = _weight(weight)
    return likes["gzip"] > 0 and likes["gzip"] >= likes["identity"]


def _weight(said: str) -> float:
    """Of `q=0.5`; 1 where none is said, 0 where it is nonsense."""
    name, _, value = said.partition("=")
    try:
        return float(value) if name.strip() == "q" else float(not said)
    except ValueError:
        return 0.0


def _matches(tags: str, etag: str) -> bool:
    return tags.strip() == "*" or etag.removeprefix("W/") in (
        tag.strip().removeprefix("W/") for tag in tags.split(",")
    )


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        _nothing(body)


def _nothing(body: Iterable[bytes]) -> tuple[bytes, ...]:
    """An answer without its body, which is told that nobody reads on."""
    close: Callable[[], None] | None = getattr(body, "close", None)
    if close:
        close()
    return ()


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, 2, mtime=0)
