"""Titles of corrections, and lists that show which articles were corrected

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

KINDS = ("correction", "rebuttal", "follow-up")  # the weightiest first


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    for table in ('corrections', 'correction_revisions'):
        op.add_column(table, sa.Column('title', sa.String(length=120), server_default='', nullable=False))
    op.create_index('ix_corrections_created', 'corrections', ['created_at', 'id'])
    # Before the text: lists would otherwise read through it.
    with op.batch_alter_table('posts', recreate='always') as batch_op:
        kind = sa.Column('correction_kind', sa.String(length=20), server_default='', nullable=False)
        batch_op.add_column(kind, insert_after='origin')
    for kind in reversed(KINDS):
        op.execute(sa.text(
            "UPDATE posts SET correction_kind = :kind"
            " WHERE id IN (SELECT post_id FROM corrections WHERE kind = :kind)"
        ).bindparams(kind=kind))


def downgrade_():
    op.drop_column('posts', 'correction_kind')
    op.drop_index('ix_corrections_created', table_name='corrections')
    for table in ('corrections', 'correction_revisions'):
        op.drop_column(table, 'title')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
