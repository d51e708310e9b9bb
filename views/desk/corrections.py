"""바로잡습니다, 반론보도, 후속: notices added to a published article."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles
from views.desk.forms import CorrectionForm

blueprint = Blueprint("desk_corrections", __name__, url_prefix="/desk/posts/<int:id>/corrections")


@blueprint.post("")
def create(id: int) -> Any:
    post, form = articles.find(id), CorrectionForm()
    form.check()
    post.correct(form.kind.data, form.body.data)
    db.session.commit()
    flash(_("The notice stands above the article."))
    return redirect(url_for("posts.show", id=id), 303)
