"""Work that a browser does before a form is accepted, in the manner of ALTCHA: a number is found by trying.

The browser is given a salt and the SHA-256 of the salt and a secret number, and tries all numbers up to a
largest one. Nothing is stored: the signature tells a challenge of ours, and the salt holds what it is for and
until when. It can be used once if what it is for can, such as the key of a captcha.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

LASTS = 3600  # seconds
_LONGEST = 300  # characters of an answer


@dataclass(frozen=True)
class Challenge:
    """What the browser is given. Its answer is `number:salt:signature`."""

    salt: str
    digest: str
    most: int
    signature: str


def new(purpose: str, most: int, secret: str) -> Challenge:
    """Make a challenge.

    :param purpose: without ":", what the answer can be used for
    :param most: the largest number; half of them are tried on average
    """
    salt = f"{purpose}.{int(time.time()) + LASTS}.{secrets.token_urlsafe(8)}."
    digest = _digest(salt, secrets.randbelow(most + 1))
    return Challenge(salt, digest, most, _sign(digest, secret))


def is_done(answer: str, purpose: str, secret: str) -> bool:
    """Whether this is the answer to a challenge of ours for this purpose that has not expired."""
    number, _first, rest = answer[:_LONGEST].partition(":")
    salt, _second, signature = rest.partition(":")
    start, _third, end = salt.removesuffix(".").rpartition(".")
    named, _fourth, expires = start.rpartition(".")
    if not (number.isascii() and number.isdigit() and expires.isascii() and expires.isdigit() and end):
        return False
    expected = _sign(_digest(salt, int(number)), secret)
    is_ours = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))
    return is_ours and named == purpose and int(expires) > time.time()


def _digest(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode("utf-8", "surrogatepass")).hexdigest()


def _sign(digest: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"work {digest}".encode(), hashlib.sha256).hexdigest()
