"""The places of the front page that the editor fills, in their order."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, front_slots, moments
from domain.desk.models import FrontSlot
from domain.keeping import activity
from domain.reading import corrections
from domain.search import searching
from domain.search.searching import SearchQuery
from lib.text import plain
from lib.web.paging import PageRequest
from models import Post, now
from views.desk.forms import FrontSlotForm
from views.desk.front_forms import ExpiryForm, PlaceForm
from views.web import guards

blueprint = Blueprint("desk_front", __name__, url_prefix="/desk/front")

OFFERED = 12  # articles to choose from


@blueprint.get("")
def index() -> str:
    """The slots, and articles to add: the newest, or those that `?q=` finds."""
    return _page()


@blueprint.post("/slots")
def create() -> Any:
    form = FrontSlotForm()
    form.check()
    post = articles.find(form.post_id.data or 0)
    front_slots.add(post)
    _record(post)
    db.session.commit()
    flash(_("“%(title)s” stands on the front page.", title=post.title))
    return _back()


@blueprint.post("/slots/<int:id>")
def update(id: int) -> Any:
    """`move=up` or `down`, or, after dragging, `position`."""
    form = PlaceForm()
    form.check()
    post = articles.find(id)
    if form.move.data:
        front_slots.move(post.id, -1 if form.move.data == "up" else 1)
    else:
        front_slots.place(post.id, form.position.data or 0)
    _record(post)
    db.session.commit()
    return _back()


@blueprint.post("/slots/<int:id>/expiry")
def expire(id: int) -> Any:
    post, form = articles.find(id), _expiry_form(id, None).take_chip()
    if not form.validate():
        return _page({id: form}), 422
    front_slots.expire(post.id, form.expires_at.moment)
    _record(post)
    db.session.commit()
    return _back()


@blueprint.post("/slots/<int:id>/removal")
def destroy(id: int) -> Any:
    post = articles.find(id)
    front_slots.remove(post.id)
    _record(post)
    db.session.commit()
    flash(_("“%(title)s” was removed from the front page.", title=post.title))
    return _back()


def _page(refused: dict[int, ExpiryForm] | None = None) -> str:
    """:param refused: the form of a slot by the id of its article, with what was typed"""
    words, slots = plain.line(request.args.get("q", "")), front_slots.slots()
    placed = {slot.post_id for slot in slots}
    forms = {slot.post_id: _expiry_form(slot.post_id, slot.expires_at) for slot in slots} | (refused or {})
    hours = current_app.config["SETTINGS"].correction_front_hours
    return render_template(
        "desk/front/index.html",
        slots=slots,
        forms=forms,
        chips=moments.ends(now()),
        offered=[post for post in _offered(words) if post.id not in placed][:OFFERED],
        words=words,
        most=FrontSlot.MOST,
        corrections=corrections.on_front(hours),
        hours=hours,
    )


def _expiry_form(post_id: int, expires_at: datetime | None) -> ExpiryForm:
    return ExpiryForm(data={"expires_at": expires_at}, prefix=f"s{post_id}")


def _offered(words: str) -> list[Any]:
    query = SearchQuery(words)
    if not query.terms:
        return [*articles.scheduled(), *articles.published()]
    found = searching.find(query, PageRequest())
    return [hit.post for hit in found.hits] if found else []


def _record(post: Post) -> None:
    activity.record(guards.reader(), "front-changed", post.title, url_for("desk_front.index"))


def _back() -> Any:
    return redirect(url_for("desk_front.index"), 303)
