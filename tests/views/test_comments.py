"""Comments: who may post, read, edit and delete them, and that no typed text is lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import pytest
import time_machine
from flask import render_template_string
from flask_login import login_user, logout_user
from sqlalchemy import func, select

from database import db
from domain.reading import threads
from forms import CommentForm
from models import COMMENT_LENGTH, Comment, Member, Post, now


@pytest.fixture
def client(client):
    """A client whose requests see what was committed before: the test's own transaction is ended first."""
    open_request, log_in = client.open, client.log_in

    def open_(*arguments, **fields):
        db.session.rollback()
        return open_request(*arguments, **fields)

    def log_in_(member):
        db.session.rollback()
        return log_in(member)

    client.open, client.log_in = open_, log_in_
    return client


@pytest.fixture
def say(post):
    """Create a comment without a request."""

    def say(body, by, reply_to=None, **values):
        comment = post.comment(body, by, reply_to, **values)
        db.session.commit()
        return comment

    return say


def section_of(app, post, member=None, **options):
    """The HTML of the comments under the article for this reader."""
    with app.test_request_context(f"/posts/{post.id}"):
        if member:
            member.login_token = "x"
            login_user(member)
        else:
            logout_user()
        page = threads.of(post, member, **options)
        form = CommentForm if member else None
        return render_template_string(
            '{% from "macros/comments.html" import comments_section %}'
            "{{ comments_section(post, thread_page, comment_form, reader(), context) }}",
            post=post,
            thread_page=page,
            comment_form=form,
        )


def count(post):
    db.session.expire_all()
    return db.session.get(Post, post.id).comment_count


def all_comments():
    db.session.expire_all()
    return db.session.scalars(select(Comment).order_by(Comment.id)).all()


def test_posting_redirects_to_the_permalink(client, post, alice):
    client.log_in(alice)
    answer = client.send(f"/posts/{post.id}/comments", body="좋은 기사네요.", idempotency_key="a")
    comment = all_comments()[0]
    assert answer.status_code == 303
    assert answer.location == f"/posts/{post.id}?comment={comment.id}#comment-{comment.id}"
    assert (comment.body, comment.member_id, comment.secret) == ("좋은 기사네요.", alice.id, False)
    assert count(post) == 1


def test_guest_gets_401_with_the_typed_text(client, post):
    answer = client.send(f"/posts/{post.id}/comments", body="길게 쓴 글입니다")
    assert answer.status_code == 401
    assert "길게 쓴 글입니다" in answer.text
    assert not all_comments()


def test_missing_csrf_token_posts_nothing_and_returns_the_text(client, post, alice):
    client.log_in(alice)
    answer = client.post(f"/posts/{post.id}/comments", data={"body": "토큰 없는 글"})
    assert answer.status_code == 400
    assert "토큰 없는 글" in answer.text


@pytest.mark.parametrize(
    "body", ["", "   \n\t ", "\u200b\u3164", "\x00\x00", "\u2800", "\u180b\ufff0\u2065\U000e0fff"]
)
def test_invisible_text_is_refused(client, post, alice, body):
    answer = client.log_in(alice).send(f"/posts/{post.id}/comments", body=body)
    assert answer.status_code == 422
    assert "내용을 적어 주세요." in answer.text


def test_missing_body_is_refused(client, post, alice):
    assert client.log_in(alice).send(f"/posts/{post.id}/comments").status_code == 422


def test_length_limit_counts_characters(client, post, alice):
    client.log_in(alice)
    assert client.send(f"/posts/{post.id}/comments", body="가" * COMMENT_LENGTH).status_code == 303
    answer = client.send(f"/posts/{post.id}/comments", body="나" * (COMMENT_LENGTH + 1))
    assert answer.status_code == 422
    assert "나" * (COMMENT_LENGTH + 1) in answer.text
    assert len(all_comments()) == 1


def test_ten_megabytes_are_refused(client, post, alice):
    answer = client.log_in(alice).send(f"/posts/{post.id}/comments", body="a" * 10_000_000)
    assert answer.status_code == 413
    assert not all_comments()


