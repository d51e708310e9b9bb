"""침해사고, 개인정보 유출: what has to be done, until when, and the words that are ready for it.

Periods: 정보통신망법 제48조의3 (24 hours); 개인정보 보호법 제34조 with 시행령 제39조 and 제40조 (72 hours,
30 days).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from database import db
from domain.keeping.models import Incident
from domain.paper.models import SiteNotice
from lib.web.paging import LARGEST_ID
from models import Paper, Refused, local, now

PAGE = 30
NOTICE_LENGTH = 5000
# Step -> what to do. In the order of doing.
STEPS = {
    "stop": _l("Stop it: log out all editors, change their passwords, cut the server off if need be"),
    "keep": _l("Keep the traces: copy the data folder and the server's logs before anything is deleted"),
    "report": _l("Report the incident to the KISA (telephone 118, boho.or.kr)"),
    "commission": _l(
        "Report the leak to the Personal Information Protection Commission or the KISA (118, privacy.go.kr): "
        "from 1,000 people on, of sensitive data, or after an intrusion from outside"
    ),
    "tell": _l("Tell everybody concerned, by mail or telephone, with the words below"),
    "publish": _l("Where no contact is known: publish the notice here for 30 days"),
    "police": _l("Tell the police if it was a crime (telephone 182, ecrm.police.go.kr)"),
    "learn": _l("Write down what made it possible, and what is different now"),
}
OF_LEAKS = ("commission", "tell", "publish")
_HOURS = {"report": Incident.REPORT, "commission": Incident.NOTIFY, "tell": Incident.NOTIFY}


@dataclass(frozen=True)
class Step:
    """One thing to do about an incident."""

    name: str
    label: str
    due_at: datetime | None
    done_at: datetime | None


def find(id: int) -> Incident:
    """:raises Refused: there is none with this id (404)"""
    found = db.session.get(Incident, id) if 0 < id <= LARGEST_ID else None
    if found is None:
        raise Refused(_("There is no such incident."), 404)
    return found


def newest() -> Sequence[Incident]:
    return db.session.scalars(select(Incident).order_by(Incident.id.desc()).limit(PAGE)).all()


def open_incidents() -> Sequence[Incident]:
    query = select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.id)
    return db.session.scalars(query.limit(PAGE)).all()


def begin(summary: str, known_at: datetime, *, is_leak: bool) -> Incident:
    """Start the clocks.

    :raises Refused: it is known only in the future
    """
    if known_at > now():
        raise Refused(_("The moment when you knew of it cannot lie in the future."))
    incident = Incident(summary=summary, known_at=known_at, is_leak=is_leak, steps={})
    incident.notice = ready_notice(incident)
    db.session.add(incident)
    db.session.flush()
    return incident


def steps(incident: Incident) -> list[Step]:
    """What has to be done about this incident, with the clocks."""
    names = [name for name in STEPS if incident.is_leak or name not in OF_LEAKS]
    return [_step(incident, name) for name in names]


def mark(incident: Incident, name: str) -> None:
    """Say that a step is done, or is not done after all.

    :raises Refused: there is no such step
    """
    if name not in STEPS:
        raise Refused(_("Please choose what should happen."))
    done = dict(incident.steps)
    if done.pop(name, None) is None:
        done[name] = now().isoformat()
    incident.steps = done


def publish(incident: Incident) -> None:
    """Show the notice to readers for 30 days, with a line above every page.

    :raises Refused: it has blanks, or is published already (409)
    """
    if incident.published_at:
        raise Refused(_("This notice is published already."), 409)
    if not incident.notice.strip() or "[" in incident.notice:
        raise Refused(_("Please fill in what stands in [brackets] first, and save it."))
    incident.published_at = at = now()
    line = SiteNotice(
        text=_("Notice about personal data: please read it"),
        link=f"/incidents/{incident.id}",
        starts_at=at,
        ends_at=at + Incident.SHOWN,
    )
    db.session.add(line)
    db.session.flush()
    incident.site_notice_id = line.id


def withdraw(incident: Incident) -> None:
    """Show the notice no longer, because nobody has to read it after all."""
    line = db.session.get(SiteNotice, incident.site_notice_id) if incident.site_notice_id else None
    if line:
        db.session.delete(line)
    incident.published_at = incident.site_notice_id = None


def published(id: int) -> Incident | None:
    """The incident with this id whose notice readers see now."""
    found = db.session.get(Incident, id) if 0 < id <= LARGEST_ID else None
    until = found.shown_until if found else None
    return found if until and until > now() else None


def ready_notice(incident: Incident) -> str:
    """The notice to those concerned, as 개인정보 보호법 제34조 asks for it, with blanks in [brackets]."""
    paper = Paper.get()
    return _(
        "%(paper)s: notice of a leak of personal data\n\n"
        "1. Which data: [names, e-mail addresses …]\n"
        "2. When and how: we learned on %(moment)s that %(summary)s. [what is known of how it happened]\n"
        "3. What you can do: change your password here, and everywhere else where you use the same one. "
        "Be careful with mails and calls that use your name. [more]\n"
        "4. What we have done and how we help: [what was stopped, reported, changed]\n"
        "5. Whom to ask: %(paper)s, %(officer)s, telephone %(telephone)s, e-mail %(email)s\n\n"
        "We are sorry.",
        paper=paper.name, moment=f"{local(incident.known_at):%Y-%m-%d %H:%M}", summary=incident.summary,
        officer=paper.editors, telephone=paper.telephone, email=paper.email,
    )  # fmt: skip


def ready_report(incident: Incident) -> str:
    """What the KISA and the Commission ask for."""
    paper = Paper.get()
    return _(
        "Reporting: %(company)s (%(paper)s), publisher %(publisher)s, %(address)s, telephone %(telephone)s, "
        "e-mail %(email)s\n"
        "Known since: %(moment)s\n"
        "What happened: %(summary)s\n"
        "When and how: [as far as known]\n"
        "Data and number of people concerned: [as far as known]\n"
        "What was done: [stopped, kept, changed]\n"
        "Those concerned were told: [when, how]",
        company=paper.company_name, paper=paper.name, publisher=paper.publisher, address=paper.address,
        telephone=paper.telephone, email=paper.email, moment=f"{local(incident.known_at):%Y-%m-%d %H:%M}",
        summary=incident.summary,
    )  # fmt: skip


def _step(incident: Incident, name: str) -> Step:
    hours = _HOURS.get(name)
    done = incident.steps.get(name)
    due_at = incident.known_at + hours if hours and not done else None
    return Step(name, str(STEPS[name]), due_at, datetime.fromisoformat(done) if done else None)
