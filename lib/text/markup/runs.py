"""Runs of characters with formats, printed as inline HTML in one canonical way."""

import html as entities
import re
from itertools import takewhile

from lib.text import plain
from lib.text.markup import wrapping
from lib.text.markup.reader import Formats, Node
from lib.text.markup.wrapping import Letter

BREAK = "\n"  # among letters: <br>
_SPACE = re.compile(r"[\s\u00a0]")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def paragraphs(leaves: list[Node]) -> list[str]:
    """Inline HTML of each paragraph in these texts and line breaks. Two breaks in a row end a paragraph.

    Lines that a mail program has wrapped are joined.
    """
    return [_inline(lines) for lines in wrapping.unwrapped(_passages(leaves))]


def inline(nodes: list[Node]) -> str:
    """All text in these nodes as one paragraph, for places where no block may stand."""
    return _inline([line for lines in _passages(_leaves(nodes)) for line in lines])


def _leaves(nodes: list[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if node.tag in ("text", "br"):
            found.append(node)
        else:
            found += [Node("br"), *_leaves(node.children), Node("br")]
    return found


def _passages(leaves: list[Node]) -> list[list[list[Letter]]]:
    """Paragraphs of lines of letters, without empty lines."""
    passages: list[list[list[Letter]]] = [[]]
    for line in _lines(leaves):
        if line:
            passages[-1].append(line)
        elif passages[-1]:
            passages.append([])
    return [passage for passage in passages if passage]


def _lines(leaves: list[Node]) -> list[list[Letter]]:
    runs: list[Letter] = []
    lines: list[list[Letter]] = []
    for leaf in [*leaves, Node("br")]:
        if leaf.tag == "br":
            lines.append(_line(runs))
            runs = []
        elif runs and runs[-1][1] == leaf.formats:
            runs[-1] = (runs[-1][0] + leaf.text, leaf.formats)
        else:
            runs.append((leaf.text, leaf.formats))
    return lines


def _line(runs: list[Letter]) -> list[Letter]:
    """The letters of a line: spaces are single, and none is at either end."""
    letters: list[Letter] = []
    for run, formats in runs:
        for letter in _tidy(run):
            if letter != " " or (letters and letters[-1][0] != " "):
                letters.append((letter, formats))
    while letters and letters[-1][0] == " ":
        letters.pop()
    return letters


def _tidy(run: str) -> str:
    if run.isascii() and run.isprintable():
        return run  # as most lines of a very long text
    return _SPACE.sub(" ", plain.tidy(run))


def _inline(lines: list[list[Letter]]) -> str:
    """Print lines with `<br>` between them; formats are opened and closed in one order."""
    parts: list[str] = []
    active: Formats = ()
    for letter, formats in [*_joined(lines), ("", ())]:
        if formats != active:
            pairs = takewhile(lambda pair: pair[0] == pair[1], zip(active, formats, strict=False))
            same = len(list(pairs))  # formats that stay open, from the outermost on
            parts += [f"</{tag}>" for tag, _ in reversed(active[same:])]
            parts += [_opening(tag, href) for tag, href in formats[same:]]
            active = formats
        parts.append("<br>" if letter == BREAK else _ESCAPED.get(letter, letter))
    return "".join(parts)


def _joined(lines: list[list[Letter]]) -> list[Letter]:
    """All letters of the lines, with a BREAK between lines that has the formats of both its neighbours."""
    letters: list[Letter] = []
    for line in lines:
        if letters:
            before, after = letters[-1][1], line[0][1]
            letters.append((BREAK, tuple(one for one in before if one in after)))
        letters += line
    return letters


def _opening(tag: str, href: str) -> str:
    return f'<a href="{entities.escape(href)}" rel="noopener">' if tag == "a" else f"<{tag}>"
