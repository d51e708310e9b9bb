"""Each of the cast asks for every address: nobody is shown a comment's text that is not for them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from database import db
from domain.moderation import comments as moderation
from domain.neighbours import personal_data
from domain.neighbours.commenting import CommentDraft, post_comment
from models import Comment, Member, Post, now

TEXTS = {
    "public": "누구나글", "secret": "비밀글월", "held": "보류글월", "rules": "규칙글월", "hold": "조치글월",
    "spam": "광고글월", "deleted": "삭제글월", "answer": "답장글월", "reply": "댓글밑글",
}  # fmt: skip
MAY_READ = {
    "guest": {"public", "reply"},
    "bob": {"public", "reply"},
    "banned": {"public", "reply"},
    "unconfirmed": {"public", "reply"},
    "left": {"public", "reply"},
    "alice": {"public", "reply", "secret", "held", "rules", "hold", "spam", "answer"},
    "editor": set(TEXTS) - {"deleted"},
}
SKIPPED = re.compile("/captcha|/media|/static|/logout|/healthz")


def _another(name: str, **columns: Any) -> Member:
    member = Member(password_hash="!", **columns)
    member.name_as(name, name, f"{name}@example.com")
    db.session.add(member)
    db.session.commit()
    return member


@pytest.fixture
def comments(post: Post, alice: Member, bob: Member, editor: Member) -> dict[str, Comment]:
    """Comments of alice in every state, with an answer of the editor to the secret one and one of bob."""
    comments = {
        name: post_comment(post, alice, CommentDraft(f"{TEXTS[name]} 입니다", secret=name == "secret"))
        for name in ("public", "secret", "held", "rules", "hold", "spam", "deleted")
    }
    for name, author, parent in (("answer", editor, "secret"), ("reply", bob, "held")):
        comments[name] = post_comment(
            post, author, CommentDraft(f"{TEXTS[name]} 입니다", parent_id=comments[parent].id)
        )
    moderation.hold(comments["held"], "reports")
    for name in ("rules", "hold", "spam"):
        moderation.hide(comments[name], name, "까닭")
    comments["deleted"].delete()
    db.session.commit()
    return comments


@pytest.fixture
def cast(app: Any, alice: Member, bob: Member, editor: Member, comments: object) -> dict[str, Any]:
    """A browser for each name of MAY_READ. The one of `left` still has the cookie of its login."""
    members = {
        "alice": alice, "bob": bob, "editor": editor,
        "unconfirmed": _another("carol"), "left": _another("erin"),
        "banned": _another("dave", banned_until=Member.BANNED_FOR_GOOD, ban_reason="도배"),
    }  # fmt: skip
    for name in ("alice", "bob", "editor", "banned"):
        members[name].email_confirmed_at = now()
    db.session.commit()
    browsers = {name: app.test_client().log_in(member) for name, member in members.items()}
    personal_data.erase(members["left"], comments="keep", secret="secret")
    db.session.commit()
    return browsers | {"guest": app.test_client()}


def addresses(app: Any, post: Post, comments: dict[str, Comment]) -> Iterator[str]:
    """Every address that answers a GET, those of comments for each of them."""
    ids = [str(comment.id) for comment in comments.values()]
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not SKIPPED.match(rule.rule):
            of_comment = rule.rule.startswith("/comments/") or "comment_id" in rule.arguments
            for id in ids if of_comment else [str(post.id)]:
                path = re.sub(r"<int:\w+>", id, rule.rule)
                yield path.replace("<slug>", "local").replace("<slug:slug>", "local")
    yield from (f"/posts/{post.id}?comment={id}" for id in ids)
    yield from (f"/posts/{post.id}?order={order}" for order in ("newest", "likes"))
    yield from (f"/search?q={text}&tab={tab}" for text in TEXTS.values() for tab in ("comments", "posts"))
    yield from (f"/desk/comments?tab={tab}" for tab in ("all", "hidden", "spam"))


@pytest.mark.parametrize("name", MAY_READ)
def test_nobody_reads_what_is_for_others(
    app: Any, post: Post, comments: dict[str, Comment], cast: dict[str, Any], name: str, caplog: Any
) -> None:
    browser, seen = cast[name], set()

    def look(answer: Any, address: str) -> None:
        assert answer.status_code < 500, address
        text = re.sub("<[^>]*>", "", answer.data.decode(errors="replace"))  # a search marks its words
        shown = {kind for kind, words in TEXTS.items() if f"{words} 입니다" in text}
        assert shown <= MAY_READ[name], address
        seen.update(shown)

    for address in addresses(app, post, comments):
        look(browser.get(address), address)
    for comment in comments.values():
        id = comment.id
        for path, fields in (
            (f"/posts/{post.id}/comments", {"body": "", "parent_id": id}),
            (f"/posts/{post.id}/comments", {"body": "x" * 4000, "parent_id": id}),
            (f"/comments/{id}", {"body": ""}),
            (f"/comments/{id}/likes", {}),
            (f"/comments/{id}/reports", {}),
        ):
            look(browser.send(path, **fields), path)
    assert {"public", "reply"} <= seen
    assert name != "editor" or seen == MAY_READ[name]
    assert not any(words in caplog.text for words in TEXTS.values())
