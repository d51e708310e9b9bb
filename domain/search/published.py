"""Which words name something that the paper has published."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from database import db
from domain.search import search_index
from domain.search.index_query import posts_query
from lib.text import words


def named(candidates: Iterable[str], limit: int) -> list[str]:
    """The first of these words that the text or a tag of a visible article contains; one query for each word.

    :param limit: how many words to return at most
    """
    if not search_index.is_supported(db.engine):
        return []
    every_post = posts_query((), None, None)
    found = (
        word
        for word in candidates
        if (terms := words.terms(word)) and replace(every_post, terms=terms).count(0)
    )
    return list(islice(found, limit))
