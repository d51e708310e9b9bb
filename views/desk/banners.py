"""The paper's banners: a list, and a page for each with its clicks."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db, visitors_transaction
from domain.counter import clicks
from domain.desk import photos
from domain.keeping import activity
from domain.paper import banners
from domain.paper.models import Banner
from forms import add_errors
from lib.files.store import Store
from models import Photo, Refused, today
from views.desk.advertising_forms import SLOTS, BannerForm
from views.web import guards, write_lock

blueprint = Blueprint("desk_banners", __name__, url_prefix="/desk/banners")


@blueprint.get("")
def index() -> str:
    found = banners.listed()
    ids = [banner.id for part in found.values() for banner in part]
    return render_template("desk/banners/index.html", found=found, clicks=clicks.sums(ids), slots=SLOTS)


@blueprint.get("/new")
def new() -> str:
    return _page(BannerForm(data={"starts_on": today(), "kind": "picture"}))


@blueprint.post("")
@write_lock.without_write_lock
def create() -> Any:
    return _save(None, BannerForm())


@blueprint.get("/<int:id>/edit")
def edit(id: int) -> str:
    banner = banners.find(id)
    return _page(BannerForm.of(banner), banner)


@blueprint.post("/<int:id>")
@write_lock.without_write_lock
def update(id: int) -> Any:
    banner = banners.find(id)
    return _save(banner, BannerForm.of(banner))


@blueprint.post("/<int:id>/removal")
def destroy(id: int) -> Any:
    banner = banners.find(id)
    advertiser = banner.advertiser
    db.session.delete(banner)
    activity.record(guards.reader(), "banner-removed", advertiser, url_for(".index"))
    db.session.commit()
    with visitors_transaction() as connection:
        clicks.forget(connection, id)
    flash(_("The banner of “%(name)s” is removed, with its clicks.", name=advertiser))
    return redirect(url_for(".index"), 303)


def _save(banner: Banner | None, form: BannerForm) -> Any:
    """Encoding a picture takes a second: the lock of the news is taken after it."""
    if not form.validate():
        return _page(form, banner), 422
    try:
        picture = _picture(form)
        write_lock.take_write_lock()
        saved = banners.save(banner, form.draft(picture))
    except Refused as refusal:
        write_lock.drop_write_lock()
        field = "slot" if refusal.status == 409 else "picture"
        add_errors(form, {field: str(refusal)})
        return _page(form, banner), refusal.status
    activity.record(guards.reader(), "banner-saved", saved.advertiser, url_for(".edit", id=saved.id))
    db.session.commit()
    flash(_("The banner of “%(name)s” is saved.", name=saved.advertiser))
    return redirect(url_for(".index"), 303)


def _picture(form: BannerForm) -> Photo | None:
    """:raises Refused: the file is no picture that we can read"""
    settings, file = current_app.config["SETTINGS"], form.picture.data
    if form.kind.data != "picture" or not file:
        return None
    return photos.take(Store(settings.media), file.stream, settings.photo_megapixels)


def _page(form: BannerForm, banner: Banner | None = None) -> str:
    days = clicks.by_day(banner.id) if banner else []
    return render_template("desk/banners/edit.html", form=form, banner=banner, days=days)
