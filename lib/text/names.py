"""Names that people type: user names, nicknames, addresses and tags, normalised or refused."""

import re
import unicodedata

from lib.text import folding, invisible, plain

_LONGEST = 300  # characters that are looked at: no name is longer
_USERNAME = re.compile(r"[a-z0-9_]{3,20}")
_BLANKS = str.maketrans("", "", invisible.BLANKS)
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_BETWEEN_TAGS = re.compile(r"[,，、\r\n#＃]")
# Hangul, Latin letters, digits, Chinese characters: scripts whose letters cannot be mistaken for one another.
_NICKNAME = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣA-Za-z0-9\u4e00-\u9fff ._-]{2,12}")


def username(typed: str) -> str | None:
    """Return 3–20 of a–z, 0–9 and _, typed in any width or case; else None."""
    folded = plain.key(typed[:_LONGEST])
    return folded if _USERNAME.fullmatch(folded) else None


def nickname(typed: str) -> str | None:
    """Return 2–12 Korean, Latin or Chinese letters, digits, . - _ and single inner spaces; else None."""
    shown = _shown(typed[:_LONGEST])
    narrow = "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in shown)
    return narrow if _NICKNAME.fullmatch(narrow) and any(c.isalnum() for c in narrow) else None


def email(typed: str) -> str | None:
    """Return a well-formed e-mail address, or None. Does not check that it exists."""
    from email_validator import EmailNotValidError, validate_email  # slow to import

    if len(typed) > _LONGEST:
        return None
    try:
        address = validate_email(
            unicodedata.normalize("NFKC", plain.line(typed)),
            check_deliverability=False,
            test_environment=True,
        )
    except (EmailNotValidError, UnicodeError):
        return None
    return address.normalized if len(address.normalized) <= 254 else None


def email_key(address: str) -> str:
    """Return the key that e-mail addresses are compared by: one for all spellings of a mailbox.

    - Case, width and invisible characters do not matter (`plain.key`), before the @ neither: no provider
      that people use tells Sora@ from sora@.
    - A domain in punycode is the same as in its own script: xn--3e0b707e is 한국.
    - What follows a + before the @ is a tag that the mailbox's owner has made up (sora+paper@).
    - Gmail ignores dots before the @, and googlemail.com is gmail.com; hanmail.net is daum.net.
    """
    local, at, domain = plain.key(address).rpartition("@")
    if not at:
        return domain
    domain = plain.key(".".join(map(_decoded_label, domain.rstrip(".").split("."))))
    mailbox = local.split("+", 1)[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        domain, mailbox = "gmail.com", mailbox.replace(".", "") or mailbox
    if domain == "hanmail.net":
        domain = "daum.net"
    return f"{mailbox}@{domain}"


def _decoded_label(label: str) -> str:
    """A label of a domain name in its own script, if it is in punycode (RFC 3492)."""
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def tag(typed: str) -> str:
    """Return a tag's name without invisible characters and without a leading #."""
    return _shown(typed).strip("#＃ ")


def tags(typed: str) -> list[str]:
    """Split a line of tags at commas and #. Duplicates are dropped; the first spelling stays."""
    by_key: dict[str, str] = {}
    for name in map(tag, _BETWEEN_TAGS.split(typed)):
        by_key.setdefault(tag_key(name), name)
    return [name for key, name in by_key.items() if key]


def tag_key(name: str) -> str:
    """Return the key that tags are compared by: one for all ways to type a name.

    Case, width, spaces and marks of Latin letters do not matter; all dots are the same: 3·1, 3ㆍ1, 3.1.
    """
    return _POINT.sub(folding.DOT, plain.key(folding.fold(name)))


def can_be_tag(name: str) -> bool:
    """Whether the name works in an address: every part between slashes has a letter or a digit."""
    return all(any(c.isalnum() for c in folding.fold(part)) for part in name.split("/"))


def _shown(typed: str) -> str:
    """Return a text on one line, without invisible characters: fillers are no spaces in a name."""
    return plain.line(typed.translate(_BLANKS))
