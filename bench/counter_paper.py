"""The small paper that the counter's simulation runs on."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from crowd import HIDDEN, PASSWORD, POSTS, SECTIONS, section_of
from truth import SEOUL

IMPORTED = 1_234_567, 90  # total and peak of the old site


def make_paper(data: Path, members: int) -> None:
    """A small paper with members 2 to `members`, all with PASSWORD."""
    import flask_migrate

    from app import create_app
    from cli import attach_migrations
    from config import ROOT
    from database import db, visitors_transaction
    from domain.counter import visitors

    app = create_app(data=data)
    attach_migrations(app)
    with app.app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"))
        _add_articles()
        db.session.add_all(_members(members))
        db.session.commit()
        with visitors_transaction() as connection:
            visitors.set_imported(connection, *IMPORTED)
        for engine in db.engines.values():
            engine.dispose()


def _add_articles() -> None:
    from database import db
    from models import Paper, Post, Section

    db.session.add_all(
        [
            Paper(id=1, name="시험신문", registrations=[]),
            Section(id=10, slug="news", name="마을뉴스", position=1),
        ]
    )
    db.session.flush()
    sections = [
        Section(id=n, slug=slug, name=slug, parent_id=10, position=n) for n, slug in enumerate(SECTIONS, 1)
    ]
    db.session.add_all(sections)
    db.session.flush()
    published = datetime(2026, 1, 1, tzinfo=SEOUL)
    for number in range(1, POSTS + len(HIDDEN) + 1):
        post = Post(id=number, title=f"기사 {number}", body="<p>본문</p>", published_at=published)
        post.file_under(sections[section_of(number) - 1])
        db.session.add(post)
        if number == HIDDEN[0]:
            post.published_at = None
        elif number == HIDDEN[1]:
            post.published_at = datetime(2040, 1, 1, tzinfo=SEOUL)
        elif number == HIDDEN[2]:
            post.deleted_at = published


def _members(last: int) -> Iterator[Any]:
    from lib.web import passwords
    from models import Member, now

    password = passwords.hash_password(PASSWORD)
    for id_ in range(1, last + 1):
        one = Member(
            id=id_,
            password_hash=password,
            is_editor=id_ == 1,
            shown_online_at=now() if id_ % 3 == 0 else None,
        )
        one.name_as("editor" if id_ == 1 else f"m{id_:05}", f"이웃{id_:05}", f"m{id_:05}@example.com")
        yield one
