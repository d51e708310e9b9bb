"""Regular jobs, run by `flask tick` or, where no timer runs, by the server: one process at a time."""

from datetime import timedelta
from typing import cast

from sqlalchemy import Connection, Table, and_, or_, update

from database import upsert
from domain.keeping.models import JobRun
from models import now

GIVEN_UP = timedelta(hours=1)  # a job that has run for so long was killed


def begin(connection: Connection, name: str, pause: timedelta = timedelta(0)) -> bool:
    """Whether the caller is to run this job now: nobody else runs it, and its last run failed or is long ago.

    :param connection: of the visitors database, in a writing transaction
    :param pause: from the start of one run to that of the next
    """
    at, table = now(), cast("Table", JobRun.__table__)
    run = table.c
    is_over = or_(run.ended_at.is_not(None), run.started_at <= at - GIVEN_UP)
    is_time = or_(run.started_at <= at - pause, run.error != "")
    is_due = or_(and_(is_time, is_over), run.started_at > at)  # the latter: the clock was set back
    begun = {"started_at": at, "ended_at": None, "error": ""}
    statement = upsert(table, connection.dialect.name).values(name=name, **begun)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_=begun, where=is_due)
    return connection.execute(statement.returning(run.name)).first() is not None


def end(connection: Connection, name: str, error: str = "") -> None:
    """The job is done, or has failed with this error."""
    connection.execute(update(JobRun).where(JobRun.name == name).values(ended_at=now(), error=error[:200]))
