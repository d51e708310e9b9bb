"""What was done at the desk; when each regular job ran last (in the visitors database: no news change)."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, String
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
