"""Download of everything that is stored about a member, and leaving: what goes, what stays."""

import json

import letters
import pytest
from sqlalchemy import select

from database import db
from domain.mail import outbox
from domain.mail.outbox import Letter
from domain.moderation import bans, reports
from domain.moderation import comments as moderation
from domain.moderation.reports import ReportDraft
from domain.neighbours import (
    consents,
    login_limits,
    membership,
    nicknames,
    personal_data,
    reactions,
    reset,
)
from domain.neighbours.commenting import CommentDraft, post_comment
from domain.neighbours.login_limits import Attempt
from domain.neighbours.models import Consent, Tip, TipFile
from lib.web.passwords import hash_password
from models import Comment, Login, Member, Post, now

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)
BODY = "왜가리가 돌아왔어요"
# Columns that name whoever acted at the desk, or wrote an article: not about a member.
OF_THE_DESK = {
    "posts.author_id", "revisions.author_id", "claim_decisions.author_id", "access_entries.editor_id",
    "activity_entries.actor_id", "access_checks.editor_id", "spam_cases.editor_id",
    "hold_entries.author_id", "working_copies.author_id", "working_copies.member_id",
    "imprint_changes.changed_by",
}  # fmt: skip


@pytest.fixture
def busy(alice, bob, post, mail_on):
    """Alice has done everything that leaves a trace."""
    alice.password_hash = HASH
    mine, theirs = post.comment(BODY, alice), post.comment("남의 글 비밀스러움", bob)
    db.session.flush()
    post.comment("비밀 이야기", alice, secret=True)
    reactions.like_comment(theirs, alice)
    reactions.like_comment(mine, bob)
    reactions.like_post(post, alice)
    reactions.keep_post(post, alice)
    nicknames.change(alice, "버드나무")
    consents.give(alice)
    reports.report(theirs, alice, "", ReportDraft("spam", "광고 같아요"))
    tip = Tip(name="이웃", contact="000", title="제보", body="들어 보세요", member_id=alice.id)
    tip.files = [TipFile(filename="제방.jpg", digest="a" * 64, size=300)]
    db.session.add(tip)
    letter = Letter("알림", ["내용"])
    outbox.put(letter, alice.email, event="x-1", member_id=alice.id)
    login_limits.count(Attempt.of(alice, "alice", "127.0.0.1", "secret", known=True))
    Login.start(alice, remember=False, device="Chrome · Android")
    db.session.commit()
    return alice


def test_every_column_that_names_a_member_has_a_place():
    tables = [table for metadata in db.metadatas.values() for table in metadata.tables.values()]
    named = {
        f"{table.name}.{key.parent.name}"
        for table in tables
        for key in table.foreign_keys
        if key.target_fullname == "members.id"
    }
    placed = {f"{part.table.__tablename__}.{part.owner.key}" for part in personal_data.PARTS}
    assert named - OF_THE_DESK == placed
    hidden = {"id", "username_key", "nickname_key", "email_key", "password_hash", "is_editor", "left_at"}
    assert set(Member.__table__.columns.keys()) - hidden == set(personal_data.MEMBER_COLUMNS.split())


def test_the_download_holds_everything_of_the_member_and_nothing_of_others(client, busy, bob):
    answer = client.log_in(busy).get("/me/data.json")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="maeul-')
    assert answer.headers["Cache-Control"] == "no-store"
    data = json.loads(answer.text)
    assert data["member"]["email"] == "alice@example.com"
    assert [row["nickname"] for row in data["former_nicknames"]] == ["느티나무"]
    assert {row["body"] for row in data["comments"]} == {BODY, "비밀 이야기"}
    parts = ("logins", "consents", "liked_comments", "recommended_articles", "scraps", "letters", "reports")
    for name in (*parts, "mails"):
        assert data[name], name
    assert [(row["filename"], row["size"]) for row in data["letter_files"]] == [("제방.jpg", 300)]
    for absent in ("argon2", "password", "token_digest", "은행나무", "bob@example.com", "남의 글"):
        assert absent not in answer.text


