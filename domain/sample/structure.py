"""The invented paper of an invented town: imprint, sections and members."""

import tomllib
from datetime import timedelta
from pathlib import Path

from database import db
from domain.sample import marks
from models import Member, Paper, Section, now

HERE = Path(__file__).parent
NO_PASSWORD = "!"  # noqa: S105 - a hash that no password has
STRUCTURE = tomllib.loads((HERE / "structure.toml").read_text("utf-8"))
IMPRINT = STRUCTURE["imprint"]


def fill_imprint() -> Paper:
    """Fill the row of the paper, with all details that the law requires."""
    paper = db.session.merge(Paper.get())
    for column, value in IMPRINT.items():
        setattr(paper, column, value)
    return paper


def add_sections() -> dict[str, Section]:
    """Add the groups and sections whose slugs do not exist yet. Returns all of them by slug."""
    found = {section.slug: section for section in db.session.scalars(db.select(Section))}
    new = []
    for position, columns in enumerate(STRUCTURE["sections"], 1):
        slug = columns["slug"]
        if slug not in found:
            parent = found.get(columns.get("parent"))
            found[slug] = Section(**columns | {"parent": parent, "position": position})
            db.session.add(found[slug])
            new.append(found[slug])
    db.session.flush()
    marks.add(*new)
    return found


def add_neighbours() -> dict[str, Member]:
    """Add the members who comment. Returns them by username."""
    found = {}
    for row in STRUCTURE["members"]:
        username, days = row["username"], row["days"]
        member = Member(password_hash=NO_PASSWORD, joined_at=now() - timedelta(days=days, hours=days % 7))
        member.name_as(username, row["nickname"], f"{username}@example.com")
        db.session.add(member)
        found[username] = member
    db.session.flush()
    marks.add(*found.values())
    return found
