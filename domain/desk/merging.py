"""Two texts of one article, from two tabs or two devices: side by side, one chosen for each passage.

"theirs" is what the article says, "mine" what was typed meanwhile and put aside (revisions.put_aside).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import gettext as _

from domain.desk import comparison, restoring, revisions
from domain.desk.models import Revision
from domain.desk.saving import Conflict
from lib.text import differences, plain
from models import Member, Post

MOST_ROWS = 300  # passages of a text; one that differs in more is chosen as a whole
PARTS = (*(name for name in Revision.COLUMNS if name != "body"), "section_id", "tags", "photos", "details")

Side = Literal["theirs", "mine"]


@dataclass(frozen=True)
class Row:
    """A part of the article, or a passage of its text. `name` is that of its field; "" where nothing differs.

    :param theirs: the value on this side: of a passage its HTML
    :param texts: what is shown of theirs and mine
    :param proposal: the side that changed it, as far as is known
    """

    name: str
    label: str
    theirs: Any
    mine: Any
    texts: tuple[str, str]
    proposal: Side = "mine"
    is_contested: bool = False  # both sides changed it


def compare(post: Post, aside: Revision, started_from: int | None) -> list[Row]:
    """What differs between the article and a version that was put aside; passages of its text that are the
    same stand between them.

    :param started_from: see revisions.base
    """
    return _rows(revisions.snapshot(post), aside, revisions.base(post, started_from))


def merge(
    post: Post,
    aside: Revision,
    author: Member | None,
    choices: Mapping[str, str],
    started_from: int | None,
    version: str,
) -> Post:
    """Save what was chosen, as a new version.

    :param choices: "theirs" or "mine" by the name of a row; a row that is not named takes its proposal
    :param version: Post.version when the rows were shown
    :raises Conflict: another text was saved since then
    """
    if version != post.version:  # the rows would be others
        raise Conflict(post, aside)
    theirs, body = revisions.snapshot(post), []
    chosen = {name: _value(theirs, name) for name in PARTS}
    for row in _rows(theirs, aside, revisions.base(post, started_from)):
        side = choices.get(row.name, row.proposal)
        value = row.theirs if side == "theirs" else row.mine
        if row.name.startswith("pick-body") or not row.name:
            body.append(value)
        else:
            chosen[row.name.removeprefix("pick-")] = value
    in_text = [entry for entry in (*theirs.photos, *aside.photos) if entry["in_text"]]
    chosen |= {"body": "\n".join(filter(None, body)), "photos": chosen["photos"] + in_text}
    merged = Revision(**chosen)
    return restoring.restore(post, merged, author, _("Put together from two texts"))


def _rows(theirs: Revision, mine: Revision, base: Revision | None) -> list[Row]:
    rows = []
    for name in PARTS:
        old, new = _value(theirs, name), _value(mine, name)
        if old != new:
            texts = comparison.text(theirs, name), comparison.text(mine, name)
            started = _value(base or theirs, name)
            sides = old != started, new != started
            rows.append(_row(f"pick-{name}", comparison.label(name), (old, new), texts, sides))
    return [*rows, *_body_rows(theirs, mine, base)]


def _value(revision: Revision, name: str) -> Any:
    """A part of a version. The pictures in its text belong to the text."""
    value = getattr(revision, name)
    return [entry for entry in value if not entry["in_text"]] if name == "photos" else value


def _body_rows(theirs: Revision, mine: Revision, base: Revision | None) -> Iterator[Row]:
    old, new = theirs.body.split("\n"), mine.body.split("\n")
    known = set((base or theirs).body.split("\n"))
    pairs = [pair for passage in differences.passages(old, new) for pair in _paired(*passage)]
    if len(pairs) > MOST_ROWS:
        pairs = [(old, new)]
    for number, (before, after) in enumerate(pairs):
        values = "\n".join(before), "\n".join(after)
        texts = plain.lines(values[0]), plain.lines(values[1])
        if before == after:
            yield Row("", "", *values, texts)
            continue
        sides = not before or not known.issuperset(before), not after or not known.issuperset(after)
        if all(sides) and not (before and after):  # one side has added what the other does not know
            sides = bool(before), bool(after)
        yield _row(f"pick-body-{number}", comparison.label("body"), values, texts, sides)


def _paired(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Paragraph by paragraph where both sides have as many."""
    if before == after or len(before) != len(after):
        yield before, after
    else:
        yield from (([one], [other]) for one, other in zip(before, after, strict=True))


def _row(name: str, label: str, values: Any, texts: tuple[str, str], changed: tuple[bool, bool]) -> Row:
    proposal: Side = "mine" if changed[1] else "theirs"
    return Row(name, label, values[0], values[1], texts, proposal, is_contested=all(changed))
