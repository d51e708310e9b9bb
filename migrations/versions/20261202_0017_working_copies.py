"""What is typed and not saved yet is kept on the server

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'working_copies',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('form_key', sa.String(length=64), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=True),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('stored_at', database.UTCDateTime(), nullable=False),
        sa.Column('fields', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['post_id'], ['posts.id'], name=op.f('fk_working_copies_post_id_posts'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_working_copies')),
        sa.UniqueConstraint('form_key', name=op.f('uq_working_copies_form_key')),
    )
    op.create_index(op.f('ix_working_copies_post_id'), 'working_copies', ['post_id'])
    op.create_index(op.f('ix_working_copies_stored_at'), 'working_copies', ['stored_at'])


def downgrade_():
    op.drop_table('working_copies')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
