"""Search finds every published text and nothing hidden, at any moment and after every change."""

import random
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from database import db
from domain.desk import publishing, tagging
from domain.sample import prose
from domain.search import search_index, searching
from domain.search.index_query import posts_query
from domain.search.searching import SearchQuery, SearchResults
from lib.text.plain import from_html
from lib.web import paging
from lib.web.fragment_cache import FragmentCache
from lib.web.paging import PageRequest
from models import Member, Photo, Post, Section, now


def find(text: str, page: PageRequest | None = None, **options: object) -> SearchResults:
    results = searching.find(SearchQuery(text, **options), page or PageRequest())  # type: ignore[arg-type]
    assert results is not None
    return results


def test_matches_are_counted_once_for_all_pages(make_post: Callable[..., Post]) -> None:
    for n in range(30):
        make_post(title=f"산책 {n}")
    fragments = FragmentCache()

    def counted(page: PageRequest) -> tuple[list[tuple[Any, ...]], int]:
        misses: list[tuple[Any, ...]] = []

        def cached(*name: Any, render: Callable[[], Any]) -> Any:
            return fragments.get(name, 1, lambda: misses.append(name) or render())

        results = searching.find(SearchQuery("산책"), page, cached)
        assert results
        return misses, results.counts["posts"]

    misses, count = counted(PageRequest())
    assert (len(misses), count) == (2, 30)  # articles and comments
    assert counted(PageRequest(2)) == ([], 30)
    fragments.entries.clear()
    assert counted(PageRequest(2)) == (misses, 30)


def posts(text: str, **options: object) -> list[int]:
    results = find(text, **options)
    assert results.counts["posts"] == len(results.hits) or len(results.hits) == paging.PAGE
    return [hit.post.id for hit in results.hits]


def comments(text: str, **options: object) -> list[int]:
    return [hit.comment.id for hit in find(text, tab="comments", **options).hits if hit.comment]


@pytest.fixture
def many(make_post: Callable[..., Post]) -> list[Post]:
    """Articles with the texts of the sample newspaper."""
    created = []
    for number, article in enumerate(prose.articles()):
        body = prose.html(article.get("body", ""))
        at = now() - timedelta(minutes=number)
        created.append(make_post(title=article["title"], body=body, published_at=at))
    return created


def test_every_pair_of_syllables_is_found_in_every_text(many: list[Post]) -> None:
    texts = {
        post.id: f"{post.title}\n{post.subtitle}\n{from_html(post.body)}\n{post.byline}" for post in many
    }
    words = {word for line in texts.values() for word in re.findall("[가-힣]+", line)}
    pairs = sorted({pair for word in words for pair in re.findall("(?=(..))", word)})
    assert len(pairs) > 1000
    query = text(
        "SELECT source_id FROM post_search_places WHERE place IN"
        " (SELECT rowid FROM post_search WHERE post_search MATCH :match)"
    )
    for pair in pairs:
        expected = {post_id for post_id, line in texts.items() if pair in line}
        assert set(db.session.scalars(query, {"match": f'"{pair}"'})) == expected, pair


def test_random_prose_is_found_exactly_as_by_a_full_scan(section: Section) -> None:
    dice = random.Random(20260401)
    syllables = [chr(dice.randrange(0xAC00, 0xD7A4)) for _ in range(12)]
    between = [
        " ", "", ", ", "·", "-", "\n", "“", "☕", "\u200b", "</b><b>", "</p><p>", "</td><td>",
        " 2026", "KTX", "漢字", "&amp;",
    ]  # fmt: skip

    def prose(pieces: int) -> str:
        words = ["".join(dice.choices(syllables, k=dice.randint(1, 5))) for _ in range(pieces)]
        return "".join(word + dice.choice(between[:5]) for word in words).strip()

    texts: dict[int, list[str]] = {}
    for _number in range(40):
        post = Post(published_at=now() - timedelta(minutes=dice.randrange(9000)))
        cells = "".join(prose(3) + dice.choice(between) for _ in range(12))
        photo = Photo(digest="0" * 64, width=1, height=1, caption=prose(3))
        publishing.revise(
            post, section, title=prose(4), subtitle=prose(3), byline=prose(1), body=f"<p><b>{cells}</b></p>"
        )
        publishing.add_photos(post, [photo])
        tagging.put(post, [prose(1).strip(" ,·-") for _ in range(2)])
        db.session.add(post)
        db.session.flush()
        captions = [photo.caption for photo in post.photos]
        tag_names = [tag.name for tag in post.tags]
        texts[post.id] = [
            post.title, post.subtitle, from_html(post.body), post.byline, *captions, *tag_names,
        ]  # fmt: skip
    db.session.commit()
    for _number in range(250):
        line = dice.choice([line for line in texts[dice.choice(list(texts))] if line])
        first = dice.randrange(len(line))
        query = line[first : first + dice.randint(1, 5)]
        if re.fullmatch("[가-힣]+", query):
            expected = {post_id for post_id, lines in texts.items() if any(query in line for line in lines)}
            results = find(query)
            assert (results.counts["posts"], results.is_loose) == (len(expected), False), query
            assert {hit.post.id for hit in results.hits} <= expected
            unmarked = [
                hit.post for hit in results.hits if not any(piece.is_hit for piece in hit.title + hit.excerpt)
            ]
            assert all(query in post.byline for post in unmarked), query


