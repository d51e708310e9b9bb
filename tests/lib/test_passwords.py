"""Passwords: hashing, verifying, weakness."""

import time

import pytest

from lib.web import passwords

PASSWORD = "느티나무 Bench 1"
HASH = passwords.hash_password(PASSWORD)


def test_hash_is_argon2id_with_these_parameters():
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.needs_rehash(HASH)
    assert passwords.needs_rehash("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA")


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        (PASSWORD, True),
        ("느티나무 Ｂｅｎｃｈ １", True),
        ("느티나무 bench 1", False),
        ("", False),
        ("\x00", False),
        ("\ud800", False),
        ("x" * 5_000_000, False),
        ("\u0301\u0316" * 2_500_000, False),  # to normalise this would take hours
    ],
)
def test_only_the_password_verifies(typed, right):
    assert passwords.verify_password(HASH, typed) is right


@pytest.mark.parametrize("hash", [None, "", "!", "$argon2id$broken", "plain"])
def test_nothing_verifies_without_a_valid_hash(hash):
    assert not passwords.verify_password(hash, PASSWORD)


def test_missing_hash_costs_as_much():
    def cost(hash):
        start = time.process_time()
        for _ in range(3):
            passwords.verify_password(hash, "wrong")
        return time.process_time() - start

    known, unknown = cost(HASH), cost(None)
    assert 0.3 < known / unknown < 3


@pytest.mark.parametrize(
    ("password", "names", "found"),
    [
        ("1234567", (), "short"),
        ("가나다라마바사", (), "short"),
        ("가나다라마바사아", (), None),
        ("ab12 " * 25 + "xyz", (), None),
        ("ab12 " * 25 + "xyzz", (), "long"),
        ("x" * 5_000_000, (), "long"),
        ("Password", (), "common"),
        ("ｐａｓｓｗｏｒｄ", (), "common"),
        ("1q2w3e4r", (), "common"),
        ("abababab", (), "common"),
        ("Sora_2026", ("sora_2026",), "name"),
        ("sora@example.com", ("sora", "Sora@Example.com"), "name"),
        ("sora_2027", ("sora_2026",), None),
        ("sora_2027", ("\u0301\u0316" * 500_000,), None),
        ("\u0301\u0316" * 500_000, (), "long"),
    ],
)
def test_weakness(password, names, found):
    assert passwords.weakness(password, *names) == found


def test_thread_that_holds_the_slot_can_hash():
    with passwords.slot(), passwords.slot():
        assert passwords.verify_password(HASH, PASSWORD)
    assert passwords.verify_password(HASH, PASSWORD)


def test_slot_is_free_again_after_an_error():
    for _ in range(2 * passwords.MOST_WAITING):
        with pytest.raises(RuntimeError), passwords.slot():
            raise RuntimeError
    assert passwords.verify_password(HASH, PASSWORD)


def test_a_megabyte_is_not_hashed():
    with pytest.raises(ValueError, match="too long"):
        passwords.hash_password("\u0301\u0316" * 500_000)
