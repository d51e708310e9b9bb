"""The log of what was changed at the desk

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'activity_entries',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('actor_id', sa.Integer(), nullable=True),
        sa.Column('act', sa.String(length=40), nullable=False),
        sa.Column('subject', sa.String(length=200), nullable=False),
        sa.Column('path', sa.String(length=200), nullable=False),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['actor_id'], ['members.id'],
            name=op.f('fk_activity_entries_actor_id_members'), ondelete='SET NULL',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_entries')),
    )
    op.create_index(op.f('ix_activity_entries_actor_id'), 'activity_entries', ['actor_id'])
    op.create_index(op.f('ix_activity_entries_created_at'), 'activity_entries', ['created_at'])


def downgrade_():
    op.drop_table('activity_entries')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
