"""The lead story of the front page."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, front_slots, outcome
from domain.keeping import activity
from views.desk.forms import LeadForm
from views.web import guards

blueprint = Blueprint("desk_lead", __name__, url_prefix="/desk/posts/<int:id>/lead")


@blueprint.post("")
def update(id: int) -> Any:
    """`lead=1` makes this article the lead story; anything else ends that, if it is the lead story now."""
    post = articles.find(id)
    if LeadForm().lead.data:
        front_slots.lead_with(post)
        flash(outcome.lead(post))
    elif front_slots.leads(post):
        front_slots.remove(post.id)
        flash(
            _("“%(title)s” is no longer the lead story: the front page chooses one itself.", title=post.title)
        )
    activity.record(guards.reader(), "front-changed", post.title, url_for("desk_front.index"))
    db.session.commit()
    return redirect(url_for("desk_posts.edit", id=id), 303)
