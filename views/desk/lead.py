"""The lead story of the front page."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, outcome
from models import Paper
from views.desk.forms import LeadForm

blueprint = Blueprint("desk_lead", __name__, url_prefix="/desk/posts/<int:id>/lead")


@blueprint.post("")
def update(id: int) -> Any:
    """`lead=1` makes this article the lead story; anything else ends that, if it is the lead story now."""
    post, paper = articles.find(id), db.session.merge(Paper.get())
    if LeadForm().lead.data:
        paper.lead_post_id = post.id
        flash(outcome.lead(post))
    elif paper.lead_post_id == post.id:
        paper.lead_post_id = None
        flash(
            _("“%(title)s” is no longer the lead story: the front page chooses one itself.", title=post.title)
        )
    db.session.commit()
    return redirect(url_for("desk_posts.edit", id=id), 303)
