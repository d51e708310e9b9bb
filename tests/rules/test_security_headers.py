"""Security headers stand on every kind of answer, and the policy forgives nothing inline."""

from typing import Any

import pytest
from flask import Flask

from models import Member, Paper, Post

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "frame-src https://www.youtube-nocookie.com; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
}  # written out: a misspelt name in the program must not pass


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
        for name, value in HEADERS.items()
        if answer.headers.getlist(name) != [value]
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("site_url", "value"),
    [("https://paper.example", "max-age=31536000"), ("http://localhost", None), ("", None)],
)
def test_browsers_are_told_that_the_site_uses_https_only(
    make_app: Any, paper: Paper, site_url: str, value: str | None
) -> None:
    guest = make_app(site_url=site_url).test_client()
    for path in ("/", "/login", "/nowhere", "/static/0/nothing.js"):
        assert guest.get(path).headers.get("Strict-Transport-Security") == value


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
