"""Addresses: those that come from outside, and those of a list."""

import ipaddress
import re
import urllib.parse

_LONGEST = 2000  # characters
# A path on this site: one slash, then no second one and no backslash, no control character anywhere.
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
# What a path may hold once its %-signs are read: the same, with spaces, and without a step up or on the spot.
_PLAIN = re.compile(r"(?!.*/\.{1,2}(?:/|$))/(?!/)[^\x00-\x1f\x7f-\x9f\\\ufffd]*")

_SAFE = "!$'()*,/:;?@"  # stand in a query as they are (RFC 3986, 3.4)


def local_path(address: str | None, default: str = "/") -> str:
    """The address if it is a path on this site, else the default. For `next=`, where werkzeug would repair too much."""
    if not address or len(address) > _LONGEST or not _LOCAL.fullmatch(address):
        return default
    return address if _is_plain(re.split(r"[?#]", address, maxsplit=1)[0]) else default


def _is_plain(path: str) -> bool:
    """Whether it stays here however often somebody on the way reads its %-signs."""
    for _ in range(4):
        if not _PLAIN.fullmatch(path):
            return False
        path, before = urllib.parse.unquote(path), path
        if path == before:
            return True
    return False


def with_query(path: str, **query: object) -> str:
    """A path with these keys, in this order; those that are None are left out. A framework's own way takes ten times as long, and the
    pages of a list have dozens."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urllib.parse.urlencode(given, safe=_SAFE)}" if given else path


def block_of(address: str) -> str:
    """What one household or server is given: an IPv4 address itself, the /64 of an IPv6 one. Anything else stays as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))
