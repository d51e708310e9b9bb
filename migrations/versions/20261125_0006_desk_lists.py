"""Indexes for the desk's lists of deleted articles and unread letters

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    gone, unread = sa.text("deleted_at IS NOT NULL"), sa.text("read_at IS NULL")
    op.create_index('ix_posts_deleted', 'posts', ['deleted_at', 'id'], unique=False, sqlite_where=gone, postgresql_where=gone)
    op.create_index('ix_tips_unread', 'tips', ['id'], unique=False, sqlite_where=unread, postgresql_where=unread)


def downgrade_():
    op.drop_index('ix_tips_unread', table_name='tips')
    op.drop_index('ix_posts_deleted', table_name='posts')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
