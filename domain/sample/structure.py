"""The invented paper of an invented town: imprint, sections, company pages and members."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path

from database import db
from lib.text import markup
from models import Member, Page, Paper, Section, now

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
    for position, columns in enumerate(STRUCTURE["sections"], 1):
        slug = columns["slug"]
        if slug not in found:
            parent = found.get(columns.get("parent"))
            found[slug] = Section(**columns | {"parent": parent, "position": position})
            db.session.add(found[slug])
    db.session.flush()
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
    return found


def add_pages() -> int:
    """Add a first version of every company page that has none. Returns how many were added."""
    slugs = [slug for slug in Page.SLUGS if Page.latest(slug) is None]
    for slug in slugs:
        source = (HERE / "pages" / f"{slug}.html").read_text("utf-8")
        title, body = re.fullmatch("<h1>(.*?)</h1>(.*)", source, re.DOTALL).groups()
        db.session.add(Page(slug=slug, title=title, body=markup.clean(body.strip())))
    return len(slugs)
