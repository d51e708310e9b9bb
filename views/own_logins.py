"""Where a member is logged in: a list, to end one or all."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.neighbours import membership
from lib.web.paging import LARGEST_ID
from models import digest
from views.web import guards, page_cache, sessions

blueprint = Blueprint("own_logins", __name__, url_prefix="/me/logins")
blueprint.after_request(page_cache.private)


@blueprint.get("")
@guards.member_required
def index():
    member = guards.reader()
    return render_template(
        "account/logins.html",
        logins=membership.logins(member),
        current=digest(member.login_token),
    )


@blueprint.post("/<int:login_id>/delete")
@guards.member_required
def destroy(login_id: int):
    member = guards.reader()
    if login_id > LARGEST_ID or not (ended := membership.end_login(member, login_id)):
        abort(404)
    db.session.commit()
    if ended == digest(member.login_token):
        return _logged_out(_("You are logged out."))
    flash(_("This login is ended."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/delete")
@guards.member_required
def destroy_all():
    membership.log_out_everywhere(guards.reader())
    db.session.commit()
    return _logged_out(_("You are logged out everywhere."))


def _logged_out(sentence: str):
    sessions.end_session()
    flash(sentence)
    return redirect(url_for("logins.new"), 303)
