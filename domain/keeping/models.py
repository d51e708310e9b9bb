"""When each regular job ran last. In the visitors database, where writing does not invalidate the news."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from domain.counter.models import VisitorsModel


class JobRun(VisitorsModel):
    """The last run of a job. Rules: domain/keeping/jobs.py."""

    __tablename__ = "job_runs"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()  # None: it is running, or was killed
    error: Mapped[str] = mapped_column(String(200), default="")
