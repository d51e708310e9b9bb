"""Requests that browsers send again and again: what was answered a moment ago is answered in short, in front of the application."""

import io
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

Environ = dict[str, Any]
Answer = Callable[[], bytes | None]

AGAIN = "maeul.again"  # where the application leaves, in the environ, what answers the same request when it comes again
LONGEST = 4096  # bytes of a body that is looked at
MOST = 4096  # requests that are known; beyond that all are let go and begin again


class Repeats:
    """WSGI middleware. The application may leave a function in the environ under AGAIN: it gives the body of the answer to the same
    request sent once more, or none where the application is to be asked after all. The headers are those of the answer before.

    The same request: the same address, headers, sender and body. Only a digest of them is kept.

    :param path: of the POSTs that are looked at
    :param personal: parts of the names of cookies that make a request somebody's own; such are not looked at
    """

    def __init__(self, wsgi: Any, path: str, personal: tuple[str, ...]):
        self.wsgi, self.path, self.personal = wsgi, path, personal
        self.known: dict[bytes, tuple[list[tuple[str, str]], Answer]] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != self.path or environ["REQUEST_METHOD"] != "POST" or not self._is_short(environ):
            return self.wsgi(environ, start_response)
        key = self._key(environ)
        headers, again = self.known.get(key, ((), None))
        if again and (body := again()) is not None:
            start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
            return [body]
        return self._ask(key, environ, start_response)

    def _is_short(self, environ: Environ) -> bool:
        length, cookies = environ.get("CONTENT_LENGTH") or "", environ.get("HTTP_COOKIE", "")
        return length.isdecimal() and int(length) <= LONGEST and not any(name in cookies for name in self.personal)

    def _key(self, environ: Environ) -> bytes:
        """The body is read, and stands in the environ again."""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = io.BytesIO(body)
        told = sorted((name, value) for name, value in environ.items() if name.startswith("HTTP_"))
        asker = (environ.get("REMOTE_ADDR"), environ.get("QUERY_STRING"), environ.get("CONTENT_TYPE"), told)
        return blake2b(repr(asker).encode("utf-8", "replace") + body, digest_size=16).digest()

    def _ask(self, key: bytes, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said[:] = status, headers
            return start_response(status, headers, *rest)

        answer = self.wsgi(environ, start)
        if AGAIN in environ and said[0] == "200 OK" and all(name.lower() != "set-cookie" for name, _value in said[1]):
            if len(self.known) >= MOST:
                self.known.clear()
            self.known[key] = [pair for pair in said[1] if pair[0].lower() != "content-length"], environ[AGAIN]
        else:
            self.known.pop(key, None)
        return answer
