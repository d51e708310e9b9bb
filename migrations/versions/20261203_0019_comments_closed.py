"""Comments of an article can be closed

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

import database

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('posts', sa.Column('comments_closed_at', database.UTCDateTime(), nullable=True))


def downgrade_():
    op.drop_column('posts', 'comments_closed_at')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
