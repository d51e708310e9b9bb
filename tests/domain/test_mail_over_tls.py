"""Mail over TLS: only to the server that the certificate names, and nothing is lost where it does not fit."""

import ssl
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from mail_server import PASSWORD, MailServer
from sqlalchemy import select

import cli
from database import db
from domain.mail import outbox, sending, settings, smtp
from domain.mail.models import Mail
from domain.mail.outbox import Letter
from models import now

ADDRESS = "reader@example.com"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost that signs itself, with its key beside it."""
    folder = tmp_path_factory.mktemp("certificate")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    return folder / "certificate.pem"


def options(security: str, certificate: Path) -> dict[str, Any]:
    """How a server runs that wants a login, and lets it be only over TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return {"ssl_context" if security == "tls" else "tls_context": context}


@pytest.fixture
def letter(mail: MailServer) -> None:
    outbox.put(Letter("편집국에서", ["안녕하세요."]), ADDRESS, event="reply-1")
    db.session.commit()


def error() -> str:
    """Why the letter waits, which it must."""
    db.session.rollback()
    row = db.session.scalars(select(Mail)).one()
    assert row.content
    assert row.due_at
    assert not row.failed_at
    return row.error


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_trusted_server_gets_the_letter_and_others_nothing(
    mail: MailServer, letter: None, certificate: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    login = mail.asking_for_a_login() | {"auth_require_tls": security == "starttls"}

    def send(host: str, later: int) -> int:
        values = {"host": host, "security": security, "user": "paper", "password": PASSWORD}
        settings.use(mail.settings(**values))
        with time_machine.travel(now() + timedelta(hours=later), tick=False):
            return cli.send_mail()

    with mail.running(**login, **options(security, certificate)):
        assert send("localhost", 0) == 0
        assert "localhost의 인증서는 믿을 수 있는 곳에서" in error()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send("127.0.0.1", 2) == 0
        assert "다른 서버의 것입니다" in error()
        assert not mail.commands  # neither a password nor an address was said
        assert send("localhost", 4) == 1
    assert mail.commands["AUTH"] == len(mail.letters(ADDRESS)) == 1


@pytest.mark.parametrize(
    ("security", "served", "words"),
    [("tls", "none", "암호화를 쓰지 않습니다"), ("starttls", "none", "STARTTLS"), ("none", "tls", "")],
)
def test_other_encryption_than_the_servers_is_said(
    mail: MailServer,
    letter: None,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    served: str,
    words: str,
) -> None:
    monkeypatch.setattr(smtp, "OPENING_SECONDS", 1)
    monkeypatch.setattr(sending, "TEST_SECONDS", 1)
    settings.use(mail.settings(host="localhost", security=security))
    with mail.running(**options(served, certificate) if served == "tls" else {}):
        assert cli.send_mail() == 0
        assert words in error()
        with pytest.raises(smtp.MailFailure, match=words or "서버"):
            sending.send_test(settings.current(), ADDRESS)
    assert mail.taken == []
