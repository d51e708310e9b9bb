"""Every query walks an index: no page scans a growing table, and its cost does not grow with the archive."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, event, insert, select, update

from database import db
from domain.counter.models import PostDay, PostViews, Presence, Tally, VisitDay, VisitHour
from domain.desk import tagging
from domain.desk.archive import STATES
from domain.desk.members import STATES as STATES_OF_MEMBERS
from domain.moderation import comments as moderation
from domain.moderation.queue import TABS
from domain.reading.content_version import next_change
from lib.sqlite.driver import sqlite3
from models import Comment, Member, Photo, Post, PostTag, Section, Tag, now

INDEXES = {
    f"{table}{part}" for table in ("post_search", "desk_search", "comment_search") for part in ("", "_places")
}
# Tables that never have more than a few rows. All others grow.
SMALL = {
    "papers",
    "comment_rules",
    "sections",
    "pages",
    "front_slots",
    "banners",
    "site_notices",
    "settings",
    "themes",
    "imported_totals",
    "job_runs",
    "sample_marks",
    "access_checks",
    "backup_runs",
    "hidden_words",
    "day_salts",
    "reporters",
    "network_blocks",
    "email_blocks",
}
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
# Allowed scans: step of a plan -> why it stays cheap.
ALLOWED_SCANS = {
    "SCAN visit_days USING COVERING INDEX ix_visit_days_visitors": "one row a day: 3,650 in ten years"
}
# Allowed sorts without an index: part of the statement -> why there are few rows.
ALLOWED_SORTS = {
    "FROM post_days \nWHERE post_days.day > ": "articles read in the last days, one row a day each",
    "GROUP BY posts.origin IN (": "the articles of one week",
    "FROM notices \nWHERE notices.member_id = ": "what one member was told in 90 days",
    "FROM tip_files JOIN tips ON tips.id = tip_files.tip_id": "the files that one member has sent",
    "FROM tallies \nWHERE tallies.kind = ": "the words of one week; their number a day is limited",
    "FROM presences \nWHERE presences.seen_at > ": "the visitors of this moment",
    "FROM photos \nWHERE photos.post_id IN (?)": "photos of one article",
    "FROM post_tags LEFT OUTER JOIN tags AS tags_1": "tags of one article",
    "posts.published_at IS NOT NULL ORDER BY posts.published_at DESC": "doubles: at most 8 candidates",
    "count(*) AS shared": "related articles: at most 70 candidates",
    "ORDER BY bm25(post_search": "the best of 3,000 hits",
    "ORDER BY bm25(comment_search": "the best of 3,000 hits",
}


# The newest rows of a whole table: SQLite walks it by its key and stops at the limit.
NEWEST_ROWS = re.compile(r"FROM (\w+) ORDER BY \1\.id DESC\s+LIMIT")


@dataclass(frozen=True)
class Query:
    """A statement as it was sent to a database."""

    engine: Engine
    statement: str
    parameters: Any = field(compare=False)  # the plan does not depend on them

    def plan(self) -> list[tuple[int, int, str]]:
        """Rows of the plan: number, number of the parent row, description of the step."""
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + self.statement, self.parameters)
            return [(row[0], row[1], row[3]) for row in rows]


@contextmanager
def recorded() -> Iterator[list[Query]]:
    """Record the queries sent to both databases."""
    queries: list[Query] = []
    engines = [db.engine, db.engines["visitors"]]

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            queries.append(Query(connection.engine, statement, parameters))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield queries
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def fill(section: Section, people: list[Member], amount: int) -> None:
    """Create an archive of complete articles, the newest with several pages of comments."""
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
        comment = post.comment("산책길 좋아요", people[n % 2], secret=n % 5 == 0)
        if n % 10 == 1:
            moderation.hold(comment, "first")
    db.session.flush()
    for n, comment in enumerate(db.session.scalars(select(Comment).where(Comment.id % 7 == 3)).all()):
        moderation.hide(comment, Comment.HIDDEN_FOR[n % 3])
    db.session.commit()


def visits() -> None:
    """Create counted data: views of every article, searched words, days and present visitors."""
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
    """Public addresses, including deep pages of lists and searches."""
    newest = db.session.scalars(select(Post).order_by(Post.published_at.desc())).first()
    middle = db.session.scalars(select(Post).order_by(Post.published_at).offset(100)).first()
    comment = db.session.scalars(
        select(Comment).where(Comment.is_public_now()).order_by(Comment.id.desc())
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
    options = [
        "", "&order=best", "&tab=comments", "&tab=comments&order=best", "&section=news",
        "&section=local&period=month", "&page=2", "&oldest=1", "&tab=comments&oldest=1",
    ]  # fmt: skip
    return [
        "/",
        *(f"{path}{part}" for path in lists for part in parts),
        *(f"/posts/{newest.id}{part}" for part in ("", "?comments=2", f"?comment={comment.id}")),
        f"/posts/{middle.id}",
        f"/comments/{comment.id}",
        *(f"/search?q={words}{option}" for words in ("산책", "길", "느티천 하나뿐") for option in options),
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


def of_a_member(member: Member) -> list[str]:
    """Addresses that only this member can open."""
    comment = db.session.scalars(
        select(Comment).where(Comment.member_id == member.id, Comment.is_public_now())
    ).first()
    assert comment
    own = (
        "nickname",
        "logins",
        "comments",
        "comments?before=99",
        "scraps",
        "reports",
        "consents",
        "data.json",
        "notices",
    )
    return [
        "/me",
        *(f"/me/{page}" for page in own),
        "/me/leaving",
        f"/posts/{comment.post_id}/like",
        f"/comments/{comment.id}/replies/new",
        f"/comments/{comment.id}/edit",
    ]


def every_article() -> list[str]:
    """Addresses of the desk's list of all articles: of every kind, at its beginning and far from it."""
    middle = int((now() - timedelta(hours=100)).timestamp())
    lists = [
        f"/desk/posts?state={state}{more}"
        for state in ("", *STATES)
        for more in ("", "&section=local", "&month=2026-11", "&section=local&month=2026-11")
    ]
    return [
        *(f"{address}{after}" for address in lists for after in ("", f"&after={middle * 1_000_000}-1")),
        *(f"{address}&q=산책{after}" for address in lists for after in ("", f"&after={middle << 10}-1")),
        "/desk/posts/erasure?id=1&id=2",
    ]


