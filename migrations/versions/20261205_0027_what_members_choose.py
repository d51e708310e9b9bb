"""What members choose: likes, scraps, nicknames, mails and consents

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

import database

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

MOMENT = database.UTCDateTime()


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    for table in ('comments', 'posts'):
        op.add_column(table, sa.Column('like_count', sa.Integer(), server_default='0', nullable=False))
    for name in ('told_at', 'withdrawn_at'):
        op.add_column('consents', sa.Column(name, MOMENT, nullable=True))
    add_choices()
    create_likes()
    op.create_table(
        'scraps',
        sa.Column('id', sa.Integer(), nullable=False),
        *columns('scraps', created='created_at', member_id='members', post_id='posts'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_scraps')),
        sa.UniqueConstraint('member_id', 'post_id', name=op.f('uq_scraps_member_id_post_id')),
    )
    op.create_index(op.f('ix_scraps_post_id'), 'scraps', ['post_id'])
    op.create_index('ix_scraps_member_newest', 'scraps', ['member_id', 'id'])
    op.create_table(
        'former_nicknames',
        sa.Column('id', sa.Integer(), nullable=False),
        *columns('former_nicknames', created='changed_at', member_id='members'),
        sa.Column('nickname', sa.String(length=30), nullable=False),
        sa.Column('nickname_key', sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_former_nicknames')),
    )
    for name in ('member_id', 'nickname_key'):
        op.create_index(op.f(f'ix_former_nicknames_{name}'), 'former_nicknames', [name])


def add_choices():
    """Members agreed to the documents when they agreed last, or when they joined."""
    for name, default in (('wants_reply_mail', sa.false()), ('wants_digest', sa.true()), ('wants_news', sa.false())):
        op.add_column('members', sa.Column(name, sa.Boolean(), server_default=default, nullable=False))
    op.add_column('members', sa.Column('consented_at', MOMENT, nullable=True))
    op.execute("UPDATE members SET consented_at = coalesce((SELECT max(agreed_at) FROM consents"
               " WHERE consents.member_id = members.id AND document IN ('terms', 'privacy')), joined_at)")
    with op.batch_alter_table('members') as batch:
        batch.alter_column(
            'consented_at', existing_type=MOMENT, nullable=False, server_default=sa.text('CURRENT_TIMESTAMP')
        )


def create_likes():
    op.create_table(
        'comment_likes',
        *columns('comment_likes', created='created_at', member_id='members', comment_id='comments', post_id='posts'),
        sa.PrimaryKeyConstraint('member_id', 'comment_id', name=op.f('pk_comment_likes')),
    )
    for name in ('comment_id', 'post_id'):
        op.create_index(op.f(f'ix_comment_likes_{name}'), 'comment_likes', [name])
    op.create_index('ix_comment_likes_member_post', 'comment_likes', ['member_id', 'post_id', 'comment_id'])
    op.create_table(
        'post_likes',
        *columns('post_likes', created='created_at', member_id='members', post_id='posts'),
        sa.PrimaryKeyConstraint('member_id', 'post_id', name=op.f('pk_post_likes')),
    )
    op.create_index(op.f('ix_post_likes_post_id'), 'post_likes', ['post_id'])


def columns(table, created, **references):
    """A moment, and columns that refer to other tables, with their foreign keys."""
    keys = [
        sa.ForeignKeyConstraint(
            [name], [f'{other}.id'], name=op.f(f'fk_{table}_{name}_{other}'), ondelete='CASCADE'
        )
        for name, other in references.items()
    ]
    numbers = [sa.Column(name, sa.Integer(), nullable=False) for name in references]
    return *numbers, sa.Column(created, MOMENT, nullable=False), *keys


def downgrade_():
    for table in ('former_nicknames', 'scraps', 'post_likes', 'comment_likes'):
        op.drop_table(table)
    with op.batch_alter_table('members') as batch:
        for name in ('consented_at', 'wants_reply_mail', 'wants_digest', 'wants_news'):
            batch.drop_column(name)
    for table, column in (('consents', 'withdrawn_at'), ('consents', 'told_at'),
                          ('posts', 'like_count'), ('comments', 'like_count')):
        op.drop_column(table, column)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
