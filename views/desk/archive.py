"""The list of all articles: found by words, state, section and month; several of them changed at once."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request

from database import db
from domain.desk import archive, selection
from domain.desk.archive import ArchiveQuery
from domain.keeping import activity
from domain.paper.sections import groups
from lib.text import plain
from lib.web import paging
from lib.web.addresses import with_query
from models import Refused, Section
from views.desk.selection_form import SelectionForm
from views.web import guards, section_address

blueprint = Blueprint("desk_archive", __name__, url_prefix="/desk/posts")
LIST = "/desk/posts"
FILTERS = ("q", "section", "state", "month", "after")


@blueprint.get("")
def index() -> str:
    """`?q=`, `?section=<slug>`, `?state=`, `?month=2026-11`; `?after=<key>` continues the list.

    `?selected=all` selects every article of the page, for browsers without scripts.
    """
    return _page(SelectionForm(formdata=None), all_selected=request.args.get("selected") == "all")


@blueprint.post("/selection")
def update() -> Any:
    """Do what was chosen. The query string is that of the list, which is shown again."""
    form, ids = SelectionForm().offer(groups()), _ids(request.form)
    try:
        if not form.validate():
            return _page(form, ids), 422
        selection.check(ids)
        if form.act.data == "erase":
            return redirect(_link(f"{LIST}/erasure", ids), 303)
        sentences = _act(form, ids)
    except Refused as refusal:
        form.form_errors.append(str(refusal))
        return _page(form, ids), refusal.status
    activity.record(guards.reader(), "articles-changed", " ".join(sentences), LIST)
    db.session.commit()
    flash(" ".join(sentences))
    return redirect(_link(LIST), 303)


@blueprint.get("/erasure")
def confirm() -> str:
    """Ask before articles are deleted for good."""
    ids = _ids(request.args)
    if ids:
        selection.check(ids)
    lines = archive.lines(ids)
    erasable = [line for line in lines if line.state in selection.ERASABLE]
    others = [line for line in lines if line not in erasable]
    return render_template(
        "desk/archive/erasure.html",
        erasable=erasable,
        others=others,
        back=_link(LIST),
        action=_link(f"{LIST}/erasure"),
    )


@blueprint.post("/erasure")
def destroy() -> Any:
    ids = _ids(request.form)
    sentences = selection.erase(ids, guards.reader())
    numbers = ", ".join(map(str, ids))  # the titles are to be forgotten
    activity.record(guards.reader(), "articles-erased", f"{' '.join(sentences)} ({numbers})", LIST)
    db.session.commit()
    flash(" ".join(sentences))
    return redirect(_link(LIST), 303)


def _act(form: SelectionForm, ids: list[int]) -> list[str]:
    editor = guards.reader()
    if form.act.data == "move":
        return selection.move(ids, editor, db.session.get_one(Section, form.section_id.data))
    if form.act.data == "tag":
        return selection.add_tag(ids, editor, form.tag_name)
    return (selection.restore if form.act.data == "restore" else selection.take_down)(ids, editor)


def _page(form: SelectionForm, selected: list[int] | None = None, *, all_selected: bool = False) -> str:
    query, all_groups = _query(), groups()
    found = archive.find(query, request.args.get("after", ""))
    return render_template(
        "desk/archive/index.html",
        query=query,
        found=found,
        form=form.offer(all_groups),
        groups=all_groups,
        months=archive.months(),
        selected=[line.id for line in found.lines] if all_selected else selected or [],
        link=partial(with_query, LIST, **_filters()),
        action=_link(f"{LIST}/selection"),
    )


def _query() -> ArchiveQuery:
    """Read the query string. A state, section or month that does not exist is a wrong address."""
    filters = _filters()
    page = paging.read({name: value for name, value in filters.items() if name == "month"}) or abort(404)
    state = filters.get("state", "")
    if state not in ("", *archive.STATES):
        abort(404)
    section_id = None
    if slug := filters.get("section"):
        section = section_address.find(slug) or abort(404)
        section_id = abort(404) if section.is_group else section.id
    return ArchiveQuery(filters.get("q", ""), state, section_id, page.month)


def _filters() -> dict[str, str]:
    """The list that the query string names: only what is filled in."""
    values = {name: plain.line(request.args.get(name, "")) for name in FILTERS}
    return {name: value for name, value in values.items() if value}


def _link(path: str, ids: list[int] | None = None) -> str:
    """A path with the query string of the list."""
    address = with_query(path, **_filters())
    chosen = "&".join(f"id={id}" for id in ids or [])
    return f"{address}{'&' if '?' in address else '?'}{chosen}" if chosen else address


def _ids(fields: Any) -> list[int]:
    """The selected articles, each once. What is no number is the id of no article: 0."""
    return list(dict.fromkeys(plain.number(value) or 0 for value in fields.getlist("id")))
