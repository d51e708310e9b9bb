"""Regular jobs, run by `flask tick` or, where no timer runs, by the server: one process at a time."""

from datetime import timedelta
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Connection, Table, and_, or_, select, update

from database import db, upsert
from domain.keeping.models import JobRun
from models import now

# What each job of cli.JOBS is for.
LABELS: dict[str, Any] = {
    "visitors": _("Throw away presences and captchas that are over"),
    "account mails": _("Write mails about passwords and logins"),
    "measures": _("Clocks of temporary measures"),
    "news": _("Delete what the privacy policy promises to delete"),
    "digest": _("Write the editors' letter of the morning"),
    "files": _("Delete files that nothing uses"),
    "consents": _("Tell members of standing consents"),
    "printed pages": _("Make pictures of printed issues"),
    "page texts": _("Keep what company pages say"),
    "backup": _("Make the backup of the night"),
    "drill": _("Restore a backup for a test"),
}
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


def last_runs() -> dict[str, JobRun]:
    """The last run of each job that has run, by name."""
    return {run.name: run for run in db.session.scalars(select(JobRun))}


def error_in_words(error: str) -> str:
    """What a job failed of, as `end` stored it."""
    if error == "killed":
        return gettext("was interrupted")
    if error in ("OperationalError", "TimeoutError"):
        return gettext("the database was busy, or the disk is full")
    if error in ("OSError", "PermissionError"):
        return gettext("a file could not be written or read")
    return gettext("failed (%(error)s): the log of the server says why", error=error)
