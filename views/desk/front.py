"""The places of the front page that the editor fills, in their order."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import articles, front_slots
from domain.desk.models import FrontSlot
from domain.keeping import activity
from domain.search import searching
from domain.search.searching import SearchQuery
from lib.text import plain
from lib.web.paging import PageRequest
from models import Post
from views.desk.forms import FrontSlotForm, MoveForm
from views.web import guards

blueprint = Blueprint("desk_front", __name__, url_prefix="/desk/front")

OFFERED = 12  # articles to choose from


@blueprint.get("")
def index() -> str:
    """The slots, and articles to add: the newest, or those that `?q=` finds."""
    words, slots = plain.line(request.args.get("q", "")), front_slots.slots()
    placed = {slot.post_id for slot in slots}
    offered = [post for post in _offered(words) if post.id not in placed][:OFFERED]
    return render_template(
        "desk/front/index.html", slots=slots, offered=offered, words=words, most=FrontSlot.MOST
    )


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
    form = MoveForm()
    form.check()
    post = articles.find(id)
    front_slots.move(post.id, -1 if form.move.data == "up" else 1)
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
