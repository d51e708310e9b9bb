"""A one-time link to a new password, made at the desk for a member whom no mail reaches."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.neighbours import reset, two_step
from lib.web.paging import LARGEST_ID
from models import Member
from views.web import guards, page_cache, rates
from views.web.write_lock import drop_write_lock

blueprint = Blueprint("desk_reset_links", __name__, url_prefix="/desk/members")
blueprint.after_request(page_cache.never_stored)


@blueprint.post("/<int:id>/reset-link")
@rates.limited("30 per hour")
def create(id: int) -> Any:
    """Show the link, this once. `without_two_step`: the member has lost the authenticator too."""
    member = db.session.get(Member, id) if id <= LARGEST_ID else None
    if member is None:
        abort(404)
    path = reset.link_by_editor(
        member, guards.reader(), without_two_step=bool(request.form.get("without_two_step"))
    )
    link = url_for("desk_members.show", id=id)
    activity.record(guards.reader(), "reset-link-made", _("Member %(id)s", id=id), link)
    db.session.commit()
    drop_write_lock()
    return render_template(
        "desk/reset_links/show.html", member=member, path=path, is_two_step_on=two_step.is_on(member)
    )
