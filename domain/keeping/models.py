"""What was done at the desk; in the visitors database, for it changes no news: regular jobs and backups."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database import Model
from domain.counter.models import VisitorsModel
from models import Member, now


class ActivityEntry(Model):
    """Somebody has changed something at the desk. Added by `activity.record` only, changed by nobody."""

    __tablename__ = "activity_entries"
    KEPT: ClassVar[timedelta] = timedelta(days=3 * 365)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    act: Mapped[str] = mapped_column(String(40))  # a key of activity.ACTS
    subject: Mapped[str] = mapped_column(String(200), default="")  # what was changed; nothing about readers
    path: Mapped[str] = mapped_column(String(200), default="")  # its page
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    actor: Mapped[Member | None] = relationship()


class JobRun(VisitorsModel):
    """The last run of a job. Rules: domain/keeping/jobs.py."""

    __tablename__ = "job_runs"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()  # None: it is running, or was killed
    error: Mapped[str] = mapped_column(String(200), default="")


class BackupRun(VisitorsModel):
    """A backup that was made or tried, or a drill: one that was restored for a test."""

    __tablename__ = "backup_runs"
    KEPT: ClassVar[timedelta] = timedelta(days=400)
    NIGHTLY, BY_HAND, DRILL = "nightly", "by hand", "drill"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # one of these three
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime] = mapped_column()
    file: Mapped[str] = mapped_column(
        String(300), default=""
    )  # its name, with the folder where it is not ours
    size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes
    problem: Mapped[str] = mapped_column(String(500), default="")  # why there is no backup; empty: there is
    hook_problem: Mapped[str] = mapped_column(String(500), default="")  # why it was not carried elsewhere
