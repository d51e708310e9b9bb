"""Passwords: argon2id hashes, verified at the same cost for known and unknown names."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8  # characters after NFKC
LONGEST = 128
_LONGEST_TYPED = 8 * LONGEST  # characters that are normalised, for that takes quadratic time in their number
MOST_WAITING = 8  # threads that wait for another one's hash; the server's other threads stay free for readers

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_lock = threading.Lock()  # one hash at a time: each needs 19 MiB
_slots = threading.BoundedSemaphore(1 + MOST_WAITING)
_thread = threading.local()
_DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$iLRGdL0ZkMAUlSVk1wSBVQhYsZ5j9YFdShZGUQWbYK4"
_COMMON = """
password password1 passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890 01234567 0123456789 87654321
987654321 11111111 00000000 88888888 99999999 12341234 11112222 12121212 11223344 asdfasdf asdf1234 asdfghjk
asdfghjkl qwerty12 qwerty123 qwertyui qwertyuiop qwer1234 q1w2e3r4 1q2w3e4r 1q2w3e4r5t zaq12wsx 1qaz2wsx
abcd1234 abc12345 abcdefgh a1234567 a12345678 a1b2c3d4 aaaaaaaa iloveyou sunshine princess football baseball
welcome1 trustno1 superman computer internet administrator dkssudgktpdy tkfkdgo1 tkfkdgody korea1234
letmein1 test1234 testtest qlalfqjsgh qlalfqjsgh1
"""


class Busy(Exception):
    """MOST_WAITING other threads are waiting to hash a password."""


@contextmanager
def slot() -> Iterator[None]:
    """Hold the lock for hashing. A thread that holds it already keeps it. Hold no transaction on entry.

    :raises Busy: too many threads are waiting for it
    """
    if getattr(_thread, "holds_lock", False):
        yield
        return
    if not _slots.acquire(blocking=False):
        raise Busy
    try:
        with _lock:
            _thread.holds_lock = True
            try:
                yield
            finally:
                _thread.holds_lock = False
    finally:
        _slots.release()


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password (t=2, m=19 MiB, p=1). Takes 25 ms: hold no database lock.

    :raises ValueError: a password that `weakness` calls long, by far
    """
    with slot():
        return _hasher.hash(_bytes_of(password))


def verify_password(hash: str | None, password: str) -> bool:
    """Whether the password matches the hash. Without a hash (an unknown name) False, after the same work."""
    if len(password) > _LONGEST_TYPED:  # cannot match
        hash, password = None, ""
    with slot():
        try:
            return _hasher.verify(
                hash if hash and hash.startswith("$argon2") else _DUMMY, _bytes_of(password)
            ) and bool(hash)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(hash: str) -> bool:
    """Whether the hash has outdated parameters."""
    return _hasher.check_needs_rehash(hash)


def weakness(password: str, *names: str) -> str | None:
    """Return why a new password is refused, or None: "short", "long", "common", "name" (one of `names`)."""
    if len(password) > _LONGEST_TYPED:
        return "long"
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < SHORTEST:
        return "short"
    if len(normal) > LONGEST:
        return "long"
    folded = normal.casefold()
    if folded in _COMMON.split() or len(set(folded)) < 3:
        return "common"
    typed = (name for name in names if len(name) <= _LONGEST_TYPED)
    same = {unicodedata.normalize("NFKC", name).casefold().replace(" ", "") for name in typed}
    return "name" if folded.replace(" ", "") in same else None


def _bytes_of(password: str) -> bytes:
    if len(password) > _LONGEST_TYPED:
        raise ValueError("password is too long")
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
