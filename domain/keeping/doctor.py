"""What keeps a keeper awake: each finding says how it stands and, unless it is good, what to do."""

import os
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import func, select

from database import db
from domain.keeping import backups, health
from domain.keeping.models import JobRun
from domain.mail import dead_letters
from domain.mail.models import Mail
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3
from lib.web import reachability
from models import now

GOOD, LOOK, BAD = "good", "look", "bad"
SAFE_SQLITE = (3, 51, 3)  # before it, a write-ahead log can be damaged by checkpoints at the same moment
LITTLE_SPACE = 3_000_000_000  # bytes
FEW_FILES = 10_000  # that the disk can still take
OLD_BACKUP, OLD_DRILL = timedelta(days=2), timedelta(days=9)
LATE_MAIL = timedelta(hours=2)
QUIET = timedelta(hours=2)  # without any regular job
CERTIFICATE_DAYS = 14
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Finding:
    """One line of `flask doctor`.

    :param level: GOOD, LOOK (worth a look) or BAD (somebody has to act)
    :param advice: what to do; empty if it is good
    """

    name: str
    level: str
    sentence: str
    advice: str = ""


def findings(settings: Any, program: Path, *, network: bool = False, deep: bool = False) -> list[Finding]:
    """Look at everything.

    :param settings: config.Settings
    :param program: the folder of the program
    :param network: also what takes seconds because it asks other computers
    :param deep: also what reads the whole database
    """
    looks: list[Iterable[Finding]] = [
        _rights(settings), _sqlite(), _migrations(settings, program), _disk(settings), _clock(), _jobs(),
        _backups(settings), _drill(), _mail(), _contradictions(settings),
    ]  # fmt: skip
    looks += [_address(settings)] if network else []
    looks += [_database()] if deep else []
    return [finding for look in looks for finding in look]


def _rights(settings: Any) -> Iterator[Finding]:
    files = [*settings.private_paths, settings.data / "maeul.toml"]
    there = [(path, path.stat()) for path in files if path.exists()]
    open_ones = [str(path) for path, status in there if status.st_mode & 0o077]
    foreign = [str(path) for path, status in there if status.st_uid != os.geteuid()]
    if open_ones:
        advice = _("Run: chmod go-rwx %(files)s", files=" ".join(open_ones))
        yield Finding("rights", BAD, _("Others on this server can read data of the paper."), advice)
    elif foreign and os.geteuid():
        advice = _("Run: chown %(user)s %(files)s", user=os.geteuid(), files=" ".join(foreign))
        yield Finding("rights", BAD, _("Some files belong to another user."), advice)
    elif not os.access(settings.data, os.W_OK):
        advice = _("Check the disk and the rights of the folder.")
        yield Finding("rights", BAD, _("The data folder cannot be written to."), advice)
    else:
        yield Finding("rights", GOOD, _("Only its owner can read the data folder."))


def _sqlite() -> Iterator[Finding]:
    version = sqlite3.sqlite_version
    if tuple(map(int, version.split("."))) >= SAFE_SQLITE:
        yield Finding("sqlite", GOOD, _("SQLite %(version)s.", version=version))
    else:
        advice = _("Install pysqlite3, as bin/serve does from requirements.txt.")
        sentence = _("SQLite %(version)s can damage a database when two processes use it.", version=version)
        yield Finding("sqlite", BAD, sentence, advice)


def _migrations(settings: Any, program: Path) -> Iterator[Finding]:
    newest, known = revisions.known(program / "migrations" / "versions")
    current = {revisions.current(path) for path in (settings.news_file, settings.visitors_file)}
    if current == {newest}:
        yield Finding("migrations", GOOD, _("The databases are in step with the program."))
    elif current <= known | {None}:
        advice = _("Restart with bin/serve, or run: flask --app app prepare")
        yield Finding("migrations", BAD, _("The databases are older than the program."), advice)
    else:
        advice = _("Update the program, or restore a backup made with this version.")
        yield Finding("migrations", BAD, _("The databases are newer than the program."), advice)


def _disk(settings: Any) -> Iterator[Finding]:
    disk, files = health.disk(settings.data), os.statvfs(settings.data).f_favail
    sentence = _("Free on the disk of the data folder: %(gigabytes)s GB.", gigabytes=disk.free_gigabytes)
    is_full_of_files = 0 < files < FEW_FILES  # some file systems count none
    level = BAD if disk.is_low or is_full_of_files else LOOK if disk.free < LITTLE_SPACE else GOOD
    advice = _("Delete old backups or logs, or get a larger disk: without space nothing can be written.")
    yield Finding("disk", level, sentence, "" if level == GOOD else advice)


def _clock() -> Iterator[Finding]:
    """Jobs leave moments behind: one in the future shows that the clock was set back."""
    newest = db.session.scalar(select(func.max(JobRun.started_at)))
    advice = _("Switch on the time service (timedatectl set-ntp true) and check the date.")
    service = Path("/run/systemd/timesync")
    if newest and newest > now() + timedelta(minutes=5):
        yield Finding("clock", BAD, _("The clock of the server was set back, or it is wrong."), advice)
    elif service.is_dir() and not (service / "synchronized").exists():
        yield Finding("clock", LOOK, _("The clock of the server is not kept right by a time server."), advice)
    else:
        yield Finding("clock", GOOD, _("The clock goes forward."))


