"""Online visitors are counted from an index alone

Revision ID: 0005
Revises: 0004
"""

from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    pass


def downgrade_():
    pass


def upgrade_visitors():
    with op.batch_alter_table('presences', schema=None) as batch_op:
        batch_op.drop_index('ix_presences_seen_at')
        batch_op.create_index('ix_presences_seen_member', ['seen_at', 'member_id'], unique=False)


def downgrade_visitors():
    with op.batch_alter_table('presences', schema=None) as batch_op:
        batch_op.drop_index('ix_presences_seen_member')
        batch_op.create_index('ix_presences_seen_at', ['seen_at'], unique=False)
