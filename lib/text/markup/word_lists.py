"""Lists as Word puts them on the clipboard: paragraphs, each with the marker that Word has drawn."""

import re
import unicodedata
from collections.abc import Iterable

from lib.text.markup.reader import Node

_NUMBER = re.compile(r"([0-9]{1,6})[.)]", re.ASCII)
# Glyphs of symbol fonts that stand for a dot, a square, a tick. Others, as □ and ▲, have a meaning.
_DOTS = frozenset("·•§Øàüð◦▪▫–—‧∙")


def gathered(nodes: Iterable[Node]) -> list[Node]:
    """The nodes with lists in place of their items ("item"). Items with other markers become paragraphs."""
    found: list[Node] = []
    lists: list[tuple[int, Node]] = []  # those that are open, with their levels, outermost first
    for node in nodes:
        if node.tag == "item" and (kind := _kind(node.attributes["marker"])):
            _add(node, kind, lists, found)
        elif node.tag == "item":
            lists = []
            marker = [Node("text", text=node.attributes["marker"] + " ")] if node.attributes["marker"] else []
            found += [Node("end"), *marker, *node.children, Node("end")]
        elif lists and (node.tag == "end" or (node.tag == "text" and not node.text.strip())):
            continue  # what stands between paragraphs
        else:
            lists = []
            found.append(node)
    return found


def _kind(marker: str) -> str:
    """The list that a marker belongs to: "ul", "ol", or "" if it has to stay as it is."""
    if _NUMBER.fullmatch(marker):
        return "ol"
    is_dot = len(marker) == 1 and (
        marker in _DOTS or unicodedata.category(marker) == "Co" or (marker.isascii() and not marker.isdigit())
    )
    return "ul" if is_dot else ""


def _add(item: Node, kind: str, lists: list[tuple[int, Node]], found: list[Node]) -> None:
    """Put an item into the list of its level, or into a new one within the item before."""
    level = int(item.attributes["level"])
    number = _NUMBER.fullmatch(item.attributes["marker"])
    while lists and (lists[-1][0] > level or (lists[-1][0] == level and lists[-1][1].tag != kind)):
        lists.pop()
    entry = Node("li", {"value": number[1]} if number else {}, item.children)
    if lists and lists[-1][0] == level:
        siblings = lists[-1][1].children
        if number and int(siblings[-1].attributes["number"]) + 1 == int(number[1]):
            entry.attributes = {}
        siblings.append(entry)
    else:
        new = Node(kind, {"start": number[1]} if number else {}, [entry])
        entry.attributes = {}
        (lists[-1][1].children[-1].children if lists else found).append(new)
        lists.append((level, new))
    entry.attributes["number"] = number[1] if number else "0"
