"""A change of the imprint was registered (변경등록)."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import imprint
from domain.paper.models import ImprintChange
from lib.web.paging import LARGEST_ID
from views.web import guards

blueprint = Blueprint("desk_registrations", __name__, url_prefix="/desk/paper/changes/<int:id>/registration")


@blueprint.post("")
def create(id: int) -> Any:
    change = db.session.get(ImprintChange, id) if id <= LARGEST_ID else None
    if change is None or change.due_on is None:
        abort(404)
    imprint.tick(change)
    activity.record(guards.reader(), "change-registered", str(imprint.LABELS[change.item]))
    db.session.commit()
    flash(_("Noted: the change is registered."))
    return redirect(url_for("desk_paper.edit"), 303)
