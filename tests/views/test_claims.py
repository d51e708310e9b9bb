"""정정·반론·추후보도 청구: the public form, its receipt, and the file that comes with it."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from database import db
from domain.desk.models import Claim
from domain.neighbours import captchas
from domain.neighbours import claims as sent_claims
from models import Member, Post

CLAIM = {
    "kind": "rebuttal",
    "article": "느티천 산책길",
    "name": "한결",
    "standing": "representative",
    "contact": "hangyeol@example.com",
    "reason": "다리 이름이 틀렸습니다.",
    "wanted": "느티교가 아니라 버들교입니다.",
    "agree": "y",
}
PDF = b"%PDF-1.7 " + b"x" * 100


def digits(client: Any, page: str = "/corrections/claims/new") -> dict[str, str]:
    key = re.search(r'name="captcha_key"[^>]*value="([^"]+)"', client.get(page).text)
    assert key
    return {"captcha_key": key[1], "captcha": captchas.find(key[1]) or ""}


def upload(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def sent() -> list[Claim]:
    db.session.expire_all()
    return list(db.session.scalars(select(Claim)))


def stored(app: Flask) -> list[Path]:
    return [path for path in app.config["SETTINGS"].claims.rglob("*") if path.is_file()]


def test_a_guest_sends_a_claim_and_gets_a_receipt(app: Flask, client: Any, make_post: Any) -> None:
    post = make_post(published_at=datetime(2026, 11, 1, tzinfo=UTC))
    fields = CLAIM | {"article": f"http://localhost/posts/{post.id}", "idempotency_key": "k"}
    with time_machine.travel(datetime(2026, 11, 30, 16, 0, tzinfo=UTC), tick=False):  # 1 December in Seoul
        captcha = digits(client)
        answer = client.send("/corrections/claims", **fields, **captcha, file=upload(PDF, "../../증거.pdf"))
        assert answer.status_code == 303
        receipt = client.get(answer.location)
    (claim,) = sent()
    assert re.fullmatch(r"20261201-[2-9A-Z]{8}", claim.receipt)
    assert (claim.post_id, claim.kind, claim.is_representative) == (post.id, "rebuttal", True)
    assert (claim.filename, claim.size) == ("증거.pdf", len(PDF))
    assert claim.receipt in receipt.text
    assert "2026-12-04 01:00" in receipt.text
    assert receipt.headers["Cache-Control"].startswith("private")
    for secret in ("한결", "버들교", "hangyeol", "증거"):
        assert secret not in receipt.text
    assert [path.read_bytes() for path in stored(app)] == [PDF]
    for address in (f"/media/{claim.digest}", f"/media/{claim.digest}-480.webp", f"/claims/{claim.digest}"):
        assert client.get(address).status_code == 404
    for public in ("/", "/corrections", f"/posts/{post.id}", "/corrections/feed.xml", "/search?q=버들교"):
        assert "버들교입니다" not in client.get(public).text


@pytest.mark.parametrize("page", ["/corrections/new", "/corrections/claims/new"])
def test_a_link_at_the_foot_of_an_article_names_it(client: Any, post: Post, page: str) -> None:
    assert f"/corrections/claims/new?post={post.id}" in client.get(f"/posts/{post.id}").text
    assert f'value="http://localhost/posts/{post.id}"' in client.get(f"{page}?post={post.id}").text


@pytest.mark.parametrize(
    "values", [{"published_at": None}, {"published_at": datetime(2999, 1, 1, tzinfo=UTC)}]
)
def test_what_no_reader_has_seen_is_not_named(client: Any, make_post: Any, values: dict[str, Any]) -> None:
    post = make_post(title="아직 비밀", **values)
    page = client.get(f"/corrections/new?post={post.id}").text
    assert "아직 비밀" not in page
    assert f"/posts/{post.id}" not in page
    for odd in ("999", "x", "9" * 30, "-1"):
        assert client.get(f"/corrections/new?post={odd}").status_code == 200
    assert sent_claims.named_article(f"/posts/{post.id}") is None


def test_a_member_needs_no_captcha_and_sends_once(client: Any, paper: Any, alice: Member) -> None:
    client.log_in(alice)
    assert "captcha" not in client.get("/corrections/new").text
    fields = CLAIM | {"idempotency_key": "same"}
    answers = [client.send("/corrections/claims", **fields) for _n in range(2)]
    assert answers[0].location == answers[1].location
    client.send("/corrections/claims", **fields, file=upload(PDF, "a.pdf"))
    client.send("/corrections/claims", **fields | {"wanted": "다른 글"})
    assert [claim.member_id for claim in sent()] == [alice.id] * 3


def test_a_guests_second_send_needs_no_new_digits(client: Any, paper: Any) -> None:
    fields = CLAIM | digits(client) | {"idempotency_key": "same"}
    assert [client.send("/corrections/claims", **fields).status_code for _n in range(2)] == [303, 303]
    assert len(sent()) == 1


@pytest.mark.parametrize("missing", ["article", "name", "contact", "reason", "wanted", "agree"])
def test_every_field_is_required_and_the_rest_is_kept(
    client: Any, paper: Any, alice: Member, missing: str
) -> None:
    answer = client.log_in(alice).send("/corrections/claims", **CLAIM | {missing: ""})
    assert answer.status_code == 422
    assert CLAIM["wanted" if missing == "reason" else "reason"] in answer.text
    assert not sent()


def test_bad_input(app: Flask, client: Any, paper: Any, alice: Member) -> None:
    answer = client.send("/corrections/claims", **CLAIM | digits(client) | {"captcha": "000"})
    assert answer.status_code == 422
    assert CLAIM["wanted"] in answer.text
    db.session.rollback()
    client.log_in(alice)
    for odd in (
        {"kind": "fix"},
        {"standing": "x"},
        {"wanted": "가" * 5001},
        {"name": "\x00"},
        {"article": "가" * 301},
    ):
        assert client.send("/corrections/claims", **CLAIM | odd).status_code == 422
    assert client.send("/corrections/claims", **CLAIM | {"reason": "a" * 400_000}).status_code == 413
    assert client.get("/corrections/claims").status_code == 405
    assert client.post("/corrections/claims", data=CLAIM).status_code == 400
    assert not sent()
    assert not stored(app)


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"<script>alert(1)</script>", "증거.pdf", 422),
        (b"MZ\x90", "증거.jpg", 422),
        (b"RIFF1234WAVE", "증거.webp", 422),
        (PDF, "증거.exe", 422),
        (PDF, "증거", 422),
        (b"", "증거.pdf", 422),
        (b"a\0b", "증거.txt", 422),
        (PDF + b"x" * 10_000_000, "증거.pdf", 413),
    ],
    ids=["page", "program", "sound", "ending", "none", "empty", "binary", "large"],
)
def test_a_file_that_is_refused(
    app: Flask, client: Any, paper: Any, alice: Member, content: bytes, name: str, status: int
) -> None:
    answer = client.log_in(alice).send("/corrections/claims", **CLAIM, file=upload(content, name))
    assert answer.status_code == status
    assert "증거" in answer.text
    assert CLAIM["wanted"] in answer.text
    assert not sent()
    assert not stored(app)


def test_a_guest_with_a_bad_file_keeps_the_digits(client: Any, paper: Any) -> None:
    captcha = digits(client)
    answer = client.send("/corrections/claims", **CLAIM, **captcha, file=upload(b"x", "a.pdf"))
    assert answer.status_code == 422
    assert captcha["captcha_key"] in answer.text
    assert client.send("/corrections/claims", **CLAIM, **captcha).status_code == 303


def test_a_receipt_that_nobody_has(client: Any, paper: Any) -> None:
    for receipt in ("1", "20261201-AAAAAAAA", "가" * 300):
        assert client.get(f"/corrections/claims/{receipt}").status_code == 404
