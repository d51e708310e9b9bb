"""기사제보 and 광고신청: letters to the desk."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from database import db
from forms import TipForm
from models import Tip
from views.web import captcha, guards, page_cache, rates

blueprint = Blueprint("tips", __name__)
blueprint.after_request(page_cache.private)
PAGES = {"news": "tips/new.html", "advertising": "tips/advertising.html"}
_rated = rates.limited("10 per minute; 60 per hour", scope="letters")


@blueprint.get("/tips/new")
def new() -> Any:
    return _ask("news")


@blueprint.post("/tips")
@_rated
def create() -> Any:
    return _take("news", url_for(".sent"))


@blueprint.get("/tips/sent")
def sent() -> Any:
    return render_template("tips/sent.html", kind="news")


@blueprint.get("/advertising/new")
def new_advertising() -> Any:
    return _ask("advertising")


@blueprint.post("/advertising")
@_rated
def create_advertising() -> Any:
    return _take("advertising", url_for(".sent_advertising"))


@blueprint.get("/advertising/sent")
def sent_advertising() -> Any:
    return render_template("tips/sent.html", kind="advertising")


def _ask(kind: str) -> str:
    form = _form()
    if "captcha" in form:
        captcha.new_captcha(form)
    return render_template(PAGES[kind], form=form)


def _take(kind: str, thanks: str) -> Any:
    """Keep a letter once, however often it is sent; the digits are asked last."""
    form = _form()
    if _sent_before(form.idempotency_key.data):
        return redirect(thanks, 303)
    if status := _wrong(form):
        return render_template(PAGES[kind], form=form), status
    member = guards.reader()
    db.session.add(Tip(kind=kind, member_id=member and member.id, **form.letter))
    try:
        db.session.commit()
    except IntegrityError:  # the same letter, sent at the same moment
        db.session.rollback()
        if not _sent_before(form.idempotency_key.data):
            raise
    return redirect(thanks, 303)


def _form() -> TipForm:
    form = TipForm()
    return form.spare_captcha() if guards.reader() else form


def _wrong(form: TipForm) -> int:
    if "captcha" in form:
        return captcha.check_form(form) or captcha.check_captcha(form)
    return 0 if form.validate() else 422


def _sent_before(idempotency_key: str | None) -> bool:
    return (
        bool(idempotency_key)
        and db.session.scalar(select(Tip.id).where(Tip.idempotency_key == idempotency_key)) is not None
    )
