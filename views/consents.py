"""A member's consents: to newer terms, to marketing, and what was agreed to before."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.neighbours import consents
from domain.paper import page_texts, pages
from models import Refused
from views.web import guards, page_cache, sessions

blueprint = Blueprint("consents", __name__, url_prefix="/me/consents")
blueprint.after_request(page_cache.private)


@blueprint.get("")
@guards.member_required
def show():
    return _page()


@blueprint.post("")
@guards.member_required
def agree():
    page_texts.keep(current_app.config["SETTINGS"], consents.REQUIRED)
    try:
        consents.agree(guards.reader(), request.form.getlist("agree"))
    except Refused as refused:
        return _page(str(refused)), refused.status
    db.session.commit()
    flash(_("Thank you. Your agreement is recorded."))
    return redirect(sessions.next_path(), 303)


@blueprint.post("/marketing")
@guards.member_required
def marketing():
    member = guards.reader()
    if request.form.get("wants_news"):
        day = consents.give(member).agreed_at
        sentence = _("You receive news from us. Agreed to: %(day)s.", day=consents.day(day))
    else:
        consents.take_back(member)
        sentence = _("You receive no more news. Taken back: %(day)s.", day=consents.day())
    db.session.commit()
    flash(sentence)
    return redirect(url_for(".show"), 303)


def _page(error: str = "") -> Any:
    member = guards.reader()
    return render_template(
        "account/consents.html",
        member=member,
        due=consents.due(member),
        change=pages.next_change(),
        history=consents.history(member),
        next=sessions.next_path(),
        error=error,
    )
