"""Marks of what the sample made. Whatever adds a row or a file of it marks that in the same transaction.

marks.add(section, page)
marks.add_files(photo.digest)
"""

from typing import Any

from sqlalchemy import delete, select

from database import db
from domain.sample.models import SampleMark
from models import digest

FILES = "files"


def add(*rows: Any) -> None:
    """Mark rows of the sample, which must have been flushed. Each has a column `id`."""
    db.session.add_all(
        SampleMark(kind=row.__tablename__, key=str(row.id), made_at=made_at(row), content=content_of(row))
        for row in rows
    )


def add_files(*digests: str) -> None:
    """Mark files of the media folder by the digests in their names."""
    known = set(db.session.scalars(select(SampleMark.key).where(SampleMark.kind == FILES)))
    db.session.add_all(SampleMark(kind=FILES, key=name) for name in set(digests) - known)


def are_there() -> bool:
    """Whether anything of the sample is left."""
    return db.session.scalar(select(SampleMark.kind).limit(1)) is not None


def files() -> set[str]:
    """The digests of the sample's files."""
    return set(db.session.scalars(select(SampleMark.key).where(SampleMark.kind == FILES)))


def rows(table: Any) -> list[Any]:
    """The rows of this table that the sample made and that are still there."""
    marked = {mark.key: mark for mark in of_kind(table.__tablename__)}
    ids = [int(key) for key in marked]
    found = db.session.scalars(select(table).where(table.id.in_(ids)).order_by(table.id))
    return [row for row in found if made_at(row) == marked[str(row.id)].made_at]


def of_kind(kind: str) -> list[SampleMark]:
    """The marks of a table's rows."""
    return list(db.session.scalars(select(SampleMark).where(SampleMark.kind == kind)))


def is_rewritten(row: Any) -> bool:
    """Whether the editor has given an article of the sample both another title and another text."""
    mark = db.session.get(SampleMark, (row.__tablename__, str(row.id)))
    if mark is None or not mark.content:
        return False
    title, body = mark.content[:32], mark.content[32:]
    now_title, now_body = content_of(row)[:32], content_of(row)[32:]
    return title != now_title and body != now_body


def remove(kind: str | None = None) -> None:
    """Delete the marks of one kind; without a kind, all but those of files."""
    which = SampleMark.kind == kind if kind else SampleMark.kind != FILES
    db.session.execute(delete(SampleMark).where(which))


def made_at(row: Any) -> Any:
    """When a row was made; None for a table that does not say so."""
    return getattr(row, "created_at", None) or getattr(row, "joined_at", None)


def content_of(row: Any) -> str:
    """The digest of a title and that of a text, half of each; empty for rows that have none."""
    if not (hasattr(row, "title") and hasattr(row, "body")):
        return ""
    return digest(row.title)[:32] + digest(row.body)[:32]
