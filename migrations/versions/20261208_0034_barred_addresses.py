"""Addresses of members who left while they were banned

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'barred_addresses',
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('ends_at', database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('address', name=op.f('pk_barred_addresses')),
    )
    op.create_index(op.f('ix_barred_addresses_ends_at'), 'barred_addresses', ['ends_at'])


def downgrade_():
    op.drop_table('barred_addresses')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
