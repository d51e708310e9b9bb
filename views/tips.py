"""기사제보 and 광고신청: letters to the desk."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from database import db
from domain.moderation import bans
from domain.neighbours import letters
from domain.neighbours.letters import LetterDraft
from forms import TipForm
from views.web import captcha, enclosures, guards, page_cache, rates, request_limits

blueprint = Blueprint("tips", __name__)
blueprint.after_request(page_cache.private)
PAGES = {"news": "tips/new.html", "advertising": "tips/advertising.html"}
_rated = rates.limited("10 per minute; 60 per hour", scope="letters")


@blueprint.get("/tips/new")
def new() -> Any:
    return _new("news")


@blueprint.post("/tips")
@request_limits.with_files(enclosures.LARGEST_REQUEST)
@_rated
def create() -> Any:
    return _create("news", url_for(".sent"))


@blueprint.get("/tips/sent")
def sent() -> Any:
    return render_template("tips/sent.html", kind="news")


@blueprint.get("/advertising/new")
def new_advertising() -> Any:
    return _new("advertising")


@blueprint.post("/advertising")
@request_limits.with_files(enclosures.LARGEST_REQUEST)
@_rated
def create_advertising() -> Any:
    return _create("advertising", url_for(".sent_advertising"))


@blueprint.get("/advertising/sent")
def sent_advertising() -> Any:
    return render_template("tips/sent.html", kind="advertising")


def _new(kind: str) -> str:
    bans.check(guards.reader())  # before a letter is written
    form = _form()
    if "captcha" in form:
        captcha.new_captcha(form)
    return render_template(PAGES[kind], form=form)


def _create(kind: str, thanks: str) -> Any:
    """A second send of a letter is found before the form is checked: its captcha is already used up."""
    form = _form()
    draft = LetterDraft(kind, **form.draft())
    files, problem = enclosures.read_all(form.files.data)
    if not problem and letters.find_sent(draft, files):
        return redirect(thanks, 303)
    if status := enclosures.check_form(form, problem, field="files"):
        return render_template(PAGES[kind], form=form), status
    letters.send_letter(guards.reader(), draft, files, enclosures.store())
    db.session.commit()
    return redirect(thanks, 303)


def _form() -> TipForm:
    form = TipForm()
    return form.without_captcha() if guards.reader() else form
