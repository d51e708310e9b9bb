"""The search index: two full-text tables and the ids of their rows

Revision ID: 0003
Revises: 0002
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

import database
from lib.sqlite.driver import sqlite3
from lib.text import words
from lib.text.plain import from_html


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENT = database.UTCDateTime()


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    # The text is in the rows of the articles; the index stores none itself if SQLite can delete from such an index.
    bare = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
    op.execute(f"CREATE VIRTUAL TABLE post_search USING fts5(title, subtitle, body, byline, captions, place, tokenize='ascii', prefix='1'{bare})")
    op.execute("CREATE VIRTUAL TABLE comment_search USING fts5(body, place, tokenize='ascii', prefix='1')")
    if sqlite3.sqlite_version_info >= (3, 42):  # deleted text is overwritten in the index too
        op.execute("INSERT INTO comment_search (comment_search, rank) VALUES ('secure-delete', 1)")
    for name in ("post_search_places", "comment_search_places"):
        op.execute(f"CREATE TABLE {name} (place INTEGER NOT NULL PRIMARY KEY, source_id INTEGER NOT NULL UNIQUE)")
    fill_posts(connection)
    fill_comments(connection)


def fill_posts(connection):
    captions = {}
    for post_id, caption in connection.execute(
        sa.text("SELECT post_id, caption FROM photos WHERE post_id IS NOT NULL AND caption != '' ORDER BY position, id")
    ):
        captions.setdefault(post_id, []).append(caption)
    question = sa.text(
        "SELECT id, title, subtitle, body, byline, section_id, group_id, published_at FROM posts"
        " WHERE published_at IS NOT NULL AND deleted_at IS NULL ORDER BY published_at, id"
    ).columns(published_at=MOMENT)
    place = Places()
    for post in connection.execute(question):
        said = (post.title, post.subtitle, from_html(post.body), post.byline, " / ".join(captions.get(post.id, [])))
        where = f"·s{post.section_id} ·g{post.group_id}"
        put(connection, "post_search", place(post.published_at), post.id, [*map(words.tokens, said), where])


def fill_comments(connection):
    question = sa.text(
        "SELECT comments.id, comments.body, comments.created_at, post_id, section_id, group_id FROM comments"
        " JOIN posts ON posts.id = post_id WHERE NOT secret AND comments.deleted_at IS NULL"
        " AND published_at IS NOT NULL AND posts.deleted_at IS NULL ORDER BY comments.created_at, comments.id"
    ).columns(created_at=MOMENT)
    place = Places()
    for comment in connection.execute(question):
        where = f"·s{comment.section_id} ·g{comment.group_id} ·p{comment.post_id}"
        put(connection, "comment_search", place(comment.created_at), comment.id, [words.tokens(comment.body), where])


class Places:
    """Row ids for moments in order: the second, and ten bits to distinguish moments within one second."""

    def __init__(self):
        self.last = None

    def __call__(self, moment):
        first = (moment - EPOCH) // timedelta(seconds=1) * 1024
        self.last = first if self.last is None else max(first, self.last + 1)
        return self.last


def put(connection, table, place, source_id, values):
    marks = ", ".join("?" * (len(values) + 1))
    columns = ("title, subtitle, body, byline, captions" if table == "post_search" else "body") + ", place"
    connection.exec_driver_sql(f"INSERT INTO {table} (rowid, {columns}) VALUES ({marks})", (place, *values))
    connection.exec_driver_sql(f"INSERT INTO {table}_places (place, source_id) VALUES (?, ?)", (place, source_id))


def downgrade_():
    if op.get_bind().dialect.name == "sqlite":
        for name in ("post_search", "comment_search", "post_search_places", "comment_search_places"):
            op.drop_table(name)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
