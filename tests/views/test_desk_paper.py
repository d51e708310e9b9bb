"""The imprint at the desk."""

from client import Client

from models import Member, Paper

FIELDS = {
    "name": "새마을신문",
    "company_name": "새마을신문사",
    "publisher": "홍길동",
    "editors": "홍길동, 성춘향",
    "youth_officer": "임꺽정",
    "address": "예시시 느티로 1",
    "telephone": "000-0000-0000",
    "published_on": "2015-01-15",
    "copyright_from": "2015",
    "registrations-0-medium": "weekly",
    "registrations-0-number": "예시다00001",
    "registrations-0-registered_on": "2015-01-02",
    "registrations-1-medium": "internet",
    "registrations-1-number": "예시아00002",
    "registrations-1-registered_on": "2016-03-04",
}


def test_two_registrations_are_on_every_page(client: Client, paper: Paper, editor: Member) -> None:
    client.log_in(editor)
    assert client.send("/desk/paper", **FIELDS).status_code == 303
    foot = client.get("/nowhere").text
    for words in ("예시다00001", "예시아00002", "2016-03-04", "임꺽정", "홍길동, 성춘향", "2015–"):
        assert words in foot
    assert "모두 적혀 있습니다" in client.get("/desk/paper").text


def test_missing_details_are_named(client: Client, paper: Paper, editor: Member) -> None:
    client.log_in(editor)
    assert (
        client.send(
            "/desk/paper", **FIELDS | {"youth_officer": "", "registrations-1-registered_on": ""}
        ).status_code
        == 303
    )
    page = client.get("/desk/paper").text
    missing = page[page.index("아직 비어") :][:200]
    assert "청소년보호책임자" in missing
    assert "등록번호와 등록일" in missing
    assert "발행인" not in missing


def test_invalid_day_keeps_what_was_typed(client: Client, paper: Paper, editor: Member) -> None:
    client.log_in(editor)
    answer = client.send("/desk/paper", **FIELDS | {"published_on": "어제"})
    assert answer.status_code == 422
    assert "홍길동, 성춘향" in answer.text
    assert "예시아00002" in answer.text


def test_errors_in_a_registration_are_in_korean(client: Client, paper: Paper, editor: Member) -> None:
    client.log_in(editor)
    wrong = {
        "registrations-0-registered_on": "2026-02-31",
        "registrations-0-number": "가" * 61,
        "registrations-1-medium": "벽보",
    }
    answer = client.send("/desk/paper", **FIELDS | wrong)
    assert answer.status_code == 422
    assert "올바르지 않은 날짜" in answer.text
    assert not [english for english in ("Not a valid", "Field cannot") if english in answer.text]


def test_only_for_the_editor(client: Client, paper: Paper, alice: Member) -> None:
    assert client.get("/desk/paper").status_code == 302
    assert client.send("/desk/paper", **FIELDS).status_code == 401
    client.log_in(alice)
    assert client.get("/desk/paper").status_code == 403
    assert client.send("/desk/paper", **FIELDS).status_code == 403
    assert "새마을신문" not in client.get("/nowhere").text


def test_wrong_method(client: Client, paper: Paper) -> None:
    assert client.delete("/desk/paper").status_code in (400, 405)
