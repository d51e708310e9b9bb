"""A sentence of an article that is set large beside its title: a pull quote."""

import re

from lib.text import plain

LONGEST = 90  # characters
_BLOCKQUOTE = re.compile(r"<blockquote[^>]*>(.*?)</blockquote>", re.DOTALL)
_SAID = re.compile('[“"]([^“”"<>]{12,})[”"]')  # longer than a word that is only set in quotes
_SENTENCE = re.compile(r".+?[.!?…](?=\s|$)|.+", re.DOTALL)


def pull_quote(body: str) -> str:
    """Return what the article sets off as a quotation, else the first thing that somebody says in it; or "".

    :param body: cleaned HTML
    """
    set_off = _BLOCKQUOTE.search(body)
    said = None if set_off else _SAID.search(plain.from_html(body))
    text = plain.from_html(set_off[1]) if set_off else said[1] if said else ""
    return plain.shorten(_first_sentences(text.strip('“”" ')), LONGEST)


def _first_sentences(text: str) -> str:
    """As many whole sentences as fit; the first in any case."""
    quote = ""
    for sentence in _SENTENCE.findall(text):
        if quote and len(quote) + len(sentence) > LONGEST:
            break
        quote += sentence
    return quote.strip()
