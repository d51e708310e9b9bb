"""Failed logins by account and sender, attempts to join, one key for all spellings of an e-mail address

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.drop_table('login_failures')  # nothing in it is older than a day
    op.create_table('login_failures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('sender', sa.String(length=64), nullable=False),
    sa.Column('known', sa.Boolean(), nullable=False),
    sa.Column('failed_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_failures'))
    )
    op.create_index('ix_login_failures_account_failed', 'login_failures', ['account', 'known', 'failed_at'], unique=False)
    op.create_index('ix_login_failures_sender_failed', 'login_failures', ['sender', 'known', 'failed_at'], unique=False)
    op.create_index(op.f('ix_login_failures_failed_at'), 'login_failures', ['failed_at'], unique=False)
    op.create_table('join_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sender', sa.String(length=64), nullable=False),
    sa.Column('form_digest', sa.String(length=64), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('tried_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_join_attempts_member_id_members'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_attempts')),
    sa.UniqueConstraint('form_digest', name=op.f('uq_join_attempts_form_digest'))
    )
    op.create_index('ix_join_attempts_sender_tried', 'join_attempts', ['sender', 'tried_at'], unique=False)
    op.create_index(op.f('ix_join_attempts_member_id'), 'join_attempts', ['member_id'], unique=False)
    op.create_index(op.f('ix_join_attempts_tried_at'), 'join_attempts', ['tried_at'], unique=False)
    join_spellings()


def join_spellings():
    """Set the new keys. Of two members with one address the first keeps it; the other one keeps the old key."""
    members = sa.table('members', sa.column('id', sa.Integer), sa.column('email_key', sa.String))
    connection = op.get_bind()
    keys = dict(connection.execute(sa.select(members.c.id, members.c.email_key).order_by(members.c.id)).all())
    taken = set(keys.values())
    for id, key in keys.items():
        new = email_key(key)
        if new not in taken:
            connection.execute(sa.update(members).where(members.c.id == id).values(email_key=new))
            taken.add(new)


def email_key(key):
    """The new key of an old one, which had no capitals, spaces and invisible characters."""
    local, at, domain = key.rpartition('@')
    if not at:
        return key
    mailbox = local.split('+', 1)[0] or local
    if domain in ('gmail.com', 'googlemail.com'):
        domain, mailbox = 'gmail.com', mailbox.replace('.', '') or mailbox
    return f'{mailbox}@{domain}'


def downgrade_():
    members = sa.table('members', sa.column('email', sa.String), sa.column('email_key', sa.String))
    op.get_bind().execute(sa.update(members).values(email_key=sa.func.lower(members.c.email)))
    op.drop_table('join_attempts')
    op.drop_table('login_failures')
    op.create_table('login_failures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name_digest', sa.String(length=64), nullable=False),
    sa.Column('failed_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_failures'))
    )
    op.create_index('ix_login_failures_name_failed', 'login_failures', ['name_digest', 'failed_at'], unique=False)
    op.create_index(op.f('ix_login_failures_failed_at'), 'login_failures', ['failed_at'], unique=False)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
