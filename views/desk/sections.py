"""Names and kinds of sections and looks of their lists."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper.sections import groups
from lib.web.paging import LARGEST_ID
from models import Section
from views.desk.forms import SectionForm
from views.web import guards

blueprint = Blueprint("desk_sections", __name__, url_prefix="/desk/sections")


@blueprint.get("")
def index() -> Any:
    return _page([[_row(group), *map(_row, group.children)] for group in groups()])


@blueprint.post("/<int:section_id>")
def update(section_id: int) -> Any:
    section = db.get_or_404(Section, section_id) if section_id <= LARGEST_ID else abort(404)
    form = _form(section)
    if not form.validate():
        return _page([[(section, form)]]), 422
    form.populate_obj(section)
    activity.record(guards.reader(), "section-changed", section.name, url_for("desk_sections.index"))
    db.session.commit()
    flash(_("“%(name)s” is saved.", name=section.name))
    return redirect(url_for("desk_sections.index"), 303)


def _row(section: Section) -> tuple[Section, SectionForm]:
    return section, _form(section)


def _form(section: Section) -> SectionForm:
    """The form of a section. A group holds no articles, so it has no kind."""
    form = SectionForm(obj=section, prefix=f"s{section.id}")
    if section.is_group:
        del form.kind
    return form


def _page(groups: list[list[tuple[Section, SectionForm]]]) -> str:
    return render_template("desk/sections/index.html", groups=groups)
