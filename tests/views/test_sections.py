"""Lists of a section and of a group."""

import re
from datetime import timedelta

import pytest

from database import db
from models import now


def test_a_list_shows_published_articles_only(client, make_post):
    make_post(title="보이는 기사")
    make_post(title="초안", published_at=None)
    make_post(title="예약", published_at=now() + timedelta(hours=1))
    make_post(title="삭제됨", deleted_at=now())
    for slug in ("local", "news"):
        response = client.get(f"/sections/{slug}")
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert "보이는 기사" in response.text
        assert not any(f">{title}</a>" in response.text for title in ("초안", "예약", "삭제됨"))


def test_an_empty_section_has_a_friendly_notice(client, paper):
    response = client.get("/sections/food")
    assert response.status_code == 200
    assert "아직 올라온 글이 없습니다" in response.text


@pytest.mark.parametrize("look", ["list", "webzine", "gallery"])
def test_every_look_shows_the_marks(client, make_post, section, look):
    section.look = look
    make_post(title="광고 글", origin="advertisement")
    make_post(title="대담", has_video=True)
    make_post(title="[영상] 물까치", has_video=True)
    make_post(title="알림", pinned_at=now(), published_at=now() - timedelta(days=400))
    db.session.commit()
    text = client.get("/sections/local").text
    for word in ("광고</span>", "공지</span>"):
        assert word in text
    assert "조회" not in text
    assert text.count("▶") == (0 if look == "gallery" else 1)  # a gallery marks the picture
    assert text.index("알림") < text.index("광고 글")


@pytest.mark.parametrize(
    "query", ["page=0", "page=2", "page=11", "page=" + "9" * 400, "page=%EF%BC%91", "before=x",
              "after=1-99999999999999999999", "month=2026-99", "month=1999-01", "oldest=x", "page=%00",
              "before=%ff"],
)  # fmt: skip
def test_an_invalid_page_is_a_helpful_404(client, post, query):
    response = client.get(f"/sections/local?{query}")
    assert response.status_code == 404
    assert 'href="/"' in response.text


def test_numbered_pages_then_keys_then_the_oldest(client, make_post):
    for n in range(205):
        make_post(title=f"기사{n:03}", published_at=now() - timedelta(hours=205 - n))
    assert "page=10" in client.get("/sections/local").text
    tenth = client.get("/sections/local?page=10").text
    assert "before=" in tenth
    assert "기사005" in tenth
    assert "기사000" in client.get("/sections/local?oldest=1").text


def test_a_month_may_be_empty(client, make_post):
    month = 31 * 86400
    for ago in (0, 3 * month):
        make_post(published_at=now() - timedelta(seconds=ago))
    text = client.get("/sections/local").text
    months = re.findall(r'"(/sections/local\?month=[0-9-]+)"', text)
    assert len(months) >= 4
    responses = [client.get(address) for address in months]
    assert {response.status_code for response in responses} == {200}
    empty = [response.text for response in responses if "이 달에는 올라온 글이 없습니다." in response.text]
    assert len(empty) == len(months) - 2
    assert all('content="noindex, follow"' in text for text in empty)
    assert client.get(f"{months[1]}&oldest=1").status_code == 404


def test_unknown_sections_and_other_methods(client, paper):
    assert client.get("/sections/nowhere").status_code == 404
    assert client.post("/sections/local").status_code in (400, 405)
