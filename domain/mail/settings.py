"""The settings of mail, of this process."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import urlsplit

PORTS = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True)
class MailSettings:
    """Where mail is handed over, and who sends it. See config.Settings."""

    host: str = ""
    port: int = 0  # 0: that of PORTS
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"  # a key of PORTS
    sender: str = ""  # empty: the user's name, if that is an address
    site_url: str = ""
    secret_key: str = field(default="", repr=False)  # signs the links that stop mail

    @property
    def sender_address(self) -> str:
        address = parseaddr(self.sender)[1] if self.sender else self.user
        return ascii_domain(address) if "@" in address else ""

    @property
    def used_port(self) -> int:
        return self.port or PORTS[self.security]

    @property
    def missing(self) -> list[str]:
        """The settings without which no mail can be sent. Empty: mail is on."""
        wanted = {"smtp_host": self.host, "site_url": self.site_url, "mail_from": self.sender_address}
        return [name for name, value in wanted.items() if not value]

    @property
    def site_host(self) -> str:
        return urlsplit(self.site_url).hostname or "localhost"


def ascii_domain(address: str) -> str:
    """An address with its domain as mail servers write it (punycode).

    :raises UnicodeError: the domain cannot be written so
    """
    mailbox, _at, domain = address.rpartition("@")
    return f"{mailbox}@{domain.encode('idna').decode()}"


_current = MailSettings()


def use(settings: MailSettings) -> None:
    """Set them for this process."""
    global _current
    _current = settings


def current() -> MailSettings:
    return _current
