"""Backups that were made, and drills

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

import database

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    pass


def downgrade_():
    pass


def upgrade_visitors():
    op.create_table(
        'backup_runs',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('started_at', database.UTCDateTime(), nullable=False),
        sa.Column('ended_at', database.UTCDateTime(), nullable=False),
        sa.Column('file', sa.String(length=300), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('problem', sa.String(length=500), nullable=False),
        sa.Column('hook_problem', sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_runs')),
    )
    op.create_index(op.f('ix_backup_runs_started_at'), 'backup_runs', ['started_at'])


def downgrade_visitors():
    op.drop_table('backup_runs')
