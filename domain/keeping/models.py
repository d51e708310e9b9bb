"""What was done at the desk; in the visitors database, for it changes no news: regular jobs and backups."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
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


class Incident(Model):
    """침해사고, 개인정보 유출: what happened, what was done about it, and the notice for those concerned.

    The periods count from the moment it was known: 정보통신망법 제48조의3, 개인정보 보호법 제34조.
    """

    __tablename__ = "incidents"
    REPORT: ClassVar[timedelta] = timedelta(hours=24)  # to the KISA
    NOTIFY: ClassVar[timedelta] = timedelta(hours=72)  # those concerned and the Commission
    SHOWN: ClassVar[timedelta] = timedelta(days=30)  # where no contact is known (시행령 제39조)

    id: Mapped[int] = mapped_column(primary_key=True)
    summary: Mapped[str] = mapped_column(String(200))
    known_at: Mapped[datetime] = mapped_column()
    is_leak: Mapped[bool] = mapped_column(default=True)  # personal data may be in other hands
    steps: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # incidents.STEPS -> when it was done
    notice: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None] = mapped_column()  # the notice, for SHOWN
    site_notice_id: Mapped[int | None] = mapped_column()  # the line above every page that leads to it
    closed_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_incidents_open", "id", sqlite_where=closed_at.is_(None)),)

    @property
    def shown_until(self) -> datetime | None:
        return self.published_at + self.SHOWN if self.published_at else None


class JobRun(VisitorsModel):
    """The last run of a job. Rules: domain/keeping/jobs.py."""

    __tablename__ = "job_runs"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()  # None: it is running, or was killed
    error: Mapped[str] = mapped_column(String(200), default="")

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


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
