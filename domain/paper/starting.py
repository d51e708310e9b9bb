"""The first start of a paper without the sample: who has the token makes the paper, and its editor.

The token is printed to the terminal of whoever runs the server. Everything that the start makes is one
transaction: one that was killed has made nothing, and starts again with the next token.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select

from database import db
from domain.neighbours import membership
from domain.paper import pages, sections
from domain.paper.models import Start
from models import Member, Paper, Refused, digest, now

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is mistaken for another
GROUPS = 4  # of four letters each: 79 bits


@dataclass(frozen=True)
class Beginning:
    """What the editor says of the new paper.

    :param imprint: columns of Paper
    :param proposal: one of sections.PROPOSALS; empty: no sections yet
    """

    username: str
    nickname: str
    email: str
    password: str
    imprint: Mapping[str, Any] = field(default_factory=dict)
    proposal: str = ""


def is_begun() -> bool:
    """Whether somebody chose to start without the sample, and has not finished."""
    return db.session.get(Start, 1) is not None


def is_open() -> bool:
    """Whether the paper waits for its editor."""
    has_editor = exists().where(Member.is_editor)
    return db.session.scalar(select(Start.id).where(~has_editor)) is not None


def begin() -> str | None:
    """Choose to start without the sample. Returns a new token, in place of an earlier one.

    None where an editor exists already: nothing has to be started, and the paper is there, empty.
    """
    if db.session.scalar(select(Member.id).where(Member.is_editor).limit(1)):
        finish()
        return None
    token = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(GROUPS))
    start = db.session.get(Start, 1) or Start(id=1)
    start.token_digest, start.printed_at = _digest(token), now()
    db.session.add(start)
    db.session.flush()
    return token


def accepts(token: str) -> bool:
    """Whether this is the token that was printed last, for a paper that waits for its editor."""
    start = db.session.get(Start, 1)
    return start is not None and secrets.compare_digest(start.token_digest, _digest(token)) and is_open()


def start(token: str, beginning: Beginning) -> Member:
    """Make the paper: editor, imprint, sections, company pages. The token is used up. Returns the editor.

    :raises Refused: the token is not right, or no more (403)
    :raises NamesRefused: the editor's names are malformed
    """
    if not accepts(token):
        raise Refused(_("This code is not right, or no longer valid."), 403)
    editor = membership.create_editor(
        beginning.username, beginning.nickname, beginning.email, beginning.password
    )
    finish()
    paper = Paper.get()
    for column, value in beginning.imprint.items():
        setattr(paper, column, value)
    if beginning.proposal:
        sections.adopt(beginning.proposal)
    pages.adopt_defaults()
    db.session.flush()
    return editor


def finish() -> None:
    """The paper is there, and no longer waits for its start."""
    db.session.merge(Paper.get())
    db.session.execute(delete(Start))
    db.session.flush()


def _digest(token: str) -> str:
    """The digest of a token, however it was typed."""
    return digest("".join(letter for letter in token.lower() if letter in LETTERS))
