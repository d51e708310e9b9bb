"""A member's data to download, and leaving."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template
from flask_babel import gettext as _

from database import db, empty_wal
from domain.neighbours import personal_data
from forms import LeavingForm, add_errors
from models import Refused, local, now
from views.web import asked_password, guards, page_cache, password_queue, rates, sessions
from views.web.write_lock import drop_write_lock, take_write_lock, without_write_lock

blueprint = Blueprint("personal_data", __name__, url_prefix="/me")
blueprint.after_request(page_cache.private)


@blueprint.get("/data")
@guards.member_required
def show():
    return render_template("account/data.html")


@blueprint.get("/data.json")
@rates.limited("10 per hour")
@guards.member_required
def download():
    text = json.dumps(personal_data.export(guards.reader()), ensure_ascii=False, indent=2)
    name = f"maeul-{local(now()):%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, mimetype="application/json", headers=headers)


@blueprint.get("/leaving")
@guards.member_required
def leaving():
    return _leaving(LeavingForm())


@blueprint.post("/leaving")
@rates.limited("10 per minute")
@without_write_lock
@password_queue.queued
@guards.member_required
def leave():
    form = LeavingForm()
    if not form.validate():
        return _leaving(form, 422)
    try:
        personal_data.check_may_leave(guards.reader())
        asked_password.check(form.password)
        take_write_lock()
        secret = current_app.config["SECRET_KEY"]
        personal_data.erase(guards.reader(), comments=form.comments.data, secret=secret)
        db.session.commit()
    except Refused as refused:
        add_errors(form, {"password": str(refused)})
        return _leaving(form, refused.status, refused.headers)
    sessions.end_session()
    if not empty_wal():
        current_app.logger.warning("the write-ahead log is in use; the next regular job empties it")
    flash(_("You have left. Thank you for having been with us."))
    return redirect("/", 303)


def _leaving(form: LeavingForm, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    drop_write_lock()
    return render_template("account/leaving.html", form=form, member=guards.reader()), status, headers or {}
