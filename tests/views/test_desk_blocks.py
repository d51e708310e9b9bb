"""Blocks at the desk, and what is refused from a blocked network."""

import pytest
from client import Client
from flask import Flask
from sqlalchemy import select

from database import db
from domain.desk.models import Claim
from domain.moderation.models import CommentOrigin, EmailBlock, NetworkBlock
from models import Comment, Member, Post

# What the law gives everybody, and what only changes one's own account.
OPEN_TO_ALL = (
    "/corrections/claims", "/holds", "/holds/2026-0001/objection", "/password/reset", "/password/reset/token",
    "/email/token", "/mail/unsubscribe/token", "/visitors/beat", "/login",
)  # fmt: skip
OPEN_TO_MEMBERS = (
    "/corrections/claims", "/holds", "/holds/2026-0001/objection", "/me/visibility", "/me/password",
    "/me/consents", "/me/consents/marketing", "/me/notifications", "/me/logins/delete",
    "/me/leaving", "/logout",
)  # fmt: skip


@pytest.fixture
def desk(client: Client, paper: object, editor: Member) -> Client:
    return client.log_in(editor)


def blocked() -> set[str]:
    db.session.rollback()
    return {block.network for block in db.session.scalars(select(NetworkBlock))} | {
        block.domain for block in db.session.scalars(select(EmailBlock))
    }


def test_networks_and_domains_are_blocked_and_let_again(desk: Client) -> None:
    networks, domains = "/desk/blocks/networks", "/desk/blocks/domains"
    assert desk.send(networks, network="192.0.2.7/24", length="month", reason="광고").status_code == 303
    assert desk.send(domains, domain="Spam.example", note="대량 가입").status_code == 303
    assert blocked() == {"192.0.2.0/24", "spam.example"}
    page = desk.get("/desk/blocks").text
    assert all(word in page for word in ("192.0.2.0/24", "광고", "spam.example", "대량 가입"))
    wrong = [
        (networks, {"network": "이웃집", "length": "day"}), (networks, {"network": "::/0", "length": "day"}),
        (networks, {"network": "192.0.2.0/24", "length": "always"}), (networks, {}), (domains, {}),
        (domains, {"domain": "이웃 집"}),
    ]  # fmt: skip
    for path, fields in wrong:
        answer = desk.send(path, **fields)
        assert answer.status_code == 422, fields
        assert all(value in answer.text for value in fields.values() if value not in ("day", "always"))
    for path in (networks, domains):
        assert desk.get(path).status_code == 405
        for id_ in (1, 1, 10**30):
            assert desk.send(f"{path}/{id_}/removal").status_code == 303
    assert blocked() == set()


def test_a_blocked_network_reads_logs_in_and_leaves_but_does_not_write(
    app: Flask, desk: Client, alice: Member, editor: Member, post: Post
) -> None:
    desk.send("/desk/blocks/networks", network="192.0.2.0/24", length="day")
    for member in (alice, None):
        browser: Client = app.test_client()  # type: ignore[assignment]
        browser.environ_base["REMOTE_ADDR"] = "192.0.2.9"
        if member:
            browser.log_in(member)
        for path in (f"/posts/{post.id}", "/search?q=산책", "/login" if member is None else "/me"):
            assert browser.get(path).status_code == 200, path
        of_post = (f"/posts/{post.id}/reports", f"/posts/{post.id}/comments")
        for path in ("/join", "/tips", "/advertising", *of_post):
            answer = browser.send(path, body="남길 글")
            assert answer.status_code == 403, path
            assert "지금 쓰시는 인터넷망에서는 글을 쓸 수 없습니다" in answer.text
            assert "남길 글" in answer.text
        for path in OPEN_TO_ALL if member is None else OPEN_TO_MEMBERS:
            answer = browser.send(path)
            assert "지금 쓰시는 인터넷망에서는" not in answer.text, path
            assert answer.status_code not in (403, 405), path
    desk.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    own = desk.send("/desk/blocks/networks", network="192.0.0.0/16", length="day", reason="모두")
    assert (own.status_code, "모두" in own.text) == (409, True)
    assert blocked() == {"192.0.2.0/24"}
    assert desk.send(f"/posts/{post.id}/comments", body="편집인은 씁니다").status_code == 303
    assert desk.send("/desk/blocks/networks/1/removal").status_code == 303


def test_from_a_blocked_network_a_claim_arrives_and_an_own_comment_can_go(
    app: Flask, desk: Client, alice: Member, post: Post
) -> None:
    comment = post.comment("지울 글", by=alice)
    db.session.commit()
    desk.send("/desk/blocks/networks", network="192.0.2.0/24", length="day")
    browser: Client = app.test_client().log_in(alice)  # type: ignore[assignment]
    browser.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    fields = {
        "kind": "correction", "article": f"/posts/{post.id}", "name": "한결", "standing": "self",
        "agree": "y", "contact": "hangyeol@example.com", "reason": "날짜가 틀렸습니다.",
        "wanted": "21일에 엽니다.",
    }  # fmt: skip
    answer = browser.send("/corrections/claims", **fields)
    assert (answer.status_code, db.session.scalar(select(Claim.reason))) == (303, "날짜가 틀렸습니다.")
    assert browser.send(f"/comments/{comment.id}", body="고칠 글").status_code == 403
    assert browser.send(f"/comments/{comment.id}/delete").status_code == 303


def test_the_network_of_a_comment_is_blocked_without_its_address(
    app: Flask, desk: Client, alice: Member, bob: Member, post: Post
) -> None:
    def comment(member: Member, address: str) -> int:
        browser: Client = app.test_client().log_in(member)  # type: ignore[assignment]
        browser.environ_base["REMOTE_ADDR"] = address
        return browser.send(f"/posts/{post.id}/comments", body=f"{address}의 글").status_code

    assert comment(alice, "203.0.113.1") == 303
    db.session.rollback()
    written = db.session.scalars(select(Comment)).one()
    origin = db.session.scalars(select(CommentOrigin)).one()
    assert len(origin.sender) == 64
    form = f"/desk/blocks/origins/new?comment={written.id}"
    assert form in desk.get(f"/desk/members/{alice.id}").text
    assert "203.0.113.1의 글" in desk.get(form).text
    assert desk.send(f"/desk/blocks/origins/{written.id}", length="always").status_code == 422
    assert desk.send(f"/desk/blocks/origins/{written.id}", length="week").status_code == 303
    assert "203.0.113" not in desk.get("/desk/blocks").text
    assert [comment(bob, address) for address in ("203.0.113.200", "203.0.114.1", "2001:db8::1")] == [
        403,
        303,
        303,
    ]

    for missing in (999, 10**30):
        assert desk.send(f"/desk/blocks/origins/{missing}", length="day").status_code == 404
        assert desk.get(f"/desk/blocks/origins/new?comment={missing}").status_code == 404
    db.session.query(CommentOrigin).delete()
    db.session.commit()
    assert desk.get(form).status_code == 410
    assert desk.get(f"/desk/blocks/origins/{written.id}").status_code == 405
