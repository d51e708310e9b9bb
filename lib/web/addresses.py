"""URLs and IP addresses: safe redirect targets, query strings, address blocks."""

import hashlib
import hmac
import ipaddress
import re
import urllib.parse

_LONGEST = 2000  # characters
# A path on this site: one slash, no second slash or backslash after it, no control characters.
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
# The same after percent-decoding: spaces are allowed, "." and ".." segments are not.
_PLAIN = re.compile(r"(?!.*/\.{1,2}(?:/|$))/(?!/)[^\x00-\x1f\x7f-\x9f\\\ufffd]*")

_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f-\xa0\\<>\"'`^{|}]+", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_SAFE = "!$'()*,/:;?@"  # not percent-encoded in a query (RFC 3986, 3.4)


def local_path(address: str | None, default: str = "/") -> str:
    """The address if it is a path on this site, else the default. For `next=`."""
    if not address or len(address) > _LONGEST or not _LOCAL.fullmatch(address):
        return default
    return address if _is_plain(re.split(r"[?#]", address, maxsplit=1)[0]) else default


def _is_plain(path: str) -> bool:
    """Whether a path stays on this site however often it is percent-decoded."""
    for _ in range(4):
        if not _PLAIN.fullmatch(path):
            return False
        path, encoded = urllib.parse.unquote(path), path
        if path == encoded:
            return True
    return False


def origin(address: str) -> str | None:
    """Scheme, host and port of an http address as browsers write them; None for any other address.

    Letters are small, the usual port is left out, a host in other letters is encoded (RFC 6454, 6.2).
    """
    try:
        parts = urllib.parse.urlsplit(address)
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode()
    except ValueError:  # UnicodeError included
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def is_web_address(text: str) -> bool:
    """Whether this is a whole http(s) address that a link may lead to: no spaces, quotes or user names."""
    is_written = _WEB.fullmatch(text) is not None and "@" not in text.split("/")[2]
    return is_written and len(text) <= _LONGEST and origin(text) is not None


def with_query(path: str, **query: object) -> str:
    """A path with a query string of these keys, in this order; keys whose value is None are left out."""
    values = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urllib.parse.urlencode(values, safe=_SAFE)}" if values else path


def block_of(address: str) -> str:
    """The block that one household or server uses: an IPv4 address itself, the /64 of an IPv6 one.

    Anything else is returned unchanged.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((int(parsed), 64), strict=False))


def network_of(address: str) -> str:
    """The network around an address that one owner usually has: the /24 of IPv4, the /64 of IPv6.

    Anything else is returned unchanged.
    """
    try:
        parsed = ipaddress.ip_address(block_of(address).partition("/")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((str(parsed), 24 if parsed.version == 4 else 64), strict=False))


def keyed_hash(text: str, secret: str) -> str:
    """The HMAC-SHA-256 of an address or a name, in hex: it can be compared, but not be found by trying all.

    :param secret: the key that signs the cookies
    """
    return hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
