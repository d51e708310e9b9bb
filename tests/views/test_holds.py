"""게시중단 요청 and 임시조치: the public form, both sides' pages, the desk, and the clocks."""

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

import cli
from database import db
from domain.desk import selection
from domain.keeping import housekeeping
from domain.mail.models import Mail
from domain.moderation import bans, blocks, hold_decisions, holds
from domain.moderation.models import Hold, HoldEntry
from domain.neighbours import captchas, personal_data
from domain.search import searching
from domain.search.searching import SearchQuery
from lib.files.store import Store
from lib.web.paging import PageRequest
from models import Comment, Member, Post, Refused, now

MOMENT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # 12:00 in Seoul
REQUEST = {
    "kind": "defamation", "name": "한결", "standing": "self", "contact": "hangyeol@example.com",
    "reason": "거짓말쟁이라고 했습니다.", "explanation": "저는 그런 적이 없습니다.", "agree": "y",
}  # fmt: skip
PDF = b"%PDF-1.7 " + b"x" * 100


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def comment(post: Post, bob: Member) -> Comment:
    found = post.comment("한결이는 거짓말쟁이", bob)
    db.session.commit()
    return found


@pytest.fixture
def new_browser(app: Flask, client: Any) -> Callable[..., Any]:
    """A browser of this member, or of a guest."""

    def make(member: Member | None = None) -> Any:
        browser: Any = app.test_client()
        browser.environ_base |= client.environ_base
        return browser.log_in(member) if member else browser

    return make


@pytest.fixture
def desk(new_browser: Any, editor: Member) -> Any:
    return new_browser(editor)


@pytest.fixture
def ask(new_browser: Any, alice: Member) -> Callable[..., Hold]:
    """A request of a member about a comment or an article, as it arrives at the desk."""

    def send(target: Comment | Post) -> Hold:
        kind = "comments" if isinstance(target, Comment) else "posts"
        answer = new_browser(alice).send("/holds", target=f"/{kind}/{target.id}", **REQUEST)
        assert answer.status_code == 303
        return found()[-1]

    return send


def digits(browser: Any) -> dict[str, str]:
    key = re.search(r'name="captcha_key"[^>]*value="([^"]+)"', browser.get("/holds/new").text)
    assert key
    return {"captcha_key": key[1], "captcha": captchas.find(key[1]) or ""}


def again(app: Flask, browser: Any, **fields: Any) -> Any:
    """Send a request as if none had been sent before: the rates forget."""
    app.extensions["rates"].storage.reset()
    return browser.send("/holds", **REQUEST | fields)


