"""The imprint at the desk."""

from datetime import UTC, datetime, timedelta

from client import Client
from sqlalchemy import select
from time_machine import TimeMachineFixture

from database import db
from domain.keeping.models import ActivityEntry
from domain.paper import imprint, pages
from domain.sample import structure
from models import Member, Page, Paper

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


# Nothing of it is as in the sample, whose imprint was never registered.
REAL = FIELDS | {"publisher": "변학도", "editors": "월매", "address": "물가길 1", "telephone": "000-33-44"}


def item(page: str, label: str) -> str:
    """The reminder that a change of this item is to be registered."""
    return next(
        (part for part in page.split('class="flash')[1:] if part.split("<p>")[-1].startswith(label)), ""
    )


def test_a_change_of_what_is_registered_is_kept_and_reminded_of(
    client: Client, paper: Paper, editor: Member, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 12, 1, 3, tzinfo=UTC), tick=False)
    client.log_in(editor)
    client.send("/desk/paper", **REAL)
    assert imprint.reminders() == []  # the name changed before the paper had a registration
    client.send("/desk/paper", **REAL | {"address": "강가면 나루길 2", "telephone": "000-111-2222"})
    page = client.get("/desk/paper").text
    assert "2026-12-31" in item(page, "발행소")
    assert "물가길 1 → 강가면 나루길 2" in item(page, "발행소")
    assert item(page, "전화") == ""
    assert "000-33-44\n        → 000-111-2222" in page  # in the history
    time_machine.move_to(datetime(2027, 1, 1, 3, tzinfo=UTC), tick=False)
    client.log_in(editor)
    assert "변경등록을 해야 했습니다" in client.get("/desk/paper").text
    (change,) = imprint.reminders()
    assert client.send(f"/desk/paper/changes/{change.id}/registration").status_code == 303
    page = client.get("/desk/paper").text
    assert item(page, "발행소") == ""
    assert "변경등록" in page  # in the history
    acts = db.session.scalars(select(ActivityEntry.act).order_by(ActivityEntry.id)).all()
    assert acts == ["imprint-changed", "imprint-changed", "change-registered"]
    assert "강가면 나루길 2" in client.get("/nowhere").text


def test_changing_it_again_keeps_the_first_day_and_changing_it_back_ends_it(
    client: Client, paper: Paper, editor: Member, time_machine: TimeMachineFixture
) -> None:
    client.log_in(editor)
    client.send("/desk/paper", **REAL)
    time_machine.move_to(datetime(2026, 12, 1, 3, tzinfo=UTC), tick=False)
    client.log_in(editor)
    client.send("/desk/paper", **REAL | {"publisher": "성춘향"})
    time_machine.shift(timedelta(hours=20))
    client.send("/desk/paper", **REAL | {"publisher": "이몽룡"})
    assert [(change.after, change.due_on.day) for change in imprint.reminders()] == [("이몽룡", 31)]
    client.send("/desk/paper", **REAL | {"publisher": "성춘향"})
    assert imprint.reminders() == []
    more = {"registrations-2-medium": "monthly", "registrations-2-number": "예시라00003"}
    client.send("/desk/paper", **REAL | {"publisher": "성춘향"} | more)
    assert imprint.reminders() == []  # another registration leaves those before as they were


def test_the_sample_does_not_nag(client: Client, paper: Paper, editor: Member) -> None:
    structure.fill_imprint()
    db.session.commit()
    client.log_in(editor)
    assert imprint.missing(Paper.get()) == []
    invented = {"0-number": "예시다00000", "0-registered_on": "2015-01-02"}
    invented |= {"1-number": "예시아00000", "1-registered_on": "2015-03-09"}
    invented = {f"registrations-{name}": value for name, value in invented.items()}
    for fields in (
        invented | {"name": "한마을신문"},
        invented | {"name": "두마을신문"},
        {"name": "두마을신문"},
    ):
        assert client.send("/desk/paper", **REAL | fields).status_code == 303
    assert imprint.reminders() == []
    assert client.send("/desk/paper", **REAL | {"name": "큰마을신문"}).status_code == 303
    assert [change.item for change in imprint.reminders()] == ["name"]


def test_registering_a_change_is_for_the_editor(
    client: Client, paper: Paper, alice: Member, editor: Member
) -> None:
    client.log_in(editor)
    client.send("/desk/paper", **REAL)
    client.send("/desk/paper", **REAL | {"publisher": "성춘향"})
    (change,) = imprint.reminders()
    address = f"/desk/paper/changes/{change.id}/registration"
    assert client.get(address).status_code == 405
    assert client.send("/desk/paper/changes/999/registration").status_code == 404
    assert client.send(f"/desk/paper/changes/{10**30}/registration").status_code == 404
    client.log_in(alice)
    assert client.send(address).status_code == 403
    client.send("/logout")
    assert client.send(address).status_code == 401
    assert len(imprint.reminders()) == 1


def test_a_change_is_on_every_page_and_in_every_policy_at_once(
    client: Client, paper: Paper, editor: Member
) -> None:
    pages.adopt_defaults()
    db.session.commit()
    guest = client.application.test_client()
    paths = ["/", "/feed.xml", "/sections/local", *(f"/pages/{slug}" for slug in Page.SLUGS)]
    assert {guest.get(path).status_code for path in paths} == {200}  # from here on they are cached
    client.log_in(editor)
    changed = REAL | {"name": "가람신문", "youth_officer": "향단", "email": "desk@paper.example"}
    assert client.send("/desk/paper", **changed).status_code == 303
    shown = {path: guest.get(path).text for path in paths}
    assert [path for path, text in shown.items() if "가람신문" not in text] == []
    assert [path for path, text in shown.items() if "시험신문" in text] == []
    assert shown["/pages/youth"].count("향단") > 1  # in the text, not only at the foot
