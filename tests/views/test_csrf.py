"""A form counts if it carries the token of its session and nothing says that another site sent it."""

import itertools
import re
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from client import BROWSER
from flask import Flask

HTTPS = {"X-Forwarded-Proto": "https"}
OWN = {
    "Sec-Fetch-Site": ["same-origin", "none"],
    "Origin": ["https://paper.example", "https://PAPER.example:443"],
    "Referer": ["https://paper.example/", "https://paper.example/login?next=%2F"],
}
FOREIGN = {
    "Sec-Fetch-Site": ["cross-site", "same-site", "unknown"],
    "Origin": [
        "https://evil.example",
        "https://paper.example.evil.example",
        "https://evil.example/https://paper.example",
        "https://paper.example@evil.example",
        "https://m.paper.example",
        "https://paper.example:8443",
        "http://paper.example",
        "http://[bad",
        "https://paper.example:port",
        "chrome-extension://paper.example",
        "null",
        "x",
    ],
    "Referer": ["https://evil.example/", "https://evil.example/paper.example/", "about:blank", "null"],
}


def combinations(members: dict[str, list[str]]) -> list[dict[str, str]]:
    """Every choice of at most one value of each header."""
    choices = itertools.product(*([(name, value) for value in ("", *members[name])] for name in members))
    return [{name: value for name, value in choice if value} for choice in choices]


@pytest.fixture(params=[{"proxies": 1}, {"proxies": 0}], ids=["known proxy", "unknown proxy"])
def site(request: pytest.FixtureRequest, make_app: Any, paper: Any) -> Flask:
    """The paper at an https address behind a proxy that passes the host on."""
    return make_app(site_url="https://paper.example", **request.param)


COUNTS = 401  # what a guest gets at a member's form that counts


class Visitor:
    """A browser that has opened /login over https and sends its form."""

    def __init__(self, app: Flask, host: str = "paper.example"):
        self.client, self.base = app.test_client(), f"https://{host}"
        self.client.environ_base["HTTP_USER_AGENT"] = BROWSER
        page = self.client.get("/login", base_url=self.base, headers=HTTPS).text
        self.token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]

    def send(self, headers: dict[str, str], path: str = "/me/visibility", **fields: str) -> int:
        fields = {"csrf_token": self.token} | fields
        options: dict[str, Any] = {"base_url": self.base, "headers": HTTPS | headers, "data": fields}
        return self.client.post(path, **options).status_code


def test_own_form_counts_whatever_the_browser_sends(site: Flask) -> None:
    visitor = Visitor(site)
    refused = [headers for headers in combinations(OWN) if visitor.send(headers) != COUNTS]
    assert not refused


@pytest.mark.parametrize("name", FOREIGN)
def test_one_foreign_header_is_enough_to_refuse(site: Flask, name: str) -> None:
    visitor = Visitor(site)
    accepted = [
        headers | {name: value}
        for value in FOREIGN[name]
        for headers in combinations({other: OWN[other] for other in OWN if other != name})
        if visitor.send(headers | {name: value}) != 400
        and not (value == "null" and name == "Origin" and headers.get("Sec-Fetch-Site") == "same-origin")
    ]
    assert not accepted


def test_own_page_without_referrer_sends_a_null_origin(site: Flask) -> None:
    assert Visitor(site).send({"Origin": "null", "Sec-Fetch-Site": "same-origin"}) == COUNTS


@pytest.mark.parametrize(
    "path", ["/login", "/join", "/tips", "/posts/1/comments", "/me/leaving", "/desk/posts"]
)
def test_every_form_is_checked(site: Flask, path: str) -> None:
    visitor = Visitor(site)
    assert visitor.send({"Origin": "https://evil.example"}, path) == 400
    assert visitor.send({}, path) != 400
    assert visitor.send({"Origin": "https://paper.example"}, path, csrf_token="invented") == 400


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize(
    ("site_url", "host", "origin", "status"),
    [
        ("", "paper.example", "https://paper.example", COUNTS),
        ("", "192.0.2.7:8000", "https://192.0.2.7:8000", COUNTS),
        ("", "[::1]:8000", "https://[::1]:8000", COUNTS),
        ("https://paper.example", "www.paper.example", "https://www.paper.example", COUNTS),
        ("https://paper.example/", "localhost:8000", "https://paper.example", COUNTS),
        ("https://Paper.Example:443", "paper.example", "https://paper.example", COUNTS),
        ("https://마을신문.한국", "localhost", "https://" + "마을신문.한국".encode("idna").decode(), COUNTS),
        ("https://paper.example", "www.paper.example", "https://m.paper.example", 400),
    ],
)
def test_own_origins_are_the_configured_one_and_the_requests(
    make_app: Any, paper: Any, site_url: str, host: str, origin: str, status: int, proxies: int
) -> None:
    visitor = Visitor(make_app(site_url=site_url, proxies=proxies), host)
    assert visitor.send({"Origin": origin}) == status


def test_plain_http_on_one_machine(client: Any, paper: Any) -> None:
    for headers in ({}, {"Origin": "http://localhost"}, {"Referer": "http://localhost/login"}):
        assert client.post("/login", data={}, headers=headers).status_code == 400  # no token
    assert client.send("/logout").status_code == 303


def test_refused_text_is_returned(site: Flask) -> None:
    visitor = Visitor(site)
    page = visitor.client.post(
        "/posts/1/comments",
        base_url=visitor.base,
        headers={"Origin": "https://evil.example"},
        data={"csrf_token": visitor.token, "body": "느티천 산책길이 참 좋습니다"},
    )
    assert page.status_code == 400
    assert "느티천 산책길이 참 좋습니다" in page.text


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/login", 120),
        ("/join", 30),
        ("/tips", 10),
        ("/posts/1/comments", 20),
        ("/logout", 300),
        ("/desk/posts", 300),
    ],
)
def test_no_large_form_is_parsed_beyond_the_rate(client: Any, post: Any, path: str, most: int) -> None:
    statuses = {client.post(path, data={"body": "a"}).status_code for _ in range(most)}
    assert statuses == {400}
    with patch("werkzeug.formparser.parse_qsl", return_value=[]) as parse:
        answer = client.post(path, data={"body": "a" * 100_000})
        chunked = client.post(
            path,
            input_stream=BytesIO(b"body=" + b"a" * 100_000),
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
            content_type="application/x-www-form-urlencoded",
        )
    assert (answer.status_code, chunked.status_code) == (429, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    parse.assert_not_called()


def test_short_text_beyond_the_rate_is_returned(client: Any, post: Any) -> None:
    for _ in range(20):
        client.post("/posts/1/comments", data={"body": "a"})
    page = client.post("/posts/1/comments", data={"body": "느티천 산책길이 참 좋습니다"})
    assert page.status_code == 429
    assert "느티천 산책길이 참 좋습니다" in page.text


def test_the_longest_letter_fits_into_a_form(client: Any, paper: Any) -> None:
    assert client.send("/tips", body="😀" * 20_000).status_code == 422
