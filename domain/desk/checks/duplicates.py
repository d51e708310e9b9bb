"""Articles that say the same as a text: the same press release, published before.

The search index proposes a few articles that have rare words in common with it; those are compared.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select, text

from database import db
from domain.search import search_index
from lib.text import plain, words
from models import Post, now

PERIOD = timedelta(days=400)  # before today: a search of the whole archive would cost more every year
CANDIDATES = 8  # articles that are compared
SHOWN = 3
TITLE_GROUPS, BODY_GROUPS = 1, 3  # searches
GROUP = 3  # words of a search
SAME_TEXT, SAME_TITLE = 0.5, 0.75  # shares from which on two are the same
LONGEST = 20_000  # characters that are compared
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Similar:
    """An article like the text. `is_same_text`: half of the words are the same, not only the title."""

    id: int
    title: str
    published_at: datetime | None
    is_same_text: bool


def find(title: str, body: str, post_id: int | None = None) -> list[Similar]:
    """The newest articles, published or scheduled, with the same text or nearly the same title.

    :param body: plain text
    :param post_id: the article that the text belongs to
    """
    ids = [id for id in _candidates(title, body) if id != post_id]
    if not ids:
        return []
    query = select(Post.id, Post.title, Post.body, Post.published_at).where(
        Post.id.in_(ids), Post.deleted_at.is_(None), Post.published_at.is_not(None)
    )
    found, text_pairs = [], _pairs(body[:LONGEST])
    for post in db.session.execute(query.order_by(Post.published_at.desc())):
        is_same = _share(text_pairs, _pairs(plain.from_html(post.body)[:LONGEST])) >= SAME_TEXT
        if is_same or _share(_letters(title), _letters(post.title)) >= SAME_TITLE:
            found.append(Similar(post.id, post.title, post.published_at, is_same))
    return sorted(found, key=lambda similar: not similar.is_same_text)[:SHOWN]


def _candidates(title: str, body: str) -> list[int]:
    """Ids of articles that have a few long words in common with the title or the text: long ones are rare."""
    parts = [f"{{title}} : ({_all_of(group, loose=True)})" for group in _groups(title, TITLE_GROUPS, 2)]
    parts += [f"{{body}} : ({_all_of(group)})" for group in _groups(body[:LONGEST], BODY_GROUPS, 3)]
    found: dict[int, None] = {}
    query = text(
        "SELECT source_id FROM post_search_places WHERE place IN"
        " (SELECT rowid FROM post_search WHERE post_search MATCH :match"
        " AND rowid >= :lower ORDER BY rowid DESC LIMIT 3)"
    )
    lower = search_index.first_rowid(now() - PERIOD)
    for part in parts if search_index.is_supported(db.engine) else ():
        found |= dict.fromkeys(db.session.scalars(query, {"match": part, "lower": lower}))
    return list(found)[:CANDIDATES]


def _groups(line: str, most: int, shortest: int) -> list[list[str]]:
    """The longest words, GROUP at a time: a text that was changed here and there still has all of one group.

    :param shortest: characters of a word
    """
    longest = sorted(dict.fromkeys(_WORD.findall(line)), key=len, reverse=True)
    longest = [word for word in longest if len(word) >= shortest][: most * GROUP]
    count = max(1, len(longest) // GROUP)
    groups = [longest[start::count] for start in range(count)]
    return [group for group in groups if len(group) > 1]


def _all_of(group: list[str], *, loose: bool = False) -> str:
    return words.match(words.terms(" ".join(group)), loose=loose)


def _pairs(text: str) -> set[tuple[str, str]]:
    """The words of a text, two by two."""
    found = _WORD.findall(text)
    return set(pairwise(found))


def _letters(title: str) -> set[str]:
    """The letters of a title, two by two, without spaces and marks."""
    line = "".join(_WORD.findall(title))
    return {line[place : place + 2] for place in range(len(line) - 1)}


def _share(one: set, other: set) -> float:
    """How much of the smaller one is in the other; of very small ones nothing."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= 4 else 0.0
