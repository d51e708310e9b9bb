"""Versions of pages have a day of effect; what was shown of them is kept; pages of the editor's own

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None
MOMENT = database.UTCDateTime()


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column('pages', sa.Column('note', sa.String(length=300), server_default='', nullable=False))
    op.add_column('pages', sa.Column('is_unfavourable', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('pages', sa.Column('effective_at', MOMENT, nullable=True))
    op.execute('UPDATE pages SET effective_at = created_at')
    with op.batch_alter_table('pages') as batch:
        batch.alter_column('effective_at', existing_type=MOMENT, nullable=False)
    op.create_table(
        'page_texts',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('page_id', sa.Integer(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('shown_from', MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ['page_id'], ['pages.id'], name=op.f('fk_page_texts_page_id_pages'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_page_texts')),
    )
    op.create_index('ix_page_texts_page', 'page_texts', ['page_id', 'id'])
    op.create_table(
        'own_pages',
        sa.Column('slug', sa.String(length=60), nullable=False),
        sa.Column('in_footer', sa.Boolean(), nullable=False),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.Column('removed_at', MOMENT, nullable=True),
        sa.PrimaryKeyConstraint('slug', name=op.f('pk_own_pages')),
    )
    # What members of before agreed to had no placeholders: the versions are the texts.
    op.execute('INSERT INTO page_texts (page_id, body, shown_from) SELECT id, body, created_at FROM pages ORDER BY id')
    with op.batch_alter_table('consents') as batch:
        batch.add_column(sa.Column('text_id', sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f('fk_consents_text_id_page_texts'), 'page_texts', ['text_id'], ['id'], ondelete='SET NULL'
        )
    op.execute('UPDATE consents SET text_id = (SELECT page_texts.id FROM page_texts JOIN pages'
               ' ON pages.id = page_texts.page_id WHERE pages.slug = consents.document'
               ' AND pages.version = consents.version)')


def downgrade_():
    with op.batch_alter_table('consents') as batch:
        batch.drop_constraint(op.f('fk_consents_text_id_page_texts'), type_='foreignkey')
        batch.drop_column('text_id')
    op.drop_table('own_pages')
    op.drop_table('page_texts')
    with op.batch_alter_table('pages') as batch:
        for name in ('effective_at', 'is_unfavourable', 'note'):
            batch.drop_column(name)


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
