"""The notices above every page."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import site_notices
from domain.paper.models import SiteNotice
from models import now
from views.desk.advertising_forms import SiteNoticeForm
from views.web import guards

blueprint = Blueprint("desk_site_notices", __name__, url_prefix="/desk/site-notices")

DAYS = 3  # that a new notice is proposed to be shown


@blueprint.get("")
def index() -> str:
    return _page(_new_form())


@blueprint.post("")
def create() -> Any:
    return _save(None, SiteNoticeForm())


@blueprint.post("/<int:id>")
def update(id: int) -> Any:
    notice = site_notices.find(id)
    return _save(notice, _form(notice))


@blueprint.post("/<int:id>/removal")
def destroy(id: int) -> Any:
    notice = site_notices.find(id)
    db.session.delete(notice)
    activity.record(guards.reader(), "notice-removed", notice.text, url_for(".index"))
    db.session.commit()
    flash(_("The notice is removed."))
    return redirect(url_for(".index"), 303)


def _save(notice: SiteNotice | None, form: SiteNoticeForm) -> Any:
    starts_at, ends_at = form.starts_at.moment, form.ends_at.moment
    if not form.validate() or not (starts_at and ends_at):
        return _page(form, notice), 422
    saved = site_notices.save(notice, form.text.data or "", form.link.data or "", starts_at, ends_at)
    activity.record(guards.reader(), "notice-saved", saved.text, url_for(".index"))
    db.session.commit()
    flash(_("The line is saved."))
    return redirect(url_for(".index"), 303)


def _form(notice: SiteNotice) -> SiteNoticeForm:
    return SiteNoticeForm(obj=notice, prefix=f"n{notice.id}")


def _new_form() -> SiteNoticeForm:
    return SiteNoticeForm(formdata=None, data={"starts_at": now(), "ends_at": now() + timedelta(days=DAYS)})


def _page(form: SiteNoticeForm, changed: SiteNotice | None = None) -> str:
    """The list.

    :param form: of a new notice, or of the one that was `changed`
    """
    ahead, ended = site_notices.listed()
    rows = [(notice, form if notice is changed else _form(notice)) for notice in ahead]
    if changed in ended:
        rows.append((changed, form))
    return render_template(
        "desk/site_notices/index.html", rows=rows, ended=ended, new_form=_new_form() if changed else form
    )
