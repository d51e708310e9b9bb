"""Links to new passwords and confirmed addresses, two-step login, the kind of browser of a login

Who joined before counts as confirmed.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('logins', sa.Column('device', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('members', sa.Column('email_confirmed_at', database.UTCDateTime(), nullable=True))
    op.execute('UPDATE members SET email_confirmed_at = joined_at WHERE left_at IS NULL')
    create_links()
    create_two_steps()


def create_links():
    op.create_table(
        'account_links',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('address', sa.String(length=254), nullable=False),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.Column('expires_at', database.UTCDateTime(), nullable=False),
        of_a_member('account_links'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account_links')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_account_links_token_digest')),
    )
    for name in ('member_id', 'expires_at'):
        op.create_index(op.f(f'ix_account_links_{name}'), 'account_links', [name])
    op.create_table(
        'reset_requests',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=300), nullable=False),
        sa.Column('requested_at', database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reset_requests')),
    )


def create_two_steps():
    op.create_table(
        'two_steps',
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('secret', sa.String(length=64), nullable=False),
        sa.Column('last_step', sa.Integer(), nullable=False),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        of_a_member('two_steps'),
        sa.PrimaryKeyConstraint('member_id', name=op.f('pk_two_steps')),
    )
    op.create_table(
        'recovery_codes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('code_digest', sa.String(length=64), nullable=False),
        of_a_member('recovery_codes'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes')),
    )
    op.create_index(op.f('ix_recovery_codes_member_id'), 'recovery_codes', ['member_id'])
    op.create_table(
        'pending_logins',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('remember', sa.Boolean(), nullable=False),
        sa.Column('expires_at', database.UTCDateTime(), nullable=False),
        of_a_member('pending_logins'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pending_logins')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_pending_logins_token_digest')),
    )
    for name in ('member_id', 'expires_at'):
        op.create_index(op.f(f'ix_pending_logins_{name}'), 'pending_logins', [name])


def of_a_member(table):
    name = op.f(f'fk_{table}_member_id_members')
    return sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=name, ondelete='CASCADE')


def downgrade_():
    for table in ('pending_logins', 'recovery_codes', 'two_steps', 'reset_requests', 'account_links'):
        op.drop_table(table)
    op.drop_column('members', 'email_confirmed_at')
    op.drop_column('logins', 'device')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
