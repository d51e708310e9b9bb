"""Each of the cast asks for every address: nobody sees what is for others. Nor is it mailed or logged."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from hidden_things import ADDRESSES, Hidden, hide_things
from mail_server import MailServer, text_of
from sqlalchemy import select

import cli
from database import db
from domain.desk.models import Claim
from domain.moderation import comments as moderation
from domain.moderation.models import Hold
from domain.neighbours import personal_data
from domain.neighbours.commenting import CommentDraft, post_comment
from models import Comment, Correction, Member, Page, Post, now

TEXTS = {
    "public": "누구나글", "secret": "비밀글월", "held": "보류글월", "rules": "규칙글월", "hold": "조치글월",
    "spam": "광고글월", "deleted": "삭제글월", "answer": "답장글월", "reply": "댓글밑글", "first": "첫째글월",
}  # fmt: skip
MAY_READ = {name: {"public", "reply"} for name in ADDRESSES} | {
    "held": {"public", "reply", "first"},
    "alice": {"public", "reply", "secret", "held", "rules", "hold", "spam", "answer"},
    "editor": set(TEXTS) - {"deleted"},
}
NICKNAMES = {
    "alice": "옛별명나무", "bob": "은행나무", "held": "신갈나무", "banned": "가시나무",
    "unconfirmed": "오리나무", "left": "물푸레나무", "editor": "편집인",
}  # fmt: skip
SKIPPED = re.compile("/captcha|/media|/static|/logout|/healthz")
NOWHERE = {  # there is none
    "incidents.show", "pages.text", "papers.download", "papers.show", "posts.attachment", "tags.show",
    "theme.show",
}  # fmt: skip


@pytest.fixture
def members(app: Any, mail: MailServer) -> dict[str, Member]:
    """The cast but for the guest. All but `unconfirmed` get mail about what others do."""
    members = {}
    for name, nickname in NICKNAMES.items():
        member = Member(password_hash="!", is_editor=name == "editor")
        member.name_as(f"{name}7id", nickname, f"{name}.box@example.org")
        member.wants_reply_mail = True
        member.email_confirmed_at = None if name == "unconfirmed" else now()
        members[name] = member
    members["banned"].banned_until, members["banned"].ban_reason = Member.BANNED_FOR_GOOD, "막힌까닭"
    db.session.add_all(members.values())
    db.session.commit()
    return members


@pytest.fixture
def comments(post: Post, members: dict[str, Member]) -> dict[str, Comment]:
    """Comments of alice in every state, one of bob, one of `held`, answers of bob and the editor."""
    comments = {}
    authors = dict.fromkeys(TEXTS, "alice") | {"answer": "editor", "reply": "bob", "first": "held"}
    parents = {"answer": "secret", "reply": "held"}
    for name, author in authors.items():
        parent = comments[parents[name]].id if name in parents else None
        draft = CommentDraft(f"{TEXTS[name]} 입니다", parent_id=parent, secret=name == "secret")
        comments[name] = post_comment(post, members[author], draft)
    for name in ("held", "first"):
        moderation.hold(comments[name], "reports")
    for name in ("rules", "spam"):
        moderation.hide(comments[name], name, "까닭")
    comments["deleted"].delete()
    db.session.commit()
    return comments


@pytest.fixture
def hidden(post: Post, members: dict[str, Member], comments: dict[str, Comment]) -> dict[str, Hidden]:
    post.internal_note = "편집쪽지글"
    db.session.add(Correction(post=post, body="바로잡습니다"))
    db.session.add(Page(slug="terms", title="약관", body="<p>약관</p>"))
    return hide_things(post, members, comments["hold"])


@pytest.fixture
def cast(app: Any, members: dict[str, Member], hidden: dict[str, Hidden]) -> dict[str, Any]:
    """A browser for each of the cast. The one of `left` still has the cookie of its login."""
    browsers = {name: app.test_client() for name in ADDRESSES}
    for name, member in members.items():
        hidden[f"token of {name}"] = Hidden(_log_in(browsers[name], member))
    personal_data.erase(members["left"], comments="keep", secret="secret")
    db.session.commit()
    for name, address in ADDRESSES.items():
        browsers[name].environ_base["REMOTE_ADDR"] = address
    return browsers


def _log_in(browser: Any, member: Member) -> str:
    """Returns the token of the login."""
    browser.log_in(member)
    with browser.session_transaction() as session:
        return session["_user_id"]


def addresses(app: Any, hidden: dict[str, Hidden]) -> Iterator[tuple[str, str]]:
    """Endpoint and path of everything that answers a GET, for each comment and each member."""
    comments, people = (list(db.session.scalars(select(table.id))) for table in (Comment, Member))
    claim, hold = db.session.scalars(select(Claim)).one(), db.session.scalars(select(Hold)).one()
    tokens = {thing.opens: thing.text for thing in hidden.values() if thing.opens}
    names = {
        "<receipt>": claim.receipt,
        "<number>": hold.number,
        "<slug:slug>": "local",
        "<path:name>": "tag",
    }
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or SKIPPED.match(rule.rule):
            continue
        of_comment = rule.rule.startswith("/comments/") or "comment_id" in rule.arguments
        for id in comments if of_comment else people if rule.rule.startswith("/desk/members/<") else [1]:
            path = re.sub(r"<int:\w+>", str(id), rule.rule)
            path = path.replace("<slug>", "terms" if path.startswith("/pages") else "local")
            for name, value in names.items():
                path = path.replace(name, value)
            yield rule.endpoint, path.replace("<token>", tokens.get(path.split("<token>")[0], ""))
    yield from (("posts.show", f"/posts/1?comment={id}") for id in comments)
    for path in (
        *(f"/posts/1?order={order}" for order in ("newest", "likes")),
        *(f"/search?q={text}&tab={tab}" for text in TEXTS.values() for tab in ("comments", "posts")),
        *(f"/desk/comments?tab={tab}" for tab in ("all", "hidden", "spam")),
        *(f"{path}?q=나무" for path in ("/search", "/desk/members", "/desk/comments", "/desk/posts")),
        f"/holds/{hold.number}?key={hold.key}", "/desk/reports?tab=closed", "/login?next=/me", "/posts/999",
        "/holds/new?comment=1", "/corrections/new?post=1", "/me/data.json?download=1",
    ):  # fmt: skip
        yield "", path


class Eyes:
    """What one of the cast sees, in answers and letters."""

    def __init__(self, name: str, hidden: dict[str, Hidden]):
        self.name, self.hidden = name, hidden
        self.seen: set[str] = set()  # names of texts and hidden things
        self.endpoints: set[str] = set()

    def look(self, answer: Any, address: str, endpoint: str = "") -> None:
        assert answer.status_code < 500, address
        if answer.status_code < 400:
            self.endpoints.add(endpoint)
        self._read(f"{answer.headers} {answer.data.decode(errors='replace')}", address)

    def open_letter(self, message: EmailMessage, recipient: str) -> None:
        parts = [text_of(message, kind) for kind in ("plain", "html")]
        headers = [str(value) for name, value in message.items() if name != "To"]
        self._read(" ".join(headers + parts), f"mail to {recipient}", recipient)

    def _read(self, text: str, address: str, recipient: str = "") -> None:
        for name, thing in self.hidden.items():
            if thing.text in text and thing.text not in address:
                assert thing.is_for(self.name, address, recipient), (self.name, name, address)
                self.seen.add(name)
        text = re.sub("<[^>]*>", "", text)  # a search marks its words
        shown = {kind for kind, words in TEXTS.items() if f"{words} 입니다" in text}
        assert shown <= MAY_READ[self.name], (self.name, address)
        self.seen |= shown


@pytest.fixture
def eyes(hidden: dict[str, Hidden]) -> dict[str, Eyes]:
    return {name: Eyes(name, hidden) for name in ADDRESSES}


def check_log(caplog: Any, hidden: dict[str, Hidden]) -> None:
    records = [one.getMessage() for one in caplog.records if one.name != "mail.log"]  # of the test's server
    log = " ".join(records)
    assert not [words for words in TEXTS.values() if words in log]
    assert not [name for name, thing in hidden.items() if thing.text in log]


def test_nobody_sees_what_is_for_others(
    app: Any,
    comments: dict[str, Comment],
    cast: dict[str, Any],
    hidden: dict[str, Hidden],
    eyes: dict[str, Eyes],
    caplog: Any,
) -> None:
    caplog.set_level(logging.INFO)
    asked = list(addresses(app, hidden))
    for name, browser in cast.items():
        app.extensions["rates"].storage.reset()
        for member_id in range(1, len(NICKNAMES) + 1):
            eyes[name].look(browser.send(f"/desk/members/{member_id}/visits"), "/desk/members/visits")
        for endpoint, path in asked:
            eyes[name].look(browser.get(path), path, endpoint)
        for comment in comments.values():
            for path, fields in (
                ("/posts/1/comments", {"body": "", "parent_id": comment.id}),
                ("/posts/1/comments", {"body": "x" * 4000, "parent_id": comment.id}),
                (f"/comments/{comment.id}", {"body": ""}),
                (f"/comments/{comment.id}/reports", {}),
            ):
                eyes[name].look(browser.send(path, **fields), path)
        assert {"public", "reply"} <= eyes[name].seen
    assert {endpoint for endpoint, _path in asked} - set().union(
        *(e.endpoints for e in eyes.values())
    ) == NOWHERE
    for_the_desk = {name for name, thing in hidden.items() if thing.desk}
    assert for_the_desk | MAY_READ["editor"] <= eyes["editor"].seen
    assert MAY_READ["alice"] <= eyes["alice"].seen
    check_log(caplog, hidden)


def test_no_letter_says_what_is_not_for_its_reader(
    members: dict[str, Member], cast: Any, eyes: dict[str, Eyes], mail: MailServer, caplog: Any
) -> None:
    caplog.set_level(logging.INFO)
    names = {member.email: name for name, member in members.items()}
    with mail.running():
        assert cli.send_mail() > 10
        with time_machine.travel(now().replace(hour=1) + timedelta(days=1)):  # 10:00 in Seoul
            cli.write_digest()
            assert cli.send_mail() == 1
    for recipient, message in mail.taken:
        eyes[names.get(recipient, "guest")].open_letter(message, recipient)
    for name in ("alice", "bob", "unconfirmed", "guest"):
        assert eyes[name].seen, name
    assert "hold" in eyes["alice"].seen
    check_log(caplog, eyes["guest"].hidden)
