"""What bin/serve runs: prepare what is not prepared, then become the production server (granian).

The app itself is loaded here only when there is something to do (a first start, a new version): a start is
quick.
"""

import errno
import logging
import os
import resource
import signal
import socket
import sys
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING

import config
from lib.files import locks
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3

if TYPE_CHECKING:
    from flask import Flask

N_ = str  # marks a sentence that is translated where it is printed
MAX_CONNECTIONS = 8192  # of one worker; each takes 11 KB. Beyond that new ones wait until others end
OTHER_FILES = 512  # databases, pictures being read, the program itself
ADDRESS_MISSING = N_(
    "The paper's address (site_url) is not set: "
    "links in feeds and shared articles follow the address of each request."
)


def main() -> None:
    settings = config.load_or_exit()
    _ = config.translation(settings.locale)
    if problem := _problem_with_port(settings):
        sys.exit(_(problem) % {"host": settings.host, "port": settings.port})
    try:
        if not _is_prepared(settings):
            _prepare()
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":
            raise  # a programming error: show the traceback
        sys.exit(
            _("The data folder %(folder)s cannot be used: %(reason)s")
            % {"folder": settings.data, "reason": error}
        )
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(
        _("The paper is open at http://%(host)s:%(port)s/ (Ctrl-C closes it)")
        % {"host": shown, "port": settings.port},
        flush=True,
    )
    if not settings.site_url and not _is_named_at_desk(settings):
        print(_(ADDRESS_MISSING), flush=True)
    options = _options(settings, _allow_connections())
    os.execv(sys.executable, [sys.executable, "-m", "granian", *options])  # noqa: S606


def _is_prepared(settings: config.Settings) -> bool:
    """Both databases in step, and a paper in them: a first start may have been cut short."""
    newest, _known = revisions.known(config.ROOT / "migrations" / "versions")
    if {revisions.current(path) for path in (settings.news_file, settings.visitors_file)} != {newest}:
        return False
    with closing(sqlite3.connect(settings.news_file)) as connection:
        return connection.execute("SELECT 1 FROM papers").fetchone() is not None


def _is_named_at_desk(settings: config.Settings) -> bool:
    with closing(sqlite3.connect(settings.news_file)) as connection:
        return connection.execute("SELECT 1 FROM settings WHERE name = 'site_url'").fetchone() is not None


def _prepare() -> None:
    import click
    from sqlalchemy.exc import DBAPIError

    from app import create_app

    app = create_app()
    with app.app_context():
        try:
            app.cli.commands["prepare"].main(args=[], prog_name="serve", standalone_mode=False)
        except click.ClickException as error:
            sys.exit(error.format_message())
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorname", "") in ("", "SQLITE_ERROR"):
                raise  # a mistake of ours, told in full
            raise OSError(str(error.orig)) from error


def _problem_with_port(settings: config.Settings) -> str | None:
    """One clear sentence where the server would fail with a longer story."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        if getattr(error, "errno", 0) == errno.EADDRINUSE:
            return N_("Port %(port)s is taken. Choose another: MAEUL_PORT=8001 bin/serve")
        return N_("We cannot listen on %(host)s, port %(port)s.")
    return None


def _allow_connections() -> int:
    """Raise the limit of open files to what the system permits. Return how many connections fit into it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(1, min(MAX_CONNECTIONS, hard - OTHER_FILES))


def _options(settings: config.Settings, connections: int = MAX_CONNECTIONS) -> list[str]:
    """Granian's. Threads start when they are needed and end after a quiet minute."""
    options = {
        "--interface": "wsgi",
        "--host": settings.host,
        "--port": settings.port,
        "--workers": settings.workers,
        "--blocking-threads": settings.threads,
        "--blocking-threads-idle-timeout": 60,
        "--backlog": 1024,
        "--backpressure": connections,  # idle and half-open ones included
        "--http": "1",
        "--http1-header-read-timeout": 10_000,  # milliseconds; idle connections end after it too
        "--workers-kill-timeout": 10,
        "--log-level": "error",
        "--working-dir": config.ROOT,
    }
    words = [str(word) for option in options.items() for word in option]
    return [*words, "--no-ws", "--respawn-failed-workers", "--factory", "server:worker"]


def worker() -> "Flask":
    """Return the app, in a worker process of granian.

    Ctrl-C reaches every process of the terminal's group, and granian's main process then stops its workers: a
    worker that handles both signals at the same moment deadlocks until it is killed. So workers ignore the
    first.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    from app import create_app

    app = create_app()
    for work in (run_jobs, send_mail, write_requests):
        Thread(target=work, args=(app, Event()), name=work.__name__, daemon=True).start()
    return app


def write_requests(app: "Flask", stop: Event, pause: float = 1) -> None:
    """Write the lines of requests to standard output, in a thread of its own.

    :param pause: seconds between two looks at what is to be written
    """
    logger, log = logging.getLogger("maeul.requests"), app.extensions["request_log"]
    logger.addHandler(logging.StreamHandler(sys.stdout))
    logger.setLevel(logging.INFO)
    logger.propagate = False
    while not stop.wait(pause):
        log.flush()
    log.flush()


def run_jobs(app: "Flask", stop: Event, pause: float = 60) -> None:
    """Run each regular job that is due, even if nobody visits and `flask tick` is never run.

    Other workers and `flask tick` do the same; one of them at a time runs a job (domain/keeping/jobs.py).

    :param pause: seconds between two looks at what is due
    """
    import cli

    while True:
        for job in () if _is_updating(app) else cli.JOBS:
            with app.app_context():
                try:
                    cli.run_job(job, job.pause)
                except Exception:
                    app.logger.exception("the job %r failed; another attempt follows", job.name)
        if stop.wait(pause):
            return


def send_mail(app: "Flask", stop: Event, pause: float = 60) -> None:
    """Send letters as soon as they are written, in a thread of its own: a mail server may be slow.

    :param pause: seconds between two looks at what is to be tried again, or was written by another process
    """
    import cli

    while not stop.is_set():
        with app.app_context():
            try:
                if not _is_updating(app):
                    cli.send_mail()
            except Exception:
                app.logger.exception("mail was not sent; another attempt follows")
        cli.wait_for_mail(pause)


def _is_updating(app: "Flask") -> bool:
    return locks.is_held(app.config["SETTINGS"].update_lock)


if __name__ == "__main__":
    main()
