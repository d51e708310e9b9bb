"""What the readers of documents have found, printed as HTML."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

DEEPEST = 12  # tables and text boxes within one another


@dataclass
class Inline:
    """The text of a paragraph in pieces of one format."""

    pieces: list[tuple[str, bool, str]] = field(default_factory=list)  # text, whether bold, link

    def add(self, text: str, *, bold: bool = False, href: str = "") -> None:
        if not text:
            return
        if self.pieces and self.pieces[-1][1:] == (bold, href):
            text = self.pieces.pop()[0] + text
        self.pieces.append((text, bold, href))

    @property
    def html(self) -> str:
        return "".join(map(_piece, self.pieces))

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text, _, _ in self.pieces)


def _piece(piece: tuple[str, bool, str]) -> str:
    text, bold, href = piece
    printed = html.escape(text, quote=False).replace("\n", "<br>")
    printed = f"<b>{printed}</b>" if bold else printed
    return f'<a href="{html.escape(href)}">{printed}</a>' if href else printed


def paragraph(inline: Inline, marker: str = "", level: int = 1, heading: int = 0) -> str:
    """A paragraph or a heading; empty if it is blank.

    :param marker: the bullet or number of an item of a list, at a level from 1. It is written as Word does,
        and becomes a list where `lib.text.markup` makes one of those of Word.
    """
    if inline.is_blank:
        return ""
    if heading:
        return f"<h{min(heading + 1, 4)}>{_marked(marker)}{inline.html}</h{min(heading + 1, 4)}>"
    if not marker:
        return f"<p>{inline.html}</p>"
    shown = f'<span style="mso-list:Ignore">{html.escape(marker)}</span>'
    return f'<p style="mso-list:l0 level{min(level, 9)} lfo1">{shown}{inline.html}</p>'


def _marked(marker: str) -> str:
    return f"{html.escape(marker)} " if marker else ""


@dataclass
class Cell:
    """A cell of a table, with its HTML."""

    inner: str
    columns: int = 1
    rows: int = 1
    is_heading: bool = False


def table(rows: Sequence[Sequence[Cell]]) -> str:
    """A table. A single cell is only a frame: its content is printed without it."""
    rows = [row for row in rows if row]
    if sum(map(len, rows)) == 1:
        return rows[0][0].inner
    printed = ("".join(map(_cell, row)) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in printed)}</table>"


def _cell(cell: Cell) -> str:
    tag = "th" if cell.is_heading else "td"
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<{tag}{spans}>{cell.inner}</{tag}>"
