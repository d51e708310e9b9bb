"""신고: reporting comments and articles, what holds a comment, and the editor's decision."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

import cli
from database import db
from domain.mail.models import Mail
from domain.moderation import bans, comments, decisions, reports, settings, spam
from domain.moderation.models import Report
from domain.moderation.queue import text_version
from domain.neighbours import captchas
from models import Comment, Member, Post, now


@pytest.fixture
def comment(post: Post, bob: Member) -> Comment:
    bob.joined_at = now() - timedelta(days=90)
    found = post.comment("다리가 <b>별로</b>예요", bob)
    db.session.commit()
    return found


@pytest.fixture
def neighbours(app: Flask) -> list[Member]:
    """Five members who joined long ago."""
    found = []
    for number in range(5):
        member = Member(password_hash="!", joined_at=now() - timedelta(days=90), email_confirmed_at=now())
        member.name_as(f"tree{number}", f"나무{number}호", f"tree{number}@example.com")
        found.append(member)
    db.session.add_all(found)
    db.session.commit()
    return found


@pytest.fixture
def new_browser(app: Flask, client: Any) -> Callable[..., Any]:
    """A browser, of this member or of a guest at this address."""

    def make(member: Member | None = None, address: str = "192.0.2.1") -> Any:
        browser: Any = app.test_client()
        browser.environ_base |= client.environ_base | {"REMOTE_ADDR": address}
        return browser.log_in(member) if member else browser

    return make


def digits(browser: Any, page: str) -> dict[str, str]:
    key = re.search(r'name="captcha_key"[^>]*value="([^"]+)"', browser.get(page).text)
    assert key
    return {"captcha_key": key[1], "captcha": captchas.find(key[1]) or ""}


def report(browser: Any, comment: Comment | Post, **fields: str) -> Any:
    kind = "comments" if isinstance(comment, Comment) else "posts"
    where = f"/{kind}/{comment.id}/reports"
    return browser.send(where, **{"reason": "abuse"} | fields)


def as_guest(browser: Any, comment: Comment, **fields: str) -> Any:
    return report(browser, comment, **digits(browser, f"/comments/{comment.id}/reports/new"), **fields)


def sent() -> list[Report]:
    db.session.expire_all()
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def mails(address: str) -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.address == address)))


def is_held(comment: Comment) -> bool:
    db.session.expire_all()
    return db.session.get_one(Comment, comment.id).held_at is not None


def test_members_and_guests_report_once(
    new_browser: Any, comment: Comment, post: Post, neighbours: list[Member]
) -> None:
    guest, member = new_browser(), new_browser(neighbours[0])
    page = guest.get(f"/posts/{post.id}").text
    assert f'href="/comments/{comment.id}/reports/new"' in page
    assert f'href="/holds/new?comment={comment.id}"' in page
    form = member.get(f"/comments/{comment.id}/reports/new").text
    assert "captcha" not in form
    assert "&lt;b&gt;별로" in form
    for browser, send in ((member, report), (guest, as_guest), (new_browser(address="192.0.2.2"), as_guest)):
        for reason in ("abuse", "hate"):  # the second is answered as the first
            answer = send(browser, comment, reason=reason)
            assert (answer.status_code, answer.location) == (303, "/reports/sent")
        assert "신고를 받았습니다" in browser.get("/reports/sent").text
    assert [(row.reason, row.member_id) for row in sent()] == [
        ("abuse", neighbours[0].id), ("abuse", None), ("abuse", None),
    ]  # fmt: skip
    assert len({row.person for row in sent()}) == 3
    assert "192.0.2" not in repr([row.person for row in sent()])
    report(member, post, reason="other", words="제목이 이상해요")
    assert sent()[-1].post_id == post.id
    with time_machine.travel(now() + timedelta(days=1)):  # tomorrow a guest is somebody else
        cli.purge_news()
        assert [row.person is None for row in sent()] == [False, True, True, False]


def test_who_may_not_report_what(
    new_browser: Any, comment: Comment, make_post: Any, alice: Member, bob: Member, banned: Member
) -> None:
    secret = comment.post.comment("비밀", bob, secret=True)
    hidden, gone = comment.post.comment("가림", bob), comment.post.comment("지움", bob)
    held = comment.post.comment("보류", bob)
    draft, down = make_post(published_at=None), make_post(deleted_at=now())
    db.session.flush()
    comments.hide(hidden, "rules", "")
    comments.hold(held, "link")
    gone.delete()
    db.session.commit()
    targets = [(secret, 404), (hidden, 404), (held, 404), (gone, 410), (draft, 404), (down, 410)]
    for browser in (new_browser(), new_browser(alice)):
        for target, status in targets:
            kind = "comments" if isinstance(target, Comment) else "posts"
            assert browser.get(f"/{kind}/{target.id}/reports/new").status_code == status
            assert report(browser, target).status_code == status
        for missing in ("0", "999", str(10**30)):
            assert browser.get(f"/comments/{missing}/reports/new").status_code == 404
            assert browser.send(f"/comments/{missing}/reports", reason="abuse").status_code == 404
    assert report(new_browser(bob), comment).status_code == 403
    answer = report(new_browser(banned), comment)
    assert answer.status_code == 403
    assert "욕설이 이어졌습니다" in answer.text
    assert sent() == []


def test_bad_input(new_browser: Any, comment: Comment, alice: Member, mail_on: None) -> None:
    guest, member = new_browser(), new_browser(alice)
    wrong_digits = digits(guest, f"/comments/{comment.id}/reports/new") | {"captcha": "1"}
    answer = report(guest, comment, words="내 말", **wrong_digits)
    assert answer.status_code == 422
    assert "내 말" in answer.text
    assert as_guest(guest, comment, email="아무개").status_code == 422
    for odd in (
        {"reason": ""},
        {"reason": "lost"},
        {"reason": "other", "words": " \u200b"},
        {"words": "가" * 1001},
    ):
        assert report(member, comment, **odd).status_code == 422
    assert member.get(f"/comments/{comment.id}/reports").status_code == 405
    assert member.post(f"/comments/{comment.id}/reports", data={"reason": "abuse"}).status_code == 400
    assert {report(member, comment, reason="lost").status_code for _n in range(21)} == {422, 429}
    assert sent() == []


def test_three_members_hold_a_comment_until_the_editor_has_looked(
    new_browser: Any, comment: Comment, neighbours: list[Member], alice: Member, editor: Member, mail_on: None
) -> None:
    for number in range(6):
        as_guest(new_browser(address=f"192.0.2.{number}"), comment)
    report(new_browser(alice), comment)  # has joined a moment ago
    for member in neighbours[:2]:
        report(new_browser(member), comment)
    assert not is_held(comment)
    third = new_browser(neighbours[2])
    report(third, comment)
    assert is_held(comment)
    assert report(third, comment).status_code == 303  # sent twice, although it is hidden from them now
    guest = new_browser().get(f"/posts/{comment.post_id}").text
    assert "별로" not in guest
    assert len(mails(editor.email)) == 2  # of the first report, and that it is held
    desk = new_browser(editor)
    page = desk.get("/desk/reports").text
    assert "확인할 때까지 가려짐" in page
    assert "회원 4명, 손님 6명" in page
    assert neighbours[0].nickname in page
    first = sent()[0].id
    for _twice in range(2):
        desk.send(f"/desk/reports/{first}/decision", outcome="fine", answer="괜찮습니다")
    assert not is_held(comment)
    for member in neighbours[3:]:
        report(new_browser(member), comment)
    assert not is_held(comment)
    comment.edit("더 심한 말")
    db.session.commit()
    for member in neighbours[:3]:  # it says something else now
        report(new_browser(member), comment)
    assert is_held(comment)


def test_what_the_queue_approved_is_not_held_again_and_an_editors_comment_never(
    new_browser: Any, comment: Comment, neighbours: list[Member], editor: Member
) -> None:
    of_editor = comment.post.comment("편집인의 글", editor)
    db.session.commit()
    for member in neighbours[:3]:
        report(new_browser(member), comment)
        report(new_browser(member), of_editor)
    assert is_held(comment)
    assert not is_held(of_editor)
    decisions.approve({comment.id: text_version(comment.body)})
    db.session.commit()
    assert {row.outcome for row in sent() if row.comment_id == comment.id} == {"fine"}
    for member in neighbours[3:]:
        report(new_browser(member), comment)
    assert not is_held(comment)
    spam.mark(comment.member, editor)
    db.session.commit()
    assert {row.outcome for row in sent() if row.comment_id == comment.id} == {"fine", "deleted"}


def test_the_editor_says_how_many_reports_hold_and_whose_count(
    new_browser: Any, comment: Comment, neighbours: list[Member], mail_on: None
) -> None:
    unconfirmed, confirmed = neighbours[:2]
    unconfirmed.email_confirmed_at = None
    settings.save(replace(settings.read(), reports_to_hold=0))
    db.session.commit()
    for member in neighbours[2:]:
        report(new_browser(member), comment)
    assert not is_held(comment)
    settings.save(replace(settings.read(), reports_to_hold=4))
    db.session.commit()
    report(new_browser(unconfirmed), comment)
    assert not is_held(comment)
    report(new_browser(confirmed), comment)
    assert is_held(comment)


@pytest.mark.parametrize(
    ("outcome", "told"), [("fine", "그대로 두기로"), ("hidden", "가렸습니다"), ("deleted", "삭제되었습니다")]
)
def test_the_outcome_is_told(
    new_browser: Any, comment: Comment, neighbours: list[Member], editor: Member, bob: Member, mail_on: None,
    outcome: str, told: str,
) -> None:  # fmt: skip
    bob.email_confirmed_at, neighbours[2].email_confirmed_at = now(), None
    db.session.commit()
    for number in (0, 2):
        report(new_browser(neighbours[number]), comment, wants_mail="y")
    report(new_browser(neighbours[1]), comment)
    as_guest(new_browser(), comment, email="guest@paper.example")
    desk = new_browser(editor)
    assert ">1<span" in desk.get("/desk/reports").text.split("/desk/reports")[1]
    answer = desk.send(f"/desk/reports/{sent()[1].id}/decision", outcome=outcome)
    assert answer.status_code == 303
    for address in (neighbours[0].email, "guest@paper.example"):
        (mail,) = mails(address)
        assert told in " ".join((mail.content or {})["paragraphs"])
    assert mails(neighbours[1].email) == mails(neighbours[2].email) == []
    assert "아직 살펴보는 중" not in new_browser(neighbours[2]).get("/me/reports").text
    assert len(mails(bob.email)) == (outcome == "hidden")
    if outcome == "hidden":
        page = new_browser().get(f"/posts/{comment.post_id}").text
        assert "독자 신고: 욕설·명예훼손" in page
        assert "나무0호" not in page + repr(mails(bob.email)[0].content)
    (own,) = reports.of_member(neighbours[1])
    assert (own.outcome, own.closed_at is not None) == (outcome, True)
    assert [row.email for row in sent()] == ["", "", "", ""]
    shown = db.session.get_one(Comment, comment.id)
    assert (bool(shown.hidden_at), bool(shown.deleted_at)) == (outcome == "hidden", outcome == "deleted")
    assert reports.open_count() == 0
    assert "별로" not in desk.get("/desk/reports").text


def test_articles_are_never_hidden_by_reports(
    new_browser: Any, post: Post, neighbours: list[Member], editor: Member
) -> None:
    for member in neighbours:
        report(new_browser(member), post)
    assert new_browser().get(f"/posts/{post.id}").status_code == 200
    desk, first = new_browser(editor), sent()[0].id
    assert post.title in desk.get("/desk/reports").text
    assert desk.send(f"/desk/reports/{first}/decision", outcome="deleted").status_code == 422
    assert desk.send(f"/desk/reports/{first}/decision", outcome="handled").status_code == 303
    assert new_browser().get(f"/posts/{post.id}").status_code == 200
    assert reports.open_count() == 0


def test_the_desk(
    new_browser: Any, comment: Comment, neighbours: list[Member], editor: Member, alice: Member
) -> None:
    report(new_browser(neighbours[0]), comment)
    where = f"/desk/reports/{sent()[0].id}/decision"
    desk = new_browser(editor)
    for odd in ({}, {"outcome": "lost"}, {"outcome": "handled"}, {"outcome": "fine", "answer": "가" * 301}):
        assert desk.send(where, **odd).status_code == 422
    for missing in ("0", "999", str(10**30)):
        assert desk.send(f"/desk/reports/{missing}/decision", outcome="fine").status_code == 404
    assert desk.get(where).status_code == 405
    assert new_browser(alice).send(where, outcome="fine").status_code == 403
    assert new_browser().send(where, outcome="fine").status_code == 401
    assert reports.open_count() == 1
    for odd in ("x", "-1", "9" * 40):
        assert desk.get(f"/desk/reports?before={odd}").status_code == 200


def test_reports_go_with_time_and_with_their_sender(
    new_browser: Any, comment: Comment, neighbours: list[Member], editor: Member
) -> None:
    for member in neighbours[:2]:
        report(new_browser(member), comment, words="내 말")
    bans.close(neighbours[1], editor)
    reports.forget(neighbours[0])
    db.session.commit()
    assert [(row.member_id, row.words) for row in sent()] == [(None, ""), (neighbours[1].id, "내 말")]
    reports.decide(sent()[0], "fine")
    db.session.commit()
    for days, left in ((364, 2), (366, 0)):
        with time_machine.travel(now() + timedelta(days=days)):
            cli.purge_news()
            assert len(sent()) == left


def test_a_text_that_was_edited_since_is_not_found_fine(
    client: Any, comment: Comment, neighbours: list[Member], editor: Member
) -> None:
    sent_report = reports.report(comment, neighbours[0], "", reports.ReportDraft("abuse"))
    comments.hold(comment, "reports")
    db.session.commit()
    seen = re.search(r'name="seen" value="(\w+)"', client.log_in(editor).get("/desk/reports").text)
    assert seen
    comment.edit("더 심한 말")
    db.session.commit()
    where, fields = f"/desk/reports/{sent_report.id}/decision", {"outcome": "fine", "seen": seen[1]}
    assert client.send(where, **fields).status_code == 409
    db.session.refresh(comment)
    assert comment.held_at
    assert client.send(where, **fields | {"seen": text_version(comment.body)}).status_code == 303
    db.session.refresh(comment)
    assert not comment.held_at
