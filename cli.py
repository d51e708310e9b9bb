"""The `flask` commands: parse, call, commit, one line out."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from config import ROOT, Settings
from database import BUSY_TIMEOUT_MS, db, empty_wal, end_transaction, visitors_transaction, write_intent
from domain.counter import beats
from domain.keeping import housekeeping, jobs
from domain.mail import digest, notices, outbox, sending
from domain.mail import settings as mail_settings
from domain.moderation import hold_decisions
from domain.neighbours import captchas, consents, login_notices, membership, reset, two_step
from domain.paper import imprint
from domain.search import search_index
from lib.files.store import Store
from lib.sqlite import revisions
from lib.web import passwords
from models import Paper, Refused

editor = AppGroup("editor", help="The editor's account.")
check = AppGroup("check", help="Check that the paper is complete.")


def init_app(app: Flask) -> None:
    """Attach every command to the app."""
    for command in (editor, check, load_sample, tick, prepare, reindex):
        app.cli.add_command(command)
    if os.environ.get("FLASK_RUN_FROM_CLI"):  # the server starts faster without the imports of `flask db`
        attach_migrations(app)


@editor.command("create")
@click.option("--username", default="editor", show_default=True)
@click.option("--nickname", help="The name shown with the editor's comments.")
@click.option("--email", help="The address for letters to the editor.")
@click.option("--password", help="Without this option a password is generated and printed.")
def create_editor(username: str, nickname: str | None, email: str | None, password: str | None) -> None:
    """Create the account of the editor, who writes and publishes."""
    host = urlsplit(current_app.config["SETTINGS"].site_url).hostname or "localhost"
    email = email or f"{username}@{host if '.' in host else 'paper.example'}"
    chosen = _password(password, username, nickname or "", email)
    with _news_transaction():
        username = membership.create_editor(username, nickname or _("Editor"), email, chosen).username
    click.echo(_("The editor is %(username)s.", username=username))
    click.echo(_("Password: %(password)s", password=chosen))


@editor.command("password")
@click.option("--username", help="Required if there are several editors.")
@click.option("--password", help="Without this option a password is generated and printed.")
def change_editor_password(username: str | None, password: str | None) -> None:
    """Change the editor's password and end every login."""
    chosen = _password(password, username or "")
    password_hash = passwords.hash_password(chosen)
    with _news_transaction():
        member = membership.editor(username)
        username = member.username
        membership.change_password(member, password_hash)
    click.echo(_("The password of %(username)s is changed.", username=username))
    click.echo(_("Password: %(password)s", password=chosen))


@editor.command("two-step-off")
@click.option("--username", help="Of any account. Without this option: the editor's.")
def switch_two_step_off(username: str | None) -> None:
    """Switch two-step login off, for somebody who has lost the phone and the recovery codes."""
    with _news_transaction():
        member = membership.find(username) if username else membership.editor()
        if member is None or not two_step.is_on(member):
            raise click.ClickException(_("This account has no two-step login."))
        two_step.switch_off(member)
        username = member.username
    click.echo(_("Two-step login of %(username)s is off.", username=username))


def _password(chosen: str | None, *names: str) -> str:
    """The chosen password if it is strong enough; a generated one if none was chosen."""
    if chosen is None:
        return secrets.token_urlsafe(12)
    if passwords.weakness(chosen, *names):
        raise click.ClickException(_("A password has 8 to 128 characters and is not easily guessed."))
    return chosen


@click.command("sample")
def load_sample() -> None:
    """Fill an empty paper with the sample: an invented newspaper to try things on."""
    from domain import sample  # imported here: needed only once

    settings: Settings = current_app.config["SETTINGS"]
    with _news_transaction():
        password = _editor_for_sample()
        for line in sample.load(Store(settings.media), settings.photo_megapixels):
            click.echo(line)
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


@check.command("imprint")
def check_imprint() -> None:
    """List details that the Newspaper Act requires and the imprint lacks; exit with 1 if there are any."""
    if missing := imprint.missing(Paper.get()):
        raise click.ClickException(_("Missing in the imprint: %(names)s", names=", ".join(missing)))
    click.echo(_("Nothing is missing in the imprint."))


@click.command("tick")
def tick() -> None:
    """Run every regular job that nobody else is running. For a timer, every few minutes."""
    done: dict[str, int] = {}
    for job in JOBS:
        done |= run_job(job) or {}
    counts = dict.fromkeys(("logins", "photos", "files"), 0) | done
    click.echo(_("Thrown away: %(logins)s logins, %(photos)s photos, %(files)s files.", **counts))
    if sent := send_mail():
        click.echo(_("Letters sent: %(n)s.", n=sent))


