"""A real SMTP server in a thread, which can be told to misbehave. Parses back what it is sent."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from domain.mail.settings import MailSettings

PASSWORD = "우리끼리".encode().hex()


class MailServer:
    """What it took, and how it answers.

    :ivar answers: to a command (MAIL, RCPT, DATA) of everybody or, to RCPT, of one address; else it accepts
    :ivar dies_at: the command at which it drops the connection; "taken": after it has taken the letter
    :ivar hangs_at: the command that it never answers
    """

    def __init__(self) -> None:
        self.port = _free_port()
        self.taken: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, str] = {}
        self.dies_at = self.hangs_at = ""
        self.commands: Counter[str] = Counter()

    def letters(self, address: str = "") -> list[EmailMessage]:
        """What it took, to this address or to all."""
        return [message for recipient, message in self.taken if address in ("", recipient)]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._answer("MAIL", server)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.answers.get(address) or await self._answer("RCPT", server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await self._answer("DATA", server)
        if answer.startswith("2") and self.dies_at != "DATA":
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.taken += [(address, message) for address in envelope.rcpt_tos]  # type: ignore[misc]
            if self.dies_at == "taken":
                server.transport.abort()
        return answer

    async def _answer(self, command: str, server: Any) -> str:
        self.commands[command] += 1
        if self.hangs_at == command:
            await asyncio.Event().wait()
        if self.dies_at == command:
            server.transport.abort()
        return self.answers.get(command, "250 OK")

    def check_login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.commands["AUTH"] += 1
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    def settings(self, **values: Any) -> MailSettings:
        """Settings with which the paper sends to this server."""
        plain = {"host": "127.0.0.1", "port": self.port, "security": "none", "sender": "news@paper.example"}
        return MailSettings(**plain | {"site_url": "https://paper.example", "secret_key": "test"} | values)

    @contextmanager
    def running(self, **options: Any) -> Iterator["MailServer"]:
        """Answer on its port."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    def asking_for_a_login(self) -> dict[str, Any]:
        """Options of `running`."""
        return {"authenticator": self.check_login, "auth_required": True, "auth_require_tls": False}


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """The text of a part of a letter: "plain" or "html"."""
    part = message.get_body([kind])  # type: ignore[arg-type]
    assert part
    return part.get_content()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
