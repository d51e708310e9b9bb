"""Consents to marketing are found by when they were told of

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    where = sa.text('told_at IS NOT NULL')
    op.create_index('ix_consents_told', 'consents', ['told_at'], sqlite_where=where, postgresql_where=where)


def downgrade_():
    op.drop_index('ix_consents_told', 'consents')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
