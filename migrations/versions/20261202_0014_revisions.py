"""Versions of articles are kept. That of an older article is written before it is next changed

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'revisions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.Column('note', sa.String(length=200), nullable=False),
        sa.Column('is_small', sa.Boolean(), nullable=False),
        sa.Column('is_aside', sa.Boolean(), nullable=False),
        sa.Column('changes', sa.JSON(), nullable=False),
        sa.Column('section_id', sa.Integer(), nullable=True),
        sa.Column('section_name', sa.String(length=60), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('subtitle', sa.String(length=200), nullable=False),
        sa.Column('byline', sa.String(length=80), nullable=False),
        sa.Column('origin', sa.String(length=20), nullable=False),
        sa.Column('credit_line', sa.String(length=200), nullable=False),
        sa.Column('published_at', database.UTCDateTime(), nullable=True),
        sa.Column('deleted_at', database.UTCDateTime(), nullable=True),
        sa.Column('tags', sa.JSON(), nullable=False),
        sa.Column('photos', sa.JSON(), nullable=False),
        sa.Column('corrections', sa.JSON(), nullable=False),
        sa.Column('details', sa.JSON(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ['author_id'], ['members.id'], name=op.f('fk_revisions_author_id_members'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['post_id'], ['posts.id'], name=op.f('fk_revisions_post_id_posts'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['section_id'], ['sections.id'], name=op.f('fk_revisions_section_id_sections'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions')),
    )
    op.create_index('ix_revisions_post', 'revisions', ['post_id', 'id'])


def downgrade_():
    op.drop_table('revisions')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
