"""Tables in articles and company pages get an element around them that scrolls sideways

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

WIDE = '<div class="body__wide" tabindex="0">'


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    rewrite(lambda body: wrapped(unwrapped(body)))


def downgrade_():
    rewrite(unwrapped)


def rewrite(change):
    connection = op.get_bind()
    for name in ("posts", "pages"):
        table = sa.table(name, sa.column("id", sa.Integer), sa.column("body", sa.Text))
        ids = connection.scalars(sa.select(table.c.id).where(table.c.body.contains("<table"))).all()
        for id in ids:  # one by one, to keep memory small
            body = connection.scalar(sa.select(table.c.body).where(table.c.id == id))
            connection.execute(sa.update(table).where(table.c.id == id).values(body=change(body)))


def wrapped(body):
    """Wrap each table that is not inside another one."""
    parts, depth = [], 0
    for number, piece in enumerate(body.split("<table")):
        if number:
            parts.append(f"{WIDE}<table" if depth == 0 else "<table")
            depth += 1
        for end, text in enumerate(piece.split("</table>")):
            if end:
                depth -= 1
                parts.append("</table></div>" if depth == 0 else "</table>")
            parts.append(text)
    return "".join(parts)


def unwrapped(body):
    return body.replace(WIDE, "").replace("</table></div>", "</table>")


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
