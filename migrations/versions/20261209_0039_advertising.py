"""Banners and their clicks, notices above every page, slots that expire, shops that nobody pays for

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

import database

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    # Before the text: lists would otherwise read through it.
    with op.batch_alter_table('posts', recreate='always') as batch_op:
        unpaid = sa.Column('is_unpaid', sa.Boolean(), server_default=sa.false(), nullable=False)
        batch_op.add_column(unpaid, insert_after='correction_kind')
        sponsor = sa.Column('sponsor', sa.String(length=80), server_default='', nullable=False)
        batch_op.add_column(sponsor, insert_after='is_unpaid')
    op.add_column('front_slots', sa.Column('expires_at', database.UTCDateTime(), nullable=True))
    op.create_table(
        'banners',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('advertiser', sa.String(length=80), nullable=False),
        sa.Column('slot', sa.String(length=20), nullable=False),
        sa.Column('link', sa.String(length=500), nullable=False),
        sa.Column('text', sa.String(length=120), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('alt', sa.String(length=300), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_banners')),
    )
    op.create_index(op.f('ix_banners_digest'), 'banners', ['digest'])
    op.create_index('ix_banners_days', 'banners', ['ends_on', 'starts_on'])
    op.create_table(
        'site_notices',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(length=200), nullable=False),
        sa.Column('link', sa.String(length=500), nullable=False),
        sa.Column('starts_at', database.UTCDateTime(), nullable=False),
        sa.Column('ends_at', database.UTCDateTime(), nullable=False),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_site_notices')),
    )
    op.create_index('ix_site_notices_moments', 'site_notices', ['ends_at', 'starts_at'])


def downgrade_():
    op.drop_table('site_notices')
    op.drop_table('banners')
    op.drop_column('front_slots', 'expires_at')
    op.drop_column('posts', 'sponsor')
    op.drop_column('posts', 'is_unpaid')


def upgrade_visitors():
    op.create_table(
        'banner_days',
        sa.Column('banner_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('clicks', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('banner_id', 'day', name=op.f('pk_banner_days')),
    )


def downgrade_visitors():
    op.drop_table('banner_days')