def upload(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def found() -> list[Hold]:
    db.session.expire_all()
    return list(db.session.scalars(select(Hold).order_by(Hold.id)))


def state(hold: Hold) -> str:
    db.session.expire_all()
    return db.session.get_one(Hold, hold.id).state


def decide(desk: Any, hold: Hold, kind: str, **fields: str) -> Any:
    return desk.send(f"/desk/holds/{hold.id}/decisions", kind=kind, **{"reply": f"{kind} 답변"} | fields)


def run_clocks() -> None:
    db.session.rollback()
    cli.run_hold_clocks()


def letters(address: str) -> list[str]:
    """Subjects and texts of the mail to an address, oldest first."""
    mails = db.session.scalars(select(Mail).where(Mail.address == address).order_by(Mail.id))
    return [
        f"{mail.content['subject']} {' '.join(mail.content['paragraphs'])}" for mail in mails if mail.content
    ]


def stored(app: Flask) -> list[Path]:
    return [path for path in app.config["SETTINGS"].claims.rglob("*") if path.is_file()]


def test_a_guest_asks_and_follows_the_request(
    app: Flask, new_browser: Any, comment: Comment, mail_on: None, editor: Member
) -> None:
    editor.wants_digest = False
    db.session.commit()
    guest = new_browser()
    page = guest.get(f"/posts/{comment.post_id}").text
    assert f'href="/holds/new?comment={comment.id}"' in page
    assert f'href="/holds/new?post={comment.post_id}"' in page
    assert 'href="/holds/new"' in guest.get("/").text
    address = f"http://localhost/comments/{comment.id}"
    assert f'value="{address}"' in guest.get(f"/holds/new?comment={comment.id}").text
    fields = REQUEST | {"target": address, "idempotency_key": "k"} | digits(guest)
    answers = [guest.send("/holds", **fields, file=upload(PDF, "../증거.pdf")) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    (hold,) = found()
    assert re.fullmatch(r"20261125-[2-9A-Z]{8}", hold.number)
    assert (hold.comment_id, hold.post_id, hold.requester_id) == (comment.id, None, None)
    assert [path.read_bytes() for path in stored(app)] == [PDF]
    shown = guest.get(answers[0].location)
    assert hold.number in shown.text
    assert "접수" in shown.text
    assert shown.headers["Cache-Control"].startswith("private")
    for secret in ("한결", "hangyeol", "증거", "거짓말쟁이", "은행나무"):
        assert secret not in shown.text
    assert hold.number in letters("hangyeol@example.com")[0]
    assert hold.number in letters(editor.email)[0]  # also without the daily letter: the law sets a time
    assert guest.get(f"/posts/{comment.post_id}").status_code == 200


def test_the_address_is_checked(
    app: Flask, new_browser: Any, comment: Comment, make_post: Any, alice: Member, bob: Member
) -> None:
    secret = comment.post.comment("비밀", bob, secret=True)
    draft, other = make_post(published_at=None), make_post()
    db.session.commit()
    member, post = new_browser(alice), comment.post_id
    wrong = (
        f"https://elsewhere.example/posts/{post}", f"/comments/{secret.id}", f"/posts/{draft.id}",
        "/posts/999", f"/posts/{other.id}?comment={comment.id}", "제목", "/", f"/posts/{10**30}",
        "http://[", "//", "\x00", f"/posts/{post}/edit", "javascript:alert(1)",
    )  # fmt: skip
    for address in wrong:
        answer = again(app, member, target=address)
        assert (answer.status_code, REQUEST["explanation"] in answer.text) == (422, True), address
    for odd in (f"comment={secret.id}", "comment=x", "post=999", "comment=" + "9" * 40, f"post={draft.id}"):
        page = member.get(f"/holds/new?{odd}")
        assert page.status_code == 200
        assert "비밀" not in page.text
        assert "localhost/" not in page.text.split('id="target"')[1].split(">")[0]
    assert found() == []
    right = {
        f"localhost/posts/{post}?comment={comment.id}#comment-{comment.id}": comment,
        f"http://www.localhost/posts/{post}#comment-{comment.id}": comment,
        f"/comments/{comment.id}": comment,
        f"http://localhost/posts/{post}?comments=2": comment.post,
    }
    for address, target in right.items():
        assert holds.find_target(address, "localhost", None) == target
    with pytest.raises(Refused):
        holds.find_target(f"/comments/{secret.id}", "localhost", None)
    assert holds.find_target(f"/comments/{secret.id}", "localhost", bob) == secret


def test_bad_input(app: Flask, new_browser: Any, comment: Comment, alice: Member) -> None:
    target = {"target": f"/comments/{comment.id}"}
    guest, member = new_browser(), new_browser(alice)
    answer = guest.send("/holds", **REQUEST, **target, **digits(guest) | {"captcha": "1"})
    assert answer.status_code == 422
    assert REQUEST["reason"] in answer.text
    for field in ("target", "kind", "name", "contact", "reason", "explanation", "agree"):
        assert again(app, member, **target | {field: ""}).status_code == 422
    for odd in ({"kind": "lost"}, {"standing": "x"}, {"reason": "가" * 5001}, {"name": "\x00"}):
        assert again(app, member, **target | odd).status_code == 422
    for content, name, status in (
        (b"MZ", "a.pdf", 422),
        (PDF, "a.exe", 422),
        (PDF + b"x" * 10_000_000, "a.pdf", 413),
    ):
        answer = again(app, member, **target, file=upload(content, name))
        assert answer.status_code == status
    assert member.get("/holds").status_code == 405
    assert member.post("/holds", data=REQUEST).status_code == 400
    assert found() == []
    assert stored(app) == []


def test_only_the_two_sides_see_a_request(
    new_browser: Any, comment: Comment, ask: Any, desk: Any, alice: Member, bob: Member, editor: Member
) -> None:
    hold = ask(comment)
    where, other = f"/holds/{hold.number}", Member(password_hash="!")
    other.name_as("other", "소나무", "other@example.com")
    db.session.add(other)
    db.session.commit()
    for wrong in (f"{where}?key=x", f"{where}?key=", f"{where}?key=가", "/holds/1?key=x"):
        assert new_browser().get(wrong).status_code == 404
    assert new_browser().get(where).location.startswith("/login?next=")
    assert new_browser().get("/holds/1").location.startswith("/login?next=")
    assert "처리 과정" in new_browser(alice).get(where).text
    assert found()[0].writer_id is None
    for member in (bob, other):  # the writer is told of nothing yet
        assert new_browser(member).get(where).status_code == 404
    assert desk.get(where).location == f"/desk/holds/{hold.id}"
    decide(desk, hold, "held")
    writer = new_browser(bob)
    page = writer.get(where).text
    for secret in ("한결 ", "hangyeol", REQUEST["explanation"], hold.key, "held 답변"):
        assert secret not in page
    assert new_browser(other).get(where).status_code == 404
    assert writer.get(f"/comments/{comment.id}/hold").location == where
    for browser, status in ((new_browser(other), 404), (new_browser(), 302)):
        assert browser.get(f"/comments/{comment.id}/hold").status_code == status
    for missing in ("0", "999", str(10**30)):
        assert writer.get(f"/comments/{missing}/hold").status_code == 404


def test_the_law_lets_everybody_ask_and_object(
    new_browser: Any, comment: Comment, desk: Any, banned: Member, editor: Member, bob: Member
) -> None:
    blocks.block_network("127.0.0.0/8", MOMENT + timedelta(days=1))
    bans.ban(bob, MOMENT + timedelta(days=40), "욕설", editor)
    db.session.commit()
    answer = new_browser(banned).send("/holds", **REQUEST, target=f"/comments/{comment.id}")
    assert answer.status_code == 303
    (hold,) = found()
    decide(desk, hold, "held")
    assert new_browser(bob).send(f"/holds/{hold.number}/objection", body="사실").status_code == 303
    assert state(hold) == "objected"


def test_a_comment_is_hidden_for_thirty_days_and_deleted_without_an_objection(
    new_browser: Any,
    comment: Comment,
    ask: Any,
    desk: Any,
    clock: Any,
    bob: Member,
    editor: Member,
    mail_on: None,
) -> None:
    bob.email_confirmed_at = now()
    db.session.commit()
    hold, where = ask(comment), f"/posts/{comment.post_id}"
    assert ">1<span" in desk.get("/desk/holds").text.split("/desk/holds")[1]
    assert (
        "24시간 0분 남음" in desk.get("/desk/holds").text or "1일 0시간 남음" in desk.get("/desk/holds").text
    )
    draft = desk.get(f"/desk/holds/{hold.id}/decisions/new?kind=held").text
    assert "한결 님께" in draft
    for _twice in range(2):
        assert decide(desk, hold, "held").status_code == 303
    for browser in (new_browser(), new_browser(bob), desk):
        page = browser.get(where).text
        assert "거짓말쟁이" not in page
        assert "12월 25일" in page
    assert f"/comments/{comment.id}/hold" in new_browser(bob).get(where).text
    assert f"/comments/{comment.id}/hold" not in new_browser().get(where).text
    assert len(letters(bob.email)) == 1
    assert "한결이는 거짓말쟁이" in letters(bob.email)[0]
    assert holds.waiting() == 0
    for days, entries in ((24, 2), (2, 3)):
        clock.shift(timedelta(days=days))
        for _twice in range(2):
            run_clocks()
        assert len(list(db.session.scalars(select(HoldEntry)))) == entries
    assert holds.waiting() == 1
    assert "그때 삭제됩니다" in desk.log_in(editor).get(f"/desk/holds/{hold.id}").text
    assert "곧 끝납니다" in letters(editor.email)[-1]
    clock.shift(timedelta(days=4))
    for _twice in range(2):
        run_clocks()
    assert state(hold) == "deleted"
    assert db.session.get_one(Comment, comment.id).body == ""
    assert [entry.kind for entry in found()[0].entries] == ["received", "held", "asked", "deleted"]
    assert "이의가 없어 삭제했습니다" in letters("hangyeol@example.com")[-1]
    assert len(letters(bob.email)) == 2
    assert hold.id in [one.id for one in holds.of_writer(bob)]


def test_what_the_writer_objects_to_is_shown_again(
    new_browser: Any, comment: Comment, ask: Any, desk: Any, clock: Any, alice: Member, bob: Member
) -> None:
    hold, writer = ask(comment), new_browser(bob)
    where = f"/holds/{hold.number}/objection"
    assert writer.get(where).status_code == 404
    assert writer.send(where, body="일러요").status_code == 404
    decide(desk, hold, "held", days="10")
    assert "한결이는 거짓말쟁이" in writer.get(where).text
    assert new_browser().get(where).location.startswith("/login?next=")
    for browser, status in ((new_browser(), 401), (new_browser(alice), 404)):
        assert browser.send(where, body="거짓").status_code == status
    for odd in ("", " \u200b", "가" * 5001):
        assert writer.send(where, body=odd).status_code == 422
    for text in ("사실입니다", "다른 글"):  # the first stays
        assert writer.send(where, body=text).location == f"/holds/{hold.number}"
    shown = desk.get(f"/desk/holds/{hold.id}").text
    assert "사실입니다" in shown
    assert "그때 다시 게시됩니다" in shown
    assert "사실입니다" not in new_browser(alice).get(f"/holds/{hold.number}").text
    assert holds.waiting() == 1
    clock.shift(timedelta(days=9))
    run_clocks()
    assert state(hold) == "objected"
    clock.shift(timedelta(days=1))
    run_clocks()
    assert state(hold) == "restored"
    assert "거짓말쟁이" in new_browser().get(f"/posts/{comment.post_id}").text
    assert writer.log_in(bob).send(where, body="늦음").status_code == 303  # objected already


def test_writer_who_leaves_is_neither_told_nor_named_when_it_ends(
    comment: Comment, ask: Any, desk: Any, clock: Any, bob: Member
) -> None:
    hold, address, bob.email_confirmed_at = ask(comment), bob.email, now()
    db.session.commit()
    decide(desk, hold, "held")
    personal_data.erase(bob, comments="keep", secret="secret")
    db.session.commit()
    clock.shift(timedelta(days=30))
    run_clocks()
    assert state(hold) == "deleted"
    assert found()[0].writer_id is None
    assert letters(address) == []


def test_an_objection_comes_too_late(
    new_browser: Any, comment: Comment, ask: Any, desk: Any, clock: Any, bob: Member
) -> None:
    hold = ask(comment)
    decide(desk, hold, "held")
    clock.shift(timedelta(days=30))
    answer = new_browser(bob).send(f"/holds/{hold.number}/objection", body="늦음")
    assert answer.status_code == 410
    assert state(hold) == "held"


def test_the_terms_may_restore_without_an_objection(
    comment: Comment, ask: Any, desk: Any, clock: Any
) -> None:
    hold = ask(comment)
    decide(desk, hold, "held")
    clock.shift(timedelta(days=30))
    assert hold_decisions.run_clocks("restore") == 1
    assert state(hold) == "restored"


def test_an_article_under_a_measure_is_gone_everywhere_but_its_address_says_why(
    app: Flask, new_browser: Any, make_post: Any, ask: Any, desk: Any, clock: Any, editor: Member, bob: Member
) -> None:
    post = make_post(title="한결이의 비밀", body="<p>버들교에서 있었던 일</p>", pinned_at=MOMENT)
    make_post(title="다른 글")
    post.comment("댓글", bob)
    db.session.commit()
    hold, guest = ask(post), new_browser()
    everywhere = ("/", "/sections/local", "/feed.xml", "/sitemaps/posts-1.xml", "/news-sitemap.xml")
    assert all(guest.get(path).status_code == 200 for path in everywhere)
    assert decide(desk, hold, "held").status_code == 303
    answer = guest.get(f"/posts/{post.id}")
    assert answer.status_code == 451
    assert "게시를 중단한 기사입니다" in answer.text
    assert "2026-12-25" in answer.text
    for path in (*everywhere, f"/posts/{post.id}"):
        assert "한결이의 비밀" not in guest.get(path).text
        assert f"/posts/{post.id}<" not in guest.get(path).text
    nothing = searching.find(SearchQuery("버들교"), PageRequest())
    assert nothing is None or not any(nothing.counts.values())
    assert guest.get(f"/posts/{post.id}/reports/new").status_code == 451
    assert desk.send(f"/desk/posts/{post.id}/deletion", action="restore").status_code == 409
    for act in (selection.restore, selection.erase):
        assert any("임시조치 중" in sentence for sentence in act([post.id], editor))
    clock.shift(timedelta(days=20))
    housekeeping.purge_rows("secret", taken_down_days=1)
    db.session.commit()
    assert db.session.get_one(Post, post.id).erased_at is None
    desk.log_in(editor)
    assert desk.send(f"/holds/{hold.number}/objection", body="공익").status_code == 303
    clock.shift(timedelta(days=10))
    run_clocks()
    assert state(hold) == "restored"
    assert "버들교에서" in guest.get(f"/posts/{post.id}").text


def test_an_article_without_an_objection_stays_down(
    new_browser: Any, post: Post, ask: Any, desk: Any, clock: Any
) -> None:
    hold = ask(post)
    decide(desk, hold, "held")
    clock.shift(timedelta(days=30))
    run_clocks()
    assert state(hold) == "deleted"
    assert new_browser().get(f"/posts/{post.id}").status_code == 410


def test_decisions(new_browser: Any, comment: Comment, ask: Any, desk: Any, alice: Member) -> None:
    hold = ask(comment)
    where = f"/desk/holds/{hold.id}"
    unfilled = desk.get(f"{where}/decisions/new?kind=refused").text
    assert "[이유: ]" in unfilled
    assert decide(desk, hold, "refused", reply="[이유: ]").status_code == 422
    for odd in ({"days": "31"}, {"days": "0"}, {"days": "x"}, {"reply": " "}):
        assert decide(desk, hold, "held", **odd).status_code == 422
    assert decide(desk, hold, "lost").status_code == 422
    for kind in ("restored",):
        assert decide(desk, hold, kind).status_code == 409
    assert desk.get(f"{where}/decisions/new?kind=lost").status_code == 404
    decide(desk, hold, "refused")
    assert "refused 답변" in new_browser(alice).get(f"/holds/{hold.number}").text
    assert "한결" in desk.get("/desk/holds").text.split("끝난")[1]
    decide(desk, hold, "held")
    assert state(hold) == "held"
    other = ask(comment.post)
    decide(desk, other, "withdrawn")
    assert state(other) == "withdrawn"
    decide(desk, hold, "restored")
    assert decide(desk, hold, "held").status_code == 409
    assert "거짓말쟁이" in new_browser().get(f"/posts/{comment.post_id}").text
    for missing in ("0", "999", str(10**30)):
        assert desk.get(f"/desk/holds/{missing}").status_code == 404
        assert desk.get(f"/desk/holds/{missing}/file").status_code == 404
        assert desk.send(f"/desk/holds/{missing}/decisions", kind="held", reply="답").status_code == 404
    assert desk.get(f"{where}/file").status_code == 404
    for odd in ("x", "-1", "9" * 40):
        assert desk.get(f"/desk/holds?before={odd}").status_code == 200


def test_two_requests_about_one_comment(comment: Comment, ask: Any, desk: Any, clock: Any) -> None:
    first, second = ask(comment), ask(comment)
    decide(desk, first, "held", days="10")
    decide(desk, second, "held")
    decide(desk, first, "restored")
    assert db.session.get_one(Comment, comment.id).hidden_for == "hold"
    decide(desk, second, "withdrawn")
    db.session.expire_all()
    assert db.session.get_one(Comment, comment.id).hidden_for == ""


def test_what_was_deleted_meanwhile(comment: Comment, ask: Any, desk: Any, clock: Any) -> None:
    hold, late = ask(comment), ask(comment)
    decide(desk, hold, "held")
    comment.delete()
    db.session.commit()
    assert decide(desk, late, "held").status_code == 409
    assert decide(desk, late, "deleted").status_code == 303
    clock.shift(timedelta(days=30))
    assert hold_decisions.run_clocks("restore") == 1
    assert state(hold) == "deleted"


def test_three_years_after_the_end_a_request_is_deleted_with_its_file(
    app: Flask, new_browser: Any, comment: Comment, desk: Any, clock: Any, alice: Member
) -> None:
    store, member = Store(app.config["SETTINGS"].claims), new_browser(alice)
    for name in ("closed", "open"):
        content = PDF + name.encode()
        fields = REQUEST | {"target": f"/comments/{comment.id}"}
        assert member.send("/holds", **fields, file=upload(content, f"{name}.pdf")).status_code == 303
    for path in stored(app):
        os.utime(path, (MOMENT.timestamp(), MOMENT.timestamp()))
    first = found()[0]
    answer = desk.get(f"/desk/holds/{first.id}/file")
    assert answer.data == PDF + b"closed"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    decide(desk, first, "withdrawn")
    for days, left in ((3 * 365 - 1, 2), (3, 1)):
        clock.shift(timedelta(days=days))
        db.session.rollback()
        cli.purge_news()
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Hold)) == left
        assert housekeeping.purge_claim_files(store) == 2 - left
    assert {entry.hold_id for entry in db.session.scalars(select(HoldEntry))} == {found()[0].id}
