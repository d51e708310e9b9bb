"""Makes a message of a letter: plain text and HTML, with the headers that mail programs and servers want."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from flask_babel import gettext as _
from markupsafe import Markup

from domain.mail.outbox import Letter
from domain.mail.settings import MailSettings, ascii_domain
from domain.mail.unsubscribing import ALL, THREAD, Stop
from lib.text import names, plain
from models import Paper, local, now

_PAGE = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title>'
    '<meta name="color-scheme" content="light dark"></head>'
    '<body style="margin:0;padding:24px;font:16px/1.7 sans-serif;word-break:keep-all;overflow-wrap:anywhere">'
    '<div style="max-width:36em;margin:0 auto">{body}'
    '<div style="margin-top:32px;padding-top:12px;border-top:1px solid #999;font-size:13px">{footer}</div>'
    "</div></body></html>"
)
_BUTTON = Markup(
    '<p style="margin:24px 0"><a href="{address}" style="display:inline-block;padding:10px 20px;'
    'background:#0a6638;color:#fff;text-decoration:none;border-radius:4px">{label}</a></p>'
    '<p style="font-size:13px">{hint}<br>{address}</p>'
)


@dataclass(frozen=True)
class Envelope:
    """What a message needs beside its letter. `id` and `created_at` of the row: a repetition is the same."""

    id: int
    address: str
    created_at: datetime
    topic: str = ""
    member_id: int | None = None
    thread_id: int | None = None

    @property
    def stops(self) -> list[tuple[str, Stop]]:
        """The links that stop such letters, with what each says. The first is the one of the mail program."""
        if not self.topic or not self.member_id:
            return []
        found = [(_("No more letters of this kind"), Stop(self.member_id, self.topic))]
        if self.thread_id:
            found.append((_("No more about this conversation"), Stop(self.member_id, THREAD, self.thread_id)))
        return [*found, (_("No more letters at all"), Stop(self.member_id, ALL))]


def render(letter: Letter, envelope: Envelope, settings: MailSettings, language: str = "ko") -> EmailMessage:
    """Make the message. The address has its domain in ASCII."""
    paper = Paper.get()
    message = EmailMessage(policy=policy.SMTP if envelope.address.isascii() else policy.SMTPUTF8)
    subject = plain.line(letter.subject)
    message["Subject"] = f"(광고) {subject}" if envelope.topic == "news" else subject  # 정보통신망법 제50조
    name = parseaddr(settings.sender)[0] or plain.line(paper.name or "")
    message["From"] = _address(settings.sender_address, name)
    message["To"] = _address(envelope.address)
    if reply_to := names.email(paper.email or ""):
        message["Reply-To"] = _address(ascii_domain(reply_to))
    message["Date"] = format_datetime(local(now()))
    message["Message-ID"] = _message_id(envelope, settings)
    message["Auto-Submitted"] = "auto-generated"
    if stops := envelope.stops:
        message["List-Unsubscribe"] = f"<{settings.site_url}{stops[0][1].path}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_text(letter, envelope, settings, paper), cte="base64")
    html = _html(letter, envelope, settings, paper, language)
    message.add_alternative(html, subtype="html", cte="base64")
    return message


def _address(address: str, name: str = "") -> Address:
    mailbox, _at, domain = address.rpartition("@")
    return Address(name, mailbox, domain)


def _message_id(envelope: Envelope, settings: MailSettings) -> str:
    """The same at every attempt: whoever gets a letter twice may recognise it."""
    words = f"{envelope.id} {envelope.address} {envelope.created_at.isoformat()}"
    mark = hmac.new(settings.secret_key.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]
    return f"<{mark}@{settings.site_host}>"


def _link(letter: Letter, settings: MailSettings) -> str:
    return settings.site_url + letter.path if letter.path else ""


def _text(letter: Letter, envelope: Envelope, settings: MailSettings, paper: Paper) -> str:
    parts = [*letter.paragraphs]
    if link := _link(letter, settings):
        parts.append(f"{letter.label}:\n{link}" if letter.label else link)
    footer = [*_imprint(paper, settings)]
    footer += [f"{words}: {settings.site_url}{stop.path}" for words, stop in envelope.stops]
    return "\n\n".join(parts) + "\n\n-- \n" + "\n".join(footer) + "\n"


def _html(letter: Letter, envelope: Envelope, settings: MailSettings, paper: Paper, language: str) -> str:
    body = Markup().join(
        Markup("<p>{}</p>").format(Markup("<br>").join(paragraph.splitlines()))
        for paragraph in letter.paragraphs
    )
    if link := _link(letter, settings):
        hint = _("If the button does not work, copy this address:")
        body += _BUTTON.format(address=link, label=letter.label or link, hint=hint)
    lines = [Markup("{}").format(line) for line in _imprint(paper, settings)]
    lines += [
        Markup('<a href="{}">{}</a>').format(settings.site_url + stop.path, words)
        for words, stop in envelope.stops
    ]
    footer = Markup("<br>").join(lines)
    return str(_PAGE.format(language=language, subject=plain.line(letter.subject), body=body, footer=footer))


def _imprint(paper: Paper, settings: MailSettings) -> list[str]:
    """Who has sent this, and where to reach them."""
    lines = [paper.name, paper.company_name, paper.address, paper.telephone, settings.site_url]
    return [plain.line(line) for line in lines if line]
