"""Statistics by hour, month and year; anonymous marks of daily visitors

Revision ID: 0002
Revises: 0001
"""

from collections import Counter
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from flask import current_app

import database


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

SUMS = ("visitors", "views", "members", "robots")


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    for name, keys in (("activity_days", ("day",)), ("activity_hours", ("day", "hour"))):
        op.create_table(
            name,
            sa.Column("day", sa.Date(), nullable=False),
            *[sa.Column("hour", sa.Integer(), nullable=False)] * (len(keys) - 1),
            sa.Column("comments", sa.Integer(), nullable=False),
            sa.Column("joins", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        )
    fill_activity()


def fill_activity():
    """Count the comments and members that exist already."""
    connection = op.get_bind()
    zone = ZoneInfo(current_app.config["SETTINGS"].timezone)
    hours = Counter()
    comments = sa.table("comments", sa.column("created_at", database.UTCDateTime()))
    members = sa.table("members", sa.column("joined_at", database.UTCDateTime()), sa.column("is_editor", sa.Boolean()))
    for kind, question in (("comments", sa.select(comments.c.created_at)), ("joins", sa.select(members.c.joined_at).where(members.c.is_editor.is_(False)))):
        for (moment,) in connection.execute(question):
            local = moment.astimezone(zone)
            hours[local.date(), local.hour, kind] += 1
    days = Counter()
    for (day, _hour, kind), count in hours.items():
        days[day, kind] += count
    by_hour = [
        {"day": day, "hour": hour, "comments": hours[day, hour, "comments"], "joins": hours[day, hour, "joins"]}
        for day, hour in sorted({(day, hour) for day, hour, _kind in hours})
    ]
    by_day = [{"day": day, "comments": days[day, "comments"], "joins": days[day, "joins"]} for day in sorted({day for day, _kind in days})]
    for name, rows in (("activity_hours", by_hour), ("activity_days", by_day)):
        if rows:
            op.bulk_insert(sa.table(name, sa.column("day", sa.Date()), *(sa.column(key) for key in rows[0] if key != "day")), rows)


def downgrade_():
    op.drop_table("activity_hours")
    op.drop_table("activity_days")


def upgrade_visitors():
    with op.batch_alter_table("visit_days") as table:
        table.add_column(sa.Column("members", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("robots", sa.Integer(), server_default="0", nullable=False))
        table.create_index("ix_visit_days_visitors", ["visitors"])
    op.create_table(
        "visit_hours",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SUMS),
        sa.PrimaryKeyConstraint("day", "hour", name=op.f("pk_visit_hours")),
    )
    op.create_table(
        "tallies",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("span", sa.String(5), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "span", "start", "name", name=op.f("pk_tallies")),
    )
    op.create_index("ix_tallies_most", "tallies", ["kind", "span", "start", "count"])
    op.create_table(
        "hidden_words",
        sa.Column("word", sa.String(100), nullable=False),
        sa.Column("hidden_at", database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_hidden_words")),
    )
    op.create_table(
        "imported_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("peak", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_totals")),
    )
    op.create_index("ix_post_views_views", "post_views", ["views"])
    # Today's rows of who read what are not migrated. At worst an article is counted once more today.
    op.create_table(
        "day_marks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("day", "mark", name=op.f("pk_day_marks")),
    )
    op.drop_table("post_visitors")
    fill_tallies()


def fill_tallies():
    """Sum the days of each article into months and years."""
    connection = op.get_bind()
    months, years = Counter(), Counter()
    days = sa.table("post_days", sa.column("day", sa.Date()), sa.column("post_id"), sa.column("views"))
    for day, post_id, views in connection.execute(sa.select(days.c.day, days.c.post_id, days.c.views)):
        months[day.replace(day=1), str(post_id)] += views
        years[day.replace(month=1, day=1), str(post_id)] += views
    rows = [
        {"kind": "post", "span": span, "start": start, "name": name, "count": count}
        for span, sums in (("month", months), ("year", years))
        for (start, name), count in sums.items()
    ]
    columns = [sa.column("kind"), sa.column("span"), sa.column("start", sa.Date()), sa.column("name"), sa.column("count")]
    if rows:
        op.bulk_insert(sa.table("tallies", *columns), rows)


def downgrade_visitors():
    op.drop_index("ix_post_views_views", "post_views")
    for name in ("day_marks", "imported_totals", "hidden_words", "tallies", "visit_hours"):
        op.drop_table(name)
    op.create_table(
        "post_visitors",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "visitor", "post_id", name=op.f("pk_post_visitors")),
    )
    with op.batch_alter_table("visit_days") as table:
        table.drop_index("ix_visit_days_visitors")
        table.drop_column("robots")
        table.drop_column("members")