@pytest.mark.parametrize(
    "query",
    ["길", "산책", "산책길", "느티천 산책길", '"느티천 산책길"', "2026", "lh", "LH 아파트", "1500",
    "산책길*", '산책길"', "(산책길)", "김느티",
     "다리 위", "부제목", unicodedata.normalize("NFD", "산책길"), "a" * 3 + " 산책"],
)  # fmt: skip
def test_an_article_is_found_by_many_queries(make_post: Callable[..., Post], query: str) -> None:
    other = make_post(title="다른 글", body="<p>없음</p>", summary="")
    post = make_post(
        subtitle="부제목입니다", body="<p>2026년 LH 아파트 1,500 세대, <b>aaab</b></p>", byline="김느티 기자",
        photos=[Photo(digest="0" * 64, width=1, height=1, caption="다리 위에서 본 노을")],
    )  # fmt: skip
    assert posts(query) == [post.id]
    assert other.id not in posts(query)


def test_a_word_matches_its_parts_written_apart_if_nothing_else_matches(
    make_post: Callable[..., Post], alice: Member
) -> None:
    apart = make_post(title="양주 시청 소식")
    comment = apart.comment("양주시청은 멀어요", alice)
    db.session.commit()
    results = find("양주시청")
    assert ([hit.post.id for hit in results.hits], results.is_loose, results.counts) == (
        [apart.id],
        True,
        {"posts": 1, "comments": 1},
    )
    assert [piece.text for piece in results.hits[0].title if piece.is_hit] == ["양주 시청"]
    assert posts("양주시청", order="best") == [apart.id]
    assert (comments("양주시청"), find("양주시청", tab="comments").is_loose) == ([comment.id], False)
    assert (posts('"양주시청"'), posts("양주시장"), find("양주시장").is_loose) == ([], [], False)
    together = make_post(title="양주시청 소식")
    assert (posts("양주시청"), find("양주시청").is_loose) == ([together.id], False)


@pytest.mark.parametrize(
    "query", ["산책 없음", "책산", '"산책길 느티천"', "p", "br", "느티 산책 본문 xyz", "s1", "g1"]
)
def test_other_texts_do_not_match(post: Post, query: str) -> None:
    assert posts(query) == []


def test_drafts_scheduled_and_deleted_articles_are_not_found(
    make_post: Callable[..., Post], alice: Member
) -> None:
    make_post(published_at=None)
    make_post(published_at=now() + timedelta(hours=1))
    gone = make_post()
    gone.comment("산책 좋아요", alice)
    gone.delete()
    back = make_post()
    back.comment("산책 좋아요", alice)
    db.session.flush()
    back.published_at = now() + timedelta(hours=1)
    db.session.commit()
    assert find("산책").counts == {"posts": 0, "comments": 0}
    assert comments("산책") == []


def test_secret_and_deleted_comments_are_not_found(post: Post, alice: Member, bob: Member) -> None:
    shown, deleted = post.comment("산책 좋아요", alice), post.comment("산책 싫어요", bob)
    secret = post.comment("산책 비밀", alice, secret=True)
    db.session.flush()
    post.comment("산책 답글", alice, secret)
    db.session.commit()
    assert comments("산책") == [deleted.id, shown.id]
    deleted.delete()
    db.session.commit()
    assert comments("산책") == [shown.id]


