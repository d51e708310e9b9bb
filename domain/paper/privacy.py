"""What the privacy policy says by itself: the data that is stored where something is on, and for how long.

The sentences are in privacy.toml. Every period is taken from what deletes the data.
"""

import html
import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from domain.desk.models import Claim
from domain.keeping import retention
from domain.keeping.models import ActivityEntry
from domain.mail import notices, outbox, sending
from domain.mail import settings as mail_settings
from domain.moderation import blocks, rejoining
from domain.moderation.models import AccessEntry, CommentOrigin, Hold, Report, SpamCase
from domain.neighbours import join_limits, letters, links, login_limits
from domain.neighbours.models import AccountLink, Consent
from models import Login

HEADINGS = ("언제", "항목", "목적", "보관 기간")
OWN_HOSTS = ("localhost", "127.0.0.1", "::1")


class Settings(Protocol):
    """The deployment settings that pages speak of: see config.Settings."""

    @property
    def site_url(self) -> str: ...
    @property
    def presence_minutes(self) -> int: ...
    @property
    def hold_without_objection(self) -> str: ...
    @property
    def nightly_backup(self) -> bool: ...
    @property
    def backup_hook(self) -> str: ...
    @property
    def request_log(self) -> str: ...


def periods(settings: Settings) -> dict[str, str]:
    """How long what is kept, in words."""
    spans = {
        "join_attempts": join_limits.KEPT,
        "confirmation_links": links.LASTS[AccountLink.ADDRESS],
        "reset_links": links.LASTS[AccountLink.RESET],
        "editor_links": links.BY_EDITOR_LASTS,
        "told_of_consent": Consent.TOLD_EVERY,
        "login": Login.LASTS,
        "remembered_login": Login.LASTS_REMEMBERED,
        "login_failures": login_limits.KEPT,
        "known_browser": login_limits.KNOWN_FOR,
        "comment_origins": CommentOrigin.KEPT,
        "network_blocks": blocks.LONGEST,
        "spam": SpamCase.UNDONE_FOR,
        "barred_addresses": rejoining.LONGEST,
        "notices": notices.KEPT,
        "mails": sending.KEPT,
        "unsent_mails": sending.KEPT_WAITING,
        "letters": letters.KEPT,
        "claims": Claim.KEPT,
        "holds": Hold.KEPT,
        "reports": Report.KEPT,
        "desk_log": AccessEntry.KEPT,
        "activity": ActivityEntry.KEPT,
        "presence": timedelta(minutes=settings.presence_minutes),
    }
    backups = {
        "backup_days": f"{retention.DAYS}일",
        "backup_weeks": f"{retention.WEEKS}주",
        "backup_months": f"{retention.MONTHS}달",
    }
    return {name: in_words(span) for name, span in spans.items()} | backups


def conditions(settings: Settings) -> dict[str, bool]:
    """What of the program is on."""
    mail, host = outbox.is_on(), mail_settings.current().host
    return {
        "mail": mail,
        "no mail": not mail,
        "mail elsewhere": mail and host not in OWN_HOSTS,
        "backups": settings.nightly_backup,
        "backups elsewhere": settings.nightly_backup and bool(settings.backup_hook),
        "https": settings.site_url.startswith("https:"),
        "addresses in the log": settings.request_log == "addresses",
        "no addresses in the log": settings.request_log != "addresses",
    }


def in_words(span: timedelta) -> str:
    """`3년`, `90일`, `10분`. A day more than whole years is one of grace and goes without saying."""
    years, days = divmod(span.days, 365)
    if years and days <= 1:
        return f"{years}년"
    if span.days:
        return f"{span.days}일"
    minutes = int(span.total_seconds()) // 60
    return f"{minutes}분" if minutes % 60 else f"{minutes // 60}시간"


def sections(settings: Settings) -> dict[str, str]:
    """The HTML of each part by its name, as BLOCKS has it."""
    return {name: block(settings) for name, block in BLOCKS.items()}


def _items(settings: Settings) -> str:
    head = "".join(f"<th>{name}</th>" for name in HEADINGS)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{_said(part[key], settings)}</td>" for key in ("when", "what", "why", "kept"))
        + "</tr>"
        for part in _parts("items", settings)
    )  # fmt: skip
    return (
        f'<div class="body__wide" tabindex="0"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _list(name: str) -> Callable[[Settings], str]:
    def block(settings: Settings) -> str:
        lines = (f"<li>{_said(part['text'], settings)}</li>" for part in _parts(name, settings))
        return "<ul>\n{}\n</ul>".format("\n".join(lines))

    return block


def _paragraphs(name: str) -> Callable[[Settings], str]:
    return lambda settings: "\n".join(
        f"<p>{_said(part['text'], settings)}</p>" for part in _parts(name, settings)
    )


BLOCKS: dict[str, Callable[[Settings], str]] = {
    "개인정보 항목": _items,
    "방문자 수": _list("counting"),
    "쿠키": _paragraphs("cookies"),
    "처리 위탁": _paragraphs("entrusted"),
    "안전 조치": _list("safety"),
}


def _parts(name: str, settings: Settings) -> Iterator[dict[str, str]]:
    is_on = conditions(settings)
    return (part for part in _sentences()[name] if "needs" not in part or is_on[part["needs"]])


def _said(text: str, settings: Settings) -> str:
    values = periods(settings) | {"mail_host": mail_settings.current().host}
    return html.escape(text.format_map(values), quote=False)


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "privacy.toml").read_text("utf-8"))
