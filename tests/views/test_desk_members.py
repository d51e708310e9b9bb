"""Members at the desk: finding, seeing (logged), stopping from writing, closing, spam."""

from datetime import timedelta

import pytest
import time_machine
from client import Client
from flask import Flask
from sqlalchemy import select

from database import db
from domain.moderation import access
from domain.moderation.models import AccessEntry, SpamCase
from domain.neighbours.commenting import CommentDraft, post_comment
from domain.neighbours.models import Consent, FormerNickname
from models import Member, Post, now


@pytest.fixture
def desk(client: Client, paper: object, editor: Member) -> Client:
    return client.log_in(editor)


def entries() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id))
    return [(row.what, row.reason) for row in rows]


def names(page: str) -> list[str]:
    """The nicknames of a list, in its order."""
    known = ("편집인", "느티나무", "은행나무", "가시나무", "탈퇴")
    found = {name: page.index(f"<bdi>{name}</bdi>") for name in known if f"<bdi>{name}</bdi>" in page}
    return sorted(found, key=lambda name: found[name])


def test_members_are_found_by_the_beginning_of_any_name(
    desk: Client, alice: Member, bob: Member, banned: Member
) -> None:
    db.session.add(FormerNickname(member_id=bob.id, nickname="소나무", nickname_key="소나무"))
    bob.closed_at, alice.joined_at = now(), now() - timedelta(days=9)
    alice.email_confirmed_at = now()
    db.session.commit()
    everybody = desk.get("/desk/members").text
    assert names(everybody) == ["가시나무", "은행나무", "느티나무", "편집인"]
    assert "al***@example.com" in everybody
    assert "alice@" not in everybody
    questions = {
        "q=느티": ["느티나무"], "q=ALI": ["느티나무"], "q=alice@exam": ["느티나무"], "q=소나": ["은행나무"],
        "q=나무": [], "q=%25": [], "q=\x00": ["가시나무", "은행나무", "느티나무", "편집인"],
        "state=banned": ["가시나무"], "state=closed": ["은행나무"],
        "state=new": ["가시나무", "은행나무", "편집인"], "state=unconfirmed": ["가시나무", "은행나무"],
        "state=banned&q=은행": [], f"before={bob.id}": ["느티나무", "편집인"],
        "before=이웃": names(everybody),
    }  # fmt: skip
    assert {query: names(desk.get(f"/desk/members?{query}").text) for query in questions} == questions
    assert desk.get("/desk/members?state=other").status_code == 404


def test_the_list_goes_on(desk: Client, alice: Member) -> None:
    for number in range(31):
        member = Member(password_hash="!")
        member.name_as(f"n{number}", f"이웃{number}", f"n{number}@example.com")
        db.session.add(member)
    db.session.commit()
    page = desk.get("/desk/members?q=").text
    assert "느티나무" not in page
    older = page.split('rel="next" href="')[1].split('"')[0]
    assert "느티나무" in desk.get(older.replace("&amp;", "&")).text


def test_seeing_the_data_is_a_press_and_logged_once_a_visit(desk: Client, alice: Member, post: Post) -> None:
    post_comment(post, alice, CommentDraft("가로등이 밝아요"))
    db.session.add(FormerNickname(member_id=alice.id, nickname="소나무", nickname_key="소나무"))
    db.session.add(Consent(member_id=alice.id, document="terms", version=3))
    db.session.commit()
    path = f"/desk/members/{alice.id}"
    data = ("alice@example.com", "소나무", "3판")
    page = desk.get(path).text
    assert "가로등이 밝아요" in page
    assert not any(word in page for word in data)
    assert entries() == []
    with time_machine.travel(now(), tick=False) as clock:
        for _repeated in range(2):
            assert desk.send(f"{path}/visits").status_code == 303
            assert all(word in desk.get(path).text for word in data)
        assert entries() == [("seen", "")]
        clock.shift(access.VISIT_LASTS + timedelta(seconds=1))
        assert "alice@example.com" not in desk.get(path).text
    assert "정보 열람" in desk.get("/desk/members/log").text
    assert desk.post("/desk/members/log").status_code == 405


def test_data_is_downloaded_for_a_reason_that_is_logged(desk: Client, alice: Member) -> None:
    path = f"/desk/members/{alice.id}/export"
    assert desk.send(path, purpose=" ").status_code == 422
    answer = desk.send(path, purpose="본인이 전화로 요청")
    assert answer.json
    assert answer.json["member"]["email"] == "alice@example.com"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "password" not in answer.text
    assert entries() == [("exported", "본인이 전화로 요청")]


def test_the_log_goes_on_and_is_kept_for_two_years(desk: Client, alice: Member, editor: Member) -> None:
    for number in range(access.PAGE + 1):
        access.log(editor, alice, "exported", f"요청 {number}번")
    db.session.commit()
    page = desk.get("/desk/members/log").text
    assert "요청 0번" not in page
    older = page.split('rel="next" href="')[1].split('"')[0]
    assert "요청 0번" in desk.get(older).text
    with time_machine.travel(now() + timedelta(days=366)):
        access.discard_old()
        assert db.session.query(AccessEntry).count() == access.PAGE + 1
    with time_machine.travel(now() + timedelta(days=731)):
        access.discard_old()
        assert db.session.query(AccessEntry).count() == 0


