"""Reports, and requests for a temporary measure with what happened to them

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    create_reports()
    create_holds()
    op.create_table(
        'hold_entries',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('hold_id', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        text('kind', 20),
        sa.Column('reply', sa.Text(), nullable=False),
        moment('created_at', nullable=False),
        foreign_key('hold_entries', 'hold_id', 'holds', 'CASCADE'),
        foreign_key('hold_entries', 'author_id', 'members', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hold_entries')),
    )
    op.create_index(op.f('ix_hold_entries_hold_id'), 'hold_entries', ['hold_id'])


def create_reports():
    op.create_table(
        'reports',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ('comment_id', 'post_id', 'member_id')),
        sa.Column('person', sa.String(length=64), nullable=True),
        text('text_digest', 64),
        text('reason', 20),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('wants_mail', sa.Boolean(), nullable=False),
        text('email', 254),
        sa.Column('has_held', sa.Boolean(), nullable=False),
        moment('created_at', nullable=False),
        text('outcome', 20),
        sa.Column('answer', sa.Text(), nullable=False),
        moment('closed_at'),
        foreign_key('reports', 'comment_id', 'comments', 'CASCADE'),
        foreign_key('reports', 'post_id', 'posts', 'CASCADE'),
        foreign_key('reports', 'member_id', 'members', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
        *(sa.UniqueConstraint(name, 'person', 'text_digest', name=op.f(f'uq_reports_{name}_person_text_digest'))
          for name in ('comment_id', 'post_id')),
    )
    for name in ('member_id', 'created_at', 'closed_at'):
        op.create_index(op.f(f'ix_reports_{name}'), 'reports', [name])
    open_index('reports')


def create_holds():
    op.create_table(
        'holds',
        sa.Column('id', sa.Integer(), nullable=False),
        text('number', 20),
        text('key', 64),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in
          ('requester_id', 'writer_id', 'comment_id', 'post_id')),
        text('target', 300),
        sa.Column('text', sa.Text(), nullable=False),
        text('kind', 20),
        text('name', 60),
        text('contact', 120),
        sa.Column('is_representative', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('explanation', sa.Text(), nullable=False),
        text('filename', 255),
        text('digest', 64),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('idempotency_key', sa.String(length=64), nullable=True),
        moment('agreed_at', nullable=False),
        moment('received_at', nullable=False),
        *(moment(name) for name in ('held_at', 'ends_at', 'asked_at', 'objected_at')),
        sa.Column('objection', sa.Text(), nullable=False),
        text('outcome', 20),
        moment('closed_at'),
        foreign_key('holds', 'requester_id', 'members', 'SET NULL'),
        foreign_key('holds', 'writer_id', 'members', 'SET NULL'),
        foreign_key('holds', 'comment_id', 'comments', 'SET NULL'),
        foreign_key('holds', 'post_id', 'posts', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_holds')),
        sa.UniqueConstraint('number', name=op.f('uq_holds_number')),
        sa.UniqueConstraint('idempotency_key', name=op.f('uq_holds_idempotency_key')),
    )
    for name in ('requester_id', 'writer_id', 'comment_id', 'post_id', 'digest', 'closed_at'):
        op.create_index(op.f(f'ix_holds_{name}'), 'holds', [name])
    open_index('holds')


def open_index(table):
    where = sa.text('closed_at IS NULL')
    op.create_index(f'ix_{table}_open', table, ['id'], sqlite_where=where, postgresql_where=where)


def text(name, length):
    return sa.Column(name, sa.String(length=length), nullable=False)


def moment(name, nullable=True):
    return sa.Column(name, database.UTCDateTime(), nullable=nullable)


def foreign_key(table, column, other, action):
    name = op.f(f'fk_{table}_{column}_{other}')
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=name, ondelete=action)


def downgrade_():
    for table in ('hold_entries', 'holds', 'reports'):
        op.drop_table(table)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
