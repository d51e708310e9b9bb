"""What becomes of a group or a section as a whole: its place, merging it with another one, deleting it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import sections
from lib.text import plain
from models import Refused, Section
from views.desk.forms import ButtonForm
from views.desk.section_forms import PositionForm, SectionMergerForm
from views.web import guards

blueprint = Blueprint("desk_section_places", __name__, url_prefix="/desk/sections/<int:id>")


@blueprint.post("/position")
def move(id: int) -> Any:
    section, form = sections.find(id), PositionForm()
    form.check()
    if form.move.data:
        sections.move(section, -1 if form.move.data == "up" else 1)
    else:
        sections.place(section, plain.number(form.group_id.data), form.position.data or 0)
    _record("section-moved", section.name)
    db.session.commit()
    return _back()


@blueprint.get("/merger")
def new_merger(id: int) -> str:
    """Ask where the articles are to go, and say how many there are."""
    return _question(SectionMergerForm(), _mergeable(id))


@blueprint.post("/merger")
def merge(id: int) -> Any:
    section, form = _mergeable(id), SectionMergerForm()
    if not form.offer(sections.groups(), section).validate():
        return _question(form, section), 422
    into, name = sections.find(form.into.data), section.name
    moved = sections.merge(section, into)
    _record("section-merged", f"{name} → {into.name}")
    db.session.commit()
    flash(
        _("“%(name)s” is part of “%(into)s” now. Articles moved: %(n)s.", name=name, into=into.name, n=moved)
    )
    return _back()


@blueprint.post("/deletion")
def destroy(id: int) -> Any:
    section = sections.find(id)
    ButtonForm().check()
    name = section.name
    sections.remove(section)
    _record("section-deleted", name)
    db.session.commit()
    flash(_("“%(name)s” was deleted.", name=name))
    return _back()


def _mergeable(id: int) -> Section:
    section = sections.find(id)
    if section.is_group:
        raise Refused(_("A group has no articles. Move its sections to another group."), 409)
    return section


def _question(form: SectionMergerForm, section: Section) -> str:
    form = form.offer(sections.groups(), section)
    count = sections.article_count(section)
    return render_template("desk/sections/merger.html", form=form, section=section, count=count)


def _record(act: str, subject: str) -> None:
    activity.record(guards.reader(), act, subject, url_for("desk_sections.index"))


def _back() -> Any:
    return redirect(url_for("desk_sections.index"), 303)
