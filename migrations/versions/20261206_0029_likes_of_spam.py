"""Likes of accounts that are marked as spam

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'spam_likes',
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('target_id', sa.Integer(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['case_id'], ['spam_cases.id'], name=op.f('fk_spam_likes_case_id_spam_cases'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('case_id', 'kind', 'target_id', name=op.f('pk_spam_likes')),
    )


def downgrade_():
    op.drop_table('spam_likes')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
