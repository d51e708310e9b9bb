"""Letters to the desk: from guests with a captcha, from members without."""

import io
import re

import pytest
from sqlalchemy import select

from database import db
from domain.mail.models import Mail
from domain.neighbours import captchas
from domain.neighbours.models import Tip

LETTER = {
    "name": "강둑지기",
    "contact": "river@example.com",
    "title": "가로등이 꺼졌어요",
    "body": "다리 앞 가로등이 사흘째 꺼져 있습니다.",
    "agree": "y",
}
KINDS = [("/tips/new", "/tips", "news"), ("/advertising/new", "/advertising", "advertising")]


def digits(client, page):
    """The fields of a right answer to the captcha of this page."""
    key = re.search(r'name="captcha_key"[^>]*value="([^"]+)"', client.get(page).text)[1]
    return {"captcha_key": key, "captcha": captchas.find(key)}


def letters():
    db.session.expire_all()
    return db.session.scalars(select(Tip)).all()


@pytest.mark.parametrize(("page", "address", "kind"), KINDS)
def test_guest_sends_a_letter(client, paper, page, address, kind):
    answer = client.send(address, **LETTER, **digits(client, page), idempotency_key="k")
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    (letter,) = letters()
    assert (letter.kind, letter.member_id, letter.name, letter.title) == (
        kind,
        None,
        LETTER["name"],
        LETTER["title"],
    )


@pytest.mark.parametrize(("page", "address", "kind"), KINDS)
def test_member_needs_no_captcha(client, paper, alice, page, address, kind):
    client.log_in(alice)
    html = client.get(page).text
    assert "captcha" not in html
    assert not re.search(r'name="agree"[^>]*checked|checked[^>]*name="agree"', html)
    assert client.send(address, **LETTER).status_code == 303
    assert letters()[0].member_id == alice.id


@pytest.mark.parametrize(("page", "address", "kind"), KINDS)
def test_wrong_digits_keep_the_letter(client, paper, page, address, kind):
    answer = client.send(address, **LETTER, **{**digits(client, page), "captcha": "000"})
    assert answer.status_code == 422
    assert LETTER["body"] in answer.text
    assert not letters()


@pytest.mark.parametrize("missing", ["name", "contact", "title", "body", "agree"])
def test_every_field_is_required(client, paper, alice, missing):
    answer = client.log_in(alice).send("/tips", **{**LETTER, missing: ""})
    assert answer.status_code == 422
    fields = {name: value for name, value in LETTER.items() if name != missing}
    answer = client.send("/tips", **fields)
    assert answer.status_code == 422
    kept = "title" if missing == "body" else "body"
    assert LETTER[kept] in answer.text


def test_letter_sent_twice_is_stored_once(client, paper):
    fields = {**LETTER, **digits(client, "/tips/new"), "idempotency_key": "same"}
    assert [client.send("/tips", **fields).status_code for _ in range(2)] == [303, 303]
    assert len(letters()) == 1


@pytest.mark.parametrize("author", ["guest", "alice"])
def test_second_letter_after_back_is_kept(client, paper, alice, author):
    """The page that Back returns to carries the key of the first letter."""
    if author == "alice":
        client.log_in(alice)
    for title, address in (("첫째", "/tips"), ("둘째", "/tips"), ("첫째", "/advertising")):
        fields = {**LETTER, "title": title, "idempotency_key": "same"}
        if author == "guest":
            fields |= digits(client, "/tips/new")
        assert [client.send(address, **fields).status_code for _ in range(2)] == [303, 303]
    assert [(letter.kind, letter.title) for letter in letters()] == [
        ("news", "첫째"),
        ("news", "둘째"),
        ("advertising", "첫째"),
    ]


def test_guests_second_letter_with_used_digits_is_shown_again(client, paper):
    fields = {**LETTER, **digits(client, "/tips/new"), "idempotency_key": "same"}
    client.send("/tips", **fields)
    answer = client.send("/tips", **{**fields, "body": "뒤로 가서 새로 쓴 제보입니다."})
    assert answer.status_code == 422
    assert "뒤로 가서 새로 쓴 제보입니다." in answer.text


@pytest.mark.parametrize(
    ("field", "length"), [("name", 61), ("contact", 121), ("title", 201), ("body", 20_001)]
)
def test_long_fields_are_refused(client, paper, alice, field, length):
    assert client.log_in(alice).send("/tips", **{**LETTER, field: "가" * length}).status_code == 422


def test_unusual_characters_are_no_server_error(client, paper, alice):
    client.log_in(alice)
    assert (
        client.send(
            "/tips", **{**LETTER, "body": "a\x00b\u1112\u1161\u11ab", "idempotency_key": "\x00"}
        ).status_code
        == 303
    )
    assert letters()[0].body == "ab한"
    assert client.send("/tips", **{**LETTER, "name": "\x00"}).status_code == 422
    assert client.send("/tips", **{**LETTER, "body": "a" * 5_000_000}).status_code in (413, 422)


def test_rate_limit_returns_the_text(client, paper, alice):
    client.log_in(alice)
    answers = [client.send("/tips", **LETTER, idempotency_key=str(number)) for number in range(12)]
    assert answers[-1].status_code == 429
    assert LETTER["body"] in answers[-1].text


def test_wrong_method_and_missing_csrf_token(client, paper):
    assert client.get("/tips").status_code == 405
    assert client.post("/tips/new").status_code == 405
    answer = client.post("/tips", data=LETTER)
    assert answer.status_code == 400
    assert LETTER["body"] in answer.text


def upload(content, name):
    return io.BytesIO(content), name


def test_files_are_kept_for_the_editor_only_and_the_editor_is_told(client, paper, editor, mail_on):
    fields = LETTER | digits(client, "/tips/new") | {"idempotency_key": "k"}
    for _time in range(2):
        files = [upload(b"%PDF-1.4 x", "../../증거.pdf"), upload(b"\x89PNG\r\n\x1a\n x", "사진.png")]
        assert client.send("/tips", **fields, files=files).status_code == 303
    (letter,) = letters()
    assert [file.filename for file in letter.files] == ["증거.pdf", "사진.png"]
    (mail,) = db.session.scalars(select(Mail))
    assert (mail.address, mail.member_id) == (editor.email, editor.id)
    for secret in (LETTER["name"], LETTER["contact"], LETTER["title"], LETTER["body"], "증거"):
        assert secret not in repr(mail.content)
    assert f"/desk/letters/{letter.id}" in repr(mail.content)
    assert client.get(f"/desk/letters/{letter.id}/files/{letter.files[0].id}").status_code == 302


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([(b"MZ", "program.exe")], "첨부할 수 없"),
        ([(b"text", "a.pdf")], "이름"),
        ([(b"", "a.txt")], "빈 파일"),
        ([(b"x", f"{n}.txt") for n in range(6)], "5개까지"),
    ],
)
def test_files_that_are_refused_keep_the_words(client, paper, alice, files, sentence):
    answer = client.log_in(alice).send("/tips", **LETTER, files=[upload(*file) for file in files])
    assert answer.status_code == 422
    assert sentence in answer.text
    assert LETTER["body"] in answer.text
    assert not letters()
