"""What the editor decided about comments

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'comment_rules',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('first_comments', sa.Integer(), nullable=False),
        sa.Column('closed_after_days', sa.Integer(), nullable=False),
        sa.Column('closed_sections', sa.JSON(), nullable=False),
        sa.Column('words', sa.JSON(), nullable=False),
        sa.Column('policy', sa.String(length=200), nullable=False),
        sa.Column('policy_page', sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_rules')),
    )


def downgrade_():
    op.drop_table('comment_rules')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
