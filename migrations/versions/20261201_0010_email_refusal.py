"""The sample's page against harvesting of e-mail addresses cites the law as it is in force

Article 50-2 of the Network Act was repealed. A page that still cites it in the sample's words gets a new version.

Revision ID: 0010
Revises: 0009
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

LAW = "「정보통신망 이용촉진 및 정보보호 등에 관한 법률」 "
OLD = LAW + "제50조의2(전자우편주소의 무단 수집행위 등 금지)"
NEW = LAW + "제50조제5항 및 제50조의7"
PAGES = sa.table(
    "pages",
    sa.column("slug", sa.String),
    sa.column("version", sa.Integer),
    sa.column("title", sa.String),
    sa.column("body", sa.Text),
    sa.column("created_at", sa.DateTime),
)


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    connection = op.get_bind()
    query = sa.select(PAGES).where(PAGES.c.slug == "email-refusal").order_by(PAGES.c.version.desc()).limit(1)
    page = connection.execute(query).first()
    if page and OLD in page.body:
        row = page._asdict() | {
            "version": page.version + 1,
            "body": page.body.replace(OLD, NEW),
            "created_at": datetime.now(UTC).replace(tzinfo=None),
        }
        connection.execute(sa.insert(PAGES).values(row))


def downgrade_():
    """Keep the new version: readers have seen it."""


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