def queue() -> list[str]:
    """Addresses of the queue of comments, at its beginning and far from it."""
    middle = int((now() - timedelta(hours=1)).timestamp() * 1_000_000)
    tabs = [f"/desk/comments?tab={tab}{more}" for tab in TABS for more in ("", "&author=alice", "&q=산책길")]
    return [
        "/desk/comments",
        *tabs,
        *(f"{address}&{key}={middle}-50" for address in tabs for key in ("before", "after")),
        *(f"{address}&oldest=1" for address in tabs),
    ]


def desk() -> list[str]:
    """Addresses of the desk."""
    post = db.session.scalars(select(Post).where(Post.published_at <= now())).first()
    assert post
    lists = (
        "/desk/",
        *every_article(),
        "/desk/posts/new",
        "/desk/letters",
        "/desk/letters?before=2",
        "/desk/mail",
        *queue(),
        "/desk/comments/rules",
        *(
            f"/desk/members?state={state}{more}"
            for state in ("", *STATES_OF_MEMBERS)
            for more in ("", "&q=느티")
        ),
        "/desk/members?before=2",
        "/desk/members/1",
        "/desk/members/log",
        "/desk/blocks",
        "/desk/front",
        "/desk/front?q=산책",
        "/desk/media",
        "/desk/media?q=산책",
        "/desk/media?month=2026-11",
        "/desk/sections",
        "/desk/paper",
        "/desk/statistics",
    )
    return [*lists, f"/desk/posts/{post.id}/edit", f"/desk/posts/{post.id}/preview"]