def test_the_index_follows_every_change(post: Post, section: Section) -> None:
    publishing.revise(post, section, title="호수공원 음악회", body="<p>첼로</p>")
    db.session.commit()
    assert posts("산책") == []
    assert posts("음악회 첼로") == [post.id]
    photo = Photo(digest="0" * 64, width=1, height=1, caption="무대 조명")
    publishing.add_photos(post, [photo])
    db.session.commit()
    assert posts("조명") == [post.id]
    photo.caption = "관객석"
    db.session.commit()
    assert (posts("조명"), posts("관객석")) == ([], [post.id])
    publishing.remove_photo(post, photo)
    db.session.commit()
    assert posts("관객석") == []
    post.delete()
    db.session.commit()
    assert posts("음악회") == []
    post.restore()
    db.session.commit()
    assert posts("음악회") == [post.id]
    db.session.delete(post)
    db.session.commit()
    assert posts("음악회") == []
    assert db.session.scalar(text("SELECT count(*) FROM post_search")) == 0


def test_comments_follow_their_article(post: Post, paper: object, alice: Member, editor: Member) -> None:
    comment = post.comment("가로등이 밝아요", alice)
    db.session.commit()
    comment.edit("벤치도 놓아 주세요")
    db.session.commit()
    assert (comments("가로등"), comments("벤치")) == ([], [comment.id])
    food = db.session.scalars(db.select(Section).where(Section.slug == "food")).one()
    post.file_under(food)
    db.session.commit()
    assert comments("벤치", section=food) == [comment.id]
    post.delete()
    db.session.commit()
    assert comments("벤치") == []
    post.restore()
    db.session.commit()
    assert comments("벤치") == [comment.id]


def test_a_comment_is_indexed_by_the_flush_that_writes_it(post: Post, alice: Member) -> None:
    comment = post.comment("가로등이 밝아요", alice)
    db.session.flush()
    assert comments("가로등") == [comment.id]
    db.session.rollback()
    assert comments("가로등") == []


def test_a_rollback_restores_the_index(post: Post) -> None:
    post.title = "호수공원"
    db.session.flush()
    db.session.rollback()
    assert (posts("호수공원"), posts("산책")) == ([], [post.id])


def test_a_scheduled_article_is_found_from_its_moment_of_publication(
    make_post: Callable[..., Post], alice: Member
) -> None:
    at = (now() + timedelta(hours=1)).replace(microsecond=500_000)
    post = make_post(published_at=at)
    with time_machine.travel(at - timedelta(milliseconds=300), tick=False):
        assert find("산책").counts["posts"] == 0
        assert posts("산책") == []
    with time_machine.travel(at, tick=False):
        assert posts("산책") == [post.id]


def test_search_within_a_section_or_a_group(make_post: Callable[..., Post], section: Section) -> None:
    food = db.session.scalars(db.select(Section).where(Section.slug == "food")).one()
    here, there = make_post(), make_post(section=food)
    assert posts("산책", section=section) == posts("산책", section=section.parent) == [here.id]
    assert posts("산책", section=food) == [there.id]
    assert posts("산책", section=there.group, order="best") == [there.id]


@pytest.mark.parametrize(
    ("period", "found"), [("all", 5), ("year", 4), ("month", 3), ("week", 2), ("day", 1)]
)
def test_search_within_a_period(make_post: Callable[..., Post], period: str, found: int) -> None:
    for days in (0, 3, 20, 200, 2000):
        make_post(published_at=now() - timedelta(days=days))
    assert len(posts("산책", period=period)) == found


def test_newest_first_and_best_first(make_post: Callable[..., Post]) -> None:
    title = make_post(title="양주 소식", body="<p>양주 양주</p>", published_at=now() - timedelta(days=3))
    text_only = make_post(
        title="소식", body="<p>양주에서" + " 다른 말" * 50 + "</p>", published_at=now() - timedelta(days=2)
    )
    within = make_post(title="남양주 남양주", body="<p>남양주</p>", published_at=now() - timedelta(days=1))
    assert posts("양주") == [within.id, text_only.id, title.id]
    assert posts("양주", order="best") == [title.id, text_only.id, within.id]


