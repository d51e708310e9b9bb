"""What readers ask of the news: the masthead, lists, neighbours. Every list is a walk along an index."""

from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm.attributes import set_committed_value

from database import db
from models import Paper, Post, Section


def masthead() -> tuple[Paper, datetime | None, list[Section]]:
    """The paper, when it was last edited, and its groups with their sections: one question.

    The last edit is the editor's, or the newest article's moment: a scheduled one appears by itself.
    """
    newest = select(Post.published_at).where(Post.is_visible()).order_by(Post.published_at.desc()).limit(1).scalar_subquery()
    rows = db.session.execute(
        select(Paper, newest, Section).outerjoin(Section, true()).where(Paper.id == 1).order_by(Section.position, Section.id)
    ).all()
    if not rows:
        return Paper.get(), None, []
    paper, newest_at, _ = rows[0]
    sections = [section for _, _, section in rows if section]
    for section in sections:
        below = [child for child in sections if child.parent_id == section.id]
        set_committed_value(section, "children", below)
    moments = [moment for moment in (paper.last_edited_at, newest_at) if moment]
    return paper, max(moments, default=None), [section for section in sections if section.is_group]
