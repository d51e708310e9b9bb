"""Scheduling with one press, what follows publication, and the preview in two widths."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from domain.desk import moments
from domain.desk.models import WorkingCopy
from lib.files.store import Store
from models import Member, Photo, Post, Section, local, now, paper_zone


@pytest.fixture
def desk(client: Any, editor: Member) -> Any:
    return client.log_in(editor)


def written(section: Section, **changed: Any) -> dict[str, Any]:
    words = {"section_id": section.id, "title": "느티천 개방", "body": "<p>열렸다.</p>", "origin": "own"}
    return words | changed


@pytest.mark.parametrize(
    ("clock", "labels"),
    [
        ("2026-11-30 16:59:59", ["오늘 17시", "내일 06시", "내일 09시"]),
        ("2026-11-30 17:00:00", ["내일 06시", "내일 09시"]),
        ("2026-12-31 23:59:59", ["내일 06시", "내일 09시"]),
    ],
)
def test_chips_follow_the_papers_clock(app: Any, clock: str, labels: list[str]) -> None:
    at = datetime.fromisoformat(clock).replace(tzinfo=paper_zone())
    with app.test_request_context():
        chips = moments.chips(at)
    assert [chip.label for chip in chips] == labels
    assert all(chip.moment > at for chip in chips)
    assert chips[-1].moment - at < timedelta(days=2)


def test_a_chip_schedules_with_one_press(desk: Any, section: Section) -> None:
    chip = moments.chips(now())[-1]
    answer = desk.send("/desk/posts", **written(section), chip=chip.value)
    post = db.session.scalars(select(Post)).one()
    assert post.published_at == chip.moment
    assert post.state == "scheduled"
    assert answer.location == f"/desk/posts/{post.id}/published"


def test_a_chip_that_has_passed_publishes_nothing(desk: Any, section: Section) -> None:
    passed = f"{local(now() - timedelta(minutes=1)):%Y-%m-%dT%H:%M}"
    answer = desk.send("/desk/posts", **written(section), chip=passed)
    assert answer.status_code == 422
    assert "이미 지난 시각입니다" in answer.text
    assert "느티천 개방" in answer.text
    assert not db.session.scalars(select(Post)).all()
    assert desk.send("/desk/posts", **written(section), chip="곧").status_code == 422


def test_what_follows_publication(desk: Any, section: Section) -> None:
    answer = desk.send("/desk/posts", **written(section, summary="산책길 1km"), publish="now")
    page = desk.get(answer.location)
    assert page.status_code == 200
    text = "느티천 개방\n산책길 1km\nhttp://localhost/posts/1"
    assert f'<textarea id="ready-text" rows="5" readonly>{text}</textarea>' in page.text
    assert "https://band.us/plugin/share?body=" in page.text
    assert '<span class="link-card__host">localhost</span>' in page.text
    assert "/posts/1" in page.text


def test_a_change_of_a_published_article_leads_to_the_article(
    desk: Any, post: Post, section: Section
) -> None:
    answer = desk.send(f"/desk/posts/{post.id}", **written(section))
    assert answer.location == f"/posts/{post.id}"


def test_a_scheduled_one_says_when(desk: Any, make_post: Callable[..., Post]) -> None:
    at = now() + timedelta(days=30)
    post = make_post(published_at=at)
    page = desk.get(f"/desk/posts/{post.id}/published").text
    assert f"{local(at):%Y-%m-%d %H:%M}" in page
    assert f'href="/posts/{post.id}"' not in page


@pytest.mark.parametrize("state", [{"published_at": None}, {"deleted_at": now()}])
def test_a_draft_has_nothing_to_share(
    desk: Any, make_post: Callable[..., Post], state: dict[str, Any]
) -> None:
    post = make_post(**state)
    assert desk.get(f"/desk/posts/{post.id}/published").location == f"/desk/posts/{post.id}/edit"


def test_missing_articles(desk: Any, section: Section) -> None:
    for path in ("published", "preview", "preview/page"):
        assert desk.get(f"/desk/posts/99/{path}").status_code == 404
    assert desk.send("/desk/posts/99/preview").status_code == 404
    assert desk.get("/desk/posts/99/publication").status_code == 405


def test_the_preview_shows_what_is_typed_and_changes_nothing(desk: Any, post: Post, section: Section) -> None:
    before = (post.version, post.edited_at)
    fields = written(section, title="고치는 중", body="<p>새 본문</p>", tags="은행잎", idempotency_key="key")
    answer = desk.send(f"/desk/posts/{post.id}/preview", **fields)
    copy = db.session.scalars(select(WorkingCopy)).one()
    assert answer.location == f"/desk/posts/{post.id}/preview?copy={copy.id}"
    outer = desk.get(answer.location)
    assert f'src="/desk/posts/{post.id}/preview/page?copy={copy.id}"' in outer.text
    assert f'href="/desk/posts/{post.id}/edit?copy={copy.id}"' in outer.text
    assert 'width="390"' in outer.text
    assert 'width="390"' not in desk.get(f"{answer.location}&width=desktop").text
    inner = desk.get(f"/desk/posts/{post.id}/preview/page?copy={copy.id}").text
    assert "고치는 중" in inner
    assert "<p>새 본문</p>" in inner
    assert "은행잎" in inner
    assert "편집실" not in inner  # as a guest sees it
    assert "data-beat" not in inner  # nobody is counted
    assert "pixel.gif" not in inner
    db.session.refresh(post)
    assert (post.version, post.edited_at) == before
    assert "고치는 중" not in desk.get(f"/posts/{post.id}").text  # nor is it cached anywhere
    assert "느티천 산책길" in desk.get(f"/desk/posts/{post.id}/preview/page").text


def test_a_draft_looks_as_if_it_were_published(desk: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(published_at=None)
    page = desk.get(f"/desk/posts/{post.id}/preview/page").text
    assert 'class="preview"' not in page
    assert post.title in page
    db.session.refresh(post)
    assert post.published_at is None


def test_a_preview_takes_no_more_tags_than_a_form_may_hold(desk: Any, post: Post, section: Section) -> None:
    tags = ",".join(f"태그{number}" for number in range(20_000))
    answer = desk.send(
        f"/desk/posts/{post.id}/preview", **written(section, tags=tags, idempotency_key="many-tags")
    )
    page = desk.get(answer.location.replace("preview?", "preview/page?"))
    assert page.status_code == 200
    assert "태그1<" in page.text
    assert "태그999<" not in page.text


def test_only_the_preview_may_be_framed_and_only_by_the_paper(desk: Any, post: Post) -> None:
    inner = desk.get(f"/desk/posts/{post.id}/preview/page").headers
    assert inner["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in inner["Content-Security-Policy"]
    outer = desk.get(f"/desk/posts/{post.id}/preview").headers
    assert outer["X-Frame-Options"] == "DENY"
    assert "frame-src 'self' " in outer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in outer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ({}, 200),
        ({"published_at": None}, 404),
        ({"published_at": now() + timedelta(days=1)}, 404),
        ({"deleted_at": now()}, 404),
    ],
)
def test_photos_are_shown_with_their_article_only(
    app: Any, client: Any, editor: Member, make_post: Callable[..., Post], state: dict[str, Any], status: int
) -> None:
    post = make_post(**state)
    post.photos.append(Photo(digest="a" * 64, width=800, height=600))
    db.session.commit()
    Store(app.config["SETTINGS"].media).put(f"{'a' * 64}-480.webp", b"webp")
    path = f"/media/{'a' * 64}-480.webp"
    assert client.get(path).status_code == status
    shown = client.log_in(editor).get(path)
    assert shown.status_code == 200
    assert ("immutable" in shown.headers["Cache-Control"]) == (status == 200)
    other = make_post()
    other.photos.append(Photo(digest="a" * 64, width=800, height=600))  # another article has it too
    db.session.commit()
    assert app.test_client().get(path).status_code == 200
