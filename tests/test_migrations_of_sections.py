"""Sections of older databases."""

import flask_migrate
from flask import Flask
from old_database import FOLDER, insert, write
from sqlalchemy import select

from database import db
from domain.moderation import settings
from domain.paper import sections
from domain.paper.sections import SectionDraft
from lib.sqlite.driver import sqlite3
from models import Section


def test_sections_without_comments_stay_so(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0035")
    file = bare.config["SETTINGS"].news_file
    write(file)
    rules = {"first_comments": 2, "closed_after_days": 9, "words": "[]", "policy": "", "policy_page": ""}
    with sqlite3.connect(file) as connection:
        insert(connection, "sections", id=2, slug="b", name="나", position=2, look="list", kind="news")
        insert(connection, "comment_rules", id=1, closed_sections="[2]", **rules)
    flask_migrate.upgrade(FOLDER)
    query = select(Section.id, Section.comments_from, Section.hidden_at).order_by(Section.id)
    assert db.session.execute(query).all() == [(1, "members", None), (2, "nobody", None)]
    assert settings.read().closed_after_days == 9
    sections.merge(*(sections.save(None, SectionDraft(slug, slug, group_id=1)) for slug in "xy"))
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0035")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT closed_sections FROM comment_rules").scalar() == "[2]"
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3
