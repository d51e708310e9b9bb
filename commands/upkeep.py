"""`flask check`, `flask doctor` and `flask reindex`."""

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from commands.transactions import news_transaction
from config import ROOT
from database import db
from domain.keeping import doctor
from domain.paper import imprint
from domain.search import search_index
from models import Paper

check = AppGroup("check", help="Check that the paper is complete.")


@check.command("imprint")
def check_imprint() -> None:
    """List details that the Newspaper Act requires and the imprint lacks; exit with 1 if there are any."""
    if missing := imprint.missing(Paper.get()):
        raise click.ClickException(_("Missing in the imprint: %(names)s", names=", ".join(missing)))
    click.echo(_("Nothing is missing in the imprint."))


@click.command("doctor")
def examine() -> None:
    """Look at everything that keeps a keeper awake. Ends with 1 if somebody has to act."""
    found = doctor.findings(current_app.config["SETTINGS"], ROOT, network=True, deep=True)
    signs = {doctor.GOOD: "OK ", doctor.LOOK: "?  ", doctor.BAD: "!! "}
    for finding in found:
        click.echo(signs[finding.level] + " ".join(filter(None, (finding.sentence, finding.advice))))
    if any(finding.level == doctor.BAD for finding in found):
        raise SystemExit(1)


@click.command("reindex")
def reindex() -> None:
    """Rebuild the search index. The server may keep running; search keeps working meanwhile."""
    if not search_index.is_supported(db.session.connection()):
        raise click.ClickException(_("Searching needs SQLite."))
    amount, steps = search_index.row_count(), search_index.rebuild()
    with click.progressbar(length=amount, label=_("Indexing")) as progress:
        done: int | None = 0
        while done is not None:
            with news_transaction():
                done = next(steps, None)
            progress.update(done or 0)
    click.echo(_("Indexed: %(n)s articles and comments.", n=amount))
