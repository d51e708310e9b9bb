"""The editor fills several places of the front page, not only the first; interviews are a kind of section

The sections of a group that is called interviews get that kind.

Revision ID: 0011
Revises: 0010
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import database


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

PAPERS = sa.table("papers", sa.column("lead_post_id", sa.Integer))
SLOTS = sa.table(
    "front_slots",
    sa.column("post_id", sa.Integer),
    sa.column("position", sa.Integer),
    sa.column("placed_at", sa.DateTime),
)
INTERVIEWS = "name LIKE '%인터뷰%' OR parent_id IN (SELECT id FROM sections WHERE name LIKE '%인터뷰%')"


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'front_slots',
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('placed_at', database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_front_slots_post_id_posts'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('post_id', name=op.f('pk_front_slots')),
    )
    op.create_index(op.f('ix_front_slots_position'), 'front_slots', ['position'])
    connection = op.get_bind()
    lead = connection.scalar(sa.select(PAPERS.c.lead_post_id))
    if lead:
        slot = {"post_id": lead, "position": 1, "placed_at": datetime.now(UTC).replace(tzinfo=None)}
        connection.execute(sa.insert(SLOTS).values(slot))
    with op.batch_alter_table('papers') as papers:
        papers.drop_constraint(op.f('fk_papers_lead_post_id_posts'), type_='foreignkey')
        papers.drop_column('lead_post_id')
    op.execute(f"UPDATE sections SET kind = 'interview' WHERE kind = 'news' AND ({INTERVIEWS})")


def downgrade_():
    with op.batch_alter_table('papers') as papers:
        papers.add_column(sa.Column('lead_post_id', sa.Integer(), nullable=True))
        papers.create_foreign_key(
            op.f('fk_papers_lead_post_id_posts'), 'posts', ['lead_post_id'], ['id'], ondelete='SET NULL'
        )
    first = sa.select(SLOTS.c.post_id).order_by(SLOTS.c.position).limit(1)
    op.get_bind().execute(sa.update(PAPERS).values(lead_post_id=first.scalar_subquery()))
    op.drop_table('front_slots')
    op.execute("UPDATE sections SET kind = 'news' WHERE kind = 'interview'")


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