def run_job(job: "Job", pause: timedelta = timedelta(0)) -> dict[str, int] | None:
    """Run a job, unless it is running elsewhere or was begun less than `pause` ago. Returns what it did."""
    with visitors_transaction(BUSY_TIMEOUT_MS) as connection:
        if not jobs.begin(connection, job.name, pause):
            return None
    error = "killed"
    try:
        done = job.run()
        error = ""
        return done
    except Exception as exception:
        error = type(exception).__name__  # its words may hold what somebody wrote
        raise
    finally:
        with visitors_transaction(BUSY_TIMEOUT_MS) as connection:
            jobs.end(connection, job.name, error)


def purge_visitors() -> dict[str, int]:
    """Delete expired presences and captchas, and of past days everything but the sums."""
    with visitors_transaction(BUSY_TIMEOUT_MS) as connection:
        beats.purge(connection, current_app.config["SETTINGS"].presence_minutes)
        captchas.purge(connection)
    return {}


def purge_news() -> dict[str, int]:
    """Delete expired logins, unused photos, articles long taken down. Returns how many of the first two."""
    with _news_transaction():
        taken_down_days = current_app.config["SETTINGS"].taken_down_days
        done = housekeeping.purge_rows(current_app.config["SECRET_KEY"], taken_down_days)
        sending.purge()
        notices.discard_old()
    empty_wal()
    return done


def tell_of_consents() -> dict[str, int]:
    """Tell members who agreed to marketing that it stands, every two years."""
    with _news_transaction():
        consents.tell_again()
    return {}


def put_account_mails() -> dict[str, int]:
    """Write the mails to those who forgot a password, and about runs of wrong passwords."""
    with _news_transaction():
        reset.answer_requests()
        login_notices.tell_of_failed_runs()
    return {}


def write_digest() -> dict[str, int]:
    """Write the editors' letter of this morning, unless it is written."""
    with _news_transaction():
        digest.put_digest()
    return {}


def send_mail() -> int:
    """Send the letters that wait. Any number of processes may do so at once. Returns how many were sent."""
    if not outbox.is_on():
        return 0
    sent, steps = 0, sending.send_waiting(mail_settings.current())
    with closing(steps):
        is_over = False
        while not is_over:
            with _news_transaction():
                step = next(steps, None)
            sent, is_over = sent + bool(step), step is None
    if sent:
        empty_wal()  # a letter may have held a secret link
    return sent


def wait_for_mail(seconds: float) -> None:
    """Wait until this process has committed a letter, at most so long."""
    outbox.added.wait(seconds)
    outbox.added.clear()


def run_hold_clocks() -> dict[str, int]:
    """Ask the editor about temporary measures that end soon, and end those whose time is over."""
    with _news_transaction():
        return {"measures": hold_decisions.run_clocks(current_app.config["SETTINGS"].hold_without_objection)}


def purge_files() -> dict[str, int]:
    """Delete files that nothing uses. Returns how many."""
    settings: Settings = current_app.config["SETTINGS"]
    files = housekeeping.purge_files(Store(settings.media))
    return {"files": files + housekeeping.purge_claim_files(Store(settings.claims))}


@dataclass(frozen=True)
class Job:
    """Something that is done regularly.

    :param pause: from the start of one run to that of the next, where the server runs it itself
    :param run: returns how many of what were deleted
    """

    name: str
    pause: timedelta
    run: Callable[[], dict[str, int]]


JOBS = (
    Job("visitors", timedelta(minutes=5), purge_visitors),
    Job("account mails", timedelta(minutes=1), put_account_mails),
    Job("measures", timedelta(minutes=10), run_hold_clocks),  # before articles are deleted for good
    Job("news", timedelta(hours=1), purge_news),
    Job("digest", timedelta(minutes=10), write_digest),
    Job("files", timedelta(hours=12), purge_files),
    Job("consents", timedelta(hours=12), tell_of_consents),
)


@click.command("prepare")
@click.pass_context
def prepare(context: click.Context) -> None:
    """Migrate the databases; fill an empty one with the sample paper."""
    _migrate()
    if db.session.get(Paper, 1) is None:
        context.invoke(load_sample)


def _migrate() -> None:
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


@click.command("reindex")
def reindex() -> None:
    """Rebuild the search index. The server may keep running; search keeps working meanwhile."""
    if not search_index.is_supported(db.session.connection()):
        raise click.ClickException(_("Searching needs SQLite."))
    amount, steps = search_index.row_count(), search_index.rebuild()
    with click.progressbar(length=amount, label=_("Indexing")) as progress:
        done: int | None = 0
        while done is not None:
            with _news_transaction():
                done = next(steps, None)
            progress.update(done or 0)
    click.echo(_("Indexed: %(n)s articles and comments.", n=amount))


@contextmanager
def _news_transaction() -> Iterator[None]:
    """One writing transaction on the news, committed at the end. A refusal ends the command."""
    end_transaction()
    token = write_intent.set(True)
    try:
        yield
        db.session.commit()
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    finally:
        end_transaction()
        write_intent.reset(token)


def attach_migrations(app: Flask) -> None:
    """Attach Flask-Migrate, for `flask db` and for `prepare`."""
    from flask_migrate import Migrate

    Migrate(app, db, compare_type=True, render_as_batch=True)
