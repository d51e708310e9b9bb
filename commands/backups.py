"""`flask backup` and `flask restore`; the nightly backup and the weekly drill of the regular jobs."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

import config
from commands.preparation import migrate
from config import Settings
from database import BUSY_TIMEOUT_MS, db, end_transaction, visitors_transaction
from domain.keeping import backup_hook, backups, restoring, retention
from domain.keeping.backups import Order
from domain.keeping.models import BackupRun
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3
from lib.text import dates
from models import Refused, now

FAILURES = (Refused, OSError, sqlite3.Error)


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--beside", is_flag=True, help="Files of the paper beside it, shared by all backups there.")
@click.option("--with-secrets", is_flag=True, help="With the key of the cookies and the mail password.")
@click.option("--replace", is_flag=True, help="Replace FILE, if it is there, once the new one is whole.")
@click.option("--drill", is_flag=True, help="Restore FILE, or the newest backup, for a test. Makes none.")
def backup(file: Path | None, beside: bool, with_secrets: bool, replace: bool, drill: bool) -> None:
    """Write the whole paper into one new FILE. The paper may stay open, and be written to.

    Without FILE it gets a name of its own in the folder of backups.
    """
    if drill:
        return try_restoring(file and _existing(file))
    if file:
        _require_place(file, replace=replace)
    order = dataclasses.replace(_order(with_secrets=with_secrets), beside=beside)
    target = (file or order.places.backup_folder / backups.usual_name()).resolve()
    with _told(), click.progressbar(length=backups.size_of(order), label=_("Backing up")) as bar:
        size = make_recorded(dataclasses.replace(order, progress=bar.update), target, BackupRun.BY_HAND)
    click.echo(_("The backup is in %(file)s (%(size)s MB).", file=target, size=_megabytes(size)))
    return None


def try_restoring(file: Path | None) -> None:
    """Restore a backup into a scratch folder, and say whether it is whole. Ends with 1 if it is not."""
    path = file or backups.newest(_settings().backup_folder)
    if path is None:
        raise click.ClickException(_("There is no backup yet."))
    with _told(), click.progressbar(length=path.stat().st_size, label=_("Restoring for a test")) as bar:
        problem = drill_recorded(path.resolve(), bar.update)
    if problem:
        raise click.ClickException(problem)
    click.echo(_("%(file)s was restored for a test: nothing is missing.", file=path))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Bring the paper in FILE back. The data that are there now are set aside, never overwritten.

    The paper has to be closed meanwhile.
    """
    settings, size = _settings(), _existing(file).stat().st_size
    end_transaction()
    _close_databases()
    stamp = format_datetime(now(), "yyyy-MM-dd-HHmmss")
    with (
        _told(),
        click.progressbar(length=size, label=_("Restoring")) as bar,
        restoring.restored(settings, file.resolve(), _known(), stamp, bar.update) as aside,
    ):
        migrate()
        _close_databases()
    click.echo(_("The paper of %(file)s is restored in %(folder)s.", file=file, folder=settings.data))
    if aside.exists():
        click.echo(_("What was there before is in %(folder)s.", folder=aside))


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise click.ClickException(_("There is no such file: %(file)s", file=file))
    return file


def _require_place(file: Path, *, replace: bool) -> None:
    """Refuse to write over anything, unless that is asked for, and into the folders of the paper."""
    settings, target = _settings(), file.resolve()
    data, folder = settings.data.resolve(), settings.backup_folder.resolve()
    if target.is_relative_to(data) and target.parent != folder:
        raise click.ClickException(
            _("Only the paper itself writes into %(folder)s. Please choose another folder.", folder=data)
        )
    if target.exists() and not (replace and target.is_file()):
        raise click.ClickException(_("%(file)s is there already. Please choose another name.", file=target))


def _close_databases() -> None:
    for engine in db.engines.values():
        engine.dispose()


def nightly_backup() -> dict[str, int]:
    """Make the backup of this night if it is time, and let the hook carry it away."""
    settings, at = _settings(), now()
    local = at.astimezone(dates.zone(settings.timezone))
    if not settings.nightly_backup or not backups.is_due(at, local):
        return {}
    folder, today = settings.backup_folder, local.date()
    order = dataclasses.replace(_order(), beside=True, oldest=retention.oldest(folder, today))
    end_transaction()
    with suppress(*FAILURES):  # recorded, shown at the desk, and tried again
        make_recorded(order, folder / retention.name(today), BackupRun.NIGHTLY, settings.backup_hook)
        retention.remove_old(folder)
    return {}


def weekly_drill() -> dict[str, int]:
    """Restore the newest backup for a test, a week after the last time."""
    settings = _settings()
    path = backups.newest(settings.backup_folder)
    if settings.nightly_backup and path and backups.is_drill_due(now()):
        end_transaction()
        with suppress(*FAILURES):
            drill_recorded(path)
    return {}


def make_recorded(order: Order, target: Path, kind: str, hook: str = "") -> int:
    """Make a backup, and record what became of it. Returns its size in bytes.

    :param hook: a command that carries it elsewhere
    """
    started_at, size, hook_problem = now(), 0, ""
    with _recorded(kind, started_at, _name(order.places, target)) as values:
        size = backups.make(order, target)
        if hook:
            hook_problem = backup_hook.run(hook, target)
        values |= {"size": size, "hook_problem": hook_problem}
    return size


def drill_recorded(path: Path, progress: Any = lambda _size: None) -> str:
    """Restore a backup for a test, and record what is wrong with it. Returns the same."""
    settings = _settings()
    with _recorded(BackupRun.DRILL, now(), _name(settings, path)) as values:
        problem = "; ".join(restoring.drill(settings, path, _known(), progress))
        values |= {"size": path.stat().st_size, "problem": problem}
    return problem


@contextmanager
def _recorded(kind: str, started_at: datetime, file: str) -> Iterator[dict[str, Any]]:
    """Record a run with the values that the caller fills in. A run counts even if it cannot be recorded."""
    values: dict[str, Any] = {"file": file}
    try:
        yield values
    except FAILURES as error:
        values["problem"] = backups.sentence(error)
        raise
    finally:
        with suppress(SQLAlchemyError), visitors_transaction(BUSY_TIMEOUT_MS) as connection:
            backups.record(connection, kind, started_at, **values)


def _name(places: Any, path: Path) -> str:
    return path.name if path.parent == places.backup_folder.resolve() else str(path)[-300:]


def _settings() -> Settings:
    return current_app.config["SETTINGS"]


def _known() -> set[str]:
    return revisions.known(config.ROOT / "migrations" / "versions")[1]


def _order(*, with_secrets: bool = False) -> Order:
    settings = _settings()
    left_out = {"data"} if with_secrets else {"data", *Settings.SECRET}
    values = {name: getattr(settings, name) for name in config.given() if name not in left_out}
    key = current_app.config["SECRET_KEY"] if with_secrets else ""
    if not settings.news_file.is_file():
        raise click.ClickException(_("There is no paper in %(folder)s.", folder=settings.data))
    return Order(settings, values, now().astimezone(dates.zone(settings.timezone)).date(), key)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}"


@contextmanager
def _told() -> Iterator[None]:
    """End the command with one sentence if the disk, a file or the request itself is at fault."""
    try:
        yield
    except FAILURES as error:
        raise click.ClickException(backups.sentence(error)) from error
