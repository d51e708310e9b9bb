"""The queue of comments: those that wait, all, hidden ones, spam; decided one by one or together."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from database import db
from domain.keeping import activity
from domain.moderation import decisions, queue, spam
from domain.moderation.queue import QueueQuery
from lib.text import plain
from lib.web import paging
from lib.web.addresses import with_query
from models import Member, Refused
from views.web import guards

blueprint = Blueprint("desk_comments", __name__, url_prefix="/desk/comments")
blueprint.add_app_template_global(queue.held_count, "held_comments")
LIST = "/desk/comments"
FILTERS = ("tab", "q", "author", "page", "before", "after", "oldest")
REASONS = {
    "insult": _l("Insult or slander"),
    "hatred": _l("Contempt for a group of people"),
    "private": _l("Private details"),
    "rumour": _l("A claim that cannot be checked"),
    "advertising": _l("Advertising or promotion"),
    "repeated": _l("The same again and again"),
    "off-topic": _l("Has nothing to do with the article"),
}


@blueprint.get("")
def index() -> Any:
    """`?tab=`, `?q=` words, `?author=` a name; `?page=`, `?before=` and the like as in other lists.

    Without a tab: what waits, or if nothing does, all. `?selected=all`: for browsers without scripts.
    """
    return _page(all_selected=request.args.get("selected") == "all")


@blueprint.post("/decisions")
def update() -> Any:
    """Do what was chosen: `act` is a word, or a word and the id of one comment (`hide-12`).

    The query string is that of the list, which is shown again.
    """
    act, _dash, number = request.form.get("act", "").partition("-")
    ids = [plain.number(number) or 0] if number else _ids()
    try:
        sentences = _do(act, ids, number)
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return _page(ids), refusal.status
    activity.record(guards.reader(), "comments-decided", " ".join(sentences), LIST)
    db.session.commit()
    flash(" ".join(sentences))
    return redirect(with_query(LIST, **_filters()), 303)


def _do(act: str, ids: list[int], number: str) -> list[str]:
    if act == "approve":
        seen = {id: version for id, _dash, version in map(_parts, request.form.getlist("seen"))}
        return decisions.approve({id: seen.get(str(id), "") for id in ids})
    if act == "hide":
        return decisions.hide(ids, _reason(f"-{number}" if number else ""))
    if act == "spam":
        return _mark_spam(decisions.authors(ids))
    acts = {"restore": decisions.restore, "delete": decisions.delete}
    if act not in acts:
        raise Refused(_("Please choose what should happen."))
    return acts[act](ids)


def _parts(seen: str) -> tuple[str, str, str]:
    """The id of a comment and the version of its text, as the page holds them."""
    return seen.partition("-")


def _mark_spam(authors: list[Member]) -> list[str]:
    for member in authors:
        spam.mark(member, guards.reader())
    if not authors:
        return [_("Editors are no spam.")]
    return [_("Accounts marked as spam with everything they wrote: %(n)s.", n=len(authors))]


def _reason(of_line: str) -> str:
    """The reason that was chosen, then the words that were typed."""
    chosen = str(REASONS.get(request.form.get(f"reason{of_line}", ""), ""))
    typed = plain.line(request.form.get(f"words{of_line}", ""))
    reason = " — ".join(part for part in (chosen, typed) if part)
    if not reason:
        raise Refused(_("Please say why: readers see the reason in place of the comment."))
    if len(reason) > 300:
        raise Refused(_("The reason has at most %(n)s characters.", n=300))
    return reason


def _page(selected: list[int] | None = None, *, all_selected: bool = False) -> Any:
    filters, held = _filters(), queue.held_count()
    tab = filters.get("tab") or ("held" if held else "all")
    if tab not in queue.TABS:
        abort(404)
    keys = {name: filters[name] for name in paging.PAGE_KEYS if name in filters}
    page_request = paging.read(keys) or abort(404)
    asked = QueueQuery(tab, filters.get("q", ""), filters.get("author", ""))
    found = queue.find(asked, page_request) or abort(404)
    of_list = {name: value for name, value in filters.items() if name not in paging.PAGE_KEYS}
    return render_template(
        "desk/comments/index.html",
        found=found,
        tab=tab,
        held=held,
        filters=filters,
        selected=[line.id for line in found.lines] if all_selected else selected or [],
        select_all=with_query(LIST, **filters, selected="all"),
        reasons=REASONS,
        link=partial(with_query, LIST, **of_list),
        action=with_query(f"{LIST}/decisions", **filters),
        typed=request.form,
    )


def _filters() -> dict[str, str]:
    """The list that the query string names: only what is filled in."""
    values = {name: plain.line(request.args.get(name, ""))[:100] for name in FILTERS}
    return {name: value for name, value in values.items() if value}


def _ids() -> list[int]:
    """The selected comments, each once. What is no number is the id of no comment: 0."""
    return list(dict.fromkeys(plain.number(value) or 0 for value in request.form.getlist("id")))
