"""Addresses that come from outside."""

import ipaddress
import re

# A path on this site: one slash, then no second one and no backslash, no control character anywhere.
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def local_path(address: str | None, default: str = "/") -> str:
    """The address if it is a path on this site, else the default. For `next=`, where werkzeug would repair too much."""
    return address if address and _LOCAL.fullmatch(address) else default


def block_of(address: str) -> str:
    """What one household or server is given: an IPv4 address itself, the /64 of an IPv6 one. Anything else stays as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))
