"""Leaving does not end a ban: for its time nobody joins with the same address."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from test_members import error, join

from database import db
from domain.keeping import housekeeping
from domain.moderation import rejoining
from domain.moderation.models import BarredAddress
from domain.neighbours import personal_data
from lib.web.passwords import hash_password
from models import Member, Paper, now

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def member(alice: Member, paper: Paper) -> Member:
    alice.password_hash = HASH
    db.session.commit()
    return alice


def barred() -> list[BarredAddress]:
    db.session.rollback()
    return list(db.session.scalars(select(BarredAddress)))


def test_a_banned_member_leaves_and_joins_again_only_after_the_ban(
    app: Flask, client: Any, member: Member
) -> None:
    client.log_in(member)
    words = "다시 가입할 수 없습니다"
    assert words not in client.get("/me/leaving").text
    ends = now() + timedelta(days=7)
    member.banned_until, member.ban_reason = ends, "도배"
    db.session.commit()
    assert words in client.get("/me/leaving").text
    assert client.send("/me/leaving", password=PASSWORD, comments="keep").status_code == 303
    (row,) = barred()
    assert (len(row.address), row.ends_at) == (64, ends)
    assert "alice" not in row.address
    for address in ("alice@example.com", "Alice@example.com"):
        answer = join(app.test_client(), email=address)
        assert answer.status_code == 422
        assert "지금 가입할 수 없습니다" in error(answer.text, "email")[1]
        assert f'value="{address}"' in answer.text
    other = {"username": "bada", "nickname": "바다", "email": "bada@example.com"}
    assert join(app.test_client(), **other).status_code == 303
    with time_machine.travel(ends + timedelta(minutes=1), tick=False):
        housekeeping.purge_rows("secret")
        db.session.commit()
        assert not barred()
        assert join(app.test_client(), email="alice@example.com").status_code == 303


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        ({}, None),
        ({"banned_until": timedelta(days=-1)}, None),
        ({"banned_until": timedelta(days=3)}, timedelta(days=3)),
        ({"banned_until": timedelta(days=3000)}, YEAR),
        ({"banned_until": timedelta(days=3), "closed_at": timedelta(0)}, YEAR),
        ({"closed_at": timedelta(days=-400)}, YEAR),
    ],
)
@time_machine.travel("2026-11-30 12:00 +0900", tick=False)
def test_the_hash_is_kept_as_long_as_the_ban_a_year_at_most(
    member: Member, state: dict[str, timedelta], kept: timedelta | None
) -> None:
    for name, distance in state.items():
        setattr(member, name, now() + distance)
    personal_data.erase(member, comments="keep", secret="key")
    assert [row.ends_at for row in barred_unsaved()] == ([now() + kept] if kept else [])
    assert bool(rejoining.problem_with("alice@example.com", "key")) is bool(kept)
    assert not rejoining.problem_with("alice@example.com", "another key")
    assert not rejoining.problem_with("bob@example.com", "key")
    with time_machine.travel(now() + YEAR + timedelta(seconds=1), tick=False):
        assert not rejoining.problem_with("alice@example.com", "key")


def barred_unsaved() -> list[BarredAddress]:
    db.session.flush()
    return list(db.session.scalars(select(BarredAddress)))
