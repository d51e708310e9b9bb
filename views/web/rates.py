"""How often one sender may ask for something."""

import functools
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, abort, current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from lib.web.addresses import block_of


def init_app(app: Flask) -> None:
    storage = storage_from_string(app.config["SETTINGS"].rate_storage)
    app.extensions["rates"] = FixedWindowRateLimiter(storage)


def limiter() -> FixedWindowRateLimiter:
    """Return the counts of this app: `hit` and `test` take a limit, a name and a sender."""
    return current_app.extensions["rates"]


def address() -> str:
    """Return the address the request came from; a forwarded one only behind our own proxies (see app.py)."""
    return request.remote_addr or "127.0.0.1"


def sender() -> str:
    """Return what a rate is counted by: an address, or the IPv6 block that one household is given."""
    return block_of(address())


def limited(limits: str, by: Callable[[], str] = sender, scope: str = "") -> Callable[..., Any]:
    """Decorate a view that one sender may ask for only so often; beyond that 429 with Retry-After.

    :param limits: as in "10 per minute; 60 per hour"
    :param by: returns the name that requests are counted by
    :param scope: a name that several views share, where they are counted together
    """
    items = parse_many(limits)

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        name = scope or f"{view.__module__}.{view.__qualname__}"

        @functools.wraps(view)
        def limited_view(*args: Any, **kwargs: Any) -> Any:
            key = by()
            for item in items:
                if not limiter().hit(item, name, key):
                    abort(429, retry_after=_seconds_left(item, name, key))
            return view(*args, **kwargs)

        return limited_view

    return decorate


def _seconds_left(item: RateLimitItem, *key: str) -> int:
    return max(1, round(limiter().get_window_stats(item, *key).reset_time - time.time()))
