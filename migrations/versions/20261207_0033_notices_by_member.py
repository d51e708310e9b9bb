"""Indexes for the notices of a member and for the editors

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op


revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_index('ix_notices_member', 'notices', ['member_id', 'id'])
    op.create_index(
        'ix_members_editors', 'members', ['id'],
        sqlite_where=sa.text('is_editor = 1'), postgresql_where=sa.text('is_editor'),
    )


def downgrade_():
    op.drop_index('ix_members_editors', 'members')
    op.drop_index('ix_notices_member', 'notices')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
