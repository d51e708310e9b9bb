"""What the editor decided about comments, as one value."""

from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from domain.moderation.models import CommentRules


@dataclass(frozen=True)
class CommentSettings:
    """The columns of CommentRules."""

    first_comments: int
    closed_after_days: int
    words: tuple[str, ...]
    policy: str
    policy_page: str
    reports_to_hold: int = 3


def read() -> CommentSettings:
    """Return the settings."""
    return of(db.session.scalar(select(CommentRules).where(CommentRules.id == 1)))


def of(rules: CommentRules | None) -> CommentSettings:
    """The settings of a row. Until the editor has saved any, nothing waits but what always does."""
    if rules is None:
        return CommentSettings(0, 0, (), _default_policy(), "")
    values = {name: getattr(rules, name) for name in CommentSettings.__dataclass_fields__}
    return CommentSettings(**values | {"words": tuple(values["words"])})


def save(settings: CommentSettings) -> None:
    """Replace the settings."""
    db.session.merge(CommentRules(id=1, **asdict(settings)))


def _default_policy() -> str:
    return _("Please respect one another. Insults, advertising and private details are hidden.")