@pytest.mark.parametrize("choice", ["keep", "delete"])
def test_leaving_erases_the_rest_from_every_file(app, client, busy, bob, post, choice):
    client.log_in(busy)
    page = client.get("/me/leaving").text
    assert "탈퇴회원" in page
    assert client.send("/me/leaving", password=PASSWORD, comments=choice).status_code == 303
    db.session.rollback()
    member = db.session.get_one(Member, busy.id)
    assert member.left_at
    exported = personal_data.export(member)
    kept = {name for name, rows in exported.items() if isinstance(rows, list) and rows}
    assert kept == {"comments", "consents"}
    assert all(consent.withdrawn_at for consent in db.session.scalars(select(Consent)))
    assert db.session.scalar(select(Tip.member_id)) is None
    counts = db.session.execute(select(Comment.like_count).order_by(Comment.id)).scalars().all()
    assert counts == ([1, 0, 0] if choice == "keep" else [0, 0, 0])
    assert db.session.get_one(Post, post.id).like_count == 0
    assert db.session.get_one(Post, post.id).comment_count == (2 if choice == "keep" else 1)
    shown = client.get(f"/posts/{post.id}").text
    assert (BODY in shown, "탈퇴회원" in shown) == ((True, True) if choice == "keep" else (False, False))
    assert bool(client.get("/search?q=왜가리&tab=comments").text.count("돌아왔어요")) == (choice == "keep")
    gone = ["alice@example.com", "버드나무", "느티나무", HASH] + ([BODY] if choice == "delete" else [])
    files = list(app.config["SETTINGS"].data.glob("maeul.db*"))
    assert len(files) > 1
    content = b"".join(file.read_bytes() for file in files)
    assert not [word for word in gone if word.encode() in content]
    assert membership.problems("alice", "버드나무", "alice@example.com") == {}


def test_what_waits_for_others_names_no_former_member(client, alice, bob, post, mail_on):
    bob.email_confirmed_at, bob.wants_reply_mail = now(), True
    post.comment("답글", alice, post_comment(post, bob, CommentDraft("가을입니다")))
    reset.request("Alice@Example.com")
    alice.password_hash = HASH
    db.session.commit()
    assert "느티나무" in str(letters.waiting(bob.email))
    assert client.log_in(alice).send("/me/leaving", password=PASSWORD, comments="keep").status_code == 303
    assert not letters.waiting()
    assert not reset.has_requests()


def test_held_reply_of_a_former_member_is_approved_without_the_placeholder(
    app, alice, bob, editor, post, mail_on
):
    bob.email_confirmed_at, bob.wants_reply_mail = now(), True
    reply = post_comment(post, alice, CommentDraft("답글", post_comment(post, bob, CommentDraft("가을")).id))
    moderation.hold(reply, "reports")
    db.session.commit()
    assert not letters.waiting()
    personal_data.erase(alice, comments="keep", secret="secret")
    db.session.commit()
    desk = app.test_client().log_in(editor)
    pages = [desk.get(path).text for path in ("/desk/comments", f"/desk/members/{alice.id}")]
    db.session.rollback()
    moderation.approve(reply)
    db.session.commit()
    for shown in (*pages, str(letters.waiting(bob.email))):
        assert "탈퇴회원" in shown
        assert "left-" not in shown


def test_leaving_is_refused(client, busy, editor, paper):
    client.log_in(busy)
    for fields in ({}, {"password": "틀린 비밀번호"}, {"password": PASSWORD, "comments": "sell"}):
        assert client.send("/me/leaving", **fields).status_code == 422
    assert client.get("/me").status_code == 200
    bans.close(busy, editor)
    db.session.commit()
    assert client.send("/me/leaving", password=PASSWORD).status_code == 401
