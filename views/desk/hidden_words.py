"""Search words that are hidden from readers."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from database import db, visitors_transaction
from domain.counter import tallies
from domain.keeping import activity
from lib.web.addresses import local_path
from models import Refused
from views.web import guards, page_cache

blueprint = Blueprint("desk_hidden_words", __name__, url_prefix="/desk/hidden-words")


@blueprint.post("")
def create() -> Any:
    word = _word()
    with visitors_transaction() as connection:
        tallies.hide(connection, word)
    _record("hidden-word-added")
    page_cache.invalidate_pages()
    flash(_("Readers are not shown “%(word)s” any more.", word=word))
    return redirect(_return_path(), 303)


@blueprint.post("/deletion")
def destroy() -> Any:
    word = _word()
    with visitors_transaction() as connection:
        tallies.show(connection, word)
    _record("hidden-word-removed")
    page_cache.invalidate_pages()
    flash(_("Readers may be shown “%(word)s” again.", word=word))
    return redirect(_return_path(), 303)


def _record(act: str) -> None:
    """Without the word: it may be somebody's name."""
    activity.record(guards.reader(), act, path=url_for("desk_statistics.index"))
    db.session.commit()


def _word() -> str:
    word = tallies.searchable(request.form.get("word", ""))
    if not word:
        raise Refused(_("Which word is meant?"))
    return word


def _return_path() -> str:
    return local_path(request.form.get("next"), url_for("desk_statistics.index"))
