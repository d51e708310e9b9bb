"""What the doctor finds, from the command and at the desk."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

import cli
from config import ROOT
from database import BUSY_TIMEOUT_MS, db, end_transaction, visitors_transaction
from domain.keeping import backups, doctor, jobs
from domain.keeping.models import BackupRun
from domain.mail import outbox, settings
from domain.mail.rendering import Letter
from lib.web import reachability
from models import now
from tests.mail_server import MailServer


def found(app: Any, *, network: bool = False, deep: bool = False, **values: Any) -> dict[str, doctor.Finding]:
    """What is found with these settings, by name."""
    end_transaction()
    settings = replace(app.config["SETTINGS"], **values)
    return {one.name: one for one in doctor.findings(settings, ROOT, network=network, deep=deep)}


def run_all() -> None:
    for job in cli.JOBS:
        if job.name in ("visitors", "news"):
            cli.run_job(job)


def test_a_paper_that_is_well(app: Any, paper: Any) -> None:
    run_all()
    findings = found(app, deep=True)
    for name in ("rights", "sqlite", "migrations", "disk", "clock", "jobs", "database"):
        assert findings[name].level in (doctor.GOOD, doctor.LOOK), findings[name]
        assert findings[name].level == doctor.LOOK or not findings[name].advice


def test_files_that_others_can_read(app: Any) -> None:
    file = app.config["SETTINGS"].data / "maeul.toml"
    file.write_text("[maeul]\n")
    file.chmod(0o644)
    finding = found(app)["rights"]
    file.unlink()
    assert finding.level == doctor.BAD
    assert f"chmod go-rwx {file}" in finding.advice


def test_jobs_that_failed_or_do_not_run(app: Any, paper: Any) -> None:
    assert found(app)["jobs"].level == doctor.BAD
    run_all()
    assert found(app)["jobs"].level == doctor.GOOD
    with visitors_transaction(BUSY_TIMEOUT_MS) as connection:
        jobs.begin(connection, "news")
        jobs.end(connection, "news", "OperationalError")
    assert "news" in found(app)["jobs"].sentence
    with time_machine.travel(now() + timedelta(hours=3)):
        assert found(app)["jobs"].level == doctor.BAD


def test_a_clock_that_was_set_back(app: Any, paper: Any) -> None:
    run_all()
    with time_machine.travel(now() - timedelta(days=1)):
        assert found(app)["clock"].level == doctor.BAD


HTTP, HTTPS = {"site_url": "http://paper.example"}, {"site_url": "https://paper.example", "proxies": 1}
LOGIN = {"smtp_host": "m.example", "smtp_user": "paper@m.example"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"site_url": ""}, "신문 주소"),
        (HTTPS | {"proxies": 0}, "proxies = 1"),
        (HTTP | {"workers": 2}, "rate_storage"),
        (HTTP | LOGIN, "smtp_password"),
        (HTTP | LOGIN | {"smtp_password": "x", "smtp_security": "none"}, "starttls"),
    ],
)
def test_settings_that_do_not_go_together(app: Any, values: dict[str, Any], words: str) -> None:
    settings = replace(app.config["SETTINGS"], **values)
    (finding,) = [one for one in doctor.findings(settings, ROOT) if one.name == "settings"]
    assert finding.level == doctor.LOOK
    assert words in finding.advice


def test_settings_that_go_together(app: Any) -> None:
    assert found(app, **HTTPS)["settings"].level == doctor.GOOD


def test_mail_that_waits(app: Any, mail: MailServer) -> None:
    settings.use(mail.settings())
    assert found(app)["mail"].level == doctor.GOOD
    outbox.put(Letter("제목", ["글"]), "a@b.example", event="x")
    db.session.commit()
    with time_machine.travel(now() + timedelta(hours=3)):
        assert found(app)["mail"].level == doctor.BAD
    settings.use(mail.settings(host=""))
    assert found(app)["mail"].level == doctor.LOOK


@pytest.mark.parametrize(("days", "level"), [(60.5, doctor.GOOD), (3.0, doctor.BAD), (-1.0, doctor.BAD)])
def test_days_of_the_certificate(app: Any, monkeypatch: pytest.MonkeyPatch, days: float, level: str) -> None:
    monkeypatch.setattr(reachability, "addresses", lambda _host: ["192.0.2.1"])
    monkeypatch.setattr(reachability, "certificate_days", lambda *_place: days)
    findings = found(app, network=True, **HTTPS)
    assert findings["certificate"].level == level
    assert "192.0.2.1" in findings["address"].sentence


def test_a_server_that_nobody_answers_at(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "addresses", lambda _host: ["127.0.0.1"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        port = taken.getsockname()[1]
        findings = found(app, network=True, site_url=f"https://127.0.0.1:{port}", proxies=1)
    assert findings["certificate"].level == doctor.BAD


def test_an_address_that_nobody_finds(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "addresses", lambda _host: [])
    findings = found(app, network=True, **HTTPS)
    assert findings["address"].level == doctor.BAD
    assert "certificate" not in findings


@pytest.mark.parametrize(
    ("is_nightly", "values", "level", "words"),
    [
        (True, None, doctor.BAD, "flask --app app backup"),
        (False, None, doctor.LOOK, "nightly_backup"),
        (False, {}, doctor.LOOK, "nightly_backup"),
        (True, {"problem": "x"}, doctor.BAD, "flask --app app backup"),
        (False, {"problem": "x"}, doctor.BAD, "flask --app app backup"),
        (True, {"hook_problem": "x"}, doctor.BAD, "backup_hook"),
    ],
)
def test_backups_on_and_off(
    app: Any, paper: Any, is_nightly: bool, values: dict[str, str] | None, level: str, words: str
) -> None:
    if values is not None:
        with visitors_transaction(BUSY_TIMEOUT_MS) as connection:
            backups.record(connection, BackupRun.NIGHTLY, now(), **values)
    with time_machine.travel(now() + timedelta(days=3)):
        finding = found(app, nightly_backup=is_nightly)["backup"]
    assert finding.level == level
    assert words in finding.advice


@pytest.mark.parametrize(
    "address",
    ["https://마을.한국", "https://[::1]:1", "https://" + "x" * 70 + ".example", "http://paper:8000"],
)
def test_every_kind_of_address_gets_lines(app: Any, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def find(host: str, *_words: Any, **_options: Any) -> Any:
        host.encode("idna")
        raise OSError

    monkeypatch.setattr(reachability.socket, "getaddrinfo", find)
    findings = found(app, network=True, site_url=address, proxies=1)
    assert findings["address"].level == doctor.BAD
    assert "인터넷" in findings["address"].advice


def test_the_command_ends_with_1_if_somebody_has_to_act(app: Any, paper: Any) -> None:
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert len(lines) >= 9
    assert all(line.startswith(("OK ", "?  ", "!! ")) for line in lines)


def test_every_job_says_what_it_is_for() -> None:
    assert {job.name for job in cli.JOBS} == set(jobs.LABELS)


def test_the_page_shows_every_job_and_finding(client: Any, editor: Any, alice: Any, paper: Any) -> None:
    assert client.get("/desk/health").status_code == 302
    assert client.log_in(alice).get("/desk/health").status_code == 403
    desk = client.log_in(editor)
    with (
        time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False) as clock,
        visitors_transaction(BUSY_TIMEOUT_MS) as connection,
    ):
        jobs.begin(connection, "files")
        clock.shift(2.5)
        jobs.end(connection, "files", "PermissionError")
    page = desk.get("/desk/health").text
    assert all(str(label) in page for label in jobs.LABELS.values())
    assert "2.5초" in page
    assert "파일을 쓰거나 읽지 못했습니다" in page
    assert desk.send("/desk/health").status_code == 405
