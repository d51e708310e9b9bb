"""What the editor chose last, to be proposed for the next article."""

from dataclasses import dataclass

from sqlalchemy import select

from database import db
from models import Member, Post

LOOKED_AT = 50  # articles; whoever has written none of the newest gets no proposal


@dataclass(frozen=True)
class Habits:
    """Section, byline and origin of an author's newest article; empty if there is none."""

    section_id: int | None = None
    byline: str = ""
    origin: str = ""


def of(author: Member | None) -> Habits:
    newest = select(Post.id, Post.author_id, Post.section_id, Post.byline, Post.origin)
    latest = newest.order_by(Post.id.desc()).limit(LOOKED_AT).subquery()
    mine = select(latest.c.section_id, latest.c.byline, latest.c.origin)
    mine = mine.where(latest.c.author_id == (author.id if author else None))
    row = db.session.execute(mine.order_by(latest.c.id.desc()).limit(1)).first()
    return Habits(*row) if row else Habits()
