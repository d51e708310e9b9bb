"""Checks of a page's HTML without a browser: parse errors, ids, labels, headings, images, inline code."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import html5lib

DATA_BLOCKS = ("application/ld+json", "application/json")  # not executed
XHTML = "{http://www.w3.org/1999/xhtml}"
LABELLED = {"input", "select", "textarea"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
POINTERS = (
    "for",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "list",
    "form",
    "headers",
)


def complaints(text: str) -> list[str]:
    """Return one sentence for each fault of a page."""
    parser = html5lib.HTMLParser(strict=False)
    root = parser.parse(text)
    elements = [
        (element.tag.removeprefix(XHTML), element) for element in root.iter() if isinstance(element.tag, str)
    ]
    return [
        *(f"parse error at {where}: {name} {values}" for where, name, values in parser.errors),
        *_ids(elements),
        *_labels(elements, root),
        *_headings(elements),
        *_pictures(elements),
        *_inline(elements),
        *_landmarks(elements),
    ]


def _ids(elements: list[tuple[str, Any]]) -> Iterator[str]:
    ids = Counter(element.get("id") for _, element in elements if element.get("id") is not None)
    yield from (f"the id “{name}” is used {times} times" for name, times in ids.items() if times > 1)
    yield from (
        f"the id “{name}” is empty or has a space"
        for name in ids
        if not name or any(letter.isspace() for letter in name)
    )
    for tag, element in elements:
        for pointer in POINTERS:
            for name in (element.get(pointer) or "").split():
                if name not in ids:
                    yield f"<{tag} {pointer}> points to “{name}”, which does not exist"
        address = element.get("href") or ""
        if tag == "a" and address.startswith("#") and len(address) > 1 and address[1:] not in ids:
            yield f"the link {address} leads nowhere"


def _labels(elements: list[tuple[str, Any]], root: Any) -> Iterator[str]:
    pointed = {element.get("for") for tag, element in elements if tag == "label"}
    hidden = {
        inner for _, element in elements if element.get("aria-hidden") == "true" for inner in element.iter()
    }
    wrapped = {inner for tag, element in elements if tag == "label" for inner in element.iter()}
    for tag, element in elements:
        if tag not in LABELLED or element.get("type") in NEEDS_NO_LABEL or element in hidden:
            continue
        if not (
            element.get("id") in pointed
            or element in wrapped
            or element.get("aria-label")
            or element.get("aria-labelledby")
        ):
            yield f"<{tag} name={element.get('name')}> has no label"
    for tag, element in elements:
        if tag in ("button", "a") and element not in hidden and not _has_name(element):
            yield f"<{tag} href={element.get('href')}> has no name"

    for tag, element in elements:
        if (
            element in hidden
            and (tag in LABELLED or tag in ("a", "button"))
            and element.get("tabindex") != "-1"
        ):
            yield f"<{tag}> is hidden from screen readers, but not from the keyboard"


def _has_name(element: Any) -> bool:
    if element.get("aria-label") or element.get("aria-labelledby") or "".join(element.itertext()).strip():
        return True
    return any(inner.get("alt") for inner in element.iter(f"{XHTML}img"))


def _headings(elements: list[tuple[str, Any]]) -> Iterator[str]:
    levels = [int(tag[1]) for tag, _ in elements if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"]
    if levels.count(1) != 1:
        yield f"there are {levels.count(1)} first headings"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"
    yield from (
        f"<{tag}> is empty"
        for tag, element in elements
        if tag in ("h1", "h2", "h3") and not "".join(element.itertext()).strip()
    )


def _pictures(elements: list[tuple[str, Any]]) -> Iterator[str]:
    for tag, element in elements:
        if tag == "img" and element.get("alt") is None:
            yield f"the picture {element.get('src')} has no alt"
        if tag == "iframe" and not element.get("title"):
            yield "an iframe has no title"
        if tag == "img" and not (element.get("width") and element.get("height")):
            yield f"the picture {element.get('src')} has no size"


def _inline(elements: list[tuple[str, Any]]) -> Iterator[str]:
    for tag, element in elements:
        if tag == "style" or element.get("style") is not None:
            yield f"<{tag}> holds inline style"
        if tag == "script" and not element.get("src") and element.get("type") not in DATA_BLOCKS:
            yield "an inline script"
        for name in element.keys():  # noqa: SIM118 # an Element iterates over its children
            if str(name).startswith("on"):
                yield f"<{tag} {name}> is an event handler"


def _landmarks(elements: list[tuple[str, Any]]) -> Iterator[str]:
    tags = Counter(tag for tag, _ in elements)
    if tags["main"] != 1:
        yield f"there are {tags['main']} <main>"
    root = elements[0][1]
    if not root.get("lang"):
        yield "the page names no language"
    if not any(tag == "title" and "".join(element.itertext()).strip() for tag, element in elements):
        yield "the page has no title"
