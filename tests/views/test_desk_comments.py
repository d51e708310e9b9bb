"""The queue of comments at the desk: what it lists, what can be decided, one by one and several at once."""

import re
from typing import Any

import letters
import pytest

from database import db
from domain.moderation import comments as moderation
from domain.moderation.queue import text_version
from models import Comment, Member, Post, now

LIST = "/desk/comments"
DECISIONS = f"{LIST}/decisions"


@pytest.fixture
def world(post: Post, alice: Member, bob: Member, editor: Member) -> dict[str, Comment]:
    """A comment in each state."""
    names = ("public", "held", "hidden", "measure", "spam", "deleted", "secret")
    comments = {
        name: post.comment(f"{name} 댓글입니다", (alice, bob)[number % 2], secret=name == "secret")
        for number, name in enumerate(names)
    }
    db.session.flush()
    comments["answer"] = post.comment("편집인의 답입니다", editor, comments["public"])
    db.session.commit()
    moderation.hold(comments["held"], "word:바보\nlink")
    moderation.hide(comments["hidden"], "rules", "욕설")
    moderation.hide(comments["measure"], "hold")
    moderation.hide(comments["spam"], "spam")
    comments["deleted"].delete()
    db.session.commit()
    return comments


def shown(page: Any, world: dict[str, Comment]) -> list[str]:
    """The names of the comments of a page, in its order."""
    names = {comment.id: name for name, comment in world.items()}
    return [names[int(found)] for found in re.findall(r'name="id" value="(\d+)"', page.text)]


def decide(client: Any, act: str, *comments: Comment, query: str = "", **fields: Any) -> Any:
    seen = [f"{comment.id}-{text_version(comment.body)}" for comment in comments]
    sent = {"id": [comment.id for comment in comments], "seen": seen} | fields
    return client.send(DECISIONS + query, act=act, **sent)


def test_tabs_list_each_state_newest_first(client: Any, world: Any, editor: Member) -> None:
    client.log_in(editor)
    everything = ["answer", "secret", "spam", "measure", "hidden", "held", "public"]
    for query, expected in {
        "": ["held"],
        "?tab=held": ["held"],
        "?tab=all": everything,
        "?tab=hidden": ["measure", "hidden"],
        "?tab=spam": ["spam"],
        "?tab=all&oldest=1": everything,
        "?tab=all&author=느티나무": ["secret", "spam", "hidden", "public"],
        "?tab=hidden&author=ALICE": ["hidden"],
        "?tab=all&author=nobody": [],
        "?tab=all&q=public": ["public"],
        "?tab=all&q=held": [],
        "?tab=held&q=댓글입니다": ["held"],
        "?tab=hidden&q=hidden": ["hidden"],
        "?tab=all&author=bob&q=measure 댓글": ["measure"],
    }.items():
        page = client.get(LIST + query)
        assert page.status_code == 200, query
        assert shown(page, world) == expected, query
    assert client.get(f"{LIST}?tab=hidden&selected=all").text.count(" checked") == 2
    page = client.get(LIST).text
    assert "낱말 “바보”, 링크가 있는 첫 댓글" in page
    assert 'desk-nav__count">1' in page
    moderation.approve(world["held"])
    db.session.commit()
    assert shown(client.get(LIST), world) == everything  # nothing waits
    assert "기다리는 댓글이 없습니다" in client.get(f"{LIST}?tab=held").text


def test_wrong_addresses(client: Any, world: Any, editor: Member) -> None:
    client.log_in(editor)
    for query in ("?tab=x", "?page=0", "?page=99", "?before=x", "?before=1-1", "?page=1&before=1-1"):
        assert client.get(LIST + query).status_code == 404, query
    for query in ("?q=" + "가" * 5000, "?q=%00%F0", "?author=" + "가" * 5000):
        assert client.get(LIST + query).status_code == 200, query


