"""Popular search words are shown to readers only if they name something published."""

from datetime import timedelta

import pytest

import database
from database import db
from domain.counter import tallies
from domain.reading import front
from domain.search import published
from models import now, today


@pytest.fixture
def posts(make_post):
    make_post(title="느티천 산책길이 열린다", body="<p>징검다리가 놓였다.</p>")
    make_post(title="곧 나올 기사 해돋이", published_at=now() + timedelta(days=1))
    make_post(title="지운 기사 달맞이", deleted_at=now())
    make_post(title="초고 별구경", published_at=None)


@pytest.mark.parametrize("word", ["느티천", "산책길 느티천", "징검다리"])
def test_words_of_visible_articles_are_shown(app, posts, word):
    assert published.named([word], 10) == [word]


@pytest.mark.parametrize(
    "word", ["시장은도둑", "느티천 도둑", "해돋이", "달맞이", "별구경", "!!!", '"', "", "a OR b*"]
)
def test_other_words_are_not_shown(app, posts, word):
    assert published.named([word], 10) == []


def test_the_front_page_shows_published_words_only(app, posts):
    with database.visitors_transaction() as connection:
        for word, times in (("시장은도둑", 9), ("느티천", 3), ("징검다리", 2)):
            for _ in range(times):
                tallies.add_word(connection, today(), word)
    db.session.rollback()
    assert front.compose([], 48).words == ["느티천"]


def test_no_more_words_than_the_limit(app, posts):
    assert published.named(["느티천", "없는말", "산책길", "징검다리"], 2) == ["느티천", "산책길"]
