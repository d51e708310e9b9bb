"""Settings of the desk, the paper's look, printed issues and their pages

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'settings',
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('value', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_settings')),
    )
    op.create_table(
        'themes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('accent', sa.String(length=7), nullable=False),
        sa.Column('logo_digest', sa.String(length=64), nullable=False),
        sa.Column('logo_width', sa.Integer(), nullable=False),
        sa.Column('logo_height', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_themes')),
    )
    op.create_table(
        'print_issues',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('published_on', sa.Date(), nullable=False),
        sa.Column('title', sa.String(length=60), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('page_count', sa.Integer(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('error', sa.String(length=200), nullable=False),
        sa.Column('failed_at', database.UTCDateTime(), nullable=True),
        sa.Column('done_at', database.UTCDateTime(), nullable=True),
        sa.Column('created_at', database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_print_issues')),
    )
    op.create_index(op.f('ix_print_issues_digest'), 'print_issues', ['digest'])
    op.create_index(
        'ix_print_issues_published', 'print_issues', ['published_on', 'id'],
        sqlite_where=sa.text('failed_at IS NULL'),
    )
    op.create_index(
        'ix_print_issues_waiting', 'print_issues', ['id'],
        sqlite_where=sa.text('failed_at IS NULL AND done_at IS NULL'),
    )
    op.create_table(
        'print_pages',
        sa.Column('issue_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['issue_id'], ['print_issues.id'],
            name=op.f('fk_print_pages_issue_id_print_issues'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('issue_id', 'number', name=op.f('pk_print_pages')),
    )
    op.create_index(op.f('ix_print_pages_digest'), 'print_pages', ['digest'])


def downgrade_():
    for table in ('print_pages', 'print_issues', 'themes', 'settings'):
        op.drop_table(table)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