@pytest.mark.parametrize("path", ["/login", "/join", "/tips", "/posts/1/comments"])
def test_large_form_is_refused_before_it_is_parsed(client, post, path):
    with patch("werkzeug.formparser.parse_qsl") as parse:
        assert client.post(path, data={"body": "a" * 1_100_000}).status_code == 413
    parse.assert_not_called()


@pytest.mark.parametrize("path", ["/login", "/join", "/posts/1/comments"])
def test_large_upload_is_refused_before_it_is_parsed(client, post, path):
    with patch("werkzeug.formparser.MultiPartParser.parse") as parse:
        assert client.post(path, data={"body": (BytesIO(b"a" * 1_100_000), "a.jpg")}).status_code == 413
    parse.assert_not_called()


def test_file_in_place_of_the_body_is_refused(client, post, alice):
    answer = client.log_in(alice).send(f"/posts/{post.id}/comments", body=(BytesIO(b"file"), "x.txt"))
    assert answer.status_code == 422
    assert not all_comments()


def test_text_is_normalised_and_control_characters_are_removed(client, post, alice):
    client.log_in(alice).send(f"/posts/{post.id}/comments", body="\u1112\u1161\u11ab글\x00\x07\r\n둘째 줄")
    assert all_comments()[0].body == "한글\n둘째 줄"


