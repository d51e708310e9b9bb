"""설정: what can be set while the paper runs, its colour and its logo."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.paper import theme
from domain.paper.settings import LiveSettings
from lib.files.store import Store
from lib.web import colours
from models import Refused
from views.desk.settings_form import LookForm, SettingsForm
from views.web import guards

blueprint = Blueprint("desk_settings", __name__, url_prefix="/desk/settings")


@blueprint.get("")
def edit() -> Any:
    settings = vars(current_app.config["SETTINGS"]) | {"smtp_password": ""}
    return _page(SettingsForm(formdata=None, data=settings))


@blueprint.post("")
def update() -> Any:
    live: LiveSettings = current_app.extensions["settings"]
    form, settings = SettingsForm().without(live.given), current_app.config["SETTINGS"]
    if not form.validate():
        return _page(form), 422
    values = form.values(settings)
    if not form.check(settings, live.over(values), is_secure=request.is_secure):
        return _page(form), 422
    changed = live.changed(values)
    live.save(changed)
    if changed:
        labels = ", ".join(str(form[name].label.text) for name in changed)
        activity.record(guards.reader(), "settings-changed", labels, url_for(".edit"))
    db.session.commit()
    flash(_("The settings are saved."))
    return redirect(url_for(".edit"), 303)


@blueprint.post("/look")
def update_look() -> Any:
    form, look = LookForm(), theme.read()
    try:
        _set_look(form, look)
    except Refused as refusal:
        db.session.rollback()
        return _page(None, form), refusal.status
    db.session.merge(look)
    activity.record(guards.reader(), "look-changed", path=url_for(".edit"))
    db.session.commit()
    flash(_("The look is saved."))
    return redirect(url_for(".edit"), 303)


def _set_look(form: LookForm, look: Any) -> None:
    """:raises Refused: with the sentence at the field, too"""
    settings = current_app.config["SETTINGS"]
    if not form.validate():
        raise Refused("", 422)
    field: Any = form.accent
    try:
        theme.set_accent(look, form.accent.data or "")
        field = form.logo
        if form.remove_logo.data:
            theme.remove_logo(look)
        elif form.logo.data:
            theme.set_logo(look, Store(settings.media), form.logo.data.stream, settings.photo_megapixels)
    except Refused as refusal:
        field.errors = [*field.errors, str(refusal)]
        raise


def _page(form: SettingsForm | None, look_form: LookForm | None = None) -> str:
    live: LiveSettings = current_app.extensions["settings"]
    settings, look = current_app.config["SETTINGS"], theme.read()
    if form is None:
        form = SettingsForm(formdata=None, data=vars(settings) | {"smtp_password": ""})
    accent = look.accent or theme.DEFAULT
    return render_template(
        "desk/settings/edit.html",
        form=form.without(live.given),
        look_form=look_form or LookForm(formdata=None, accent=accent),
        settings=settings,
        given=live.given,
        accents=[(colour, colours.contrast(colour, on), on) for colour, on in theme.pair(accent)],
    )
