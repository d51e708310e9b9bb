"""The reporters of the paper: a short list, for bylines and for the foot of their articles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, select

from database import db
from domain.desk.models import Reporter
from lib.sqlite.packed_rows import packed, unpacked
from models import Refused

_BETWEEN = re.compile(r"[\s,·ㆍ・/&]+")
_TITLE = re.compile(r".*(?:기자|국장|부장|위원|편집인|발행인|대표|통신원|특파원)|reporter", re.IGNORECASE)


@dataclass(frozen=True)
class Contact:
    """A reporter as readers see one."""

    name: str
    email: str


def listed() -> list[Reporter]:
    """All of them, in the editor's order."""
    return list(db.session.scalars(select(Reporter).order_by(Reporter.position, Reporter.id)))


def find(id: int) -> Reporter:
    """:raises Refused: there is none (404)"""
    found = next((reporter for reporter in listed() if reporter.id == id), None)
    if found is None:
        raise Refused(_("This reporter is no longer in the list."), 404)
    return found


def select_contacts() -> ScalarSelect[str]:
    """Select what readers may know of all of them, for `contacts` to read.

    As one text: the masthead of every page asks for them beside other things.
    """
    columns = (Reporter.position, Reporter.id, Reporter.name, Reporter.email)
    return select(packed(*columns)).scalar_subquery()


def contacts(selected: str | None) -> list[Contact]:
    """Return them in the editor's order."""
    ordered = sorted(unpacked(selected), key=lambda row: (int(row[0]), int(row[1])))
    return [Contact(*row[2:]) for row in ordered]


def named_in(byline: str, among: Iterable[Contact]) -> list[Contact]:
    """Those whom a byline names, with or without a title such as 기자."""
    words = _words(byline)
    return [contact for contact in among if _is_named(_words(contact.name), words)] if words else []


def save(reporter: Reporter | None, name: str, email: str) -> Reporter:
    """Change a reporter, or add one at the end of the list where `reporter` is None.

    :raises Refused: another one has this name, or the list is full (409)
    """
    others = [other for other in listed() if other is not reporter]
    if any(other.name == name for other in others):
        raise Refused(_("“%(name)s” is in the list already.", name=name), 409)
    if reporter is None:
        if len(others) >= Reporter.MOST:
            raise Refused(_("There is room for %(n)s reporters.", n=Reporter.MOST), 409)
        reporter = Reporter(position=max((other.position for other in others), default=0) + 1)
        db.session.add(reporter)
    reporter.name, reporter.email = name, email
    return reporter


def move(reporter: Reporter, step: int) -> None:
    """Exchange a reporter with the one above (-1) or below (1), if there is one."""
    order = listed()
    here = order.index(reporter)
    if 0 <= here + step < len(order):
        order[here], order[here + step] = order[here + step], order[here]
    for position, each in enumerate(order, 1):
        each.position = position


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]


def _is_named(name: list[str], byline: list[str]) -> bool:
    person = name[:-1] if len(name) > 1 and _TITLE.fullmatch(name[-1]) else name
    return any(byline[at : at + len(person)] == person for at in range(len(byline)))
