"""No page reads through a table that grows: every question walks an index, in its order, and costs the same at any size of the archive."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, update

from database import db
from domain.counter.models import PostDay, PostViews, Presence, Tally, VisitDay, VisitHour
from domain.desk import tagging
from domain.reading.content_version import next_appearance
from lib.sqlite.driver import sqlite3
from models import Comment, Member, Photo, Post, PostTag, Section, Tag, now

INDEXES = {"post_search", "comment_search", "post_search_places", "comment_search_places"}
# These hold a few rows for ever; whatever else there is grows.
SMALL = {"papers", "sections", "pages", "imported_totals", "hidden_words", "day_salts"}
GROWING = {
    table.name for metadata in db.metadatas.values() for table in metadata.tables.values()
} - SMALL | INDEXES
LISTS = (
    "/",
    "/sections/news",
    "/sections/local",
    "/tags/느티천",
    "/search?q=산책",
    "/search?q=산책&tab=comments",
    "/feed.xml",
    "/posts/1",
)
# What is read whole: step of a plan -> why it may be.
READ_WHOLE = {
    "SCAN visit_days USING COVERING INDEX ix_visit_days_visitors": "a row a day: ten years are 3,650"
}
# What is sorted by hand: a part of the statement -> why they are few.
FEW_ARE_SORTED = {
    "FROM post_days \nWHERE post_days.day > ": "what was read in the last days, once a day each",
    "FROM tallies \nWHERE tallies.kind = ": "the words of one week, and no more of a day than are kept",
    "FROM presences \nWHERE presences.seen_at > ": "who is here now",
    "FROM photos \nWHERE photos.post_id IN (?)": "the same, at the desk",
    "FROM post_tags LEFT OUTER JOIN tags AS tags_1": "tags of one article",
    "WHERE posts.published_at IS NULL AND posts.deleted_at IS NULL": "drafts: what nobody has finished yet",
    "coalesce(comments.root_id, comments.id) AS root_id": "ids of the comments of one article",
    "count(*) AS shared": "related articles: at most 70 of all its tags",
    "ORDER BY bm25(post_search": "the best of 3,000",
    "ORDER BY bm25(comment_search": "the best of 3,000",
}


@dataclass(frozen=True)
class Asked:
    """A question as it went to a database."""

    engine: Engine
    statement: str
    parameters: Any = field(compare=False)  # the plan is the same for other values

    def plan(self) -> list[tuple[int, int, str]]:
        """Rows of the plan: number, number of the one it belongs to, what is done."""
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + self.statement, self.parameters)
            return [(row[0], row[1], row[3]) for row in rows]


@contextmanager
def recorded() -> Iterator[list[Asked]]:
    """The questions that are asked meanwhile."""
    asked: list[Asked] = []
    engines = [db.engine, db.engines["visitors"]]

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(Asked(connection.engine, statement, parameters))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def fill(section: Section, people: list[Member], amount: int) -> None:
    """An archive of some size: articles with everything, the newest with comments of several pages."""
    sections = [section, *db.session.scalars(select(Section).where(Section.slug.in_(["video", "food"])))]
    posts = []
    for n in range(amount):
        post = Post(
            title=f"느티천 소식 {n}", body="<p>산책길 본문입니다.</p>", summary="본문", has_video=n % 3 == 1
        )
        post.published_at = now() - timedelta(hours=amount - n)
        post.pinned_at = now() if n % 50 == 0 else None
        post.file_under(sections[n % 3])
        if n % 2:
            post.photos.append(Photo(digest=f"{n:064}", width=800, height=600, caption="다리 위"))
        db.session.add(post)
        tagging.put(post, ["느티천", f"소식 {n % 7}", f"하나뿐 {n}"])
        posts.append(post)
        if n % 100 == 0:
            db.session.flush()
    db.session.flush()
    for post in posts:
        post.cover = post.photos[0] if post.photos else None
    for n, post in enumerate(posts[-12:] + [posts[-1]] * 110):
        post.comment("산책길 좋아요", people[n % 2], secret=n % 5 == 0)
    db.session.commit()


def visits() -> None:
    """What was counted: views of every article, words searched for, days and who is here now."""
    today, posts = now().date(), db.session.scalars(select(Post)).all()
    for n, post in enumerate(posts):
        db.session.add(PostDay(day=today - timedelta(days=n % 40), post_id=post.id, views=n))
        db.session.add(PostViews(post_id=post.id, views=n))
        db.session.add(
            Tally(kind="word", span="day", start=today - timedelta(days=n), name=f"낱말 {n}", count=n)
        )
    for n in range(3):
        db.session.add(VisitDay(day=today - timedelta(days=n), visitors=n))
        db.session.add(VisitHour(day=today - timedelta(days=n), hour=n, visitors=n))
        db.session.add(Presence(visitor=f"v{n}", path="/" if n else f"/posts/{posts[0].id}", seen_at=now()))
    db.session.commit()


def addresses() -> list[str]:
    """What anybody can ask for, as deep as it goes."""
    newest = db.session.scalars(select(Post).order_by(Post.published_at.desc())).first()
    middle = db.session.scalars(select(Post).order_by(Post.published_at).offset(100)).first()
    comment = db.session.scalars(
        select(Comment).where(Comment.secret.is_(False)).order_by(Comment.id.desc())
    ).first()
    assert newest
    assert newest.published_at
    assert middle
    assert middle.published_at
    assert comment
    key = f"{int(middle.published_at.timestamp() * 1_000_000)}-{middle.id}"
    month = newest.published_at.strftime("%Y-%m")
    parts = [
        "",
        "?page=2",
        "?page=10",
        f"?before={key}",
        f"?after={key}",
        "?oldest=1",
        f"?month={month}",
        f"?month={month}&oldest=1",
    ]
    lists = ["/sections/news", "/sections/local", "/tags/느티천"]
    ways = ["", "&order=best", "&tab=comments", "&tab=comments&order=best", "&section=news", "&section=local&period=month", "&page=2",
            "&oldest=1", "&tab=comments&oldest=1"]  # fmt: skip
    return [
        "/",
        *(f"{place}{part}" for place in lists for part in parts),
        *(f"/posts/{newest.id}{part}" for part in ("", "?comments=2", f"?comment={comment.id}")),
        f"/posts/{middle.id}",
        f"/comments/{comment.id}",
        *(f"/search?q={query}{way}" for query in ("산책", "길", "느티천 하나뿐") for way in ways),
        "/search",
        "/feed.xml",
        "/sections/news/feed.xml",
        "/sections/local/feed.xml",
        "/sitemap.xml",
        "/sitemaps/pages.xml",
        "/sitemaps/posts-1.xml",
        "/news-sitemap.xml",
        "/visitors",
        "/pages/about",
        "/pages/how-we-count",
    ]


def members_own(member: Member) -> list[str]:
    comment = db.session.scalars(
        select(Comment).where(Comment.member_id == member.id, Comment.secret.is_(False))
    ).first()
    assert comment
    return ["/me", "/me/leaving", f"/comments/{comment.id}/replies/new", f"/comments/{comment.id}/edit"]


def desk() -> list[str]:
    """What the editor works with."""
    post = db.session.scalars(select(Post).where(Post.published_at <= now())).first()
    assert post
    lists = (
        "/desk/",
        "/desk/posts/new",
        "/desk/letters",
        "/desk/letters?before=2",
        "/desk/sections",
        "/desk/paper",
        "/desk/statistics",
    )
    return [*lists, f"/desk/posts/{post.id}/edit", f"/desk/posts/{post.id}/preview"]


def table(step: str) -> str:
    """The growing table that a step of a plan reads, without the number that tells several of one name apart; none if it is another."""
    found = re.match(r"(?:SCAN|SEARCH) (\S+)", step)
    name = re.sub(r"_\d+$", "", found[1]) if found else ""
    return name if name in GROWING else ""


def faults(asked: Asked) -> Iterator[str]:
    """The steps of a plan that cost more the larger a table is."""
    plan = asked.plan()
    sorted_by_hand = {parent for _number, parent, step in plan if "TEMP B-TREE" in step}
    few = any(fragment in asked.statement for fragment in FEW_ARE_SORTED)
    for _number, parent, step in plan:
        is_walk = " USING INDEX " in step and "LIMIT" in asked.statement and parent not in sorted_by_hand
        is_bounded = "AUTOMATIC" not in step and (
            not step.startswith("SCAN") or is_walk or _is_match(step) or step in READ_WHOLE
        )
        if table(step) and not (is_bounded and (few or parent not in sorted_by_hand)):
            yield step


def _is_match(step: str) -> bool:
    """A search in a full-text table, which is called a scan."""
    return bool(re.search(r"VIRTUAL TABLE INDEX \d+:.*M", step))


@pytest.fixture
def archive(app: Any, section: Section, alice: Member, bob: Member) -> None:
    fill(section, [alice, bob], 215)
    visits()


@pytest.fixture
def passer_by(client: Any) -> Any:
    """A guest for whom every page is made anew: whoever brings a cookie gets no kept one."""
    client.set_cookie(client.application.config["SESSION_COOKIE_NAME"], "nonsense")
    return client


def ask(client: Any, address: str) -> list[Asked]:
    with recorded() as asked:
        answer = client.get(address)
    assert answer.status_code in (200, 302, 303, 404), address
    return asked


def test_no_page_reads_through_a_table_that_grows(
    passer_by: Any, archive: None, alice: Member, editor: Member
) -> None:
    asked = {question: address for address in addresses() for question in ask(passer_by, address)}
    for member, more in ((alice, members_own(alice)), (editor, desk())):
        passer_by.log_in(member)
        asked |= {
            question: address for address in [*addresses(), *more] for question in ask(passer_by, address)
        }
    found = {
        (fault, question.statement): address
        for question, address in asked.items()
        for fault in faults(question)
    }
    assert not found, "\n\n".join(
        f"{address}: {fault}\n{statement}" for (fault, statement), address in found.items()
    )
    said = "\n".join(question.statement for question in asked)
    assert [
        fragment for fragment in FEW_ARE_SORTED if fragment not in said
    ] == []  # what is excused is still asked


def test_the_next_article_is_found_by_an_index(app: Any) -> None:
    with recorded() as asked:
        db.session.scalar(next_appearance(now()))
    assert [fault for question in asked for fault in faults(question)] == []


def test_a_fault_is_found(app: Any) -> None:
    def of(question: str) -> list[str]:
        return list(faults(Asked(db.engine, question, ())))

    assert of("SELECT id FROM posts")
    assert of("SELECT id FROM posts WHERE title = 'x' LIMIT 1")
    assert of("SELECT id FROM posts WHERE section_id = 3 AND deleted_at IS NULL ORDER BY title LIMIT 1")
    assert of("SELECT posts.id FROM posts JOIN tags ON tags.name = posts.title LIMIT 1")
    assert of("SELECT rowid FROM comment_search")
    assert not of("SELECT id FROM posts WHERE deleted_at IS NULL ORDER BY published_at LIMIT 1")
    assert not of("SELECT rowid FROM comment_search WHERE comment_search MATCH 'x'")


def planned_anew(client: Any, address: str) -> set[str]:
    """The questions of a page for which a database makes a plan though it has answered them before: it authorises what it plans."""
    said, found, watched = "", set(), {}

    def look(action: int, *_details: Any) -> int:
        if action != sqlite3.SQLITE_TRANSACTION:
            found.add(said)
        return 0  # SQLITE_OK

    def listen(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal said
        said = statement
        if id(cursor.connection) not in watched:
            watched[id(cursor.connection)] = cursor.connection
            cursor.connection.set_authorizer(look)

    engines = [db.engine, db.engines["visitors"]]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    for _time in range(3):
        found.clear()
        client.application.extensions["fragments"].entries.clear()
        client.get(address)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", listen)
    for connection in watched.values():
        connection.set_authorizer(None)
    assert said
    return found


@pytest.mark.parametrize("address", LISTS)
def test_what_was_asked_before_is_not_planned_again(passer_by: Any, archive: None, address: str) -> None:
    assert planned_anew(passer_by, address) == set()


def steps(client: Any, address: str) -> int:
    """How many instructions the databases carry out for a page, in tens."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    def listen(_connection: Any, cursor: Any, *_rest: Any) -> None:
        cursor.connection.set_progress_handler(step, 10)

    engines = [db.engine, db.engines["visitors"]]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    client.get(address)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", listen)
    return count


