"""What the server can do at all: a WSGI function that answers 20 KB, for the table to compare with."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = (
    "<!doctype html><title>20 KB</title>" + "<p>느티나무 아래에서 듣고, 골목을 걸어서 씁니다." * 400
).encode()[:20_000]
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def worker() -> Callable[..., Iterable[bytes]]:
    """What granian loads in place of `server:worker`."""
    return answer


def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return (BODY,)
