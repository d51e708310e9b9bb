"""The first start of a paper without the sample."""

from collections.abc import Iterator
from typing import Any

import pytest
from client import Client
from flask import Flask
from sqlalchemy import func, select

from database import db
from domain.keeping.models import ActivityEntry
from domain.neighbours import membership
from domain.paper import sections, starting
from domain.paper.models import Start
from lib.web import passwords
from models import Member, Page, Paper, Refused, Section, digest

FIELDS = {
    "name": "가람신문",
    "username": "narae",
    "nickname": "나래",
    "editor_email": "narae@paper.example",
    "password": "강가의 미루나무 두 그루",
    "password_confirm": "강가의 미루나무 두 그루",
    "proposal": "village",
    "registrations-0-medium": "internet",
    "registrations-0-number": "가나아00001",
    "registrations-0-registered_on": "2026-01-02",
}


@pytest.fixture
def token(app: Flask) -> Iterator[str]:
    """An empty paper that waits for its editor, and the token of its terminal."""
    app.extensions["opened"].clear()
    token = starting.begin()
    db.session.commit()
    assert token
    yield token
    app.extensions["opened"].set()


def test_a_paper_is_made_in_one_form(client: Client, token: str) -> None:
    answer = client.send("/desk/start", **FIELDS, token=token)
    assert (answer.status_code, answer.location) == (303, "/desk/paper")
    desk = client.get("/desk/paper").text
    assert "가람신문의 문을 열었습니다" in desk
    front = client.get("/").text
    assert "가람신문" in front
    assert "우리 동네" in front
    assert Paper.get().registrations[0]["number"] == "가나아00001"
    assert set(db.session.scalars(select(Page.slug))) == set(Page.SLUGS)
    editor = membership.editor()
    assert (editor.username, editor.nickname, editor.email) == ("narae", "나래", "narae@paper.example")
    assert passwords.verify_password(editor.password_hash, FIELDS["password"])
    assert db.session.scalars(select(ActivityEntry.act)).all() == ["paper-started"]
    assert db.session.get(Start, 1) is None


def test_only_the_digest_of_the_token_is_stored(client: Client, token: str) -> None:
    stored = db.session.get_one(Start, 1).token_digest
    assert stored == digest(token.replace("-", ""))
    for typed in (token, token.upper(), token.replace("-", " ")):
        assert starting.accepts(typed)
    page = client.get(f"/desk/start?token={token}")
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    newer = starting.begin()
    db.session.commit()
    assert newer != token
    assert client.get(f"/desk/start?token={token}").status_code == 403


@pytest.mark.parametrize("wrong", ["", "aaaa-bbbb-cccc-dddd", "🎋", "' OR 1=1", "x" * 300])
def test_without_the_token_it_says_where_to_find_it(client: Client, token: str, wrong: str) -> None:
    page = client.get("/desk/start", query_string={"token": wrong} if wrong else {})
    assert page.status_code == (403 if wrong else 200)
    assert "서버를 켠 터미널에" in page.text
    assert "신문 이름" not in page.text
    assert client.send("/desk/start", **FIELDS, token=wrong).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Member)) == 0


def test_guesses_are_limited(client: Client, token: str) -> None:
    codes = [client.get(f"/desk/start?token=aaaa-{number}").status_code for number in range(11)]
    assert codes == [403] * 10 + [429]
    assert client.send("/desk/start", **FIELDS, token=token).status_code == 429


