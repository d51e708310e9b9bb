"""The reference "bare": a WSGI function that answers 20 KB, which is all that the server itself can do."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = (
    "<!doctype html><title>20 KB</title>" + "<p>느티나무 아래에서 듣고, 골목을 걸어서 씁니다." * 400
).encode()[:20_000]
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def worker() -> Callable[..., Iterable[bytes]]:
    """Loaded by granian in place of `server:worker`."""
    return respond


def respond(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return (BODY,)
