"""Whether a host can be found, and how long its certificate is valid. Both ask the network, briefly."""

import socket
import ssl
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

SECONDS = 3.0
DAY = 24 * 60 * 60  # seconds


def addresses(host: str) -> list[str]:
    """The addresses of a host; none if it cannot be found within SECONDS."""
    found = _within(SECONDS, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)) or []
    return sorted({entry[4][0] for entry in found})


def certificate_days(host: str, port: int = 443) -> float:
    """Days until the certificate of a host expires.

    :raises ssl.SSLError: it is not valid, or not for this host
    :raises OSError: nobody answers
    """
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        certificate: Any = connection.getpeercert()
    return (ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) / DAY


def _within(seconds: float, ask: Callable[[], Any]) -> Any:
    """The result of a call that has no time limit of its own; None if it fails or takes longer."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(ask())
        except (OSError, UnicodeError):  # the latter: no name of a host
            results.append(None)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return results[0] if results else None
