"""`flask prepare`, `sample` and `start`: databases in step with the program, and something to try it on."""

import secrets

import click
from flask import Flask, current_app
from flask_babel import gettext as _

from commands.transactions import news_transaction
from config import ROOT, Settings
from database import db
from domain.neighbours import membership
from domain.paper import starting
from lib.files.store import Store
from lib.sqlite import revisions
from models import Paper, Refused


@click.command("sample")
def load_sample() -> None:
    """Fill an empty paper with the sample: an invented newspaper to try things on."""
    from domain.paper import page_texts  # imported here, both: needed only once
    from domain.sample import loading

    settings: Settings = current_app.config["SETTINGS"]
    with news_transaction():
        password = _editor_for_sample()
        for line in loading.load(Store(settings.media), settings.photo_megapixels):
            click.echo(line)
        starting.finish()
        page_texts.keep(settings)
    if password:
        click.echo(_("The editor's username: %(username)s", username="editor"))
        click.echo(_("Password: %(password)s", password=password))


def _editor_for_sample() -> str | None:
    """Create an editor if there is none. Returns the generated password, else None."""
    try:
        membership.editor()
    except Refused:
        password = secrets.token_urlsafe(12)
        membership.create_editor("editor", _("Editor"), "editor@example.com", password)
        return password
    return None


@click.command("prepare")
@click.pass_context
def prepare(context: click.Context) -> None:
    """Migrate the databases; fill an empty one with the sample paper, unless it is to be begun empty."""
    migrate()
    if db.session.get(Paper, 1) is None:
        if starting.is_begun() or not current_app.config["SETTINGS"].sample:
            _begin_empty()
        else:
            context.invoke(load_sample)


@click.command("start")
@click.option("--empty", is_flag=True, help="Without the sample: the editor begins at /desk/start.")
@click.pass_context
def start(context: click.Context, empty: bool) -> None:
    """Begin a paper in an empty data folder."""
    migrate()
    if db.session.get(Paper, 1):
        raise click.ClickException(_("There is a paper in this folder already."))
    if empty:
        _begin_empty()
    else:
        context.invoke(load_sample)


def _begin_empty() -> None:
    """Print the address at which the editor begins. It works once, and only until there is an editor."""
    settings: Settings = current_app.config["SETTINGS"]
    with news_transaction():
        token = starting.begin()
    if token:
        site = settings.site_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
        address = f"{site}/desk/start?token={token}"
        click.echo(_("This paper is empty. Begin it here: %(address)s", address=address))
        click.echo(_("Or open /desk/start of its address and enter this code: %(token)s", token=token))


def migrate() -> None:
    """Migrate if necessary. Reads the revisions itself first, because importing Alembic is slow."""
    newest, known = revisions.known(ROOT / "migrations" / "versions")
    settings: Settings = current_app.config["SETTINGS"]
    current = {revisions.current(path) for path in (settings.news_file, settings.visitors_file)}
    if current == {newest}:
        return
    if unknown := current - known - {None}:
        raise click.ClickException(
            _(
                "The database is newer than this program (%(revision)s). Please update the program.",
                revision=unknown.pop(),
            )
        )
    import flask_migrate

    attach_migrations(current_app)
    flask_migrate.upgrade(str(ROOT / "migrations"))


def attach_migrations(app: Flask) -> None:
    """Attach Flask-Migrate, for `flask db` and for `prepare`."""
    from flask_migrate import Migrate

    Migrate(app, db, compare_type=True, render_as_batch=True)
