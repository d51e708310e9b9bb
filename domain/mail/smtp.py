"""Hands letters over to the mail server, and says in words what went wrong."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from flask_babel import gettext as _

from domain.mail.settings import MailSettings

OPENING_SECONDS = 20  # for each answer until the login is done
SENDING_SECONDS = 180  # for each answer after it: a letter that was taken but not confirmed is sent again
CLOSING_SECONDS = 5
SERVER_CLOSES = 421  # the answer of a server that ends the connection


class MailFailure(Exception):
    """A letter could not be handed over. The text is a sentence for the editor.

    :param is_servers: the reason is the server or our settings, not this letter: others would fail too
    :param is_permanent: the server refuses this letter for good
    """

    def __init__(self, sentence: str, *, is_servers: bool = True, is_permanent: bool = False):
        super().__init__(sentence)
        self.is_servers, self.is_permanent = is_servers, is_permanent


class MailConnection:
    """A connection to the mail server, opened with the first letter.

    :param opening: seconds to wait for each answer until the login is done
    :param sending: the same after it
    """

    def __init__(self, settings: MailSettings, opening: float = 0, sending: float = 0):
        self.settings = settings
        self.opening = opening or OPENING_SECONDS
        self.sending = sending or SENDING_SECONDS
        self.server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, recipient: str) -> None:
        """:raises MailFailure:"""
        with _failures(self.settings):
            if self.server is None or self.server.sock is None:  # the server may have closed it
                self.server = self._open()
            options = [] if recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
            if options and not self.server.has_extn("smtputf8"):
                sentence = _("The mail server knows no addresses in other scripts.")
                raise MailFailure(sentence, is_servers=False, is_permanent=True)
            self.server.sendmail(self.settings.sender_address, [recipient], message.as_bytes(), options)

    def close(self) -> None:
        """End the connection. What was confirmed stays confirmed, whatever the server answers."""
        server, self.server = self.server, None
        if server:
            with suppress(OSError):
                if server.sock:
                    server.sock.settimeout(CLOSING_SECONDS)
                    server.quit()
            server.close()

    def _open(self) -> smtplib.SMTP:
        settings, context = self.settings, ssl.create_default_context()
        address = (settings.host, settings.used_port)
        options = {"local_hostname": settings.site_host, "timeout": self.opening}
        if settings.security == "tls":
            server = smtplib.SMTP_SSL(*address, context=context, **options)  # type: ignore[arg-type]
        else:
            server = smtplib.SMTP(*address, **options)  # type: ignore[arg-type]
        try:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.user:
                server.login(settings.user, settings.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        if server.sock:
            server.sock.settimeout(self.sending)
        return server


@contextmanager
def _failures(settings: MailSettings) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _recipient_refused(*next(iter(error.recipients.values()))) from error
    except smtplib.SMTPDataError as error:
        words = _words(error.smtp_code, error.smtp_error)
        sentence = _("The mail server did not accept the letter: %(answer)s", answer=words)
        raise _of_one_letter(sentence, error.smtp_code) from error
    except smtplib.SMTPException as error:
        raise MailFailure(_server_sentence(error)) from error
    except UnicodeError as error:
        sentence = _("smtp_host, smtp_user or smtp_password has a character that cannot be sent.")
        raise MailFailure(sentence) from error
    except OSError as error:
        raise MailFailure(_network_sentence(error, settings)) from error


def _recipient_refused(code: int, answer: bytes) -> MailFailure:
    sentence = _("The mail server refuses the recipient: %(answer)s", answer=_words(code, answer))
    return _of_one_letter(sentence, code)


def _of_one_letter(sentence: str, code: int) -> MailFailure:
    return MailFailure(sentence, is_servers=code == SERVER_CLOSES, is_permanent=500 <= code < 600)


def _server_sentence(error: smtplib.SMTPException) -> str:
    """What a conversation with the server failed at."""
    answer = ""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = _words(error.smtp_code, error.smtp_error)
    match error:
        case smtplib.SMTPAuthenticationError():
            return _(
                "The mail server refuses the login. Please check smtp_user and smtp_password: %(answer)s",
                answer=answer,
            )
        case smtplib.SMTPSenderRefused():
            return _("The mail server refuses the sender. Please check mail_from: %(answer)s", answer=answer)
        case smtplib.SMTPNotSupportedError():
            return _not_supported(str(error))
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return _("The mail server does not answer in time.")
        case smtplib.SMTPServerDisconnected():
            return _("The mail server has ended the connection in the middle.")
        case _:
            return _("The mail server does not want to talk to us: %(answer)s", answer=answer or str(error))


def _not_supported(reason: str) -> str:
    if "STARTTLS" in reason:
        return _("The mail server offers no encryption (STARTTLS). Please check smtp_security and smtp_port.")
    if "AUTH" in reason:
        return _(
            "The mail server offers no login here. Please check smtp_security, or leave smtp_user empty."
        )
    return _("The mail server cannot do what is needed: %(answer)s", answer=reason[:200])


def _network_sentence(error: OSError, settings: MailSettings) -> str:
    """Why there is no conversation."""
    host, port = settings.host, settings.used_port
    match error:
        case socket.gaierror():
            return _("There is no mail server named %(host)s. Please check smtp_host.", host=host)
        case TimeoutError():
            return _("The mail server does not answer in time.")
        case ConnectionRefusedError():
            return _(
                "Nothing answers at %(host)s, port %(port)s. Please check smtp_host and smtp_port.",
                host=host,
                port=port,
            )
        case ssl.SSLCertVerificationError():
            return _certificate_sentence(error, host)
        case ssl.SSLError():
            return _(
                "%(host)s, port %(port)s, does not encrypt this way. "
                "Please check smtp_security and smtp_port.",
                host=host,
                port=port,
            )
        case _:
            return _("The mail server cannot be reached: %(reason)s", reason=error.strerror or str(error))


def _certificate_sentence(error: ssl.SSLCertVerificationError, host: str) -> str:
    """Why the server's certificate is not trusted. The numbers are OpenSSL's: X509_V_ERR_…"""
    match error.verify_code:
        case 10:
            return _("The certificate of %(host)s has expired.", host=host)
        case 18 | 19 | 20 | 21:
            return _(
                "The certificate of %(host)s comes from nobody who is trusted. "
                "Please check smtp_host, or ask whoever runs the mail server.",
                host=host,
            )
        case 62 | 64:
            return _(
                "The certificate belongs to another server than %(host)s. "
                "Please set smtp_host to the name that the mail service gives.",
                host=host,
            )
        case _:
            reason = error.verify_message
            return _("The certificate of %(host)s is not valid: %(reason)s", host=host, reason=reason)


def _words(code: int, answer: bytes | str) -> str:
    """A server's answer on one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())[:200]}"
