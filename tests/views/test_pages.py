"""Company pages."""

import pytest

from config import ROOT
from database import db
from models import Page


@pytest.mark.parametrize("slug", Page.SLUGS)
def test_every_page_answers_even_if_unwritten(client, paper, slug):
    response = client.get(f"/pages/{slug}")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_the_newest_version_is_shown(client, paper):
    db.session.add_all(
        [Page(slug="terms", version=n, title="회원가입약관", body=f"<p>{n}번째 글</p>") for n in (1, 2)]
    )
    db.session.commit()
    text = client.get("/pages/terms").text
    assert "2번째 글" in text
    assert "1번째 글" not in text


def test_the_advertising_page_links_to_its_form(client, paper):
    assert 'href="/advertising/new"' in client.get("/pages/advertising").text


def test_an_unknown_page(client, paper):
    assert client.get("/pages/nowhere").status_code == 404


def test_the_sample_cites_the_law_in_force():
    text = (ROOT / "domain/paper/defaults/email-refusal.html").read_text("utf-8")
    assert "제50조제5항 및 제50조의7" in text
    assert "제50조의2" not in text
