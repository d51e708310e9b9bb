"""Tags whose names differ only in their dots are one; the search index is built anew

A dot may be typed in many ways (3·1, 3ㆍ1), a number and its unit with or without a space, Latin letters with or
without marks. Of tags that become one the first one stays, with the articles of the others.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from lib.sqlite.driver import sqlite3
from lib.text import names, plain, words
from lib.text.plain import from_html


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

BATCH = 200  # rows in memory
POST_COLUMNS = ("title", "subtitle", "tags", "body", "byline", "captions")


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    connection = op.get_bind()
    set_keys(connection, names.tag_key)
    if connection.dialect.name == "sqlite":
        index_posts(connection)
        index_comments(connection)


def downgrade_():
    """Set the old keys. Merged tags stay one, and the index stays as it is, until `flask reindex`."""
    set_keys(op.get_bind(), plain.key)


def set_keys(connection, key_of):
    """Set the key of each tag. A tag whose key an earlier one has gives it its articles and is deleted."""
    tags = sa.table("tags", sa.column("id"), sa.column("name"), sa.column("key"))
    connection.execute(sa.update(tags).values(key=sa.literal(" ") + sa.cast(tags.c.id, sa.String)))  # no key has a space
    for row in batches(connection, sa.select(tags.c.id, tags.c.name), tags.c.id):
        key = key_of(row.name)
        kept = connection.scalar(sa.select(tags.c.id).where(tags.c.key == key))
        if kept is None:
            connection.execute(sa.update(tags).where(tags.c.id == row.id).values(key=key))
        else:
            merge(connection, row.id, kept)
            connection.execute(sa.delete(tags).where(tags.c.id == row.id))


def merge(connection, old, kept):
    post_tags = sa.table("post_tags", sa.column("post_id"), sa.column("tag_id"))
    has_both = sa.select(post_tags.c.post_id).where(post_tags.c.tag_id == kept)
    moved = sa.update(post_tags).where(post_tags.c.tag_id == old, post_tags.c.post_id.not_in(has_both))
    connection.execute(moved.values(tag_id=kept))
    connection.execute(sa.delete(post_tags).where(post_tags.c.tag_id == old))


def batches(connection, query, column):
    """Yield the rows of a query in the order of a unique column, its first one, BATCH of them in memory."""
    last = None
    while rows := connection.execute(
        (query if last is None else query.where(column > last)).order_by(column).limit(BATCH)
    ).all():
        yield from rows
        last = rows[-1][0]


def index_posts(connection):
    """Build the index of the articles that it holds. Their texts are read one by one."""
    bare = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
    op.execute("DROP TABLE post_search")
    op.execute(f"CREATE VIRTUAL TABLE post_search USING fts5({', '.join(POST_COLUMNS)}, place, tokenize='ascii', prefix='1'{bare})")
    texts = sa.text("SELECT title, subtitle, body, byline, section_id, group_id FROM posts WHERE id = :id")
    tagged = sa.text("SELECT name FROM post_tags JOIN tags ON tags.id = tag_id WHERE post_id = :id ORDER BY post_tags.position")
    captions = sa.text("SELECT caption FROM photos WHERE post_id = :id AND caption != '' ORDER BY position, id")
    for place, id in places(connection, "post_search_places"):
        if post := connection.execute(texts, {"id": id}).first():
            joined = {
                "body": from_html(post.body),
                "tags": " / ".join(connection.scalars(tagged, {"id": id})),
                "captions": " / ".join(connection.scalars(captions, {"id": id})),
            }
            put(connection, "post_search", place, POST_COLUMNS, post._asdict() | joined, scope(post))


def index_comments(connection):
    op.execute("DROP TABLE comment_search")
    op.execute("CREATE VIRTUAL TABLE comment_search USING fts5(body, place, tokenize='ascii', prefix='1')")
    if sqlite3.sqlite_version_info >= (3, 42):  # deleted text is overwritten in the index too
        op.execute("INSERT INTO comment_search (comment_search, rank) VALUES ('secure-delete', 1)")
    texts = sa.text(
        "SELECT comments.body, post_id, section_id, group_id FROM comments JOIN posts ON posts.id = post_id WHERE comments.id = :id"
    )
    for place, id in places(connection, "comment_search_places"):
        if comment := connection.execute(texts, {"id": id}).first():
            where = f"{scope(comment)} ·p{comment.post_id}"
            put(connection, "comment_search", place, ("body",), {"body": comment.body}, where)


def places(connection, name):
    table = sa.table(name, sa.column("place"), sa.column("source_id"))
    return batches(connection, sa.select(table.c.place, table.c.source_id), table.c.place)


def scope(row):
    return f"·s{row.section_id} ·g{row.group_id}"


def put(connection, table, place, columns, texts, where):
    marks = ", ".join("?" * (len(columns) + 2))
    values = (place, *(words.tokens(texts[column]) for column in columns), where)
    connection.exec_driver_sql(f"INSERT INTO {table} (rowid, {', '.join(columns)}, place) VALUES ({marks})", values)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
