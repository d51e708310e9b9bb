"""Claims to a correction or a reply, and what was decided on them

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    create_claims()
    op.create_table(
        'claim_decisions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('claim_id', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('ground', sa.Integer(), nullable=True),
        sa.Column('reply', sa.Text(), nullable=False),
        sa.Column('decided_at', database.UTCDateTime(), nullable=False),
        foreign_key('claim_decisions', 'claim_id', 'claims', 'CASCADE'),
        foreign_key('claim_decisions', 'author_id', 'members', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_decisions')),
    )
    op.create_index(op.f('ix_claim_decisions_claim_id'), 'claim_decisions', ['claim_id'])


def create_claims():
    op.create_table(
        'claims',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('receipt', sa.String(length=20), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=True),
        sa.Column('post_id', sa.Integer(), nullable=True),
        sa.Column('correction_id', sa.Integer(), nullable=True),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('is_representative', sa.Boolean(), nullable=False),
        sa.Column('contact', sa.String(length=120), nullable=False),
        sa.Column('article', sa.String(length=300), nullable=False),
        sa.Column('is_election', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('wanted', sa.Text(), nullable=False),
        sa.Column('filename', sa.String(length=255), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('idempotency_key', sa.String(length=64), nullable=True),
        sa.Column('agreed_at', database.UTCDateTime(), nullable=False),
        sa.Column('received_at', database.UTCDateTime(), nullable=False),
        *(sa.Column(name, database.UTCDateTime(), nullable=True) for name in
          ('talking_at', 'accepted_at', 'refused_at', 'closed_at')),
        foreign_key('claims', 'member_id', 'members', 'SET NULL'),
        foreign_key('claims', 'post_id', 'posts', 'SET NULL'),
        foreign_key('claims', 'correction_id', 'corrections', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_claims')),
        sa.UniqueConstraint('receipt', name=op.f('uq_claims_receipt')),
        sa.UniqueConstraint('idempotency_key', name=op.f('uq_claims_idempotency_key')),
    )
    for name in ('member_id', 'post_id', 'correction_id', 'digest', 'closed_at'):
        op.create_index(op.f(f'ix_claims_{name}'), 'claims', [name])
    where = sa.text('closed_at IS NULL')
    op.create_index('ix_claims_open', 'claims', ['id'], sqlite_where=where, postgresql_where=where)


def foreign_key(table, column, other, action):
    name = op.f(f'fk_{table}_{column}_{other}')
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=name, ondelete=action)


def downgrade_():
    op.drop_table('claim_decisions')
    op.drop_table('claims')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