def test_a_member_is_stopped_from_writing_and_let_again(desk: Client, alice: Member) -> None:
    path = f"/desk/members/{alice.id}"
    moment = now()
    lengths = {"day": 1, "week": 7, "month": 30, "good": 999_999}
    for length, days in lengths.items():
        assert desk.send(f"{path}/ban", length=length, reason=" 욕설 ").status_code == 303
        db.session.refresh(alice)
        assert alice.ban_reason == "욕설"
        assert alice.banned_until
        assert abs((min(alice.banned_until, moment + timedelta(days=days)) - moment).days - days) < 2
    assert desk.send(f"{path}/ban", length="date", last_day="2099-12-31", reason="욕설").status_code == 303
    db.session.refresh(alice)
    assert f"{alice.banned_until:%Y-%m-%d %H:%M}" == "2099-12-31 15:00"  # midnight in Seoul
    assert "2100-01-01 00:00까지 글을 쓰실 수 없습니다. 이유: 욕설" in desk.get(path).text
    assert desk.send(f"{path}/ban/lifting").status_code == 303
    db.session.refresh(alice)
    assert not alice.is_banned
    wrong = [
        {"length": "week", "reason": " "},
        {"length": "date", "last_day": "0001-01-01", "reason": "욕설"},
        {"length": "week", "reason": "x" * 201},
        {"length": "forever", "reason": "욕설"},
        {"length": "date", "reason": "욕설"},
        {"length": "date", "last_day": "2020-01-01", "reason": "욕설"},
        {"length": "date", "last_day": "\x00", "reason": "욕설"},
        {},
    ]
    for fields in wrong:
        page = desk.send(f"{path}/ban", **fields)
        assert page.status_code == 422, fields
        assert "다시 살펴봐 주세요" in page.text or 'class="errors"' in page.text
    assert "욕설" in desk.send(f"{path}/ban", length="date", reason="욕설").text
    db.session.refresh(alice)
    assert not alice.is_banned
    assert [what for what, _reason in entries()] == ["banned"] * 5 + ["ban-lifted"]


def test_a_closed_account_is_logged_out_everywhere_and_cannot_log_in(
    desk: Client, app: Flask, alice: Member
) -> None:
    browser: Client = app.test_client().log_in(alice)  # type: ignore[assignment]
    assert browser.get("/me").status_code == 200
    assert desk.send(f"/desk/members/{alice.id}/closing").status_code == 303
    assert browser.get("/me").status_code == 302
    assert "계정 다시 열기" in desk.get(f"/desk/members/{alice.id}").text
    assert desk.send(f"/desk/members/{alice.id}/reopening").status_code == 303
    db.session.refresh(alice)
    assert alice.closed_at is None
    assert entries() == [("closed", ""), ("reopened", "")]


def test_spam_in_one_press_and_undone(desk: Client, client: Client, alice: Member, post: Post) -> None:
    post_comment(post, alice, CommentDraft("싸게 팝니다"))
    db.session.commit()
    path = f"/desk/members/{alice.id}"
    assert desk.send(f"{path}/spam").location == path
    assert desk.send(f"{path}/spam").location == path  # pressed twice
    assert "싸게 팝니다" not in client.application.test_client().get(f"/posts/{post.id}").text
    page = desk.get(path).text
    assert "모두 되돌리기" in page
    assert f"{now() + SpamCase.UNDONE_FOR:%Y-%m}" in page
    assert desk.send(f"{path}/reopening").status_code == 409
    assert desk.send(f"{path}/spam/undoing").status_code == 303
    assert "싸게 팝니다" in client.application.test_client().get(f"/posts/{post.id}").text
    assert desk.send(f"{path}/spam/undoing").status_code == 410


ACTS = ("visits", "ban", "ban/lifting", "closing", "reopening", "export", "spam", "spam/undoing")


def test_accounts_of_editors_are_shown_and_left_alone(desk: Client, editor: Member, alice: Member) -> None:
    colleague = Member(password_hash="!", is_editor=True)
    colleague.name_as("colleague", "동료", "colleague@example.com")
    db.session.add(colleague)
    db.session.commit()
    for member in (editor, colleague):
        path = f"/desk/members/{member.id}"
        assert "여기서 막거나 닫을 수 없습니다" in desk.get(path).text
        statuses = {
            act: desk.send(f"{path}/{act}", length="week", reason="시험").status_code
            for act in ("ban", "closing", "spam")
        }
        assert set(statuses.values()) == {403}, statuses
        db.session.refresh(member)
        assert (member.banned_until, member.closed_at) == (None, None)


def test_missing_members_those_who_left_and_wrong_methods(desk: Client, alice: Member) -> None:
    with db.session.no_autoflush:
        alice.leave()
    db.session.commit()
    assert desk.get(f"/desk/members/{alice.id}").status_code == 200
    for act in ("ban", "closing", "spam"):
        status = desk.send(f"/desk/members/{alice.id}/{act}", length="week", reason="욕설").status_code
        assert status in (410, 422), act
    for missing in (999, 10**30):
        assert desk.get(f"/desk/members/{missing}").status_code == 404
        assert {desk.send(f"/desk/members/{missing}/{act}").status_code for act in ACTS} == {404}
    assert {desk.get(f"/desk/members/{alice.id}/{act}").status_code for act in ACTS} == {405}
