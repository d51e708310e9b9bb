"""The names a person chooses, for themselves or for things, as they are kept: folded, without anything invisible, or refused."""

import re
import unicodedata

from lib.text import plain

_LONGEST = 300  # characters looked at: whatever is longer is no name
_USERNAME = re.compile(r"[a-z0-9_]{3,20}")
# Hangul, Latin letters, digits, Chinese characters: scripts whose letters are not taken for one another.
_BETWEEN_TAGS = re.compile(r"[,，、\r\n#＃]")
_NICKNAME = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣA-Za-z0-9\u4e00-\u9fff ._-]{2,12}")


def username(typed: str) -> str | None:
    """3–20 of a–z, 0–9 and _, whatever the width or case they were typed in; none where it is not."""
    folded = plain.key(typed[:_LONGEST])
    return folded if _USERNAME.fullmatch(folded) else None


def nickname(typed: str) -> str | None:
    """2–12 letters of Korean, Latin or Chinese, digits, and . - _ or single spaces inside; none where it is not."""
    shown = _shown(typed[:_LONGEST])
    narrow = "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in shown)
    return narrow if _NICKNAME.fullmatch(narrow) and any(c.isalnum() for c in narrow) else None


def email(typed: str) -> str | None:
    """An address in a form that mail could be sent to; none where it is not. Nobody is asked whether it exists."""
    from email_validator import EmailNotValidError, validate_email  # a start need not wait for it

    if len(typed) > _LONGEST:
        return None
    try:
        found = validate_email(
            unicodedata.normalize("NFKC", plain.line(typed)),
            check_deliverability=False,
            test_environment=True,
        )
    except (EmailNotValidError, UnicodeError):
        return None
    return found.normalized if len(found.normalized) <= 254 else None


def tag(typed: str) -> str:
    """A word that articles are gathered by, without anything invisible and without # before it."""
    return _shown(typed).strip("#＃ ")


def tags(typed: str) -> list[str]:
    """The tags in a line, with commas or # between: each once, as it was written first, in their order."""
    found: dict[str, str] = {}
    for name in map(tag, _BETWEEN_TAGS.split(typed)):
        found.setdefault(plain.key(name), name)
    return [name for key, name in found.items() if key]


def can_be_tag(name: str) -> bool:
    """Whether it can stand in an address: a letter or a digit between every two slashes."""
    return all(any(c.isalnum() for c in part) for part in name.split("/"))


def _shown(typed: str) -> str:
    """On one line, without characters that show nothing."""
    return " ".join("".join(c for c in plain.line(typed) if c == " " or plain.key(c)).split())
