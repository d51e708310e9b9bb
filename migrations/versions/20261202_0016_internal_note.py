"""An article has a note for the desk only

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('posts', sa.Column('internal_note', sa.Text(), server_default='', nullable=False))


def downgrade_():
    op.drop_column('posts', 'internal_note')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