def grow(section: Section, amount: int) -> None:
    """As many plain articles again before and after all there are, all with one tag, read by some."""
    first = (db.session.scalar(select(db.func.max(Post.id))) or 0) + 1
    tag_id = db.session.scalars(select(Tag.id).where(Tag.name == "느티천")).one()
    here = {
        "section_id": section.id,
        "group_id": section.group_id,
        "title": "소식",
        "body": "",
        "summary": "",
    }
    moments = [
        now() - timedelta(days=400, seconds=n) if n % 2 else now() - timedelta(seconds=amount - n)
        for n in range(amount)
    ]
    rows = [here | {"id": first + n, "published_at": at} for n, at in enumerate(moments)]
    db.session.execute(insert(Post), rows)
    tagged = [
        {"post_id": row["id"], "tag_id": tag_id, "published_at": row["published_at"], "position": 1}
        for row in rows
    ]
    db.session.execute(insert(PostTag), tagged)
    db.session.execute(insert(PostViews), [{"post_id": row["id"], "views": 1} for row in rows])
    long_ago = now().date() - timedelta(days=300)
    db.session.execute(insert(PostDay), [{"day": long_ago, "post_id": row["id"], "views": 1} for row in rows])
    db.session.commit()


def test_a_page_costs_the_same_in_an_archive_ten_times_as_large(
    passer_by: Any, archive: None, section: Section
) -> None:
    grow(section, 1000)
    bounded = (
        "/search",
        "/sitemaps/posts-",
        "/news-sitemap.xml",
    )  # by how many they hold at most, which is more than there are here
    pages = [address for address in addresses() if not address.startswith(bounded)]
    small = {address: steps(passer_by, address) for address in pages}
    grow(section, 9000)
    large = {address: steps(passer_by, address) for address in pages}
    assert max(small.values()) > 100
    assert {
        address: (small[address], large[address])
        for address in pages
        if large[address] > small[address] * 1.2 + 30
    } == {}


@pytest.mark.parametrize("look", ["list", "webzine", "gallery"])
def test_a_list_asks_no_more_for_twenty_articles_than_for_two(
    passer_by: Any, section: Section, alice: Member, bob: Member, look: str
) -> None:
    db.session.execute(update(Section).values(look=look))
    fill(section, [alice, bob], 6)  # two in each section
    few = {address: len(ask(passer_by, address)) for address in LISTS}
    fill(section, [alice, bob], 60)
    many = {address: [asked.statement for asked in ask(passer_by, address)] for address in LISTS}
    assert {address: asked for address, asked in many.items() if len(asked) > few[address]} == {}
