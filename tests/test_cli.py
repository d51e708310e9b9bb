"""`flask sample`, `flask check imprint`, `flask tick`."""

import os
from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select

from database import db, visitors_transaction
from domain.counter.models import Captcha, Presence
from domain.sample import composing, structure
from models import Login, Member, Paper, Photo, Post, now


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def quick(monkeypatch):
    """Replace encoding by constant pictures: test_sample encodes the real ones."""

    def take(name, store, megapixels):
        return Photo(digest=(name.encode().hex() * 64)[:64], width=1600, height=1067)

    monkeypatch.setattr(composing, "take_picture", take)


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_sample_fills_an_empty_paper_and_prints_the_login(run, quick, client):
    result = run("sample")
    assert result.exit_code == 0, result.output
    assert "편집인 아이디: editor" in result.output
    password = result.output.split("비밀번호: ")[1].split()[0]
    assert client.send("/login", username="editor", password=password).status_code == 303
    assert client.get("/").status_code == 200
    assert "느티마을신문" in client.get("/").text


def test_sample_keeps_an_existing_editor(run, quick, editor):
    result = run("sample")
    assert result.exit_code == 0, result.output
    assert "비밀번호" not in result.output
    assert db.session.scalars(select(Member.username).where(Member.is_editor)).all() == ["editor"]


def test_sample_refuses_a_paper_with_articles(run, quick, post):
    result = run("sample")
    assert result.exit_code == 1
    assert "빈 신문" in result.output
    assert "Traceback" not in result.output
    assert (count(Post), count(Member)) == (1, 0)


def test_sample_refuses_a_paper_with_members(run, quick, alice):
    assert run("sample").exit_code == 1
    assert (count(Post), count(Member)) == (0, 1)


def test_sample_a_second_time_changes_nothing(run, quick):
    run("sample")
    before = count(Post), count(Member), count(Photo)
    assert run("sample").exit_code == 1
    assert (count(Post), count(Member), count(Photo)) == before


def test_interrupted_sample_leaves_nothing(run, quick, monkeypatch):
    def interrupted(*_words):
        raise KeyboardInterrupt

    monkeypatch.setattr(composing, "_discuss", interrupted)
    assert run("sample").exit_code != 0
    assert [count(table) for table in (Post, Member, Paper, Photo)] == [0, 0, 0, 0]


def test_check_imprint_lists_missing_details(run, paper):
    result = run("check", "imprint")
    assert result.exit_code == 1
    assert "발행인" in result.output
    assert "청소년보호책임자" in result.output
    assert "youth_officer" not in result.output


def test_check_imprint_of_an_empty_database(run):
    assert run("check", "imprint").exit_code == 1


@pytest.mark.parametrize(
    "registration",
    [{"medium": "weekly", "number": "", "registered_on": "2015-01-02"}, {"medium": "weekly", "number": "1"}],
)
def test_check_imprint_requires_number_and_day_of_a_registration(run, registration):
    db.session.add(Paper(id=1, **structure.IMPRINT | {"registrations": [registration]}))
    db.session.commit()
    result = run("check", "imprint")
    assert result.exit_code == 1
    assert "발행인" not in result.output


def test_check_imprint_of_a_complete_imprint(run):
    db.session.add(Paper(id=1, **structure.IMPRINT))
    db.session.commit()
    assert structure.IMPRINT["published_on"] == date(2015, 1, 5)
    result = run("check", "imprint")
    assert result.exit_code == 0, result.output
    assert "없습니다" in result.output


def test_tick_deletes_expired_data(run, app, alice):
    alice.logins.append(Login(token_digest="a", expires_at=now() - timedelta(seconds=1)))
    db.session.add(Photo(digest="a" * 64, width=480, height=320, created_at=now() - timedelta(days=31)))
    db.session.commit()
    media = app.config["SETTINGS"].media / "aa"
    media.mkdir(parents=True)
    file = media / f"{'a' * 64}-480.webp"
    file.write_bytes(b"x")
    os.utime(file, (0, 0))
    with visitors_transaction() as connection:
        connection.execute(
            insert(Captcha).values(key="k", answer="123456", expires_at=now() - timedelta(minutes=1))
        )
        connection.execute(insert(Presence).values(visitor="v", path="/", seen_at=now() - timedelta(hours=1)))
    result = run("tick")
    assert result.exit_code == 0, result.output
    assert len(result.output.strip().splitlines()) == 1
    assert [count(table) for table in (Login, Photo, Captcha, Presence)] == [0, 0, 0, 0]
    assert not file.exists()


def test_tick_of_an_empty_paper(run):
    assert run("tick").exit_code == 0
