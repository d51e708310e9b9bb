"""The `flask` commands and the regular jobs: what there is. The commands themselves are in commands/."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import click
from flask import Flask, current_app
from flask_babel import gettext as _

from commands.backups import backup, nightly_backup, restore, weekly_drill
from commands.editor import editor
from commands.preparation import attach_migrations, load_sample, prepare, start
from commands.printing import draw_printed_pages
from commands.transactions import news_transaction
from commands.upkeep import check, examine, reindex
from config import Settings
from database import BUSY_TIMEOUT_MS, empty_wal, visitors_transaction
from domain.counter import beats
from domain.keeping import housekeeping, jobs
from domain.mail import digest, notices, outbox, sending
from domain.mail import settings as mail_settings
from domain.moderation import hold_decisions
from domain.neighbours import captchas, consents, login_notices, reset
from domain.paper import page_texts
from lib.files import locks
from lib.files.store import Store


def init_app(app: Flask) -> None:
    """Attach every command to the app."""
    for command in (editor, check, load_sample, tick, start, prepare, examine, reindex, backup, restore):
        app.cli.add_command(command)
    if os.environ.get("FLASK_RUN_FROM_CLI"):  # the server starts faster without the imports of `flask db`
        attach_migrations(app)


@click.command("tick")
def tick() -> None:
    """Run every regular job that nobody else is running, also after one that fails. For a timer."""
    if locks.is_held(current_app.config["SETTINGS"].update_lock):
        click.echo(_("The paper is being updated; nothing is done meanwhile."))
        return
    done: dict[str, int] = {}
    failed = []
    for job in JOBS:
        try:
            done |= run_job(job) or {}
        except Exception:
            current_app.logger.exception("the job %r failed", job.name)
            failed.append(job.name)
    counts = dict.fromkeys(("logins", "photos", "files"), 0) | done
    click.echo(_("Thrown away: %(logins)s logins, %(photos)s photos, %(files)s files.", **counts))
    try:
        if sent := send_mail():
            click.echo(_("Letters sent: %(n)s.", n=sent))
    except Exception:
        current_app.logger.exception("mail was not sent")
        failed.append("mail")
    if failed:
        raise click.ClickException(_("Failed: %(names)s. The others were run.", names=", ".join(failed)))


def run_job(job: "Job", pause: timedelta = timedelta(0)) -> dict[str, int] | None:
    """Run a job, unless it is running elsewhere or was begun less than `pause` ago. Returns what it did."""
    current_app.extensions["settings"].renew()
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
    with news_transaction():
        taken_down_days = current_app.config["SETTINGS"].taken_down_days
        done = housekeeping.purge_rows(current_app.config["SECRET_KEY"], taken_down_days)
        sending.purge()
        notices.discard_old()
    empty_wal()
    return done


def tell_of_consents() -> dict[str, int]:
    """Tell members who agreed to marketing that it stands, every two years."""
    with news_transaction():
        consents.tell_again()
    return {}


def keep_page_texts() -> dict[str, int]:
    """Store what pages say since a version took effect or a setting changed."""
    with news_transaction():
        page_texts.keep(current_app.config["SETTINGS"])
    return {}


def put_account_mails() -> dict[str, int]:
    """Write the mails to those who forgot a password, and about runs of wrong passwords."""
    with news_transaction():
        reset.answer_requests()
        login_notices.tell_of_failed_runs()
    return {}


def write_digest() -> dict[str, int]:
    """Write the editors' letter of this morning, unless it is written."""
    with news_transaction():
        digest.put_digest()
    return {}


def send_mail() -> int:
    """Send the letters that wait. Any number of processes may do so at once. Returns how many were sent."""
    current_app.extensions["settings"].renew()
    if not outbox.is_on():
        return 0
    sent, steps = 0, sending.send_waiting(mail_settings.current())
    with closing(steps):
        is_over = False
        while not is_over:
            with news_transaction():
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
    with news_transaction():
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
    Job("printed pages", timedelta(seconds=30), draw_printed_pages),
    Job("files", timedelta(hours=12), purge_files),
    Job("consents", timedelta(hours=12), tell_of_consents),
    Job("page texts", timedelta(minutes=10), keep_page_texts),
    Job("backup", timedelta(minutes=10), nightly_backup),
    Job("drill", timedelta(hours=1), weekly_drill),
)
