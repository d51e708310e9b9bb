"""The front page."""

import re
from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy import event

from database import db
from domain.counter.models import PostDay
from models import Photo, Section, now, today
from views.web.page_cache import invalidate_pages


def test_a_paper_without_articles(client, paper):
    response = client.get("/")
    assert response.status_code == 200
    assert "첫 소식을 준비하고 있습니다" in response.text
    assert "Set-Cookie" not in response.headers


def test_a_database_without_a_paper(client):
    assert client.get("/").status_code == 200


def test_all_parts_of_the_front_page(client, make_post, alice, paper):
    video = db.session.query(Section).filter_by(slug="video").one()
    posts = [make_post(title=f"기사 {n}", published_at=now() - timedelta(hours=n)) for n in range(20)]
    photo = Photo(post_id=posts[3].id, digest="c" * 64, width=1200, height=800)
    db.session.add(photo)
    db.session.flush()
    posts[3].cover_id = photo.id
    make_post(
        title="영상",
        section=video,
        video_id="aqz-KE-bpKQ",
        has_video=True,
        published_at=now() - timedelta(days=2),
    )
    posts[5].comment("고맙습니다", alice)
    posts[5].comment("비밀입니다", alice, secret=True)
    for post in posts[7:12]:
        db.session.add(PostDay(day=today(), post_id=post.id, views=9))
    db.session.commit()
    statements = []
    note = lambda _c, _cursor, statement, *_rest: statements.append(statement)  # noqa: E731
    engines = [db.engine, db.engines["visitors"]]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    text = client.get("/").text
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    queries = [statement for statement in statements if not statement.startswith(("PRAGMA", "BEGIN"))]
    assert len(queries) <= 14
    for word in ("최신 뉴스", "마을뉴스", "많이 본 뉴스", "새 댓글", "고맙습니다"):
        assert word in text
    assert "비밀입니다" not in text
    lead = text[text.index('class="lead') :]
    assert lead.index("기사 3<") < lead.index("</article>")


def test_few_read_articles_are_no_list(client, make_post, paper):
    posts = [make_post(title=f"기사 {n}") for n in range(5)]
    for post in posts[:4]:
        db.session.add(PostDay(day=today(), post_id=post.id, views=9))
    db.session.commit()
    assert "많이 본 뉴스" not in client.get("/").text
    db.session.add(PostDay(day=today(), post_id=posts[4].id, views=9))
    db.session.commit()
    invalidate_pages()
    assert "많이 본 뉴스" in client.get("/").text


def test_nothing_is_counted_aloud(client, make_post):
    make_post()
    main = client.get("/").text.split("<main")[1].split("</main>")[0]
    assert not any(word in main for word in ("조회", "댓글 0", ">N<", "★"))


def test_today_ends_at_midnight_though_the_page_is_cached(client, make_post):
    midnight = datetime(2026, 11, 30, 15, tzinfo=UTC)  # in Seoul
    with time_machine.travel(midnight - timedelta(seconds=2), tick=False) as clock:
        make_post(published_at=now() - timedelta(hours=3))
        text = client.get("/").text
        assert "오늘 20:59" in text
        clock.shift(11)
        assert "오늘 20:59" not in client.get("/").text
        assert "11.30" in client.get("/").text


def test_most_read_are_neither_advertisements_nor_shops(client, make_post, paper):
    shop = db.session.query(Section).filter_by(slug="food").one()
    news = [make_post(title=f"기사 {n}", published_at=now() - timedelta(days=1)) for n in range(5)]
    others = [make_post(title=f"광고 {n}", origin="advertisement") for n in range(12)]
    others += [make_post(title=f"업소 {n}", section=shop) for n in range(12)]
    for views, post in enumerate([*news, *others], 1):
        db.session.add(PostDay(day=today(), post_id=post.id, views=views))
    db.session.commit()
    text = client.get("/").text
    lists = re.findall(r'<ol class="ranked most-read__list" data-days="(\d+)">(.*?)</ol>', text, re.DOTALL)
    assert [days for days, _ in lists] == ["1", "7", "30"]
    for _, items in lists:
        assert re.findall(r'href="/posts/(\d+)"', items) == [str(post.id) for post in reversed(news)]
