"""A correction can be changed; what it said before is kept

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'correction_revisions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('correction_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('replaced_at', database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['correction_id'],
            ['corrections.id'],
            name=op.f('fk_correction_revisions_correction_id_corrections'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_revisions')),
    )
    op.create_index(
        op.f('ix_correction_revisions_correction_id'), 'correction_revisions', ['correction_id']
    )


def downgrade_():
    op.drop_table('correction_revisions')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
