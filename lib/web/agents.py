"""Reduce request headers to device, language and referring host."""

import re
from urllib.parse import urlsplit

from babel import localedata

LONGEST_HOST = 100
LONGEST_AGENT = 400  # characters that are read
# Name and sign; the first that matches counts, for most browsers name Chrome and Safari too.
_BROWSERS = (
    ("KakaoTalk", "KAKAOTALK"), ("Naver", r"NAVER\("), ("Band", r"BAND/"), ("Whale", "Whale/"),
    ("Samsung Internet", "SamsungBrowser"), ("Edge", r"Edg(?:e|A|iOS)?/"), ("Opera", r"OPR/|Opera"),
    ("Firefox", "Firefox/|FxiOS"), ("Chrome", "Chrome/|CriOS"), ("Safari", "Safari/"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone|iPod"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("ChromeOS", "CrOS"), ("macOS", "Macintosh|Mac OS X"), ("Linux", "Linux|X11"),
)  # fmt: skip
_LANGUAGE = re.compile(r"\s*([a-zA-Z]{2,3})(?=[-_;,\s]|$)")
# The last part of a public name begins with a letter, that of an IP address does not.
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63})*\.[a-z][a-z0-9-]{0,62}", re.ASCII)
_LANGUAGES = frozenset(name for name in localedata.locale_identifiers() if "_" not in name)


def device(agent: str) -> str:
    """`phone`, `tablet` or `desktop`, from a User-Agent (RFC 9110, section 10.1.5)."""
    if re.search(r"iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Kindle", agent) or (
        "Android" in agent and "Mobile" not in agent
    ):
        return "tablet"
    return "phone" if re.search(r"Mobi|iPhone|iPod|Windows Phone|Opera Mini", agent) else "desktop"


def kind(agent: str) -> str:
    """Browser and system, as in `Chrome · Android`, from a User-Agent; "" if neither is known."""
    found = (next((name for name, sign in signs if re.search(sign, agent[:LONGEST_AGENT])), "")
             for signs in (_BROWSERS, _SYSTEMS))  # fmt: skip
    return " · ".join(filter(None, found))


def language(accepted: str) -> str:
    """Code of the first language of an Accept-Language (RFC 9110, 12.5.4), without region; "" if unknown."""
    found = _LANGUAGE.match(accepted)
    code = found[1].lower() if found else ""
    return code if code in _LANGUAGES else ""


def host(address: str) -> str:
    """Public host name of a URL or bare host, in lower case, without `www.` and port; "" if it has none."""
    try:
        name = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        name = name.encode("idna").decode().lower().removeprefix("www.").rstrip(".")
    except (ValueError, UnicodeError):
        return ""
    return name if len(name) <= LONGEST_HOST and _HOST.fullmatch(name) else ""
