"""What the paper is and was: addresses and ids that sections had once."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database import Model


class FormerSlug(Model):
    """The slug that a section had once: its address leads to the section for ever, or answers 410."""

    __tablename__ = "former_slugs"
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="SET NULL"), index=True)


class FormerSection(Model):
    """A section that is no more, and the one that its articles went to. No other ever gets its id."""

    __tablename__ = "former_sections"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="SET NULL"), index=True)
