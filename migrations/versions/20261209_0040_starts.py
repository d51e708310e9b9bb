"""First starts of empty papers, and changes of the imprint

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'starts',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('printed_at', database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_starts')),
    )
    op.create_table(
        'imprint_changes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('item', sa.String(length=40), nullable=False),
        sa.Column('before', sa.Text(), nullable=False),
        sa.Column('after', sa.Text(), nullable=False),
        sa.Column('changed_at', database.UTCDateTime(), nullable=False),
        sa.Column('changed_by', sa.Integer(), nullable=True),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('registered_at', database.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ['changed_by'], ['members.id'], name=op.f('fk_imprint_changes_changed_by_members'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_imprint_changes')),
    )
    is_open = sa.text("due_on IS NOT NULL AND registered_at IS NULL")
    op.create_index(
        'ix_imprint_changes_open', 'imprint_changes', ['due_on'], sqlite_where=is_open, postgresql_where=is_open
    )


def downgrade_():
    op.drop_table('imprint_changes')
    op.drop_table('starts')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
