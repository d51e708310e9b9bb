"""침해사고, 개인정보 유출: the checklist with its clocks, and the notices."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity, incidents
from domain.keeping.models import Incident
from models import Refused, now
from views.desk.incident_forms import IncidentForm, NoticeTextForm, StepForm
from views.web import guards

blueprint = Blueprint("desk_incidents", __name__, url_prefix="/desk/incidents")


@blueprint.get("")
def index() -> str:
    return _list(IncidentForm(formdata=None, known_at=now()))


@blueprint.post("")
def create() -> Any:
    form = IncidentForm()
    if not form.validate():
        return _list(form), 422
    try:
        incident = incidents.begin(
            form.summary.data or "", form.known_at.moment or now(), is_leak=form.is_leak.data
        )
    except Refused as refusal:
        form.known_at.errors = [str(refusal)]
        return _list(form), refusal.status
    return _done(incident, "incident-opened", _("The clocks run. Begin at the top."))


@blueprint.get("/<int:id>")
def show(id: int) -> str:
    incident = incidents.find(id)
    return _page(incident, NoticeTextForm(formdata=None, obj=incident))


@blueprint.post("/<int:id>")
def update(id: int) -> Any:
    """Save the words of the notice."""
    incident, form = incidents.find(id), NoticeTextForm()
    if not form.validate():
        return _page(incident, form), 422
    incident.notice = form.notice.data or ""
    return _done(incident, "incident-changed", _("The notice is saved."))


@blueprint.post("/<int:id>/steps")
def mark(id: int) -> Any:
    """A step is done, or is not done after all."""
    incident, form = incidents.find(id), StepForm()
    incidents.mark(incident, form.step.data or "")
    return _done(incident, "incident-changed")


@blueprint.post("/<int:id>/publication")
def publish(id: int) -> Any:
    incidents.publish(incident := incidents.find(id))
    return _done(incident, "incident-published", _("Readers see the notice for 30 days."))


@blueprint.post("/<int:id>/publication/removal")
def withdraw(id: int) -> Any:
    incidents.withdraw(incident := incidents.find(id))
    return _done(incident, "incident-withdrawn", _("Readers do not see the notice any more."))


@blueprint.post("/<int:id>/closing")
def close(id: int) -> Any:
    """Nothing is left to do; or, closed already, open it again."""
    incident = incidents.find(id)
    incident.closed_at = None if incident.closed_at else now()
    return _done(incident, "incident-closed" if incident.closed_at else "incident-opened")


def _list(form: IncidentForm) -> str:
    return render_template("desk/incidents/index.html", incidents=incidents.newest(), form=form)


def _page(incident: Incident, form: NoticeTextForm) -> str:
    return render_template(
        "desk/incidents/show.html",
        incident=incident,
        steps=incidents.steps(incident),
        report=incidents.ready_report(incident),
        form=form,
        now=now(),
    )


def _done(incident: Incident, act: str, sentence: str = "") -> Any:
    page = url_for(".show", id=incident.id)
    activity.record(guards.reader(), act, incident.summary, page)
    db.session.commit()
    if sentence:
        flash(sentence)
    return redirect(page, 303)
