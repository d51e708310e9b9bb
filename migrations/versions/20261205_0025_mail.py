"""The outbox, notices, stopped threads, and when each regular job ran

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    create_mails()
    op.create_table(
        'notices',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('comment_id', sa.Integer(), nullable=False),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.Column('read_at', database.UTCDateTime(), nullable=True),
        foreign_key('notices', 'member_id', 'members'),
        foreign_key('notices', 'comment_id', 'comments'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
        sa.UniqueConstraint('member_id', 'comment_id', name=op.f('uq_notices_member_id_comment_id')),
    )
    op.create_index(op.f('ix_notices_comment_id'), 'notices', ['comment_id'])
    partial_index('ix_notices_unread', 'notices', ['member_id'], 'read_at IS NULL')
    op.create_table(
        'stopped_threads',
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('comment_id', sa.Integer(), nullable=False),
        sa.Column('stopped_at', database.UTCDateTime(), nullable=False),
        foreign_key('stopped_threads', 'member_id', 'members'),
        foreign_key('stopped_threads', 'comment_id', 'comments'),
        sa.PrimaryKeyConstraint('member_id', 'comment_id', name=op.f('pk_stopped_threads')),
    )
    op.create_index(op.f('ix_stopped_threads_comment_id'), 'stopped_threads', ['comment_id'])


def create_mails():
    op.create_table(
        'mails',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('event', sa.String(length=80), nullable=False),
        sa.Column('address', sa.String(length=254), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=True),
        sa.Column('topic', sa.String(length=20), nullable=False),
        sa.Column('thread_id', sa.Integer(), nullable=True),
        sa.Column('content', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.Column('expires_at', database.UTCDateTime(), nullable=True),
        sa.Column('due_at', database.UTCDateTime(), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('error', sa.String(length=300), nullable=False),
        sa.Column('sent_at', database.UTCDateTime(), nullable=True),
        sa.Column('failed_at', database.UTCDateTime(), nullable=True),
        foreign_key('mails', 'member_id', 'members'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mails')),
        sa.UniqueConstraint('event', 'address', name=op.f('uq_mails_event_address')),
    )
    for name in ('member_id', 'created_at'):
        op.create_index(op.f(f'ix_mails_{name}'), 'mails', [name])
    partial_index('ix_mails_due', 'mails', ['due_at', 'id'], 'due_at IS NOT NULL')
    partial_index('ix_mails_failed', 'mails', ['id'], 'failed_at IS NOT NULL')


def foreign_key(table, column, other):
    name = op.f(f'fk_{table}_{column}_{other}')
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=name, ondelete='CASCADE')


def partial_index(name, table, columns, condition):
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade_():
    for name in ('stopped_threads', 'notices', 'mails'):
        op.drop_table(name)


def upgrade_visitors():
    op.create_table(
        'job_runs',
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('started_at', database.UTCDateTime(), nullable=False),
        sa.Column('ended_at', database.UTCDateTime(), nullable=True),
        sa.Column('error', sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_job_runs')),
    )


def downgrade_visitors():
    op.drop_table('job_runs')
