"""Tell robots from people by the User-Agent header, by two public lists."""

import re
from functools import cache, lru_cache

from crawlerdetect import CrawlerDetect
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

LONGEST = 400  # characters of an agent that are read; browsers inside apps send about 300
CACHED = 1024  # agents whose answer is cached
_IN_APP = "; wv)"  # Android's browser inside another app: a person reads there
_STARTS_WORD = re.compile(r"[\[\w]")


def name_of(agent: str) -> str:
    """The name that a robot gives itself; "" for a person's browser."""
    return _name_of(agent[:LONGEST])


@lru_cache(maxsize=CACHED)
def _name_of(agent: str) -> str:
    if found := _known_robots().search(agent):
        return found[0].strip(" /;()") or "?"
    detector = CrawlerDetect()  # it stores its matches: one instance for each call, none shared by threads
    return (detector.get_matches() or "").strip() or "?" if detector.is_crawler(agent) else ""


@cache
def _known_robots() -> re.Pattern[str]:
    """The patterns of crawler-user-agents as one, without those whose examples are people's browsers in apps.

    A name has to begin a word: some are short enough to end the name of a phone or an app.
    """
    entries = [entry for entry in CRAWLER_USER_AGENTS_DATA if not _is_in_app(entry["instances"])]
    patterns = [f"(?:{entry['pattern']})" for entry in entries]
    words = [pattern for pattern in patterns if _STARTS_WORD.match(pattern, 3)]
    others = [pattern for pattern in patterns if not _STARTS_WORD.match(pattern, 3)]
    return re.compile("|".join((rf"(?<![A-Za-z0-9])(?:{'|'.join(words)})", *others)))


def _is_in_app(instances: list[str]) -> bool:
    return bool(instances) and all(_IN_APP in agent for agent in instances)
