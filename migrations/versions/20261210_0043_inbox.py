"""States, notes and files of letters; notes of claims, requests and reports; checks of accesses; incidents

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    _letters()
    for table in ('claims', 'holds', 'reports'):
        op.add_column(table, sa.Column('note', sa.Text(), nullable=False, server_default=''))
    for table in ('claims', 'holds'):
        op.create_index(op.f(f'ix_{table}_received_at'), table, ['received_at'])
    op.create_table(
        'access_checks',
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('editor_id', sa.Integer(), nullable=True),
        sa.Column('note', sa.String(length=300), nullable=False),
        sa.Column('checked_at', database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['editor_id'], ['members.id'],
            name=op.f('fk_access_checks_editor_id_members'), ondelete='SET NULL',
        ),
        sa.PrimaryKeyConstraint('month', name=op.f('pk_access_checks')),
    )
    op.create_index(op.f('ix_access_checks_editor_id'), 'access_checks', ['editor_id'])
    op.create_table(
        'incidents',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('summary', sa.String(length=200), nullable=False),
        sa.Column('known_at', database.UTCDateTime(), nullable=False),
        sa.Column('is_leak', sa.Boolean(), nullable=False),
        sa.Column('steps', sa.JSON(), nullable=False),
        sa.Column('notice', sa.Text(), nullable=False),
        sa.Column('published_at', database.UTCDateTime(), nullable=True),
        sa.Column('site_notice_id', sa.Integer(), nullable=True),
        sa.Column('closed_at', database.UTCDateTime(), nullable=True),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_incidents')),
    )
    op.create_index('ix_incidents_open', 'incidents', ['id'], sqlite_where=sa.text('closed_at IS NULL'))


def _letters():
    op.drop_index('ix_tips_unread', 'tips')
    op.execute('ALTER TABLE tips RENAME COLUMN read_at TO done_at')
    op.add_column('tips', sa.Column('taken_up_at', database.UTCDateTime(), nullable=True))
    op.add_column('tips', sa.Column('note', sa.Text(), nullable=False, server_default=''))
    op.create_index('ix_tips_open', 'tips', ['id'], sqlite_where=sa.text('done_at IS NULL'))
    op.create_index(op.f('ix_tips_created_at'), 'tips', ['created_at'])
    op.create_table(
        'tip_files',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('tip_id', sa.Integer(), nullable=False),
        sa.Column('filename', sa.String(length=255), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['tip_id'], ['tips.id'], name=op.f('fk_tip_files_tip_id_tips'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tip_files')),
    )
    op.create_index(op.f('ix_tip_files_tip_id'), 'tip_files', ['tip_id'])
    op.create_index(op.f('ix_tip_files_digest'), 'tip_files', ['digest'])


def downgrade_():
    op.drop_table('incidents')
    op.drop_table('access_checks')
    for table in ('claims', 'holds'):
        op.drop_index(op.f(f'ix_{table}_received_at'), table)
    for table in ('reports', 'holds', 'claims'):
        op.drop_column(table, 'note')
    op.drop_table('tip_files')
    op.drop_index(op.f('ix_tips_created_at'), 'tips')
    op.drop_index('ix_tips_open', 'tips')
    op.drop_column('tips', 'note')
    op.drop_column('tips', 'taken_up_at')
    op.execute('ALTER TABLE tips RENAME COLUMN done_at TO read_at')
    op.create_index('ix_tips_unread', 'tips', ['id'], sqlite_where=sa.text('read_at IS NULL'))


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
