"""What the sample made, so that it can be taken away again."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from database import Model


class SampleMark(Model):
    """A row or a file that the sample made. Rules: domain/sample/marks.py."""

    __tablename__ = "sample_marks"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)  # the name of a table, or "files"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # the id of a row, the digest of a file
    # When the row was made: SQLite gives the id of a deleted row to another one.
    made_at: Mapped[datetime | None] = mapped_column()
    content: Mapped[str] = mapped_column(String(64), default="")  # digest of title and text; empty: not known
