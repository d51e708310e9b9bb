"""New versions of pages: announced until their day, or in effect at once. Those in effect never change."""

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from database import db
from domain.paper import notice_periods, page_texts, pages, placeholders
from domain.paper.models import OwnPage
from domain.paper.privacy import Settings
from lib.text import markup, plain
from models import Page, Refused, midnight, now, today

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
TAKEN = ("new", "how-we-count")  # other addresses under /pages and /desk/pages
FURTHEST = date(2200, 1, 1)


@dataclass(frozen=True)
class PageDraft:
    """What the editor typed.

    :param note: what is new, in the announcement
    :param effective_on: the day of effect; None or today: at once
    :param is_unfavourable: it changes something to members' disadvantage
    :param started_from: `key` of the version that the form showed; empty: there was none
    """

    title: str
    body: str
    note: str = ""
    effective_on: date | None = None
    is_unfavourable: bool = False
    started_from: str = ""


def key(page: Page | None) -> str:
    """What tells whether a version is still as it was: an announced one may be changed."""
    return f"{page.version}-{page.created_at:%Y%m%d%H%M%S%f}" if page else ""


def publish(slug: str, draft: PageDraft, settings: Settings) -> Page:
    """Make a new version of a page, or change the one that is announced.

    :raises Refused: its text or its day is wrong, nothing is new, or another version came first
    """
    newest = pages.newest(slug)
    if key(newest) != draft.started_from:
        raise Refused(_("This page was changed elsewhere meanwhile. Please compare before you save it."), 409)
    body = cleaned(slug, draft.body)
    _check_day(slug, draft)
    day = draft.effective_on or today()
    is_at_once = day <= today()
    if newest and pages.is_in_effect(newest) and (newest.title, newest.body) == (draft.title, body):
        raise Refused(_("Nothing has changed, so there is no new version."))
    if newest is None or pages.is_in_effect(newest):
        newest = Page(slug=slug, version=newest.version + 1 if newest else 1)
        db.session.add(newest)
    newest.title, newest.body, newest.note = draft.title, body, draft.note
    newest.is_unfavourable, newest.created_at = draft.is_unfavourable, now()
    newest.effective_at = now() if is_at_once else midnight(day)
    page_texts.keep(settings, [slug])
    return newest


def cleaned(slug: str, body: str) -> str:
    """The text as it is saved.

    :raises Refused: it is empty, or its placeholders are wrong
    """
    body = markup.clean(body)
    if not plain.from_html(body):
        raise Refused(_("Please write a text."))
    placeholders.check(body)
    if slug == "privacy" and (missing := placeholders.missing_blocks(body)):
        names = ", ".join(f"[[{name}]]" for name in missing)
        raise Refused(_("The privacy policy needs these, each in its own paragraph: %(names)s", names=names))
    return body


def withdraw(slug: str) -> Page:
    """Take the announcement of a version back, which nobody can have agreed to. Returns it.

    :raises Refused: none is announced (409)
    """
    page = pages.announced(slug)
    if page is None:
        raise Refused(_("No version is announced: it is in effect already, or was taken back."), 409)
    db.session.delete(page)
    return page


def add(slug: str, draft: PageDraft, settings: Settings, *, in_footer: bool) -> Page:
    """Add a page of the editor's own, at once. The address of a page that was removed may be used again.

    :raises Refused: the address cannot be used, or see `publish`
    """
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        raise Refused(_("The address has lower-case letters, digits and hyphens, as in “about-us”."))
    own = pages.own(slug)
    if slug in (*Page.SLUGS, *TAKEN) or (own and not own.removed_at):
        raise Refused(_("There is a page with this address already."))
    own = own or OwnPage(slug=slug)
    own.in_footer, own.removed_at, own.created_at = in_footer, None, now()
    db.session.add(own)
    draft = PageDraft(draft.title, draft.body, started_from=key(pages.newest(slug)))
    return publish(slug, draft, settings)


def remove(slug: str) -> OwnPage:
    """Remove a page of the editor's own. Its address answers that it is gone; its texts are kept.

    :raises Refused: there is none (404)
    """
    own = pages.own(slug)
    if own is None or own.removed_at:
        raise Refused(_("There is no such page of your own."), 404)
    own.removed_at = now()
    return own


def is_unchanged(slug: str, draft: PageDraft) -> bool:
    """Whether a draft has the title and the text of the newest version."""
    newest = pages.newest(slug)
    return newest is not None and (newest.title, newest.body) == (draft.title, markup.clean(draft.body))


def preview(slug: str, draft: PageDraft, settings: Settings) -> str:
    """The HTML that readers would see of a draft. Saves nothing.

    :raises Refused: see `cleaned`
    """
    newest = pages.newest(slug)
    number = 1 if newest is None else newest.version + pages.is_in_effect(newest)
    at = midnight(draft.effective_on) if draft.effective_on else now()
    page = Page(slug=slug, version=number, body=cleaned(slug, draft.body), effective_at=at)
    return placeholders.fill(page, settings)


def _check_day(slug: str, draft: PageDraft) -> None:
    day = draft.effective_on or today()
    if not today() <= day < FURTHEST:
        raise Refused(_("A version takes effect today or on a later day."))
    earliest = notice_periods.earliest_day(slug, is_unfavourable=draft.is_unfavourable)
    if day < earliest:
        sentence = _("Members have agreed to this page. It can take effect on %(day)s at the earliest, and "
                     "is announced until then.", day=earliest.isoformat())  # fmt: skip
        raise Refused(sentence)
