"""The links of a comment are found when it is written

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from lib.text.links import find_links


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BATCH = 500


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('comments', sa.Column('links', sa.JSON(), nullable=True))
    connection = op.get_bind()
    comments = sa.table("comments", sa.column("id"), sa.column("body"), sa.column("links", sa.JSON))
    dotted = sa.select(comments.c.id, comments.c.body).where(comments.c.body.contains("."))
    last = 0
    while rows := connection.execute(dotted.where(comments.c.id > last).order_by(comments.c.id).limit(BATCH)).all():
        for row in rows:
            if links := find_links(row.body):
                connection.execute(sa.update(comments).where(comments.c.id == row.id).values(links=links))
        last = rows[-1].id


def downgrade_():
    op.drop_column('comments', 'links')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
