"""Security headers stand on every kind of answer, and the policy forgives nothing inline."""

from typing import Any

import pytest
from flask import Flask

from lib.web.security_headers import HEADERS
from models import Member, Paper, Post


@pytest.fixture
def answers(
    app: Flask, client: Any, post: Post, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """One answer of each kind."""
    found = {
        "page": client.get("/"),
        "missing": client.get("/nowhere"),
        "redirect": client.get("/desk/"),
        "wrong method": client.delete("/"),
        "no token": client.post("/login"),
        "feed": client.get("/feed.xml"),
        "health": client.get("/healthz"),
        "static": client.get(app.config["ASSETS"].url("maeul.css")),
        "static, not changed": client.get(
            app.config["ASSETS"].url("maeul.js"), headers={"If-None-Match": "*"}
        ),
        "static, missing": client.get("/static/0/nothing.js"),
        "media, missing": client.get("/media/nothing.webp"),
        "options": client.options("/"),
        "too long": client.post("/tips", data=b"", headers={"Content-Length": "99999999999"}),
        "forbidden": client.log_in(alice).get("/desk/"),
    }

    def fails() -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setitem(app.view_functions, "front.index", fails)
    return found | {"failure": client.get("/")}


def test_kinds_are_what_they_say(answers: dict[str, Any]) -> None:
    wanted = {
        "page": 200,
        "missing": 404,
        "redirect": 302,
        "wrong method": 405,
        "static": 200,
        "forbidden": 403,
        "failure": 500,
    }
    assert {kind: answers[kind].status_code for kind in wanted} == wanted


def test_every_answer_carries_them(answers: dict[str, Any]) -> None:
    wrong = [
        f"{kind}: {name}"
        for kind, answer in answers.items()
        for name in HEADERS
        if not answer.headers.get(name)
    ]
    assert not wrong


def test_the_policy_forgives_nothing(client: Any, paper: Paper) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert directive in policy
