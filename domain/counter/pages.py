"""Pages that a beat may name: which are public, and the articles among them."""

import re

from sqlalchemy import select

from database import db
from lib.text import plain
from models import Post, now

PUBLIC = re.compile(
    r"/(?:(?:posts/(?P<post_id>[1-9][0-9]{0,17})|sections/(?P<slug>[a-z0-9-]{1,60})"
    r"|pages/[a-z0-9-]{1,60}|tips/new|visitors)/?)?",
    re.ASCII,
)


def public_path(path: str) -> str:
    """The path if its page may be shown to everybody, else "": no desk, no membership, no search words."""
    return path if PUBLIC.fullmatch(path) else ""


def post_id_in(path: str) -> int | None:
    """The id of the article that a path leads to, None for any other page."""
    found = PUBLIC.fullmatch(path)
    return plain.number(found["post_id"]) if found else None


def section_of(post_id: int) -> int | None:
    """The section of an article that is visible now; None for any other."""
    return db.session.scalar(select(Post.section_id).where(Post.id == post_id, Post.is_visible(now())))
