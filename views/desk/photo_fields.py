"""The fields of photos on the writing page. Their names hold the id of the photo.

Of each photo: `caption-<id>`, `credit-<id>`, `alt-<id>`, `decorative-<id>`, `focus_x-<id>`, `focus_y-<id>`,
`position-<id>`, `placed-<id>` (put into the text) and `remove-<id>`. `cover`: the id of the chosen one.
`kept_photos`, repeated: ids of photos that are stored but belong to no article yet. `captions` and `credits`,
repeated in the order of the field `photos`.
"""

import re
from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from domain.desk.saving import PhotoEdit
from forms import line
from lib.text import plain
from models import Photo

FIELD = re.compile(
    r"(?:caption|credit|alt|decorative|focus_x|focus_y|position|placed|remove)-([0-9]{1,18})", re.ASCII
)
CAPTION_LENGTH, CREDIT_LENGTH, LAST_POSITION = 300, 80, 9999
MOST_WAITING = 200  # photos that one form names


class PhotoFields:
    """The fields of one photo on the writing page: what was typed, else what is saved."""

    caption: str
    credit: str
    alt: str
    is_decorative: bool
    focus_x: int
    focus_y: int
    is_cover: bool

    def __init__(self, photo: Photo, edit: PhotoEdit | None, number: int):
        """:param number: its place in the order of the page, from 1"""
        edit = edit or PhotoEdit()
        self.photo = photo
        self.position = number
        self.is_placed, self.removed = edit.is_placed, edit.removed
        for name in ("caption", "credit", *Photo.DETAILS):
            setattr(self, name, getattr(photo, name))
        for name, value in edit.columns.items():
            setattr(self, name, value)


def edits(sent: MultiDict[str, str]) -> dict[int, PhotoEdit]:
    """What was typed about photos that are stored already, by their ids."""
    return {id: _edit(sent, id) for id in ids(FIELD, sent)}


def new_caption(sent: MultiDict[str, str], number: int) -> tuple[str, str]:
    """Caption and credit of a new photo, by its number in the field `photos` from 0."""
    caption, credit = ("".join(sent.getlist(name)[number:][:1]) for name in ("captions", "credits"))
    return line(caption)[:CAPTION_LENGTH], line(credit)[:CREDIT_LENGTH]


def waiting_ids(sent: MultiDict[str, str]) -> list[int]:
    """Ids of photos that are stored but belong to no article yet."""
    return numbers(sent.getlist("kept_photos"))


def numbers(ids: list[str]) -> list[int]:
    """The ids of photos in a request, as many as one page may have."""
    return [id for id in map(plain.number, ids[:MOST_WAITING]) if id]


def ids(pattern: re.Pattern[str], names: Iterable[str]) -> set[int]:
    """The ids in these names of fields."""
    return {int(match[1]) for name in names if (match := pattern.fullmatch(name))}


def _edit(sent: MultiDict[str, str], id: int) -> PhotoEdit:
    position = _number(sent, f"position-{id}")
    return PhotoEdit(
        caption=_words(sent, f"caption-{id}", CAPTION_LENGTH),
        credit=_words(sent, f"credit-{id}", CREDIT_LENGTH),
        position=None if position is None else min(position, LAST_POSITION),
        alt=_words(sent, f"alt-{id}", CAPTION_LENGTH),
        is_decorative=_is_ticked(sent, f"decorative-{id}") if f"alt-{id}" in sent else None,
        focus_x=_percent(sent, f"focus_x-{id}"),
        focus_y=_percent(sent, f"focus_y-{id}"),
        is_cover=sent["cover"] == str(id) if sent.get("cover") else None,
        is_placed=_is_ticked(sent, f"placed-{id}"),
        removed=_is_ticked(sent, f"remove-{id}"),
    )


def _words(sent: MultiDict[str, str], name: str, length: int) -> str | None:
    return line(sent[name])[:length] if name in sent else None


def _number(sent: MultiDict[str, str], name: str) -> int | None:
    return plain.number(line(sent.get(name, "")))


def _percent(sent: MultiDict[str, str], name: str) -> int | None:
    number = _number(sent, name)
    return None if number is None else min(number, 100)


def _is_ticked(sent: MultiDict[str, str], name: str) -> bool:
    return sent.get(name, "") not in ("", "0", "false")
