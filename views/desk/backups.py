"""백업: the last backup and drill, those in the folder, and one to take away."""

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, send_file
from flask_babel import gettext as _

from database import db
from domain.keeping import activity, backups, retention
from forms import add_errors
from models import Refused
from views.desk.backup_forms import BackupDownloadForm
from views.web import asked_password, guards, password_queue, rates
from views.web.write_lock import drop_write_lock, without_write_lock

blueprint = Blueprint("desk_backups", __name__, url_prefix="/desk/backups")


@blueprint.get("")
def index() -> Any:
    return _page(_form())


@blueprint.post("/downloads")
@rates.limited("10 per hour")
@without_write_lock
@password_queue.queued
def download() -> Any:
    form = _form()
    if not form.validate():
        return _page(form), 422
    path = _files()[form.backup.data]
    try:
        asked_password.check(form.password)
    except Refused as refused:
        add_errors(form, {"password": str(refused)})
        return _page(form), refused.status, refused.headers
    activity.record(guards.reader(), "backup-downloaded", path.name, "/desk/backups")
    db.session.commit()
    return _sent(path)


def _sent(path: Path) -> Any:
    try:
        response = send_file(path, "application/zstd", as_attachment=True, etag=False, conditional=False)
    except FileNotFoundError:  # a newer one has taken its place
        raise Refused(_("This backup is not there any more."), 404) from None
    response.headers["Cache-Control"] = "no-store"
    return response


def _form() -> BackupDownloadForm:
    form = BackupDownloadForm()
    form.backup.choices = [(name, name) for name in _files()]
    return form


def _files() -> dict[str, Path]:
    """The nightly backups in the folder, newest first."""
    nights = retention.nights(current_app.config["SETTINGS"].backup_folder)
    return {path.name: path for _day, path in sorted(nights.items(), reverse=True)}


def _page(form: BackupDownloadForm) -> str:
    drop_write_lock()
    files, settings = _files(), current_app.config["SETTINGS"]
    return render_template(
        "desk/backups/index.html",
        form=form,
        last=backups.last(),
        drill=backups.last_drill(),
        runs=backups.newest_runs(),
        sizes={name: path.stat().st_size for name, path in files.items() if path.exists()},
        folder=settings.backup_folder,
        is_nightly=settings.nightly_backup,
    )
