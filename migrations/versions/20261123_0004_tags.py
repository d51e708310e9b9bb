"""Tags of articles, indexed for search too

Revision ID: 0004
Revises: 0003
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

import database
from lib.sqlite.driver import sqlite3
from lib.text import words
from lib.text.plain import from_html


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENT = database.UTCDateTime()
BEFORE = ("title", "subtitle", "body", "byline", "captions")
AFTER = ("title", "subtitle", "tags", "body", "byline", "captions")


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table('tags',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('key', sa.String(length=600), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('key', name=op.f('uq_tags_key'))
    )
    op.create_table('post_tags',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('published_at', database.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_tags_post_id_posts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_post_tags_tag_id_tags'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'tag_id', name=op.f('pk_post_tags'))
    )
    with op.batch_alter_table('post_tags', schema=None) as batch_op:
        batch_op.create_index('ix_post_tags_tag_published', ['tag_id', 'published_at', 'post_id'], unique=False)
    make_index(op.get_bind(), AFTER)


def downgrade_():
    make_index(op.get_bind(), BEFORE)
    op.drop_table('post_tags')
    op.drop_table('tags')


def make_index(connection, columns):
    """Rebuild the full-text table from the articles, because it cannot be given another column."""
    if connection.dialect.name != "sqlite":
        return
    bare = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
    op.execute("DROP TABLE post_search")
    op.execute("DELETE FROM post_search_places")
    op.execute(f"CREATE VIRTUAL TABLE post_search USING fts5({', '.join(columns)}, place, tokenize='ascii', prefix='1'{bare})")
    fill(connection, columns)


def fill(connection, columns):
    # On upgrade no article has tags yet; on downgrade the column is dropped.
    captions = {}
    for post_id, caption in connection.execute(
        sa.text("SELECT post_id, caption FROM photos WHERE post_id IS NOT NULL AND caption != '' ORDER BY position, id")
    ):
        captions.setdefault(post_id, []).append(caption)
    question = sa.text(
        "SELECT id, title, subtitle, body, byline, section_id, group_id, published_at FROM posts"
        " WHERE published_at IS NOT NULL AND deleted_at IS NULL ORDER BY published_at, id"
    ).columns(published_at=MOMENT)
    last = None
    for post in connection.execute(question):
        first = (post.published_at - EPOCH) // timedelta(seconds=1) * 1024
        last = first if last is None else max(first, last + 1)
        said = {"title": post.title, "subtitle": post.subtitle, "body": from_html(post.body), "byline": post.byline}
        said["captions"] = " / ".join(captions.get(post.id, []))
        values = [*(words.tokens(said.get(column, "")) for column in columns), f"·s{post.section_id} ·g{post.group_id}"]
        marks = ", ".join("?" * (len(values) + 1))
        statement = f"INSERT INTO post_search (rowid, {', '.join(columns)}, place) VALUES ({marks})"
        connection.exec_driver_sql(statement, (last, *values))
        connection.exec_driver_sql("INSERT INTO post_search_places (place, source_id) VALUES (?, ?)", (last, post.id))


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
