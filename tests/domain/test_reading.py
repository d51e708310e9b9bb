"""Lists, surrounding articles and the front page: their content, and that every query walks an index."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from database import db
from domain.desk import tagging
from domain.reading import articles, cards, front, listings, masthead
from lib.web.paging import PageRequest, read
from models import Section, now


def _further(post):
    shops = post.section.kind == "shop"
    return articles.further_posts(post, articles.latest_of_group(post.group_id, shops=shops))


def _archive(make_post, count):
    start = now() - timedelta(days=90)
    return [make_post(title=f"기사 {n}", published_at=start + timedelta(hours=n)) for n in range(count)]


def _walk(section, listing, direction):
    seen = [listing]
    while query := getattr(listing.page, direction):
        listing = listings.of_section(section, read(query))
        seen.append(listing)
    return seen


def test_every_article_is_listed_once_from_either_end(make_post, section):
    posts = _archive(make_post, 233)
    parts = _walk(section, listings.of_section(section, PageRequest()), "older")
    assert [post.id for part in parts for post in part.posts] == [post.id for post in reversed(posts)]
    back = _walk(section, listings.of_section(section, PageRequest(oldest=True)), "newer")
    seen = {post.id for part in back for post in part.posts}
    assert seen == {post.id for post in posts}


def test_a_month_is_paged_within_itself(make_post, section):
    posts = _archive(make_post, 60)
    listing = listings.of_section(section, PageRequest())
    found = []
    for _year, months in listing.months:
        for month in months:
            part = listings.of_section(section, PageRequest(month=month))
            if part:
                found += [post.id for page in _walk(section, part, "older") for post in page.posts]
    assert found == [post.id for post in reversed(posts)]


def test_articles_of_the_same_moment_are_all_listed(make_post, section):
    moment = now() - timedelta(days=1)
    posts = [make_post(published_at=moment) for _ in range(45)]
    parts = _walk(section, listings.of_section(section, PageRequest(oldest=True)), "newer")
    assert {post.id for part in parts for post in part.posts} == {post.id for post in posts}


def test_latest_of_the_group_are_read_on(make_post, paper):
    video = db.session.query(Section).filter_by(slug="video").one()
    first, second, third = _archive(make_post, 3)
    other = make_post(section=video)
    make_post(published_at=now() + timedelta(days=1))
    make_post(published_at=None)
    make_post(origin="advertisement")
    assert [line.id for line in _further(second)] == [other.id, third.id, first.id]


def test_shops_are_read_on_below_shops_only(make_post, section):
    shops = Section(slug="stalls", name="장터", parent_id=section.parent_id, position=3, kind="shop")
    db.session.add(shops)
    db.session.commit()
    first, second = _archive(make_post, 2)
    baker, florist = (make_post(section=shops, is_unpaid=True, published_at=now()) for _ in range(2))
    make_post(section=shops, title="돈을 낸 업소", published_at=now())  # an advertisement
    assert [link.id for link in _further(first)] == [second.id]
    assert [link.id for link in _further(baker)] == [florist.id]


def test_articles_with_the_same_tags_are_read_on_first_and_nothing_twice(make_post, section):
    posts = _archive(make_post, 12)
    for post in (posts[0], posts[3], posts[11]):
        tagging.put(post, ["느티천"])
    db.session.commit()
    found = [line.id for line in _further(posts[0])]
    assert found == [posts[n].id for n in (11, 3, 10, 9, 8, 7, 6, 5)]


@pytest.mark.parametrize(
    "query", [{}, {"page": "2"}, {"oldest": "1"}, {"before": "1790000000000000-5"}, {"after": "5-5"}]
)
def test_lists_walk_an_index(query, make_post, section):
    _archive(make_post, 45)
    groups = masthead.masthead().groups
    latest = articles.find(cards.newest(1, groups)[0].id)
    plans = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if "EXPLAIN" not in statement and "FROM posts" in statement:
            with connection.engine.connect() as second:
                plans.extend(
                    row[3] for row in second.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
                )

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        listings.of_section(section, read(query))
        listings.of_section(section.parent, read(query))
        cards.newest(30, groups)
        _further(articles.load(latest))
        front.compose(groups, 48)
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    assert plans
    assert not [plan for plan in plans if "TEMP B-TREE" in plan or plan == "SCAN posts"]