def test_pages_follow_one_another(client: Any, post: Post, alice: Member, editor: Member) -> None:
    for number in range(45):
        comment = post.comment(f"{number:02}번", alice)
        if number % 2:
            moderation.hold(comment, "first")
    db.session.commit()
    client.log_in(editor)
    for tab, amount in (("all", 45), ("held", 22)):
        found, address = [], f"{LIST}?tab={tab}"
        while address:
            page = client.get(address).text
            found += re.findall(r'queue__text" dir="auto">(\d\d)번', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = following[1].replace("&amp;", "&") if following else ""
        assert found == sorted(found, reverse=True)
        assert len(found) == len(set(found)) == amount


def test_one_is_decided(client: Any, world: Any, post: Post, editor: Member) -> None:
    client.log_in(editor)
    held, public, hidden = world["held"], world["public"], world["hidden"]
    seen = f"{held.id}-{text_version(held.body)}"
    answer = client.send(f"{DECISIONS}?tab=held&author=bob", act=f"approve-{held.id}", seen=seen)
    assert (answer.status_code, answer.location) == (303, f"{LIST}?tab=held&author=bob")
    assert "1건 승인했습니다" in client.get(answer.location).text
    fields = {f"reason-{public.id}": "insult", f"words-{public.id}": "거친 말", "reason": "private"}
    client.send(DECISIONS, act=f"hide-{public.id}", **fields)
    client.send(DECISIONS, act=f"restore-{hidden.id}")
    client.send(DECISIONS, act=f"delete-{world['secret'].id}")
    for comment in world.values():
        db.session.refresh(comment)
    assert held.is_public
    assert (public.hidden_for, public.hidden_reason) == ("rules", "욕설·비방 — 거친 말")
    assert hidden.is_public
    assert world["secret"].body == ""
    assert post.comment_count == 3
    page = client.application.test_client().get(f"/posts/{post.id}").text
    assert "편집인이 가린 댓글입니다. 사유: 욕설·비방 — 거친 말" in page
    assert "편집인의 답입니다" in page


def test_an_author_is_told_of_each_hiding(client: Any, world: Any, editor: Member, mail_on: None) -> None:
    public = world["public"]
    public.member.email_confirmed_at = now()
    db.session.commit()
    client.log_in(editor)
    for reason in ("insult", "advertising"):
        client.send(DECISIONS, act=f"hide-{public.id}", **{f"reason-{public.id}": reason})
        client.send(DECISIONS, act=f"restore-{public.id}")
    told = [letter["paragraphs"][1] for letter in letters.waiting(public.member.email)]
    assert told == ["사유: 욕설·비방", "사유: 광고·홍보"]


def test_several_are_decided_and_twice_changes_nothing(client: Any, world: Any, editor: Member) -> None:
    client.log_in(editor)
    held, public, gone = world["held"], world["public"], world["deleted"]
    for _again in range(2):
        answer = decide(client, "hide", held, public, gone, reason="repeated")
        assert answer.status_code == 303
        page = client.get(answer.location).text
        assert "2건 가렸습니다. 이미 없어진 1건은 건너뛰었습니다" in page
    assert {held.hidden_for, public.hidden_for} == {"rules"}
    decide(client, "restore", held, public, world["measure"])
    for comment in world.values():
        db.session.refresh(comment)
    assert (held.hidden_for, held.held_for, public.is_public) == ("", "word:바보\nlink", True)
    assert world["measure"].hidden_for == "hold"  # is ended where it was asked for
    decide(client, "delete", held, public, world["measure"])
    assert {comment.body for comment in (held, public, world["measure"])} == {""}


def test_a_text_edited_meanwhile_is_not_approved(client: Any, world: Any, editor: Member) -> None:
    client.log_in(editor)
    held = world["held"]
    old = f"{held.id}-{text_version(held.body)}"
    held.edit("다른 말")
    db.session.commit()
    for fields in ({"seen": old}, {"seen": []}, {"seen": "x"}):
        answer = decide(client, "approve", held, **fields)
        assert "고친 1건은 그대로" in client.get(answer.location).text
    assert held.held_at
    decide(client, "approve", held)
    db.session.refresh(held)
    assert not held.held_at


def test_spam_hides_the_whole_account(client: Any, world: Any, alice: Member, editor: Member) -> None:
    client.log_in(editor)
    answer = decide(client, "spam", world["public"], world["answer"])
    assert "계정 1개를 스팸으로" in client.get(answer.location).text
    assert "스팸으로 처리할 수 없습니다" in client.get(decide(client, "spam", world["answer"]).location).text
    for comment in world.values():
        db.session.refresh(comment)
    assert alice.closed_at
    assert {world[name].hidden_for for name in ("public", "secret")} == {"spam"}
    assert not world["answer"].hidden_at
    assert f'href="/desk/members/{alice.id}"' in client.get(f"{LIST}?tab=spam").text


def test_bad_input_is_explained_and_kept(client: Any, world: Any, editor: Member) -> None:
    client.log_in(editor)
    public = world["public"]
    for act, fields in (
        ("hide", {}),
        ("hide", {"reason": "x"}),
        ("hide", {"words": "가" * 301}),
        ("", {}),
        ("burn", {}),
        ("approve", {"id": []}),
        ("hide", {"id": list(range(1, 200)), "reason": "insult"}),
    ):
        answer = decide(client, act, public, query="?tab=all", **fields)
        assert answer.status_code == 422, (act, fields)
        assert "flash" in answer.text
    answer = client.send(f"{DECISIONS}?tab=all", act=f"hide-{public.id}", **{f"words-{public.id}": ""})
    assert answer.status_code == 422
    assert '<details data-key="h" open>' in answer.text
    for number in ("0", "-1", "x", "9" * 30, str(2**63)):
        assert client.send(DECISIONS, act=f"delete-{number}").status_code == 303
    assert client.get(DECISIONS).status_code == 405
    db.session.refresh(public)
    assert public.is_public


def test_guests_and_members_are_refused(client: Any, world: Any, alice: Member) -> None:
    assert client.get(LIST).status_code == 302
    assert client.send(DECISIONS, act=f"delete-{world['public'].id}").status_code in (302, 401)
    client.log_in(alice)
    assert client.get(LIST).status_code == 403
    assert decide(client, "delete", world["public"]).status_code == 403
    assert world["public"].body
