"""Work done by a browser: found by trying, for one purpose, for some time."""

import hashlib

import pytest
import time_machine

from lib.web import proof_of_work


def solve(challenge):
    for number in range(challenge.most + 1):
        if hashlib.sha256(f"{challenge.salt}{number}".encode()).hexdigest() == challenge.digest:
            return f"{number}:{challenge.salt}:{challenge.signature}"
    raise AssertionError


def test_an_answer_counts_for_its_purpose_until_it_expires():
    with time_machine.travel("2026-12-01 12:00", tick=False) as clock:
        challenge = proof_of_work.new("key-_1", 300, "secret")
        answer = solve(challenge)
        assert proof_of_work.is_done(answer, "key-_1", "secret")
        assert not proof_of_work.is_done(answer, "key-_2", "secret")
        assert not proof_of_work.is_done(answer, "key-_1", "another secret")
        number, rest = answer.split(":", 1)
        assert not proof_of_work.is_done(f"{int(number) + 1}:{rest}", "key-_1", "secret")
        longer = answer.replace(challenge.salt.split(".")[1], "9999999999")
        assert not proof_of_work.is_done(longer, "key-_1", "secret")
        clock.shift(proof_of_work.LASTS + 1)
        assert not proof_of_work.is_done(answer, "key-_1", "secret")


@pytest.mark.parametrize(
    "answer", ["", ":", "1", "1:a", "1:a.b.:c", "²:a.1.b.:c", "-1:a.1.b.:c", "1:\ud800.9.b.:ü", "9" * 9999]
)
def test_anything_else_is_no_answer(answer):
    assert not proof_of_work.is_done(answer, "a", "secret")