def table(step: str) -> str:
    """The growing table that a step of a plan reads, without its alias number; empty for other steps."""
    found = re.match(r"(?:SCAN|SEARCH) (\S+)", step)
    name = re.sub(r"_\d+$", "", found[1]) if found else ""
    return name if name in GROWING else ""


def faults(query: Query) -> Iterator[str]:
    """The steps of a query's plan whose cost grows with a table."""
    plan = query.plan()
    sorted_steps = {parent for _number, parent, step in plan if "TEMP B-TREE" in step}
    may_sort = any(fragment in query.statement for fragment in ALLOWED_SORTS)
    for _number, parent, step in plan:
        is_walk = " USING INDEX " in step and "LIMIT" in query.statement and parent not in sorted_steps
        is_walk |= bool(NEWEST_ROWS.search(query.statement))
        is_bounded = "AUTOMATIC" not in step and (
            not step.startswith("SCAN") or is_walk or _is_match(step) or step in ALLOWED_SCANS
        )
        if table(step) and not (is_bounded and (may_sort or parent not in sorted_steps)):
            yield step


def _is_match(step: str) -> bool:
    """Whether the step is a full-text search: SQLite calls it a scan."""
    return bool(re.search(r"VIRTUAL TABLE INDEX \d+:.*M", step))


@pytest.fixture(autouse=True)
def middle_of_a_month() -> Iterator[None]:
    """The archives made here are from the last hours: all of them shall be of one day and month."""
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def archive(app: Any, section: Section, alice: Member, bob: Member) -> None:
    fill(section, [alice, bob], 215)
    visits()


@pytest.fixture
def uncached_guest(client: Any) -> Any:
    """A guest whose pages are always rendered: a request with a session cookie bypasses the page cache."""
    client.set_cookie(client.application.config["SESSION_COOKIE_NAME"], "nonsense")
    return client


def queries_of(client: Any, address: str) -> list[Query]:
    """The queries for one page."""
    with recorded() as queries:
        response = client.get(address)
    assert response.status_code in (200, 302, 303, 404), address
    return queries


def test_no_page_scans_a_growing_table(
    uncached_guest: Any, archive: None, alice: Member, editor: Member
) -> None:
    queries = {query: address for address in addresses() for query in queries_of(uncached_guest, address)}
    for member, more in ((alice, of_a_member(alice)), (editor, desk())):
        uncached_guest.log_in(member)
        queries |= {
            query: address
            for address in [*addresses(), *more]
            for query in queries_of(uncached_guest, address)
        }
    found = {
        (fault, query.statement): address for query, address in queries.items() for fault in faults(query)
    }
    assert not found, "\n\n".join(
        f"{address}: {fault}\n{statement}" for (fault, statement), address in found.items()
    )
    statements = "\n".join(query.statement for query in queries)
    unused = [fragment for fragment in ALLOWED_SORTS if fragment not in statements]
    assert unused == []


def test_the_next_scheduled_article_is_found_by_an_index(app: Any) -> None:
    with recorded() as queries:
        db.session.scalar(next_change(now()))
    assert [fault for query in queries for fault in faults(query)] == []


def test_a_fault_is_found(app: Any) -> None:
    def of(statement: str) -> list[str]:
        return list(faults(Query(db.engine, statement, ())))

    assert of("SELECT id FROM posts")
    assert of("SELECT id FROM posts WHERE title = 'x' LIMIT 1")
    assert of("SELECT id FROM posts WHERE section_id = 3 AND deleted_at IS NULL ORDER BY title LIMIT 1")
    assert of("SELECT posts.id FROM posts JOIN tags ON tags.name = posts.title LIMIT 1")
    assert of("SELECT rowid FROM comment_search")
    assert not of("SELECT id FROM posts WHERE deleted_at IS NULL ORDER BY published_at LIMIT 1")
    assert not of("SELECT rowid FROM comment_search WHERE comment_search MATCH 'x'")


