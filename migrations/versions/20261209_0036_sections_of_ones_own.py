"""Sections are hidden, closed, merged and renamed; who may comment is theirs to say

Revision ID: 0036
Revises: 0035
"""

import json

import sqlalchemy as sa
from alembic import op

import database

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

RULES = sa.table('comment_rules', sa.column('id', sa.Integer), sa.column('closed_sections', sa.Text))
SECTIONS = sa.table('sections', sa.column('id', sa.Integer), sa.column('comments_from', sa.String))


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    members = {'nullable': False, 'server_default': 'members'}
    op.add_column('sections', sa.Column('hidden_at', database.UTCDateTime(), nullable=True))
    op.add_column('sections', sa.Column('closed_at', database.UTCDateTime(), nullable=True))
    op.add_column('sections', sa.Column('comments_from', sa.String(length=20), **members))
    op.add_column('sections', sa.Column('comments_close_after_days', sa.Integer(), nullable=True))
    closed = op.get_bind().scalar(sa.select(RULES.c.closed_sections))
    is_closed = SECTIONS.c.id.in_(json.loads(closed or '[]'))
    op.execute(sa.update(SECTIONS).where(is_closed).values(comments_from='nobody'))
    op.drop_column('comment_rules', 'closed_sections')
    for name, key in (('former_slugs', sa.Column('slug', sa.String(length=60), nullable=False)),
                      ('former_sections', sa.Column('id', sa.Integer(), autoincrement=False, nullable=False))):
        op.create_table(
            name,
            key,
            sa.Column('section_id', sa.Integer(), nullable=True),
            sa.ForeignKeyConstraint(
                ['section_id'],
                ['sections.id'],
                name=op.f(f'fk_{name}_section_id_sections'),
                ondelete='SET NULL',
            ),
            sa.PrimaryKeyConstraint(key.name, name=op.f(f'pk_{name}')),
        )
        op.create_index(op.f(f'ix_{name}_section_id'), name, ['section_id'])


def downgrade_():
    op.drop_table('former_sections')
    op.drop_table('former_slugs')
    empty = {'nullable': False, 'server_default': '[]'}
    op.add_column('comment_rules', sa.Column('closed_sections', sa.JSON(), **empty))
    closed = op.get_bind().scalars(sa.select(SECTIONS.c.id).where(SECTIONS.c.comments_from == 'nobody')).all()
    op.execute(sa.update(RULES).values(closed_sections=json.dumps(closed)))
    for column in ('comments_close_after_days', 'comments_from', 'closed_at', 'hidden_at'):
        op.drop_column('sections', column)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