def test_invalid_utf_8_is_no_server_error(client, post, alice):
    client.log_in(alice)
    with client.session_transaction() as session:
        session["csrf_token"] = "x"
    for body in (b"body=%ff%fe%ed%a0%80", b"body=%00&idempotency_key=%ed%a0%80&parent_id=%ff"):
        answer = client.post(
            f"/posts/{post.id}/comments", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code < 500


def test_double_click_posts_once(client, post, alice):
    client.log_in(alice)
    first = client.send(f"/posts/{post.id}/comments", body="한 번만", idempotency_key="same")
    second = client.send(f"/posts/{post.id}/comments", body="한 번만", idempotency_key="same")
    assert first.location == second.location
    assert second.status_code == 303
    assert len(all_comments()) == 1
    assert count(post) == 1


def test_second_text_after_back_is_kept(client, post, make_post, alice, say):
    """The page that Back returns to carries the key of the first text."""
    parent, other = say("물음", alice).id, make_post().id
    client.log_in(alice)
    sent = [
        (post.id, {"body": "첫 글"}),
        (post.id, {"body": "둘째 글"}),
        (other, {"body": "첫 글"}),
        (post.id, {"body": "첫 글", "parent_id": parent}),
        (post.id, {"body": "첫 글", "secret": "y"}),
    ]
    for _double_click in range(2):
        for post_id, fields in sent:
            answer = client.send(f"/posts/{post_id}/comments", **fields, idempotency_key="same")
            assert answer.status_code == 303
            comment = db.session.get(Comment, int(answer.location.rpartition("-")[2]))
            assert (comment.post_id, comment.body) == (post_id, fields["body"])
    assert [comment.body for comment in all_comments()] == ["물음"] + ["첫 글", "둘째 글"] + ["첫 글"] * 3


def test_double_click_without_a_key_posts_once(client, post, make_post, alice):
    other = make_post().id
    client.log_in(alice)
    path = f"/posts/{post.id}/comments"
    with time_machine.travel(now(), tick=False) as clock:
        assert client.send(path, body="한 번만").location == client.send(path, body="한 번만").location
        for own in (
            {"body": "둘째"},
            {"body": "둘째", "secret": "y"},
            {"body": "둘째", "idempotency_key": "b"},
        ):
            client.send(path, **own)
        client.send(f"/posts/{other}/comments", body="둘째")
        clock.shift(timedelta(seconds=11))
        client.send(f"/posts/{other}/comments", body="둘째")
    assert [comment.body for comment in all_comments()] == ["한 번만"] + ["둘째"] * 5


def test_two_members_may_send_the_same_key(client, app, post, alice, bob):
    client.log_in(alice).send(f"/posts/{post.id}/comments", body="하나", idempotency_key="same")
    db.session.rollback()
    other = app.test_client()
    other.log_in(bob).send(f"/posts/{post.id}/comments", body="둘", idempotency_key="same")
    assert len(all_comments()) == 2


@pytest.mark.parametrize("state", ["draft", "scheduled", "deleted", "missing", "huge"])
def test_comments_need_a_published_article(client, make_post, alice, state):
    values = {
        "draft": {"published_at": None},
        "scheduled": {"published_at": now() + timedelta(hours=1)},
        "deleted": {"deleted_at": now()},
    }
    number = {"missing": 99999, "huge": 2**80}.get(state) or make_post(**values[state]).id
    answer = client.log_in(alice).send(f"/posts/{number}/comments", body="여기요")
    assert answer.status_code == (410 if state == "deleted" else 404)
    assert "여기요" in answer.text


def test_wrong_methods_get_405(client, post, alice, say):
    comment = say("글", alice)
    client.log_in(alice)
    assert client.get(f"/posts/{post.id}/comments").status_code == 405
    assert client.get(f"/comments/{comment.id}/delete").status_code == 405
    assert client.send(f"/comments/{comment.id}/edit").status_code == 405


def test_nested_replies_keep_parent_and_root(client, post, alice, say):
    root = say("처음", alice)
    client.log_in(alice)
    client.send(f"/posts/{post.id}/comments", body="둘째", parent_id=root.id)
    second = all_comments()[-1]
    client.send(f"/posts/{post.id}/comments", body="셋째", parent_id=second.id)
    third = all_comments()[-1]
    assert (second.parent_id, second.root_id) == (root.id, root.id)
    assert (third.parent_id, third.root_id) == (second.id, root.id)


@pytest.mark.parametrize("parent", ["deleted", "secret", "elsewhere", "999999", "가나다", "9" * 40, "-1"])
def test_reply_without_a_valid_parent_is_refused_with_its_text(
    client, post, make_post, alice, bob, say, parent
):
    comment = say("원래 글", bob, secret=parent == "secret")
    number = parent
    if parent == "deleted":
        comment.delete()
    if parent in ("deleted", "secret"):
        number = comment.id
    if parent == "elsewhere":
        number = make_post().comment("딴 글", bob)
        db.session.commit()
        number = number.id
    db.session.commit()
    before = len(all_comments())
    answer = client.log_in(alice).send(f"/posts/{post.id}/comments", body="답글이에요", parent_id=number)
    assert answer.status_code == 410
    assert "답글이에요" in answer.text
    assert len(all_comments()) == before


def test_secret_comment_is_for_its_author_and_the_editor(app, client, post, alice, bob, editor):
    client.log_in(alice).send(f"/posts/{post.id}/comments", body="우리끼리 할 말", secret="y")
    assert count(post) == 0
    assert "우리끼리 할 말" in section_of(app, post, alice)
    assert "우리끼리 할 말" in section_of(app, post, editor)
    for reader in (bob, None):
        html = section_of(app, post, reader)
        assert "우리끼리" not in html
        assert "등록된 댓글이 없습니다." in html
        assert "<h2>댓글</h2>" in html
    assert not threads.newest(5)


def test_editors_answer_to_a_secret_comment_is_for_its_author(app, client, post, alice, bob, editor, say):
    question = say("물어봅니다", alice, secret=True)
    client.log_in(editor).send(f"/posts/{post.id}/comments", body="답합니다", parent_id=question.id)
    assert all_comments()[-1].secret
    assert "답합니다" in section_of(app, post, alice)
    assert "답합니다" not in section_of(app, post, bob)
    assert "답합니다" not in section_of(app, post)


def test_permalink_redirects_to_the_article(client, post, alice, bob, say):
    comment, secret = say("글", alice), say("비밀", alice, secret=True)
    answer = client.get(f"/comments/{comment.id}")
    assert (answer.status_code, answer.location) == (302, comment.address)
    assert client.get(f"/comments/{secret.id}").status_code == 404
    assert client.get("/comments/99999").status_code == 404
    assert client.get(f"/comments/{2**70}").status_code == 404
    client.log_in(bob)
    assert client.get(f"/comments/{secret.id}").status_code == 404


def test_reply_page(client, post, alice, bob, say):
    comment = say("원래 글", bob)
    assert client.get(f"/comments/{comment.id}/replies/new").status_code == 302
    client.log_in(alice)
    answer = client.get(f"/comments/{comment.id}/replies/new")
    assert answer.status_code == 200
    assert "원래 글" in answer.text
    assert f'name="parent_id" type="hidden" value="{comment.id}"' in answer.text
    secret = say("비밀", bob, secret=True)
    assert client.get(f"/comments/{secret.id}/replies/new").status_code == 404


def test_edits_are_marked_after_15_minutes(app, client, post, alice):
    client.log_in(alice)
    with time_machine.travel(now(), tick=False) as clock:
        client.send(f"/posts/{post.id}/comments", body="첫 글")
        comment = all_comments()[0]
        assert "첫 글" in client.get(f"/comments/{comment.id}/edit").text
        clock.shift(timedelta(minutes=14))
        answer = client.send(f"/comments/{comment.id}", body="고친 글")
        assert (answer.status_code, answer.location) == (303, comment.address)
        assert all_comments()[0].edited_at is None
        clock.shift(timedelta(minutes=2))
        client.send(f"/comments/{comment.id}", body="또 고친 글")
        assert all_comments()[0].edited_at
        assert "수정됨" in section_of(app, post)


def test_only_the_author_edits(client, app, post, alice, bob, editor, say):
    comment, secret = say("글", alice), say("비밀", alice, secret=True)
    assert client.get(f"/comments/{comment.id}/edit").status_code == 302
    assert client.send(f"/comments/{comment.id}", body="바꿈").status_code == 401
    client.log_in(bob)
    assert client.send(f"/comments/{comment.id}", body="바꿈").status_code == 403
    assert client.get(f"/comments/{secret.id}/edit").status_code == 404
    assert client.send(f"/comments/{secret.id}", body="바꿈").status_code == 404
    client.log_in(editor)
    assert client.send(f"/comments/{comment.id}", body="바꿈").status_code == 403
    assert [c.body for c in all_comments()] == ["글", "비밀"]


def test_refused_edit_keeps_the_text(client, post, alice, say):
    comment = say("글", alice)
    long = "다" * (COMMENT_LENGTH + 1)
    answer = client.log_in(alice).send(f"/comments/{comment.id}", body=long)
    assert answer.status_code == 422
    assert long in answer.text


def test_author_and_editor_delete(client, app, post, alice, bob, editor, say):
    root = say("뿌리", alice)
    reply = say("답글", bob, root)
    assert client.send(f"/comments/{root.id}/delete").status_code == 401
    client.log_in(bob)
    assert client.send(f"/comments/{root.id}/delete").status_code == 403
    client.log_in(alice)
    assert client.send(f"/comments/{root.id}/delete").status_code == 303
    assert client.send(f"/comments/{root.id}/delete").status_code == 303
    assert count(post) == 1
    html = section_of(app, post)
    assert "삭제된 댓글입니다." in html
    assert "뿌리" not in html
    assert client.get(f"/comments/{root.id}").status_code == 410
    assert client.send(f"/comments/{root.id}", body="다시").status_code == 410
    client.log_in(editor)
    client.send(f"/comments/{reply.id}/delete")
    assert count(post) == 0
    assert "등록된 댓글이 없습니다." in section_of(app, post)


def test_secret_comment_of_another_member_is_not_found(client, post, alice, bob, say):
    secret = say("비밀", alice, secret=True)
    assert client.log_in(bob).send(f"/comments/{secret.id}/delete").status_code == 404
    client.log_in(alice).send(f"/comments/{secret.id}/delete")
    assert count(post) == 0


def test_rate_limit_returns_the_text(client, post, alice):
    client.log_in(alice)
    answers = [client.send(f"/posts/{post.id}/comments", body=f"글 {n}") for n in range(22)]
    assert answers[19].status_code == 303
    assert answers[-1].status_code == 429
    assert "글 21" in answers[-1].text
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_guest_sees_escaped_text_and_no_form(app, post, alice, say):
    say("<script>alert(1)</script> https://maeul.example/x에서\n둘째 줄", alice)
    html = section_of(app, post)
    assert "<script>" not in html
    assert 'href="https://maeul.example/x" rel="ugc nofollow noopener"' in html
    assert "<br>" in html
    assert "csrf_token" not in html
    assert "<form" not in html
    assert f"/login?next=/posts/{post.id}%23comments" in html
    assert "로그인하고 댓글 쓰기" in html


def test_comment_of_a_member_who_left(app, post, alice, say):
    say("남긴 글", alice)
    alice.leave()
    db.session.commit()
    html = section_of(app, post)
    assert "탈퇴회원" in html
    assert "left-" not in html
    assert "남긴 글" in html


def test_html_ids_are_unique(app, post, alice, bob, editor, say):
    root = say("뿌리", alice)
    for number in range(3):
        say(f"답글 {number}", bob, root)
    ids = re.findall(r'\sid="([^"]+)"', section_of(app, post, editor))
    assert len(ids) == len(set(ids))


def test_different_texts_with_one_key_at_the_same_moment_are_all_kept(app, post, alice):
    number, clients = post.id, [app.test_client().log_in(alice) for _ in range(6)]
    db.session.remove()

    def write(index):
        body = f"글 {index % 3}"  # each text from two threads
        answer = clients[index].send(f"/posts/{number}/comments", body=body, idempotency_key="same")
        return body, answer.location

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(write, range(6)))
    stored = {comment.address: comment.body for comment in all_comments()}
    assert sorted(stored.values()) == ["글 0", "글 1", "글 2"]
    assert all(stored[location] == body for body, location in answers)


