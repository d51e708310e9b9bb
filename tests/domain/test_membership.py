"""Joining, logging in and leaving: the rules of the domain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from database import db, write_intent
from domain.neighbours import membership, personal_data
from lib.web.passwords import hash_password, verify_password
from models import Login, Member, Paper, Refused

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)


def count(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_parallel_joins_with_one_nickname_create_one_member(app, paper):
    def join(number):
        with app.app_context():
            token = write_intent.set(True)
            try:
                membership.join(
                    f"user{number}",
                    ["소라", "소 라", "소\u200b라"][number % 3],
                    f"u{number}@example.com",
                    HASH,
                    secret="secret",
                )
                db.session.commit()
            except membership.NamesRefused as unfit:
                return set(unfit.problems)
            finally:
                write_intent.reset(token)
            return {"joined"}

    with ThreadPoolExecutor(6) as pool:
        results = sorted(pool.map(join, range(6)), key=str)
    assert results == [{"joined"}] + [{"nickname"}] * 5
    assert count(Member) == 1


def test_name_taken_after_the_check_is_refused_and_the_transaction_stays_usable(
    app, paper, alice, monkeypatch
):
    paper.tagline = "같은 트랜잭션"
    monkeypatch.setattr(membership, "problems", lambda *names: {})
    with pytest.raises(membership.NamesRefused) as refused:
        membership.join("sora", "느티나무", "sora@example.com", HASH, secret="secret")
    assert set(refused.value.problems) == {"nickname"}
    assert isinstance(refused.value.__cause__, IntegrityError)
    assert refused.value.status == 422
    db.session.commit()
    assert db.session.scalars(select(Paper.tagline)).one() == "같은 트랜잭션"
    assert count(Member) == 1


def test_problems_name_every_taken_field(app, paper, alice):
    assert set(membership.problems("ALICE", "느티나무", "alice@example.com")) == {
        "username",
        "nickname",
        "email",
    }
    assert membership.problems("sora", "소라", "sora@example.com") == {}


def test_expired_logins_are_deleted_at_the_next_login(app, alice):
    with time_machine.travel("2026-01-01T00:00:00Z"):
        membership.log_in(alice, remember=True)
        db.session.commit()
    membership.log_in(alice, remember=False)
    db.session.commit()
    assert count(Login) == 1


def test_outdated_hash_is_renewed_at_login(app, alice):
    from argon2 import PasswordHasher

    alice.password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    db.session.commit()
    assert membership.authenticate("alice", PASSWORD) is not None
    db.session.commit()
    assert alice.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_username_or_address_with_the_right_password_authenticates(app, alice, bob):
    alice.password_hash = HASH
    db.session.commit()
    assert membership.authenticate("alice@example.com", PASSWORD) is alice
    assert membership.authenticate("alice", PASSWORD + "x") is None


def test_editor_may_have_reserved_names(app, paper):
    editor = membership.create_editor("editor", "편집인", "editor@example.com", PASSWORD)
    db.session.commit()
    assert editor.is_editor
    assert verify_password(editor.password_hash, PASSWORD)
    assert membership.editor() is editor
    with pytest.raises(Refused):
        personal_data.erase(editor, comments="keep", secret="secret")


@pytest.mark.parametrize(
    "spelling",
    [
        "SORA@example.com",
        "sora+news@example.com",
        "so\u200bra@example.com",
        "sora@EXAMPLE.com",
        "sora@example.com.",
    ],
)
def test_two_spellings_of_an_address_are_one_account(app, paper, alice, spelling):
    alice.name_as("alice", "느티나무", "sora@example.com")
    alice.password_hash = HASH
    db.session.commit()
    assert set(membership.problems("bada", "바다", spelling)) == {"email"}
    assert membership.authenticate(spelling, PASSWORD) is alice


def test_member_whose_address_has_an_older_key_can_log_in(app, paper, alice, bob):
    alice.name_as("alice", "느티나무", "sora@gmail.com")
    bob.name_as("bob", "은행나무", "so.ra@gmail.com")
    bob.email_key = "so.ra@gmail.com"  # as the migration leaves the later one of two
    db.session.commit()
    assert membership.find("sora@gmail.com") is alice
    assert membership.find("So.Ra@gmail.com") is bob
    assert membership.find("s.ora+x@googlemail.com") is alice
    assert set(membership.problems("bada", "바다", "so.ra@gmail.com")) == {"email"}


@pytest.mark.parametrize("nickname", ["left-9", "편집인", "시험신문 기자", "관 리 자", "Administrator"])
def test_nicknames_that_seem_to_speak_for_the_paper_are_refused(app, paper, nickname):
    assert "nickname" in membership.problems("sora", nickname, "sora@example.com")
