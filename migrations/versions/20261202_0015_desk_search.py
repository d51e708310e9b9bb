"""The desk finds drafts and deleted articles by words; articles can be deleted for good

Revision ID: 0015
Revises: 0014
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

import database
from lib.sqlite.driver import sqlite3
from lib.text import words
from lib.text.plain import from_html


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = ("title", "subtitle", "tags", "body", "byline", "captions")
DRAFTS = "published_at IS NULL AND deleted_at IS NULL"
HIDDEN = "published_at IS NULL OR deleted_at IS NOT NULL"
DELETED = "deleted_at IS NOT NULL"
DELETED_NOT_ERASED = "deleted_at IS NOT NULL AND erased_at IS NULL"


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('posts', sa.Column('erased_at', database.UTCDateTime(), nullable=True))
    op.drop_index('ix_posts_created', table_name='posts')
    op.drop_index('ix_posts_deleted', table_name='posts')
    create_index('ix_posts_draft', ['published_at', 'created_at', 'id'], DRAFTS)
    create_index('ix_posts_section_draft', ['section_id', 'published_at', 'created_at', 'id'], DRAFTS)
    create_index('ix_posts_deleted', ['deleted_at', 'id'], DELETED_NOT_ERASED)
    create_index('ix_posts_section_deleted', ['section_id', 'deleted_at', 'id'], DELETED_NOT_ERASED)
    if op.get_bind().dialect.name == "sqlite":
        create_search(op.get_bind())


def create_index(name, columns, condition):
    where = sa.text(condition)
    op.create_index(name, 'posts', columns, unique=False, sqlite_where=where, postgresql_where=where)


def create_search(connection):
    bare = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
    op.execute(f"CREATE VIRTUAL TABLE desk_search USING fts5({', '.join(COLUMNS)}, place, tokenize='ascii', prefix='1'{bare})")
    op.execute("CREATE TABLE desk_search_places (place INTEGER NOT NULL PRIMARY KEY, source_id INTEGER NOT NULL UNIQUE)")
    moment = "coalesce(deleted_at, created_at)"
    hidden = sa.text(f"SELECT id, {moment} AS moment FROM posts WHERE {HIDDEN} ORDER BY {moment}, id")
    last = None
    for id, at in connection.execute(hidden.columns(moment=database.UTCDateTime())).all():
        first = (at - EPOCH) // timedelta(seconds=1) * 1024
        last = first if last is None else max(first, last + 1)
        put(connection, last, id)


def put(connection, place, id):
    """Index one article: the texts are read one by one, to keep memory small."""
    post = connection.execute(
        sa.text("SELECT title, subtitle, body, byline, section_id, group_id, deleted_at FROM posts WHERE id = :id"), {"id": id}
    ).one()
    tags = sa.text("SELECT name FROM post_tags JOIN tags ON tags.id = tag_id WHERE post_id = :id ORDER BY post_tags.position")
    captions = sa.text("SELECT caption FROM photos WHERE post_id = :id AND caption != '' ORDER BY position, id")
    texts = post._asdict() | {
        "body": from_html(post.body),
        "tags": " / ".join(connection.scalars(tags, {"id": id})),
        "captions": " / ".join(connection.scalars(captions, {"id": id})),
    }
    scope = f"·s{post.section_id} ·g{post.group_id} {'·deleted' if post.deleted_at else '·draft'}"
    values = (place, *(words.tokens(texts[column]) for column in COLUMNS), scope)
    marks = ", ".join("?" * len(values))
    connection.exec_driver_sql(f"INSERT INTO desk_search (rowid, {', '.join(COLUMNS)}, place) VALUES ({marks})", values)
    connection.exec_driver_sql("INSERT INTO desk_search_places (place, source_id) VALUES (?, ?)", (place, id))


def downgrade_():
    """Articles that were deleted for good stay: deleted ones without a text."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table('desk_search')
        op.drop_table('desk_search_places')
    for name in ('ix_posts_section_deleted', 'ix_posts_deleted', 'ix_posts_section_draft', 'ix_posts_draft'):
        op.drop_index(name, table_name='posts')
    create_index('ix_posts_deleted', ['deleted_at', 'id'], DELETED)
    op.create_index('ix_posts_created', 'posts', ['created_at', 'id'], unique=False)
    op.drop_column('posts', 'erased_at')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
