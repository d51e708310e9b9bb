"""Pages and consents of older databases."""

import flask_migrate
from flask import Flask
from old_database import FOLDER, MOMENT, insert, write
from sqlalchemy import select

from database import db
from domain.neighbours.models import Consent
from domain.paper import pages
from lib.sqlite.driver import sqlite3
from models import Page


def test_versions_stay_in_effect_and_consents_point_to_their_texts(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0036")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        member = connection.execute("SELECT min(id) FROM members").fetchone()[0]
        for version in (1, 2):
            page = {"slug": "terms", "version": version, "title": "약관", "body": f"<p>{version}판</p>"}
            insert(connection, "pages", **page, created_at=MOMENT)
        for document, version in (("terms", 1), ("age", 1)):
            row = {"member_id": member, "document": document, "version": version, "agreed_at": MOMENT}
            insert(connection, "consents", **row)
    flask_migrate.upgrade(FOLDER)
    page = pages.current("terms")
    assert (page.version, page.effective_at, page.note) == (2, page.created_at, "")
    terms, age = db.session.scalars(select(Consent).order_by(Consent.id))
    assert pages.text(terms.text_id).body == "<p>1판</p>"
    assert age.text_id is None
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0036")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM consents").scalar() == 2
        assert connection.exec_driver_sql("SELECT max(version) FROM pages").scalar() == 2
    flask_migrate.upgrade(FOLDER)
    assert len(db.session.scalars(select(Page)).all()) == 2