@pytest.mark.parametrize(
    "path",
    ["/posts/3", "/sections/local", "/join", "/login", "/feed.xml", "/nowhere", "/desk/", "/me"],
)
def test_every_other_page_leads_to_the_front(client: Client, token: str, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (302, "/")
    front = client.get("/")
    assert front.status_code == 200
    assert "곧 엽니다" in front.text
    assert "noindex" in front.text
    assert "Set-Cookie" not in front.headers
    assert client.send("/tips/new", title="x").status_code == 303
    assert client.get("/healthz").status_code == 200
    assert client.get("/robots.txt").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "신문 이름"),
        ({"username": "한글"}, "아이디"),
        ({"editor_email": "어디"}, "이메일 주소"),
        ({"password": "1", "password_confirm": "1"}, "비밀번호"),
        ({"password_confirm": "다른 것입니다"}, "비밀번호"),
        ({"proposal": "전국지"}, "분류"),
        ({"registrations-0-registered_on": "어제"}, "등록"),
    ],
)
def test_bad_input_keeps_what_was_typed(client: Client, token: str, wrong: dict[str, str], said: str) -> None:
    answer = client.send("/desk/start", **FIELDS | wrong, token=token)
    assert answer.status_code == 422
    assert said in answer.text[answer.text.index('class="errors"') :][:900]
    assert "narae@paper.example" in answer.text or "editor_email" in wrong
    assert FIELDS["password"] not in answer.text
    assert (db.session.get(Paper, 1), membership.find("narae")) == (None, None)
    assert client.send("/desk/start", **FIELDS, token=token).status_code == 303


def test_it_works_once(client: Client, token: str) -> None:
    client.send("/desk/start", **FIELDS, token=token)
    assert client.get(f"/desk/start?token={token}").location == "/desk/"
    client.send("/logout")
    assert client.get(f"/desk/start?token={token}").location.startswith("/login?next=")
    assert client.send("/desk/start", **FIELDS | {"username": "other"}, token=token).status_code == 401
    assert db.session.scalar(select(func.count()).select_from(Member)) == 1
    with pytest.raises(Refused):
        starting.start(token, starting.Beginning("other", "다른이", "o@paper.example", "강가의 미루나무"))


def test_an_editor_made_elsewhere_ends_it(client: Client, token: str) -> None:
    membership.create_editor("editor", "편집인", "editor@paper.example", "강가의 미루나무 두 그루")
    db.session.commit()
    assert client.get(f"/desk/start?token={token}").location.startswith("/login?next=")
    assert client.get("/login").status_code == 200
    assert starting.begin() is None
    db.session.commit()
    assert Paper.get().name == ""
    assert not starting.is_begun()


def test_a_start_that_was_killed_has_made_nothing(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_name: str) -> int:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(sections, "adopt", killed)
        assert client.send("/desk/start", **FIELDS, token=token).status_code == 500
    db.session.rollback()
    assert (db.session.get(Paper, 1), db.session.scalars(select(Section)).all()) == (None, [])
    assert client.send("/desk/start", **FIELDS, token=token).status_code == 303


def test_without_sections(client: Client, token: str) -> None:
    assert client.send("/desk/start", **FIELDS | {"proposal": "none"}, token=token).status_code == 303
    assert db.session.scalars(select(Section)).all() == []
    assert client.get("/").status_code == 200
    assert client.get("/desk/sections").status_code == 200


def test_wrong_method(client: Client, token: str) -> None:
    assert client.delete("/desk/start").status_code in (400, 405)


@pytest.fixture
def run(app: Flask) -> Any:
    app.extensions["opened"].clear()
    yield lambda *words: app.test_cli_runner().invoke(args=list(words))
    app.extensions["opened"].set()


def test_the_command_prints_an_address_that_works(run: Any, client: Client) -> None:
    first, second = run("start", "--empty"), run("prepare")  # as bin/serve does after it
    assert (first.exit_code, second.exit_code) == (0, 0)
    addresses = [output.split("시작하세요: ")[1].split()[0] for output in (first.output, second.output)]
    assert addresses[0].startswith("http://localhost/desk/start?token=")
    assert [client.get(address).status_code for address in addresses] == [403, 200]
    assert db.session.get(Paper, 1) is None
    client.send("/desk/start", **FIELDS, token=addresses[1].split("=")[1])
    db.session.rollback()
    assert run("prepare").output == ""
    again = run("start", "--empty")
    assert (again.exit_code, "이미 신문이 있습니다" in again.output) == (1, True)
