"""Photos have an alternative text, a focus and a chosen cover, and are found by month and by words

Revision ID: 0020
Revises: 0019
"""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

import database
from lib.sqlite.driver import sqlite3
from lib.text import words
from lib.text.plain import from_html


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = ("caption", "credit", "alt")
IN_TEXT = re.compile(r'<figure><img src="/media/([0-9a-f]{64})-[^<>]*><figcaption>(.*?)</figcaption></figure>', re.DOTALL)


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('photos', sa.Column('alt', sa.String(length=300), server_default='', nullable=False))
    for name in ('is_decorative', 'is_cover'):
        op.add_column('photos', sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    for name in ('focus_x', 'focus_y'):
        op.add_column('photos', sa.Column(name, sa.Integer(), server_default='50', nullable=False))
    op.create_index('ix_photos_created', 'photos', ['created_at', 'id'])
    take_captions_from_texts(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        create_search(op.get_bind())


def take_captions_from_texts(connection):
    """A photo in a text gets the caption that stands there, to be found by its words."""
    posts = "SELECT DISTINCT post_id FROM photos WHERE in_text AND post_id IS NOT NULL ORDER BY post_id"
    update = sa.text("UPDATE photos SET caption = :caption WHERE post_id = :id AND in_text AND digest = :digest")
    for id in connection.scalars(sa.text(posts)).all():
        body = connection.scalar(sa.text("SELECT body FROM posts WHERE id = :id"), {"id": id})
        for digest, caption in IN_TEXT.findall(body):
            connection.execute(update, {"id": id, "digest": digest, "caption": from_html(caption)[:300]})


def create_search(connection):
    bare = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
    op.execute(f"CREATE VIRTUAL TABLE photo_search USING fts5({', '.join(COLUMNS)}, place, tokenize='ascii', prefix='1'{bare})")
    op.execute("CREATE TABLE photo_search_places (place INTEGER NOT NULL PRIMARY KEY, source_id INTEGER NOT NULL UNIQUE)")
    photos = sa.text("SELECT created_at, id FROM photos WHERE caption != '' OR credit != '' ORDER BY created_at, id")
    last = None
    for at, id in connection.execute(photos.columns(created_at=database.UTCDateTime())).all():
        first = (at - EPOCH) // timedelta(seconds=1) * 1024
        last = first if last is None else max(first, last + 1)
        put(connection, last, id)


def put(connection, place, id):
    """Index one photo: the words are read one by one, to keep memory small."""
    query = sa.text("SELECT caption, credit FROM photos WHERE id = :id")
    caption, credit = map(words.tokens, connection.execute(query, {"id": id}).one())
    insert = "INSERT INTO photo_search (rowid, caption, credit, alt, place) VALUES (?, ?, ?, '', '')"
    connection.exec_driver_sql(insert, (place, caption, credit))
    connection.exec_driver_sql("INSERT INTO photo_search_places (place, source_id) VALUES (?, ?)", (place, id))


def downgrade_():
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table('photo_search')
        op.drop_table('photo_search_places')
    op.drop_index('ix_photos_created', table_name='photos')
    for name in ('focus_y', 'focus_x', 'is_cover', 'is_decorative', 'alt'):
        op.drop_column('photos', name)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