def planned_again(client: Any, address: str) -> set[str]:
    """The statements of a page that SQLite prepares again at every call, as it does for a LIMIT parameter.

    SQLite calls the authorizer whenever it prepares a statement.
    """
    current, found, watched = "", set(), {}

    def look(action: int, *_details: Any) -> int:
        if action != sqlite3.SQLITE_TRANSACTION:
            found.add(current)
        return 0  # SQLITE_OK

    def listen(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal current
        current = statement
        if id(cursor.connection) not in watched:
            watched[id(cursor.connection)] = cursor.connection
            cursor.connection.set_authorizer(look)

    engines = [db.engine, db.engines["visitors"]]
    for engine in engines:
        engine.dispose()  # new connections: a full cache of statements would forget some of this page
        event.listen(engine, "before_cursor_execute", listen)
    for _repeat in range(3):
        found.clear()
        client.application.extensions["fragments"].entries.clear()
        client.get(address)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", listen)
    for connection in watched.values():
        connection.set_authorizer(None)
    assert current
    return found


def test_known_statements_are_not_planned_again(uncached_guest: Any, archive: None) -> None:
    found = {address: planned_again(uncached_guest, address) for address in LISTS}
    assert not any(found.values()), found


def steps(client: Any, address: str) -> int:
    """How many instructions SQLite executes for a page, in tens."""
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
    """Add articles before and after all existing ones, all with the same tag and with views."""
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


def test_a_page_costs_the_same_with_ten_times_the_archive(
    uncached_guest: Any, archive: None, section: Section
) -> None:
    grow(section, 1000)
    # Bounded by the number of entries they have at most, which is more than this archive has.
    bounded = ("/search", "/sitemaps/posts-", "/news-sitemap.xml")
    pages = [address for address in addresses() if not address.startswith(bounded)]
    small = {address: steps(uncached_guest, address) for address in pages}
    grow(section, 9000)
    large = {address: steps(uncached_guest, address) for address in pages}
    assert max(small.values()) > 100
    assert {
        address: (small[address], large[address])
        for address in pages
        if large[address] > small[address] * 1.2 + 30
    } == {}


def test_the_list_of_the_desk_costs_the_same_with_ten_times_the_archive(
    uncached_guest: Any, section: Section, alice: Member, bob: Member, editor: Member
) -> None:
    """Of each state there are as many articles: a list of few walks no others."""
    fill(section, [alice, bob], 3)
    uncached_guest.log_in(editor)
    pages = [address for address in every_article() if "q=" not in address]
    sizes = []
    for amount in (800, 9200):
        grow(section, amount)
        last = db.session.scalar(select(db.func.max(Post.id))) or 0
        for number, state in enumerate(({"published_at": None}, {"deleted_at": Post.published_at})):
            of_state = (Post.id > last - amount, Post.id % 4 == number, Post.deleted_at.is_(None))
            db.session.execute(update(Post).where(*of_state).values(state))
        db.session.commit()
        sizes.append({address: steps(uncached_guest, address) for address in pages})
    small, large = sizes
    assert {
        address: (small[address], large[address])
        for address in pages
        if large[address] > small[address] * 1.5 + 30
    } == {}


@pytest.mark.parametrize("look", ["list", "webzine", "gallery"])
def test_a_list_of_twenty_articles_takes_no_more_queries_than_one_of_two(
    uncached_guest: Any, section: Section, alice: Member, bob: Member, look: str
) -> None:
    db.session.execute(update(Section).values(look=look))
    fill(section, [alice, bob], 6)  # two in each section
    few = {address: len(queries_of(uncached_guest, address)) for address in LISTS}
    fill(section, [alice, bob], 60)
    many = {address: [query.statement for query in queries_of(uncached_guest, address)] for address in LISTS}
    assert {address: found for address, found in many.items() if len(found) > few[address]} == {}
