"""Groups and sections: the list, adding one, changing one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import sections
from domain.paper.sections import PROPOSALS
from forms import add_errors
from lib.text import plain
from models import Refused, Section
from views.desk.section_forms import ProposalForm, SectionForm
from views.web import guards

blueprint = Blueprint("desk_sections", __name__, url_prefix="/desk/sections")


@blueprint.get("")
def index() -> str:
    return render_template("desk/sections/index.html", groups=sections.groups(), proposals=PROPOSALS)


@blueprint.get("/new")
def new() -> str:
    """The form of a new section of `?group=`, or of a new group."""
    group_id = plain.number(request.args.get("group"))
    form = SectionForm(data={"group_id": group_id})
    return _page(form if group_id else form.without_group(), None)


@blueprint.post("")
def create() -> Any:
    form = SectionForm()
    return _save(form if "group_id" in request.form else form.without_group(), None)


@blueprint.get("/<int:id>/edit")
def edit(id: int) -> str:
    section = sections.find(id)
    return _page(SectionForm.of(section), section)


@blueprint.post("/<int:id>")
def update(id: int) -> Any:
    section = sections.find(id)
    return _save(SectionForm.of(section), section)


@blueprint.post("/proposals")
def adopt() -> Any:
    """Add the groups and sections of a proposal."""
    form = ProposalForm()
    form.check()
    name = form.proposal.data or ""
    added = sections.adopt(name)
    activity.record(guards.reader(), "section-added", str(PROPOSALS[name].label), url_for(".index"))
    db.session.commit()
    flash(_("Groups and sections added: %(n)s. Each can be changed.", n=added))
    return redirect(url_for(".index"), 303)


def _save(form: SectionForm, section: Section | None) -> Any:
    if not form.offer(sections.groups()).validate():
        return _page(form, section), 422
    draft = form.draft()
    before, earlier = section.slug if section else "", sections.former_owner(draft.slug)
    try:
        saved = sections.save(section, draft)
    except Refused as refusal:
        add_errors(form, {"slug": str(refusal)})
        return _page(form, section), refusal.status
    act = "section-changed" if section else "section-added"
    activity.record(guards.reader(), act, saved.name, url_for(".edit", id=saved.id))
    db.session.commit()
    flash(" ".join(_sentences(saved, before, earlier)))
    return redirect(url_for(".index"), 303)


def _sentences(saved: Section, before: str, earlier: Section | None) -> list[str]:
    """What is to be said of a section that was saved.

    :param before: its slug before; empty: it is new
    :param earlier: the section whose former slug this was
    """
    sentences = [_("“%(name)s” is saved.", name=saved.name)]
    if before not in ("", saved.slug):
        sentences += [_("Its address before, /sections/%(slug)s, leads here from now on.", slug=before)]
    if earlier and earlier is not saved:
        sentence = _("Its address was one of “%(name)s” before: old links lead here now.", name=earlier.name)
        sentences += [sentence]
    return sentences


def _page(form: SectionForm, section: Section | None) -> str:
    is_empty = bool(section) and sections.is_empty(section)
    form = form.offer(sections.groups())
    return render_template("desk/sections/edit.html", form=form, section=section, is_empty=is_empty)
