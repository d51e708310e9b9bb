"""Tags: one of a kind however it is written; lists, related articles and the search's index follow every change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from database import db
from domain.desk import publishing, tagging
from domain.reading import articles, listings
from domain.search import search_index, searching
from lib.text import names
from lib.web.paging import NUMBERED, PageRequest, read
from models import Member, Post, PostTag, Section, Tag, now


@pytest.fixture
def tagged(make_post: Callable[..., Post]) -> Callable[..., Post]:
    """Articles with these tags."""

    def make(*wanted: str, **values: Any) -> Post:
        post = make_post(**values)
        tagging.put(post, wanted)
        db.session.commit()
        return post

    return make


def listed(name: str, wanted: PageRequest | None = None) -> list[int]:
    tag = tagging.find(name)
    found = tag and listings.listing(tag, wanted or PageRequest())
    return [post.id for post in found.posts] if found else []


def in_index(query: str) -> list[int]:
    found = searching.find(searching.Asked(query), searching.Place())
    return [hit.post.id for hit in found.hits] if found else []


def related(post: Post) -> list[int]:
    return [line.id for line in articles.surrounding_posts(articles.find(post.id) or post).related]


def spelled() -> list[str]:
    return list(db.session.scalars(select(Tag.name).order_by(Tag.id)))


# What a tag is called


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        (" , ,, # ", []),
        ("느티천, 산책", ["느티천", "산책"]),
        ("#느티천 #산책", ["느티천", "산책"]),
        ("#느티천#산책", ["느티천", "산책"]),
        ("＃느티천、산책，하천", ["느티천", "산책", "하천"]),
        ("느티천\n산책\r\n하천", ["느티천", "산책", "하천"]),
        ("  느티천   산책길  ", ["느티천 산책길"]),
        ("LH, lh, ＬＨ, L H", ["LH"]),
        ("느티천, 느 티 천, 느티천", ["느티천"]),
        ("느\u200b티천\u3164, \u115f", ["느티천"]),
        ("a\x00b", ["ab"]),
        ("4·19", ["4·19"]),
        ("C++, C", ["C++", "C"]),
    ],
)
def test_a_line_of_tags(typed: str, expected: list[str]) -> None:
    assert names.tags(typed) == expected


@pytest.mark.parametrize(
    "name", ["느티천", "a/b", "100%", "왜?", "4·19", "C++", "a.b", "漢字", "日本語", "é", "1"]
)
def test_what_can_be_a_tag(name: str) -> None:
    assert names.can_be_tag(name)


@pytest.mark.parametrize(
    "name", [".", "..", "a/..", "../a", "a//b", "/a", "a/", "?", "!!", "a/./b", "🙂", "/"]
)
def test_what_cannot(name: str) -> None:
    assert not names.can_be_tag(name)


# Giving tags


def test_tags_stand_in_the_order_they_were_written(tagged: Callable[..., Post]) -> None:
    post = tagged("느티천", "산책", "가로등")
    db.session.expire_all()
    assert [tag.name for tag in post.tags] == ["느티천", "산책", "가로등"]
    tagging.put(post, ["가로등", "호수", "느티천"])
    db.session.commit()
    assert [tag.name for tag in post.tags] == ["가로등", "호수", "느티천"]
    assert db.session.scalar(select(func.count()).select_from(PostTag)) == 3
    tagging.put(post, [])
    db.session.commit()
    assert post.tags == []


def test_the_same_name_in_another_case_is_the_same_tag(tagged: Callable[..., Post]) -> None:
    one, two = tagged("LH", "lh", "ｌｈ"), tagged("lh")
    assert spelled() == ["LH"]
    assert listed("Lh") == [two.id, one.id]


def test_a_tag_is_written_as_its_only_article_writes_it(tagged: Callable[..., Post], post: Post) -> None:
    one = tagged("lh")
    tagging.put(one, ["LH"])
    db.session.commit()
    assert spelled() == ["LH"]
    tagging.put(post, ["Lh"])  # another article has it: it stays as it is
    db.session.commit()
    assert spelled() == ["LH"]
    assert [tag.name for tag in post.tags] == ["LH"]


def test_a_tag_that_nothing_has_any_more_is_empty_and_can_be_taken_up_again(
    tagged: Callable[..., Post], post: Post
) -> None:
    one = tagged("느티쳔", "lh")
    tagging.put(one, ["느티천"])
    db.session.commit()
    assert (listed("느티쳔"), listed("느티천")) == ([], [one.id])
    tagging.put(post, ["LH"])
    db.session.commit()
    assert listed("lh") == [post.id]
    assert "LH" in spelled()


def test_a_new_spelling_is_in_the_index_of_search_at_once(tagged: Callable[..., Post]) -> None:
    post = tagged("느티 천변")
    assert in_index('"느티 천변"') == [post.id]
    tagging.put(post, ["느티천변"])
    db.session.commit()
    assert spelled() == ["느티천변"]
    assert in_index("티천변") == [post.id]
    assert in_index('"느티 천변"') == []


def test_the_version_of_an_article_tells_its_tags(tagged: Callable[..., Post]) -> None:
    post = tagged("느티천")
    before = post.version
    tagging.put(post, ["느티천", "산책"])
    assert post.version != before


# Lists


def test_a_list_holds_what_is_out_whatever_its_section(tagged: Callable[..., Post], paper: object) -> None:
    food = db.session.scalars(select(Section).where(Section.slug == "food")).one()
    old = tagged("축제", published_at=now() - timedelta(days=2))
    shop = tagged("축제", section=food)
    tagged("축제", published_at=None)
    tagged("축제", published_at=now() + timedelta(hours=1))
    tagged("축제", deleted_at=now())
    assert listed("축제") == [shop.id, old.id]
    with time_machine.travel(now() + timedelta(hours=2)):
        assert len(listed("축제")) == 3


def test_lists_follow_what_becomes_of_an_article(tagged: Callable[..., Post], section: Section) -> None:
    post = tagged("축제", published_at=None)

    def after(change: Callable[[], object]) -> list[int]:
        change()
        db.session.commit()
        return listed("축제")

    assert listed("축제") == []
    assert after(post.publish) == [post.id]
    assert after(post.delete) == []
    assert after(post.restore) == [post.id]
    assert after(post.withdraw) == []
    assert after(lambda: post.publish(now() + timedelta(days=1))) == []
    assert after(lambda: publishing.publish(post)) == [post.id]
    assert after(lambda: db.session.delete(post)) == []
    assert db.session.scalar(select(func.count()).select_from(PostTag)) == 0


def test_tags_may_come_before_the_moment_in_one_transaction(post: Post) -> None:
    post.withdraw()
    tagging.put(post, ["축제"])
    db.session.flush()
    post.publish()
    db.session.flush()
    post.published_at = now() - timedelta(days=1)
    db.session.commit()
    assert db.session.scalar(select(PostTag.published_at)) == post.published_at


def test_what_is_taken_back_leaves_nothing(post: Post) -> None:
    tagging.put(post, ["축제"])
    db.session.flush()
    db.session.rollback()
    assert tagging.find("축제") is None
    assert in_index("축제") == []


def test_every_article_is_reached_once_from_either_end(make_post: Callable[..., Post]) -> None:
    posts = [
        make_post(published_at=now() - timedelta(hours=n // 2)) for n in range(NUMBERED * listings.PAGE + 25)
    ]
    for post in posts:
        tagging.put(post, ["축제"])
    db.session.commit()
    tag = tagging.find("축제")
    assert tag

    def walk(start: PageRequest, direction: str) -> list[int]:
        listing, found = listings.listing(tag, start), []
        while listing:
            page = [post.id for post in listing.posts]
            found = found + page if direction == "older" else [id for id in page if id not in found] + found
            listing = (
                listings.listing(tag, read(getattr(listing, direction)))
                if getattr(listing, direction)
                else None
            )
        return found

    newest_first = [
        post.id for post in sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)
    ]
    assert walk(PageRequest(), "older") == newest_first
    assert walk(PageRequest(oldest=True), "newer") == newest_first


@pytest.mark.parametrize(
    "name", ["", " ", "#", "\x00", "\ud800", "없는 태그", "가" * 10**6, "..", "%", "\u3164"]
)
def test_no_tag_is_no_tag(tagged: Callable[..., Post], name: str) -> None:
    tagged("느티천")
    assert tagging.find(name) is None


# Search


def test_articles_are_found_by_their_tags_in_the_same_transaction(post: Post) -> None:
    assert in_index("하천정비") == []
    tagging.put(post, ["하천정비"])
    db.session.flush()
    assert in_index("하천정비") == [post.id]
    tagging.put(post, ["호수"])
    db.session.flush()
    assert (in_index("하천정비"), in_index("호수")) == ([], [post.id])
    post.delete()
    db.session.flush()
    assert in_index("호수") == []
    db.session.rollback()


def test_an_excerpt_shows_the_tag_where_nothing_else_holds_the_word(tagged: Callable[..., Post]) -> None:
    tagged("하천정비", "호수")
    found = searching.find(searching.Asked("호수"), searching.Place())
    assert found
    assert "".join(piece.text for piece in found.hits[0].excerpt) == "#호수"
    assert [piece.text for piece in found.hits[0].excerpt if piece.is_hit] == ["호수"]


def test_reindexing_fills_tags(app: Flask, tagged: Callable[..., Post]) -> None:
    post = tagged("하천정비")
    db.session.execute(text("DELETE FROM post_search"))
    db.session.execute(text("DELETE FROM post_search_places"))
    db.session.commit()
    assert in_index("하천정비") == []
    for _ in search_index.rebuild():
        db.session.commit()
    assert in_index("하천정비") == [post.id]
    db.session.rollback()
    answer = app.test_cli_runner().invoke(args=["reindex"])
    assert answer.exit_code == 0, answer.output
    assert in_index("하천정비") == [post.id]


# Related articles


def test_those_that_share_most_tags_come_first_then_the_newer(tagged: Callable[..., Post]) -> None:
    hours = iter(range(1, 20))

    def older(*wanted: str) -> Post:
        return tagged(*wanted, published_at=now() - timedelta(hours=next(hours)))

    post = older("가", "나", "다")
    one, other = older("가"), older("나")
    two = older("나", "다")
    three = older("다", "나", "가", "라")
    older("라")
    assert related(post) == [three.id, two.id, one.id, other.id]


def test_no_more_than_a_few_are_related(tagged: Callable[..., Post]) -> None:
    posts = [tagged("가", published_at=now() - timedelta(hours=n)) for n in range(9)]
    assert related(posts[0]) == [post.id for post in posts[1 : articles.RELATED + 1]]


def test_what_nobody_may_read_is_not_related(tagged: Callable[..., Post]) -> None:
    post = tagged("가")
    tagged("가", published_at=None)
    tagged("가", published_at=now() + timedelta(hours=1))
    tagged("가", deleted_at=now())
    assert related(post) == []


def test_without_tags_nothing_is_related(tagged: Callable[..., Post], make_post: Callable[..., Post]) -> None:
    tagged("가")
    assert related(make_post()) == []


def test_a_draft_has_related_ones_too(tagged: Callable[..., Post], alice: Member) -> None:
    out = tagged("가")
    assert related(tagged("가", published_at=None)) == [out.id]
