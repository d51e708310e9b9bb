"""신고 at the desk: what was reported, by whom and why, and what became of it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.moderation import reports
from domain.moderation.queue import text_version
from lib.text import plain
from views.desk.report_forms import ReportDecisionForm
from views.web import guards

blueprint = Blueprint("desk_reports", __name__, url_prefix="/desk/reports")
blueprint.add_app_template_global(reports.open_count, "open_reports")  # for the menu of the desk
blueprint.add_app_template_filter(reports.outcomes, "report_outcomes")
blueprint.add_app_template_filter(text_version, "text_version")


@blueprint.get("")
def index() -> str:
    """What has open reports, then reports that were decided. `?before=<id>`: the next page of those."""
    before = plain.number(request.args.get("before"))
    closed, more = reports.closed_reports(before)
    targets = [] if before else reports.open_targets()
    form = ReportDecisionForm(formdata=None)
    return render_template(
        "desk/reports/index.html", targets=targets, closed=closed, more=more, is_first=not before, form=form
    )


@blueprint.post("/<int:id>/decision")
def decide(id: int) -> Any:
    """Decide on all open reports of the same comment or article. The pressed button names the outcome."""
    report, form = reports.find(id), ReportDecisionForm()
    form.check()
    closed = reports.decide(report, form.outcome.data or "", form.answer.data or "", form.seen.data or "")
    if closed:
        activity.record(guards.reader(), "report-decided", report.address, url_for(".index"))
    db.session.commit()
    flash(_("Decided. Those who reported are told.") if closed else _("These reports were decided already."))
    return redirect(url_for(".index"), 303)