def test_parallel_comments_are_all_counted_and_each_key_creates_one(app, post):
    writers = []
    for number in range(8):
        member = Member(password_hash="!")
        member.name_as(f"writer{number}", f"글쓴이{number}", f"w{number}@example.com")
        db.session.add(member)
        writers.append(member)
    db.session.commit()
    number, clients = post.id, [app.test_client().log_in(writer) for writer in writers]
    db.session.remove()

    def write(index):
        client = clients[index // 2]
        with_key = [
            client.send(f"/posts/{number}/comments", body="같은 글", idempotency_key="same").location
            for _ in range(2)
        ]
        own = client.send(
            f"/posts/{number}/comments", body="다른 글", idempotency_key=f"own-{index}"
        ).status_code
        return with_key, own

    # Each writer sends from two threads at the same time.
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(write, range(16)))
    assert all(own == 303 for _, own in results)
    for writer in range(8):
        assert (
            len({address for with_key, _ in results[writer * 2 : writer * 2 + 2] for address in with_key})
            == 1
        )
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 8 + 16
    assert db.session.get(Post, number).comment_count == 8 + 16


def test_a_cached_page_of_comments_shows_each_reader_no_more_and_no_less(
    app, client, post, say, alice, bob, editor
):
    """Members who wrote nothing share what is cached; the author and the editor see their own."""
    own, _secret = say("모두의 글", alice), say("둘만 아는 글", alice, secret=True)
    edit, delete = f"/comments/{own.id}/edit", f'action="/comments/{own.id}/delete"'
    browsers = {name: app.test_client() for name in ("alice", "bob", "editor", "guest")}
    for name, member in (("alice", alice), ("bob", bob), ("editor", editor)):
        browsers[name].log_in(member)
    expected = {
        "alice": (True, True, True),
        "bob": (False, False, False),
        "editor": (True, False, True),
        "guest": (False, False, False),
    }
    for order in (list(browsers), list(reversed(browsers))):
        app.extensions["fragments"].entries.clear()
        for name in order:
            page = browsers[name].get(f"/posts/{post.id}").text
            assert "모두의 글" in page
            assert ("둘만 아는 글" in page, edit in page, delete in page) == expected[name], name
            assert (f'data-reply="{own.id}"' in page) == (name != "guest")
