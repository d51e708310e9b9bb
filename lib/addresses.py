"""Addresses that come from outside."""

import re

# A path on this site: one slash, then no second one and no backslash, no control character anywhere.
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def local_path(address: str | None, default: str = "/") -> str:
    """The address if it is a path on this site, else the default. For `next=`, where werkzeug would repair too much."""
    return address if address and _LOCAL.fullmatch(address) else default
