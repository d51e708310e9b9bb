"""A paper of the version before gets settings, looks and printed issues, and keeps what it has."""

import flask_migrate
from flask import Flask
from old_database import FOLDER, write
from sqlalchemy import func, select

from database import db
from domain.paper import theme
from domain.paper.models import PrintIssue, StoredSetting
from models import Post


def test_nothing_is_set_and_no_issue_printed(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0041")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    assert [
        db.session.scalar(select(func.count()).select_from(table)) for table in (StoredSetting, PrintIssue)
    ] == [0, 0]
    assert theme.look(theme.read()) == theme.Look()
    posts = db.session.scalar(select(func.count()).select_from(Post))
    assert posts
    client = bare.test_client()
    assert client.get("/").status_code == 200
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0041")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == posts
