"""How often one sender may request something."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from lib.web.addresses import block_of
from views.web.guards import SAFE_METHODS, reader

COUNTED_OTHERWISE = ("visitors.beat",)
KEPT_BYTES = 64_000  # a refused form up to this length is parsed, to return what was typed


@dataclass(frozen=True)
class Rate:
    """How often one sender may request a view.

    :param name: what is counted together
    :param by: returns the name of the sender
    """

    items: list[RateLimitItem]
    name: str
    by: Callable[[], str]


def init_app(app: Flask) -> None:
    """Register the check. It comes after that of the write lock: a rate of members queries the database."""
    storage = storage_from_string(app.config["SETTINGS"].rate_storage)
    app.extensions["rates"] = FixedWindowRateLimiter(storage)
    app.before_request(_check)


def limiter() -> FixedWindowRateLimiter:
    """Return the counts of this app: `hit` and `test` take a limit, a name and a sender."""
    return current_app.extensions["rates"]


def address() -> str:
    """Return the address the request came from; a forwarded one only behind our own proxies (see app.py)."""
    return request.remote_addr or "127.0.0.1"


def sender() -> str:
    """Return what a rate is counted by: an address, or the IPv6 block that one household is given."""
    return block_of(address())


def person() -> str:
    """Return who is counted where members act: the member, or for a guest the sender."""
    member = reader()
    return f"member {member.id}" if member else sender()


def limited(limits: str, by: Callable[[], str] = sender, scope: str = "") -> Callable[..., Any]:
    """Decorate a view that one sender may request only so often; beyond that 429 with Retry-After.

    Counted before the form is parsed. The rates of nested decorators are checked from the outermost inwards.

    :param limits: as in "10 per minute; 60 per hour"
    :param by: returns the name that requests are counted by
    :param scope: a name that several views share, where they are counted together
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        rate = Rate(parse_many(limits), scope or f"{view.__module__}.{view.__qualname__}", by)
        view.rates = (rate, *getattr(view, "rates", ()))  # type: ignore[attr-defined]
        return view

    return decorate


def _check() -> None:
    """Count the request in all rates of its view, before anything of its body is read."""
    if request.method == "OPTIONS" or request.endpoint in (None, *COUNTED_OTHERWISE):
        return
    view = current_app.view_functions[request.endpoint]
    for rate in getattr(view, "rates", () if request.method in SAFE_METHODS else (FORMS,)):
        key = rate.by()
        for item in rate.items:
            if not limiter().hit(item, rate.name, key):
                request.max_content_length = KEPT_BYTES if request.content_length else 0
                abort(429, retry_after=_seconds_left(item, rate.name, key))


def _seconds_left(item: RateLimitItem, *key: str) -> int:
    return max(1, round(limiter().get_window_stats(item, *key).reset_time - time.time()))


FORMS = Rate(parse_many("300 per minute"), "forms", sender)  # of views without a rate of their own, together
