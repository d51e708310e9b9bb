"""Tags: one per key, whatever the spelling; lists, related articles and the index follow every change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from database import db
from domain.desk import publishing, tagging
from domain.reading import articles, listings, tags
from domain.search import search_index, searching
from domain.search.searching import SearchQuery
from lib.text import names
from lib.web.paging import NUMBERED, PAGE, PageRequest, read
from models import Member, Post, PostTag, Section, Tag, now


@pytest.fixture
def tagged(make_post: Callable[..., Post]) -> Callable[..., Post]:
    """Create an article with tags."""

    def make(*tag_names: str, **values: Any) -> Post:
        post = make_post(**values)
        tagging.put(post, tag_names)
        db.session.commit()
        return post

    return make


def listed(name: str) -> list[int]:
    tag = tags.find(name)
    listing = tag and listings.of_tag(tag, PageRequest())
    return [post.id for post in listing.posts] if listing else []


def searched(text: str) -> list[int]:
    results = searching.find(SearchQuery(text), PageRequest())
    return [hit.post.id for hit in results.hits] if results else []


def related(post: Post) -> list[int]:
    return [line.id for line in articles.related_posts(articles.find(post.id) or post)]


def spellings() -> list[str]:
    return list(db.session.scalars(select(Tag.name).order_by(Tag.id)))


# Names of tags


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
def test_a_line_is_split_into_tags(typed: str, expected: list[str]) -> None:
    assert names.tags(typed) == expected


@pytest.mark.parametrize(
    "name", ["느티천", "a/b", "100%", "왜?", "4·19", "C++", "a.b", "漢字", "日本語", "é", "1"]
)
def test_valid_tags(name: str) -> None:
    assert names.can_be_tag(name)


@pytest.mark.parametrize(
    "name", [".", "..", "a/..", "../a", "a//b", "/a", "a/", "?", "!!", "a/./b", "🙂", "/"]
)
def test_invalid_tags(name: str) -> None:
    assert not names.can_be_tag(name)


# Setting tags


def test_tags_keep_the_order_in_which_they_were_set(tagged: Callable[..., Post]) -> None:
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


def test_names_that_differ_in_case_or_width_are_one_tag(tagged: Callable[..., Post]) -> None:
    one, two = tagged("LH", "lh", "ｌｈ"), tagged("lh")
    assert spellings() == ["LH"]
    assert listed("Lh") == [two.id, one.id]


def test_a_tag_of_one_article_takes_its_new_spelling(tagged: Callable[..., Post], post: Post) -> None:
    one = tagged("lh")
    tagging.put(one, ["LH"])
    db.session.commit()
    assert spellings() == ["LH"]
    tagging.put(post, ["Lh"])  # another article has it: the spelling stays
    db.session.commit()
    assert spellings() == ["LH"]
    assert [tag.name for tag in post.tags] == ["LH"]


def test_a_tag_without_articles_is_empty_and_can_be_used_again(
    tagged: Callable[..., Post], post: Post
) -> None:
    one = tagged("느티쳔", "lh")
    tagging.put(one, ["느티천"])
    db.session.commit()
    assert (listed("느티쳔"), listed("느티천")) == ([], [one.id])
    tagging.put(post, ["LH"])
    db.session.commit()
    assert listed("lh") == [post.id]
    assert "LH" in spellings()


def test_a_new_spelling_is_indexed_at_once(tagged: Callable[..., Post]) -> None:
    post = tagged("느티 천변")
    assert searched('"느티 천변"') == [post.id]
    tagging.put(post, ["느티천변"])
    db.session.commit()
    assert spellings() == ["느티천변"]
    assert searched("티천변") == [post.id]
    assert searched('"느티 천변"') == []


def test_the_version_of_an_article_depends_on_its_tags(tagged: Callable[..., Post]) -> None:
    post = tagged("느티천")
    before = post.version
    tagging.put(post, ["느티천", "산책"])
    assert post.version != before


# Lists


def test_a_list_has_the_visible_articles_of_all_sections(tagged: Callable[..., Post], paper: object) -> None:
    food = db.session.scalars(select(Section).where(Section.slug == "food")).one()
    old = tagged("축제", published_at=now() - timedelta(days=2))
    shop = tagged("축제", section=food)
    tagged("축제", published_at=None)
    tagged("축제", published_at=now() + timedelta(hours=1))
    tagged("축제", deleted_at=now())
    assert listed("축제") == [shop.id, old.id]
    with time_machine.travel(now() + timedelta(hours=2)):
        assert len(listed("축제")) == 3


def test_a_list_follows_every_state_of_an_article(tagged: Callable[..., Post], section: Section) -> None:
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


def test_tags_may_be_set_before_the_moment_of_publication(post: Post) -> None:
    post.withdraw()
    tagging.put(post, ["축제"])
    db.session.flush()
    post.publish()
    db.session.flush()
    post.published_at = now() - timedelta(days=1)
    db.session.commit()
    assert db.session.scalar(select(PostTag.published_at)) == post.published_at


def test_a_rollback_leaves_no_tag(post: Post) -> None:
    tagging.put(post, ["축제"])
    db.session.flush()
    db.session.rollback()
    assert tags.find("축제") is None
    assert searched("축제") == []


def test_pages_reach_every_article_once_from_either_end(make_post: Callable[..., Post]) -> None:
    posts = [make_post(published_at=now() - timedelta(hours=n // 2)) for n in range(NUMBERED * PAGE + 25)]
    for post in posts:
        tagging.put(post, ["축제"])
    db.session.commit()
    tag = tags.find("축제")
    assert tag

    def walk(start: PageRequest, direction: str) -> list[int]:
        listing, seen = listings.of_tag(tag, start), []
        while listing:
            page = [post.id for post in listing.posts]
            seen = seen + page if direction == "older" else [id for id in page if id not in seen] + seen
            arguments = getattr(listing.page, direction)
            listing = listings.of_tag(tag, read(arguments)) if arguments else None
        return seen

    newest_first = [
        post.id for post in sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)
    ]
    assert walk(PageRequest(), "older") == newest_first
    assert walk(PageRequest(oldest=True), "newer") == newest_first


@pytest.mark.parametrize(
    "name", ["", " ", "#", "\x00", "\ud800", "없는 태그", "가" * 10**6, "..", "%", "\u3164"]
)
def test_an_unknown_tag_is_none(tagged: Callable[..., Post], name: str) -> None:
    tagged("느티천")
    assert tags.find(name) is None


# Search


def test_search_finds_tags_within_the_same_transaction(post: Post) -> None:
    assert searched("하천정비") == []
    tagging.put(post, ["하천정비"])
    db.session.flush()
    assert searched("하천정비") == [post.id]
    tagging.put(post, ["호수"])
    db.session.flush()
    assert (searched("하천정비"), searched("호수")) == ([], [post.id])
    post.delete()
    db.session.flush()
    assert searched("호수") == []
    db.session.rollback()


def test_an_excerpt_shows_the_tag_if_only_the_tag_matches(tagged: Callable[..., Post]) -> None:
    tagged("하천정비", "호수")
    results = searching.find(SearchQuery("호수"), PageRequest())
    assert results
    assert "".join(piece.text for piece in results.hits[0].excerpt) == "#호수"
    assert [piece.text for piece in results.hits[0].excerpt if piece.is_hit] == ["호수"]


def test_reindexing_includes_tags(app: Flask, tagged: Callable[..., Post]) -> None:
    post = tagged("하천정비")
    db.session.execute(text("DELETE FROM post_search"))
    db.session.execute(text("DELETE FROM post_search_places"))
    db.session.commit()
    assert searched("하천정비") == []
    for _ in search_index.rebuild():
        db.session.commit()
    assert searched("하천정비") == [post.id]
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["reindex"])
    assert result.exit_code == 0, result.output
    assert searched("하천정비") == [post.id]


# Related articles


def test_related_articles_are_sorted_by_shared_tags_then_newest_first(tagged: Callable[..., Post]) -> None:
    hours = iter(range(1, 20))

    def older(*tag_names: str) -> Post:
        return tagged(*tag_names, published_at=now() - timedelta(hours=next(hours)))

    post = older("가", "나", "다")
    one, other = older("가"), older("나")
    two = older("나", "다")
    three = older("다", "나", "가", "라")
    older("라")
    assert related(post) == [three.id, two.id, one.id, other.id]


def test_related_articles_are_limited(tagged: Callable[..., Post]) -> None:
    posts = [tagged("가", published_at=now() - timedelta(hours=n)) for n in range(9)]
    assert related(posts[0]) == [post.id for post in posts[1 : articles.RELATED + 1]]


def test_hidden_articles_are_not_related(tagged: Callable[..., Post]) -> None:
    post = tagged("가")
    tagged("가", published_at=None)
    tagged("가", published_at=now() + timedelta(hours=1))
    tagged("가", deleted_at=now())
    assert related(post) == []


def test_an_article_without_tags_has_no_related_ones(
    tagged: Callable[..., Post], make_post: Callable[..., Post]
) -> None:
    tagged("가")
    assert related(make_post()) == []


def test_a_draft_has_related_articles(tagged: Callable[..., Post], alice: Member) -> None:
    visible = tagged("가")
    assert related(tagged("가", published_at=None)) == [visible.id]
