"""The first page of the desk: can the editor sleep tonight, what waits, today's numbers."""

from functools import partial
from pathlib import Path

from flask import Blueprint, current_app, render_template

from domain.desk import articles, home, origin_meter, working_copies
from domain.keeping import backups, doctor, health
from domain.mail import outbox
from domain.neighbours import two_step
from lib.web.addresses import with_query
from models import Paper
from views.web import guards

blueprint = Blueprint("desk_home", __name__, url_prefix="/desk")
NEWEST = 10  # published articles


@blueprint.get("/")
def show() -> str:
    """The archive of all articles: archive.py."""
    settings, root = current_app.config["SETTINGS"], Path(current_app.root_path)
    waiting = home.waiting()
    return render_template(
        "desk/home/show.html",
        tonight=home.tonight(waiting, doctor.findings(settings, root)),
        waiting=waiting,
        reminders=home.reminders(Paper.get()),
        today=home.numbers(),
        week=origin_meter.this_week(),
        unsaved_copies=working_copies.listed(),
        drafts=articles.drafts(),
        scheduled=articles.scheduled(),
        published=articles.published()[:NEWEST],
        is_two_step_on=two_step.is_on(guards.reader()),
        is_mail_on=outbox.is_on(),
        disk=health.disk(settings.data),
        backup=backups.last(),
        version=health.version(root),
        link=partial(with_query, "/desk/posts"),
    )
