"""Bans and closed accounts, the log of accesses, blocks, spam

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

TABLES = (
    'access_entries', 'email_blocks', 'network_blocks', 'comment_origins', 'spam_cases', 'spam_comments',
)  # fmt: skip


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('members', moment('banned_until', nullable=True))
    op.add_column('members', sa.Column('ban_reason', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('members', moment('closed_at', nullable=True))
    partial_index('ix_members_banned', 'members', 'id', 'banned_until IS NOT NULL')
    partial_index('ix_members_closed', 'members', 'id', 'closed_at IS NOT NULL')
    create_log()
    create_blocks()
    create_spam()


def create_log():
    op.create_table(
        'access_entries',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('editor_id', sa.Integer(), nullable=True),
        sa.Column('member_id', sa.Integer(), nullable=True),
        sa.Column('what', sa.String(length=30), nullable=False),
        sa.Column('reason', sa.String(length=300), nullable=False),
        moment('created_at'),
        foreign_key('access_entries', 'editor_id', 'members', 'SET NULL'),
        foreign_key('access_entries', 'member_id', 'members', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_access_entries')),
    )
    op.create_index(op.f('ix_access_entries_editor_id'), 'access_entries', ['editor_id'])
    op.create_index('ix_access_entries_member', 'access_entries', ['member_id', 'id'])
    op.create_index(op.f('ix_access_entries_created_at'), 'access_entries', ['created_at'])


def create_blocks():
    op.create_table(
        'email_blocks',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('domain', sa.String(length=253), nullable=False),
        sa.Column('key', sa.String(length=300), nullable=False),
        sa.Column('reason', sa.String(length=200), nullable=False),
        moment('created_at'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_email_blocks')),
        sa.UniqueConstraint('key', name=op.f('uq_email_blocks_key')),
    )
    op.create_table(
        'network_blocks',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('network', sa.String(length=50), nullable=False),
        sa.Column('sender', sa.String(length=64), nullable=False),
        sa.Column('reason', sa.String(length=200), nullable=False),
        moment('created_at'),
        moment('expires_at'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_network_blocks')),
    )
    op.create_index('ix_network_blocks_target', 'network_blocks', ['network', 'sender'], unique=True)
    op.create_index(op.f('ix_network_blocks_expires_at'), 'network_blocks', ['expires_at'])
    op.create_table(
        'comment_origins',
        sa.Column('comment_id', sa.Integer(), nullable=False),
        sa.Column('sender', sa.String(length=64), nullable=False),
        moment('created_at'),
        foreign_key('comment_origins', 'comment_id', 'comments', 'CASCADE'),
        sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_comment_origins')),
    )
    op.create_index(op.f('ix_comment_origins_created_at'), 'comment_origins', ['created_at'])


def create_spam():
    op.create_table(
        'spam_cases',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('editor_id', sa.Integer(), nullable=True),
        sa.Column('closed_account', sa.Boolean(), nullable=False),
        moment('created_at'),
        moment('undone_at', nullable=True),
        moment('erased_at', nullable=True),
        foreign_key('spam_cases', 'member_id', 'members', 'CASCADE'),
        foreign_key('spam_cases', 'editor_id', 'members', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_spam_cases')),
    )
    op.create_index(op.f('ix_spam_cases_member_id'), 'spam_cases', ['member_id'])
    partial_index('ix_spam_cases_open', 'spam_cases', 'created_at', 'undone_at IS NULL AND erased_at IS NULL')
    op.create_table(
        'spam_comments',
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('comment_id', sa.Integer(), nullable=False),
        foreign_key('spam_comments', 'case_id', 'spam_cases', 'CASCADE'),
        foreign_key('spam_comments', 'comment_id', 'comments', 'CASCADE'),
        sa.PrimaryKeyConstraint('case_id', 'comment_id', name=op.f('pk_spam_comments')),
    )
    op.create_index(op.f('ix_spam_comments_comment_id'), 'spam_comments', ['comment_id'])


def moment(name, nullable=False):
    return sa.Column(name, database.UTCDateTime(), nullable=nullable)


def partial_index(name, table, column, condition):
    where = sa.text(condition)
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def foreign_key(table, column, other, action):
    name = op.f(f'fk_{table}_{column}_{other}')
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=name, ondelete=action)


def downgrade_():
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index('ix_members_banned', 'members')
    op.drop_index('ix_members_closed', 'members')
    with op.batch_alter_table('members') as batch:
        for column in ('banned_until', 'ban_reason', 'closed_at'):
            batch.drop_column(column)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