def test_pages_reach_every_match_from_both_ends(
    make_post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    monkeypatch.setattr(paging, "NUMBERED", 3)
    moment = now()
    ids = [make_post(published_at=moment - timedelta(minutes=number // 3)).id for number in range(15)]
    arguments, seen = {"page": "1"}, []
    while arguments:
        results = find("산책", searching.read_page(arguments))
        assert results.counts["posts"] == 15
        seen += [hit.post.id for hit in results.hits]
        arguments = results.page.older
    assert sorted(seen) == sorted(ids)
    assert seen[0] == ids[2]
    back = find("산책", PageRequest(oldest=True))
    assert [hit.post.id for hit in back.hits] == seen[-2:]
    upwards = [hit.post.id for hit in back.hits]
    while back.page.newer and "after" in back.page.newer:
        back = find("산책", searching.read_page(back.page.newer))
        upwards = [hit.post.id for hit in back.hits] + upwards
    assert upwards[-12:] == seen[-12:]
    best = [hit.post.id for page in (1, 2, 3) for hit in find("산책", PageRequest(page), order="best").hits]
    assert len(set(best)) == 6
    assert searching.find(SearchQuery("산책"), PageRequest(9)) is None


def test_counting_stops_at_a_limit_but_every_match_is_shown(
    make_post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "COUNTED", 3)
    ids = [make_post(published_at=now() - timedelta(days=days)).id for days in range(3)]
    results = find("산책")
    assert (results.counted("posts"), results.is_more("posts"), results.is_more("comments")) == (
        3,
        False,
        False,
    )
    ids += [make_post(published_at=now() - timedelta(days=days)).id for days in range(3, 6)]
    results = find("산책")
    assert (results.counted("posts"), results.is_more("posts")) == (3, True)
    assert [hit.post.id for hit in results.hits] == ids
    assert len(find("산책", order="best").hits) == 6


def test_only_the_newest_of_very_many_matches_are_ranked(
    make_post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "RANKED", 2)
    ids = [make_post(published_at=now() - timedelta(days=days)).id for days in range(4)]
    results = find("산책", order="best")
    assert (results.ranked, results.counts["posts"]) == (2, 4)
    assert [hit.post.id for hit in results.hits] == ids[:2]


@pytest.mark.parametrize(
    "wrong", [{"page": "0"}, {"page": "11"}, {"page": "x"}, {"before": "9" * 19}, {"after": str(2**63 - 1)},
              {"page": "1", "before": "1"}, {"oldest": "2"}, {"after": "--1"}, {"before": "１"},
              {"before": ""}],
)  # fmt: skip
def test_invalid_pages_are_refused(wrong: dict[str, str]) -> None:
    assert searching.read_page(wrong) is None


def test_an_excerpt_surrounds_the_first_match(make_post: Callable[..., Post]) -> None:
    make_post(body="<p>" + "앞말 " * 100 + "&lt;가로등&gt; " + "뒷말 " * 100 + "</p>")
    [hit] = find("가로등").hits
    assert [piece.text for piece in hit.excerpt if piece.is_hit] == ["가로등"]
    excerpt = "".join(piece.text for piece in hit.excerpt)
    assert "<가로등>" in excerpt
    assert excerpt.startswith("… 앞말")
    assert excerpt.endswith("뒷말 …")
    assert len(excerpt) < 200


def test_a_search_scans_no_table_and_sorts_nothing(post: Post) -> None:
    query = posts_query(SearchQuery("산책").terms, None, None)
    statement = (
        "SELECT rowid FROM post_search WHERE post_search MATCH :m AND rowid >= :l AND rowid < :u"
        " ORDER BY rowid DESC LIMIT 21"
    )
    plan = db.session.execute(
        text(f"EXPLAIN QUERY PLAN {statement}"), {"m": query.match(), "l": query.lower, "u": query.upper}
    ).all()
    assert not [line for line in plan if "SCAN posts" in line.detail or "TEMP B-TREE" in line.detail]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM {0}",
        "DELETE FROM {0}_places",
        "INSERT OR REPLACE INTO {0} (rowid, {1}) VALUES (7, '가로등')",
    ],
)
def test_a_rebuild_repairs_a_damaged_index(post: Post, alice: Member, damage: str) -> None:
    comment = post.comment("벤치", alice)
    db.session.commit()
    for table, column in (("post_search", "title"), ("comment_search", "body")):
        db.session.execute(text(damage.format(table, column)))
    db.session.commit()
    for _ in search_index.rebuild():
        db.session.commit()
    assert (posts("산책"), comments("벤치"), posts("가로등"), comments("가로등")) == (
        [post.id],
        [comment.id],
        [],
        [],
    )
    for table in ("post_search", "comment_search"):
        assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 1


def test_the_other_tab_has_a_lower_counting_limit(
    post: Post, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "COUNTED_BESIDE", 2)
    for n in range(3):
        post.comment(f"산책 {n}", alice)
    db.session.commit()
    beside = find("산책")
    assert (beside.counted("comments"), beside.is_more("comments")) == (2, True)
    current = find("산책", tab="comments")
    assert (current.counted("comments"), current.is_more("comments")) == (3, False)
