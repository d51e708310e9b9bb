"""What stands on the front page: the editor's articles first, and nothing twice."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from database import db
from domain.desk import front_slots
from domain.reading import front, masthead, quotes
from domain.reading.cards import PostCard
from domain.reading.front import Front
from models import Photo, Post, Section, now

MakePost = Callable[..., Post]


@pytest.fixture
def pictured(make_post: MakePost) -> MakePost:
    """Articles with a picture, each an hour older than the one before."""
    made = 0

    def make(digest: str = "", width: int = 1200, height: int = 800, **values: Any) -> Post:
        nonlocal made
        made += 1
        post = make_post(**({"published_at": now() - timedelta(hours=made)} | values))
        photo = Photo(post_id=post.id, digest=digest or f"{made:064}", width=width, height=height)
        db.session.add(photo)
        db.session.flush()
        post.cover_id = photo.id
        db.session.commit()
        return post

    return make


def section_of(kind: str, slug: str = "", parent: str = "news") -> Section:
    group = db.session.scalars(select(Section).where(Section.slug == parent)).one()
    section = Section(slug=slug or kind, name=kind, parent_id=group.id, kind=kind)
    db.session.add(section)
    db.session.commit()
    return section


def place(*posts: Post) -> None:
    for post in posts:
        front_slots.add(post)
        db.session.commit()


def composed() -> Front:
    return front.compose(masthead.masthead().groups, 48)


def shown(page: Front) -> Iterator[PostCard]:
    """Every card of the flow, in the order of the page."""
    yield from ([page.lead] if page.lead else [])
    yield from page.beside
    if page.interview:
        yield from (page.interview.post, *page.interview.others)
    yield from page.latest
    for _group, posts in (*page.groups, *page.shops):
        yield from posts
    yield from (*page.photos, *page.videos)


def ids(posts: Any) -> list[int]:
    return [post.id for post in posts]


def test_the_editors_articles_come_first_in_their_order(pictured: MakePost) -> None:
    posts = [pictured() for _ in range(8)]
    place(posts[7], posts[5])
    page = composed()
    assert page.lead
    assert page.lead.id == posts[7].id
    assert ids(page.beside) == ids([posts[5], posts[0], posts[1]])


@pytest.mark.parametrize(
    "state", [{"published_at": None}, {"deleted_at": now()}, {"published_at": now() + timedelta(1)}]
)
def test_a_slot_of_an_article_that_readers_do_not_see_leaves_no_gap(
    pictured: MakePost, state: dict[str, Any]
) -> None:
    hidden, first = pictured(), pictured()
    place(hidden, first)
    for name, value in state.items():
        setattr(hidden, name, value)
    db.session.commit()
    page = composed()
    assert page.lead
    assert page.lead.id == first.id
    assert page.beside == []


def test_a_story_and_a_picture_stand_on_the_page_once(pictured: MakePost, section: Section) -> None:
    video, shop = (
        db.session.scalars(select(Section).where(Section.slug == slug)).one() for slug in ("video", "food")
    )
    interview = section_of("interview")
    for n in range(40):
        pictured(digest=f"{n % 7:064}")
        pictured(digest=f"{n % 7:064}", section=video, has_video=True, video_id=f"video-{n % 3:05}")
        pictured(digest=f"{n % 7:064}", section=shop)
        pictured(digest=f"{n % 7:064}", section=interview)
    page = composed()
    cards = list(shown(page))
    digests = [card.cover.digest for card in cards if card.cover]
    assert len(cards) > 20
    assert len(set(ids(cards))) == len(cards)
    assert len(set(digests)) == len(digests)
    assert len({card.video_id for card in page.videos}) == len(page.videos) == 3


def test_shops_stand_in_their_band_only(pictured: MakePost, section: Section) -> None:
    shop = db.session.scalars(select(Section).where(Section.slug == "food")).one()
    shops = [pictured(section=shop, telephone="000-0000-0000") for _ in range(6)]
    news = pictured()
    page = composed()
    assert page.lead
    assert page.lead.id == news.id
    assert [(group.slug, ids(posts)) for group, posts in page.shops] == [("shops", ids(shops[:4]))]
    assert not {post.id for post in (*page.latest, *page.beside)} & set(ids(shops))
    assert not page.groups


def test_advertisements_stand_apart(pictured: MakePost) -> None:
    advertisement, news = pictured(origin="advertisement"), pictured()
    page = composed()
    assert (ids(page.advertisements), page.lead and page.lead.id) == ([advertisement.id], news.id)
    assert advertisement.id not in ids(shown(page))


def test_a_notice_is_not_told_again_as_news(pictured: MakePost) -> None:
    notice, _news = pictured(pinned_at=now()), pictured()
    page = composed()
    assert ids(page.notices) == [notice.id]
    assert notice.id not in ids(shown(page))


def test_the_interview_with_a_portrait_is_quoted(pictured: MakePost) -> None:
    people = section_of("interview")
    wide = pictured(section=people)
    portrait = pictured(
        section=people,
        width=800,
        height=1200,
        body="<p>서두.</p><blockquote><p>천천히 합니다.</p></blockquote>",
    )
    pictured()
    page = composed()
    assert page.interview
    assert (page.interview.post.id, page.interview.quote) == (portrait.id, "천천히 합니다.")
    assert ids(page.interview.others) == [wide.id]


def test_one_video_is_no_band(pictured: MakePost) -> None:
    only = pictured(has_video=True, video_id="video-00001")
    page = composed()
    assert page.videos == []
    assert page.lead
    assert page.lead.id == only.id


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("", ""),
        ("<p>따옴표가 없다.</p>", ""),
        ("<p>‘작은’ 것과 “짧은” 말.</p>", ""),
        (
            "<p>그는 “듣는 일부터 시작했다. 말은 나중이다”라고 했다.</p>",
            "듣는 일부터 시작했다. 말은 나중이다",
        ),
        ("<p>“본문에서 하는 말입니다.”</p><blockquote><p>“따로 뗀 말”</p></blockquote>", "따로 뗀 말"),
        ("<blockquote><p>가 &amp; 나</p><p>다</p></blockquote>", "가 & 나 다"),
        (f"<blockquote>짧다. {'가' * 80}. {'나' * 80}.</blockquote>", f"짧다. {'가' * 80}."),
        (f"<blockquote>{'가' * 300}</blockquote>", "가" * 89 + "…"),
    ],
)
def test_pull_quotes(body: str, quote: str) -> None:
    assert quotes.pull_quote(body) == quote


def test_the_front_page_takes_few_queries_at_any_size(pictured: MakePost) -> None:
    statements: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_r: statements.append(statement)
    )
    for amount in (1, 30):
        for _ in range(amount):
            pictured()
        groups = masthead.masthead().groups
        statements.clear()
        front.compose(groups, 48)
        assert len([line for line in statements if line.startswith("SELECT")]) <= 5
