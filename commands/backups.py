"""`flask backup` and `flask restore`; the nightly backup of the regular jobs."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

import config
from config import Settings
from database import BUSY_TIMEOUT_MS, visitors_transaction
from domain.keeping import backups
from domain.keeping.backups import Order
from domain.keeping.models import BackupRun
from lib.sqlite.driver import sqlite3
from lib.text import dates
from models import Refused, now


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--beside",
    is_flag=True,
    help="Files of the paper beside it, shared by all backups there.",
)
@click.option("--with-secrets", is_flag=True, help="With the key of the cookies and the mail password.")
def backup(file: Path | None, beside: bool, with_secrets: bool) -> None:
    """Write the whole paper into one FILE. The paper may stay open, and be written to.

    Without FILE it gets a name of its own in the folder of backups.
    """
    order = replace(_order(with_secrets=with_secrets), beside=beside)
    target = file or order.places.backup_folder / backups.usual_name()
    with _told(), click.progressbar(length=backups.size_of(order), label=_("Backing up")) as bar:
        size = make_recorded(replace(order, progress=bar.update), target.resolve(), BackupRun.BY_HAND)
    click.echo(_("The backup is in %(file)s (%(size)s MB).", file=target, size=f"{size / 1_000_000:.1f}"))


def make_recorded(order: Order, target: Path, kind: str) -> int:
    """Make a backup, and record what became of it. Returns its size in bytes."""
    started_at, problem, size = now(), "", 0
    try:
        size = backups.make(order, target)
    except (Refused, OSError, sqlite3.Error) as error:
        problem = str(error)
        raise
    finally:
        name = target.name if target.parent == order.places.backup_folder else str(target)
        _record(kind, started_at, file=name[-300:], size=size, problem=problem)
    return size


def _record(kind: str, started_at: datetime, **values: Any) -> None:
    """Record a run. One that cannot be recorded has taken place all the same."""
    with suppress(SQLAlchemyError), visitors_transaction(BUSY_TIMEOUT_MS) as connection:
        backups.record(connection, kind, started_at, **values)


def _order(*, with_secrets: bool = False) -> Order:
    settings: Settings = current_app.config["SETTINGS"]
    left_out = {"data"} if with_secrets else {"data", *Settings.SECRET}
    values = {name: getattr(settings, name) for name in config.given() if name not in left_out}
    key = current_app.config["SECRET_KEY"] if with_secrets else ""
    if not settings.news_file.is_file():
        raise click.ClickException(_("There is no paper in %(folder)s.", folder=settings.data))
    return Order(settings, values, now().astimezone(dates.zone(settings.timezone)).date(), key)


@contextmanager
def _told() -> Iterator[None]:
    """End the command with one sentence if the disk, a file or the request itself is at fault."""
    try:
        yield
    except (Refused, OSError, sqlite3.Error) as error:
        raise click.ClickException(str(error)) from error
