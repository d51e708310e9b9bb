"""`flask editor`."""

import pytest
from sqlalchemy import select

from database import db
from domain.neighbours import membership
from lib.web.passwords import verify_password
from models import Login, Member


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["editor", *words])


def editors():
    db.session.rollback()
    return db.session.scalars(select(Member).where(Member.is_editor)).all()


def test_editor_is_created_with_a_generated_password(run):
    result = run("create")
    assert result.exit_code == 0, result.output
    (editor,) = editors()
    password = result.output.split("비밀번호: ")[1].split()[0]
    assert (editor.username, editor.nickname) == ("editor", "편집인")
    assert verify_password(editor.password_hash, password)


def test_editor_is_created_with_the_given_values(run):
    result = run(
        "create",
        "--username",
        "Nari",
        "--nickname",
        "나리",
        "--email",
        "nari@example.com",
        "--password",
        "느티나무 아래에서",
    )
    assert result.exit_code == 0, result.output
    (editor,) = editors()
    assert (editor.username, editor.nickname, editor.email) == ("nari", "나리", "nari@example.com")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--username", "ALICE"), "이미 쓰고 있는 아이디"),
        (("--nickname", "느티 나무"), "별명이 있습니다"),
        (("--email", "alice@example.com"), "이미 가입한 이메일"),
        (("--username", "x"), "아이디는"),
        (("--email", "nowhere"), "이메일 주소의 형식이 아닙니다"),
        (("--password", "short"), "비밀번호는 8~128자"),
    ],
)
def test_invalid_values_are_one_clear_sentence(run, alice, words, sentence):
    result = run("create", *words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert editors() == []


def test_new_password_ends_every_login(run, editor):
    membership.log_in(editor, remember=True)
    db.session.commit()
    result = run("password", "--password", "은행나무 아래에서")
    assert result.exit_code == 0, result.output
    assert verify_password(editors()[0].password_hash, "은행나무 아래에서")
    assert db.session.scalar(select(Login)) is None


def test_password_without_an_editor_is_an_error(run, alice):
    for words in ((), ("--username", "alice")):
        result = run("password", *words)
        assert result.exit_code == 1
        assert "그런 편집인이 없습니다." in result.output
