"""A member is told of replies on the site and, by choice, by mail; editors of what waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from client import Client
from mail_server import MailServer, text_of
from sqlalchemy import select

import cli
from database import db
from domain.desk.models import Claim
from domain.mail import alerts, outbox
from domain.mail.models import Mail, Notice, StoppedThread
from domain.moderation import comments as moderation
from domain.moderation import reports
from domain.moderation.reports import ReportDraft
from domain.neighbours import commenting
from domain.neighbours.commenting import CommentDraft
from domain.neighbours.models import Tip
from models import Comment, Member, Post, now


@pytest.fixture
def asked(post: Post, alice: Member, mail: MailServer) -> Comment:
    """A comment of alice, who wants to be told of replies by mail."""
    alice.wants_reply_mail, alice.email_confirmed_at = True, now()
    return write(post, alice, "언제 여나요?")


def write(post: Post, author: Member, body: str, to: Comment | None = None, **values: Any) -> Comment:
    comment = commenting.post_comment(post, author, CommentDraft(body, to.id if to else None, **values))
    db.session.commit()
    return comment


def told(topic: str = "replies") -> list[str]:
    """The addresses of the letters that were written."""
    db.session.rollback()
    return list(db.session.scalars(select(Mail.address).where(Mail.topic == topic).order_by(Mail.id)))


def noticed() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice.comment_id).order_by(Notice.id)))


def test_reply_is_told_once_on_the_site_and_by_mail(
    client: Client, asked: Comment, post: Post, alice: Member, bob: Member, mail: MailServer
) -> None:
    client.log_in(alice)
    assert "/me/notices" not in client.get("/").text
    answer = write(post, bob, "다음 주에요", asked)
    page = client.get("/me/notices").text
    assert "은행나무 님이 “느티천 산책길” 기사의 내 댓글에 답글을 달았습니다." in page
    assert '<a href="/me/notices">알림 <b>1</b></a>' in client.get("/").text
    with mail.running():
        assert cli.send_mail() == 1
    (message,) = mail.letters(alice.email)
    text = text_of(message)
    assert f"https://paper.example/posts/{post.id}?comment={answer.id}#comment-{answer.id}" in text
    assert "다음 주에요" not in text
    moderation.hold(answer, "신고")
    db.session.commit()
    assert "은행나무" not in client.get("/me/notices").text
    moderation.approve(answer)
    db.session.commit()
    assert told() == [alice.email]
    (notice,) = db.session.scalars(select(Notice)).all()
    gone = client.send(f"/me/notices/{notice.id}/reading")
    assert (gone.status_code, gone.location) == (303, answer.address)
    assert "알림 <b>" not in client.get("/").text


def test_nobody_is_told_before_a_held_reply_is_approved(
    asked: Comment, post: Post, alice: Member, bob: Member
) -> None:
    with db.session.no_autoflush:
        answer = post.comment("광고", bob, asked)
        moderation.hold(answer, "첫 댓글")
    db.session.commit()
    assert noticed() == told() == []
    moderation.approve(answer)
    moderation.hold(answer, "링크")
    db.session.commit()
    assert noticed() == told() == []
    moderation.hide(answer, "rules", "욕설")
    moderation.approve(answer)
    db.session.commit()
    assert noticed() == told() == []
    moderation.restore(answer)
    db.session.commit()
    assert (noticed(), told()) == ([answer.id], [alice.email])


def test_letter_of_a_reply_that_goes_out_of_sight_waits_for_its_return(
    asked: Comment, post: Post, alice: Member, bob: Member, mail: MailServer
) -> None:
    answer = write(post, bob, "답", asked)
    assert told() == [alice.email]
    moderation.hide(answer, "rules", "욕설")
    db.session.commit()
    assert noticed() == told() == []
    with mail.running():
        assert cli.send_mail() == 0
        moderation.restore(answer)
        db.session.commit()
        assert cli.send_mail() == 1
        moderation.hold(answer, "신고")
        db.session.commit()
        moderation.approve(answer)
        db.session.commit()
        assert cli.send_mail() == 0
    other = write(post, bob, "다른 답", asked)
    other.delete()
    db.session.commit()
    assert (noticed(), told()) == ([answer.id], [alice.email])
    with time_machine.travel(now() + timedelta(days=100)):
        moderation.hold(answer, "신고")
        db.session.commit()
        cli.purge_news()
        moderation.approve(answer)
        db.session.commit()
        assert noticed() == told() == []


def test_who_is_not_told(asked: Comment, post: Post, alice: Member, bob: Member, editor: Member) -> None:
    write(post, alice, "내가 나에게", asked)
    write(post, bob, "비밀 답글", asked, secret=True)
    assert noticed() == []
    secret = write(post, alice, "비밀 질문", secret=True)
    answer = write(post, editor, "비밀 답", secret)
    assert (noticed(), told()) == ([answer.id], [alice.email])
    alice.wants_reply_mail = False
    second = write(post, bob, "메일 없이", asked)
    assert (noticed(), len(told())) == ([answer.id, second.id], 1)
    alice.closed_at = now()
    write(post, bob, "떠난 뒤", asked)
    assert len(noticed()) == 2


def test_one_thread_is_stopped_and_resumed(
    client: Client, asked: Comment, post: Post, alice: Member, bob: Member
) -> None:
    other = write(post, alice, "다른 대화")
    write(post, bob, "답", asked)
    (notice,) = db.session.scalars(select(Notice)).all()
    client.log_in(alice)
    assert client.send(f"/me/notices/{notice.id}/thread/stop").status_code == 303
    page = client.get("/me/notices").text
    assert "이 대화의 알림을 껐습니다." in page
    assert "알림을 끈 대화" in page
    assert "이 대화 알림 끄기" not in page
    write(post, bob, "또 답", asked)
    write(post, bob, "저 대화의 답", other)
    assert len(noticed()) == len(told()) == 2
    assert client.send(f"/me/notices/threads/{asked.id}/resume").status_code == 303
    assert db.session.scalar(select(StoppedThread.member_id)) is None
    assert "이 대화의 알림을 다시 받습니다." in client.get("/me/notices").text
    write(post, bob, "다시 답", asked)
    assert len(noticed()) == 3
    assert client.send("/me/notices/reading").status_code == 303
    assert "알림 <b>" not in client.get("/").text


def test_notices_are_their_members(client: Client, asked: Comment, post: Post, bob: Member) -> None:
    write(post, bob, "답", asked)
    (id,) = db.session.scalars(select(Notice.id)).all()
    acts = [f"/me/notices/{id}/reading", f"/me/notices/{id}/thread/stop", "/me/notices/reading"]
    acts.append(f"/me/notices/threads/{asked.id}/resume")
    assert client.get("/me/notices").status_code == 302
    assert [client.send(path).status_code for path in acts] == [401] * 4
    client.log_in(bob)
    assert "답글을 달았습니다" not in client.get("/me/notices").text
    assert [client.send(path).status_code for path in acts[:2]] == [404] * 2
    assert client.send(f"/me/notices/{10**30}/reading").status_code == 404
    assert client.send(f"/me/notices/threads/{10**30}/resume").status_code == 303
    assert client.get(acts[0]).status_code == 405
    assert db.session.scalar(select(Notice.read_at)) is None


def test_old_notices_go_by_themselves(asked: Comment, post: Post, bob: Member) -> None:
    write(post, bob, "답", asked)
    with time_machine.travel(now() + timedelta(days=91)):
        cli.purge_news()
    assert noticed() == []


def test_editors_get_one_letter_a_day_if_something_waits(
    mail: MailServer, editor: Member, alice: Member, post: Post
) -> None:
    seven = datetime(2026, 12, 7, 22, 30, tzinfo=UTC)  # 07:30 in Seoul
    with time_machine.travel(seven, tick=False) as clock:
        cli.write_digest()
        assert told("digest") == []
        db.session.add(Tip(name="이웃", contact="없음", title="제보", body="비밀 내용"))
        moderation.hold(post.comment("붙잡힌 말", alice), "첫 댓글")
        db.session.commit()
        clock.shift(-timedelta(hours=1))
        cli.write_digest()
        assert told("digest") == []
        clock.shift(timedelta(hours=2))
        for _ in range(2):
            cli.write_digest()
        assert told("digest") == [editor.email]
        with mail.running():
            cli.send_mail()
        (message,) = mail.letters(editor.email)
        text = text_of(message)
        assert "승인을 기다리는 댓글 1건" in text
        assert "제보·광고 신청 1건" in text
        assert "비밀 내용" not in text
        assert "붙잡힌 말" not in text
        assert "List-Unsubscribe" in message
        editor.wants_digest = False
        db.session.commit()
        clock.shift(timedelta(days=1))
        cli.write_digest()
        assert told("digest") == [editor.email]


def test_report_is_told_at_once_and_the_same_text_once(
    asked: Comment, editor: Member, bob: Member, mail: MailServer
) -> None:
    for member, sender in ((bob, ""), (None, "guest 1")):
        reports.report(asked, member, sender, ReportDraft(reason="abuse"))
        db.session.commit()
    assert told("digest") == [editor.email]
    assert outbox.is_on()


def test_a_claim_is_told_to_an_editor_who_wants_no_daily_letter(editor: Member, mail: MailServer) -> None:
    editor.wants_digest = False
    fields = {"name": "한결", "contact": "없음", "article": "느티천 산책길", "reason": "가", "wanted": "나"}
    claim = Claim(kind="correction", receipt="2026-0001", **fields)
    db.session.add(claim)
    db.session.flush()
    alerts.tell_of_claim(claim)
    db.session.commit()
    assert told("") == [editor.email]
    with mail.running():
        cli.send_mail()
    (message,) = mail.letters(editor.email)
    assert "List-Unsubscribe" not in message
