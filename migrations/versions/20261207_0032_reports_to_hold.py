"""How many reports hold a comment is the editor's to say

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    column = sa.Column('reports_to_hold', sa.Integer(), nullable=False, server_default='3')
    op.add_column('comment_rules', column)


def downgrade_():
    op.drop_column('comment_rules', 'reports_to_hold')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
