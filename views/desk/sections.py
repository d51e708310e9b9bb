"""Sections: what they are called and how their lists look."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from forms import SectionForm
from models import Section
from views import guards

blueprint = Blueprint("desk_sections", __name__, url_prefix="/desk/sections")


@blueprint.get("")
@guards.editor_required
def index() -> Any:
    sections = db.session.scalars(select(Section).order_by(Section.position, Section.id)).all()
    return _page([(section, SectionForm(obj=section, prefix=f"s{section.id}")) for section in sections])


@blueprint.post("/<int:section_id>")
@guards.editor_required
def update(section_id: int) -> Any:
    section = db.get_or_404(Section, section_id) if section_id < 2**63 else abort(404)
    form = SectionForm(prefix=f"s{section.id}")
    if not form.validate():
        return _page([(section, form)]), 422
    section.name, section.look = str(form.name.data), str(form.look.data)
    db.session.commit()
    flash(_("“%(name)s” is saved.", name=section.name))
    return redirect(url_for("desk_sections.index"), 303)


def _page(rows: list[tuple[Section, SectionForm]]) -> str:
    return render_template("desk/sections/index.html", rows=rows)