def _jobs() -> Iterator[Finding]:
    runs = list(db.session.scalars(select(JobRun).order_by(JobRun.name)))
    failed = [run.name for run in runs if run.error]
    newest = max((run.started_at for run in runs), default=None)
    if failed:
        advice = _("Read why in the log of the server; the next attempt follows by itself.")
        sentence = _("Regular jobs have failed: %(names)s.", names=", ".join(failed))
        yield Finding("jobs", BAD, sentence, advice)
    elif newest is None or newest < now() - QUIET:
        advice = _("Start the server, or let a timer run: flask --app app tick")
        yield Finding("jobs", BAD, _("No regular job has run for hours."), advice)
    else:
        yield Finding("jobs", GOOD, _("The regular jobs run."))


def _backups(settings: Any) -> Iterator[Finding]:
    backup, level = backups.last(), BAD
    advice = _("Run: flask --app app backup. Then read what it says.")
    if not settings.nightly_backup and (backup is None or backup.is_made):  # perhaps others make them
        level = LOOK
        advice = _("Set nightly_backup = true, unless another program backs up the data folder every day.")
    if backup is None:
        yield Finding("backup", level, _("There is no backup yet."), advice)
    elif not backup.is_made:
        yield Finding("backup", BAD, _("The last backup failed: %(why)s", why=backup.problem), advice)
    elif not backup.is_ok:
        sentence = _("The last backup was not carried elsewhere: %(why)s", why=backup.problem)
        yield Finding("backup", BAD, sentence, _("Correct backup_hook: the next night tries again."))
    elif backup.moment < now() - OLD_BACKUP:
        yield Finding("backup", level, _("The last backup is older than two days."), advice)
    else:
        yield Finding("backup", GOOD, _("The last backup is good."))


def _drill() -> Iterator[Finding]:
    drill = backups.last_drill()
    advice = _("Run: flask --app app backup --drill")
    if drill is None or drill.moment < now() - OLD_DRILL:
        yield Finding("drill", LOOK, _("No backup was restored for a test in the last week."), advice)
    elif not drill.is_ok:
        sentence = _("The last backup could not be restored: %(why)s", why=drill.problem)
        yield Finding("drill", BAD, sentence, advice)
    else:
        yield Finding("drill", GOOD, _("The last restoring for a test worked."))


def _mail() -> Iterator[Finding]:
    oldest = db.session.scalar(select(func.min(Mail.due_at)))
    advice = _("Open /desk/mail: it says why, and sends a letter for a test.")
    if count := dead_letters.count():
        yield Finding("mail", BAD, _("Letters that could not be sent: %(n)s.", n=count), advice)
    elif missing := dead_letters.missing():
        advice = _("Set it, or members who forget their password need the editor.")
        sentence = _("Mail is off. What is missing: %(what)s", what=", ".join(missing))
        yield Finding("mail", LOOK, sentence, advice)
    elif oldest and oldest < now() - LATE_MAIL:
        yield Finding("mail", BAD, _("Letters have been waiting for hours."), advice)
    else:
        yield Finding("mail", GOOD, _("Mail is sent."))


def _contradictions(settings: Any) -> Iterator[Finding]:
    """Settings that each could be used and do not go together."""
    has_open_password = settings.smtp_security == "none" and bool(settings.smtp_password)
    is_https = settings.site_url.startswith("https:")
    found = [
        (not settings.site_url, _("The paper's address is not set."), _("Set site_url.")),
        (
            is_https and not settings.proxies,
            _("The address is https, and no proxy is said to stand in front."),
            _("Set proxies = 1: otherwise every reader has the address of the proxy."),
        ),
        (
            settings.workers > 1 and settings.rate_storage.startswith("memory"),
            _("Several processes count rates each for itself."),
            _("Set rate_storage to a Redis address, or workers = 1."),
        ),
        (
            has_open_password and settings.smtp_host not in LOCAL,
            _("The mail password goes over the network unencrypted."),
            _("Set smtp_security to starttls or tls."),
        ),
        (
            bool(settings.smtp_user) and not settings.smtp_password,
            _("There is a user name for the mail server and no password."),
            _("Set smtp_password, or no smtp_user."),
        ),
    ]
    wrong = [Finding("settings", LOOK, sentence, advice) for is_so, sentence, advice in found if is_so]
    yield from wrong or [Finding("settings", GOOD, _("The settings go together."))]


def _address(settings: Any) -> Iterator[Finding]:
    parts = urlsplit(settings.site_url)
    if not parts.hostname:
        return
    if not (addresses := reachability.addresses(parts.hostname)):
        advice = _(
            "Check whether this server reaches the network, and the entry of this name at your registrar."
        )
        sentence = _("%(host)s cannot be found on the network.", host=parts.hostname)
        yield Finding("address", BAD, sentence, advice)
        return
    where = _("%(host)s leads to %(addresses)s.", host=parts.hostname, addresses=", ".join(addresses))
    yield Finding("address", GOOD, where)
    if parts.scheme == "https":
        yield _certificate(parts.hostname, parts.port or 443)


def _certificate(host: str, port: int) -> Finding:
    advice = _("Look at the log of the proxy, which renews it.")
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        days = reachability.certificate_days(host, port)
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "TLS"
        return Finding("certificate", BAD, _("The certificate is not valid: %(why)s", why=reason), advice)
    except OSError:
        return Finding("certificate", BAD, _("Nobody answers at %(host)s.", host=shown), advice)
    sentence = _("The certificate is valid for %(n)s more days.", n=int(days))
    return Finding("certificate", *((GOOD, sentence) if days > CERTIFICATE_DAYS else (BAD, sentence, advice)))


def _database() -> Iterator[Finding]:
    """Read both databases whole, and the references between their rows."""
    connection = db.session.connection()
    problem = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if problem == "ok" and broken is None:
        yield Finding("database", GOOD, _("The database is whole."))
    else:
        advice = _("Stop the paper, keep a copy of the data folder, and restore the last good backup.")
        yield Finding("database", BAD, _("The database is damaged."), advice)
