"""Robots and people by their User-Agent. people_agents.txt: people's browsers, most inside apps."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from lib.web import robots

PEOPLE = Path(__file__).with_name("people_agents.txt").read_text("utf-8").splitlines()
LISTED = [agent for entry in CRAWLER_USER_AGENTS_DATA for agent in entry["instances"]]
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)


def test_robots_of_the_public_list_are_found():
    missed = [agent for agent in LISTED if not robots.name_of(agent)]
    assert len(LISTED) > 2000
    assert len(missed) < len(LISTED) / 100
    assert all("; wv)" in agent for agent in missed)  # people in the browser of an app, listed by mistake


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_no_robots(agent):
    assert robots.name_of(agent) == ""


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
            "meta-",
        ),
        (
            "Mozilla/5.0 (compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)",
            "Perplexity",
        ),
        (CHROME.replace("Chrome", "HeadlessChrome"), "HeadlessChrome"),
        (f"{CHROME} Playwright/1.40.0", "Playwright"),
        (f"{CHROME}; Selenium", "Selenium"),
        ("Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)", "Yeti"),
        ("Mozilla/5.0 (compatible; Daum/4.1; +http://cs.daum.net/faq/15/4118.html)", "Daum"),
        ("facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/", "facebookexternalhit"),
    ],
)
def test_a_robot_has_a_name(agent, name):
    assert robots.name_of(agent).startswith(name)


@pytest.mark.parametrize(
    ("word", "name"), [("X-ds9", "ds9"), ("Xds9", ""), ("RED/2", "RED"), ("MyRED/2", "")]
)
def test_a_robot_begins_a_word(word, name):
    assert (
        robots.name_of(f"Mozilla/5.0 (Linux; Android 13; {word}) Chrome/122.0.0.0 Mobile Safari/537.36")
        == name
    )


def test_threads_share_no_answer():
    agents = [*PEOPLE, *LISTED[:200]] * 2
    expected = [robots.name_of(agent) for agent in agents]
    robots._name_of.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(robots.name_of, agents)) == expected


@pytest.mark.parametrize("piece", ["-", "a ", "ab", "Go", "bot ", "Mozilla/5.0 (", "\u0130", "(("])
def test_an_agent_of_any_length_takes_bounded_time(piece):
    robots.name_of(CHROME)
    start = perf_counter()
    robots.name_of(piece * 50_000)
    assert perf_counter() - start < 0.5


def test_the_cache_is_bounded():
    assert robots._name_of.cache_info().maxsize == robots.CACHED
