"""Comments can be held and hidden

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

import database

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

THERE = 'deleted_at IS NULL AND hidden_at IS NULL'
INDEXES = {
    'ix_comments_newest': (['created_at', 'id'], f'secret IS 0 AND held_at IS NULL AND {THERE}'),
    'ix_comments_public': (['post_id'], f'secret IS 0 AND held_at IS NULL AND {THERE}'),
    'ix_comments_held': (['held_at', 'id'], f'held_at IS NOT NULL AND {THERE}'),
    'ix_comments_hidden': (['hidden_for', 'hidden_at', 'id'], 'deleted_at IS NULL AND hidden_at IS NOT NULL'),
}


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    moment = database.UTCDateTime()
    op.add_column('comments', sa.Column('held_at', moment, nullable=True))
    op.add_column('comments', sa.Column('held_for', sa.String(length=200), server_default='', nullable=False))
    op.add_column('comments', sa.Column('hidden_at', moment, nullable=True))
    op.add_column('comments', sa.Column('hidden_for', sa.String(length=20), server_default='', nullable=False))
    op.add_column('comments', sa.Column('hidden_reason', sa.String(length=300), server_default='', nullable=False))
    op.create_table(
        'hidings',
        sa.Column('comment_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('reason', sa.String(length=300), nullable=False),
        sa.Column('hidden_at', moment, nullable=False),
        sa.ForeignKeyConstraint(
            ['comment_id'], ['comments.id'], name=op.f('fk_hidings_comment_id_comments'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('comment_id', 'kind', name=op.f('pk_hidings')),
    )
    op.drop_index('ix_comments_newest', 'comments')
    for name, (columns, where) in INDEXES.items():
        on_postgresql = sa.text(where.replace('secret IS 0', 'secret IS false'))
        op.create_index(name, 'comments', columns, sqlite_where=sa.text(where), postgresql_where=on_postgresql)


def downgrade_():
    for name in INDEXES:
        op.drop_index(name, 'comments')
    op.create_index('ix_comments_newest', 'comments', ['created_at', 'id'])
    op.drop_table('hidings')
    for column in ('hidden_reason', 'hidden_for', 'hidden_at', 'held_for', 'held_at'):
        op.drop_column('comments', column)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
