"""Consents: which document a member agreed to, in which version, and when that was taken back.

Rows are history: none is changed but for the moment it was taken back or told of again. The terms and the
privacy policy are asked for again when they have a newer version: until then a member reads, but does not
write. Marketing is apart, never required, and told of every two years (정보통신망법 제50조 제8항).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from domain.mail import outbox
from domain.mail.outbox import Letter
from domain.neighbours.models import Consent
from domain.paper import pages
from lib.text import differences, plain
from lib.text.differences import Change
from models import Member, Page, Paper, Refused, local, now

REQUIRED = pages.REQUIRED_CONSENT
DOCUMENTS = (*REQUIRED, "age")  # "age": being 14 or older; it has no page
MARKETING = "marketing"
FIRST = 1  # version of what has no page: the sentences that are agreed to
ADDRESS = "/me/consents"


@dataclass(frozen=True)
class DueDocument:
    """A document that is to be agreed to again, and what changed since the member agreed.

    :param changes: empty if the earlier version is not there any more
    """

    page: Page
    agreed_version: int
    changes: Sequence[Change]

    @property
    def key(self) -> str:
        """What a form sends in order to agree to this version."""
        return f"{self.page.slug}-{self.page.version}"


def newest_change() -> datetime | None:
    """When the newest version of one of REQUIRED took effect; None if each still has its first."""
    return db.session.scalar(pages.select_asked_since(now()))


def is_due(member: Member, changed_at: datetime | None) -> bool:
    """Whether a member is to be asked again. The editor, who writes these documents, is not.

    :param changed_at: `newest_change()`
    """
    return changed_at is not None and not member.is_editor and member.consented_at < changed_at


def check(member: Member) -> None:
    """Called by every act that writes for readers.

    :raises Refused: the member has not agreed to the newest terms yet (403)
    """
    if is_due(member, newest_change()):
        sentence = _("The terms or the privacy policy have changed. Please agree to them first, then you can "
                     "send this again.")  # fmt: skip
        raise Refused(sentence, 403)


def due(member: Member) -> list[DueDocument]:
    """The documents that a member is asked to agree to again."""
    if not is_due(member, newest_change()):
        return []
    agreed = {document: consent.version for document, consent in standing(member).items()}
    found = [page for slug in REQUIRED if (page := pages.current(slug))]
    return [_due(page, agreed.get(page.slug, 0)) for page in found if page.version > agreed.get(page.slug, 0)]


def _due(page: Page, agreed_version: int) -> DueDocument:
    before = pages.version(page.slug, agreed_version)
    return DueDocument(page, agreed_version, changes(before, page) if before else [])


def changes(before: Page, after: Page) -> list[Change]:
    """What is new in a version. One that is not in effect yet is compared with its placeholders."""
    texts = (pages.last_text(page) if pages.is_in_effect(after) else None for page in (before, after))
    bodies = [text.body if text else page.body for text, page in zip(texts, (before, after), strict=True)]
    return differences.compare(*map(plain.lines, bodies))


def agree(member: Member, keys: Sequence[str]) -> None:
    """Agree to all documents that are due.

    :param keys: `DueDocument.key` of each document that was agreed to
    :raises Refused: one is missing, or got another version meanwhile
    """
    documents = due(member)
    if any(document.key not in keys for document in documents):
        raise Refused(_("Please agree to each of these documents, in its newest version."))
    for document in documents:
        _add(member, document.page.slug, document.page)
    member.consented_at = now()


def join(member: Member, *, wants_news: bool) -> None:
    """Add the consents of a new member, whose row was flushed, to the current versions."""
    for document in DOCUMENTS:
        _add(member, document, pages.current(document))
    if wants_news:
        give(member)


def standing(member: Member) -> dict[str, Consent]:
    """The newest consent to each document that was not taken back."""
    query = select(Consent).where(Consent.member_id == member.id, Consent.withdrawn_at.is_(None))
    return {consent.document: consent for consent in db.session.scalars(query.order_by(Consent.id))}


def history(member: Member) -> Sequence[Consent]:
    """All consents of a member, the newest first."""
    return db.session.scalars(
        select(Consent).where(Consent.member_id == member.id).order_by(Consent.id.desc())
    ).all()


def give(member: Member) -> Consent:
    """Agree to marketing. Told at once by mail. Given already, it stays as it is."""
    if consent := standing(member).get(MARKETING):
        return consent
    consent = _add(member, MARKETING, told_at=now())
    member.wants_news = True
    db.session.flush()
    _tell(member, _letter(_("You agreed to receive news"), _given(consent)), f"consent-{consent.id}")
    return consent


def take_back(member: Member) -> None:
    """Take the consent to marketing back. Told at once by mail."""
    member.wants_news = False
    if consent := standing(member).get(MARKETING):
        consent.withdrawn_at = now()
        sentence = _("You took your consent back on %(day)s. From now on you receive no news and no "
                     "advertising from us.", day=day(consent.withdrawn_at))  # fmt: skip
        letter = _letter(_("You receive no more news"), sentence)
        _tell(member, letter, f"consent-{consent.id}-stopped")


def tell_again(most: int = 100) -> int:
    """Tell members whose consent to marketing was told of two years ago that it stands. Returns how many."""
    query = (
        select(Consent)
        .join(Consent.member)
        .where(Consent.document == MARKETING, Consent.withdrawn_at.is_(None), Member.left_at.is_(None))
        .where(Consent.told_at <= now() - Consent.TOLD_EVERY)
        .order_by(Consent.told_at)
        .limit(most)
    )
    consents = db.session.scalars(query).all()
    for consent in consents:
        consent.told_at = now()
        sentence = _("You agreed on %(day)s to receive news and advertising from us. If that shall stay so, "
                     "there is nothing to do. You can take it back at any time.",
                     day=day(consent.agreed_at))  # fmt: skip
        letter = _letter(_("Do you still want our news?"), sentence)
        _tell(consent.member, letter, f"consent-{consent.id}-{consent.told_at:%Y}", topic="consent")
    return len(consents)


def _add(member: Member, document: str, page: Page | None = None, **columns: datetime) -> Consent:
    """Add a consent, which proves what the page said."""
    text = pages.last_text(page) if page else None
    consent = Consent(member=member, document=document, agreed_at=now(), **columns)
    consent.version = page.version if page else FIRST
    consent.text_id = text.id if text else None
    db.session.add(consent)
    return consent


def _given(consent: Consent) -> str:
    return _("You agreed on %(day)s to receive news and advertising from us. You can take it back at any "
             "time.", day=day(consent.agreed_at))  # fmt: skip


def day(moment: datetime | None = None) -> str:
    """The day of a moment, or today, as letters and pages name it."""
    return local(moment or now()).strftime("%Y-%m-%d")


def _tell(member: Member, letter: Letter, event: str, topic: str = "") -> None:
    outbox.put(letter, member.email, event=event, member_id=member.id, topic=topic)


def _letter(subject: str, sentence: str) -> Letter:
    """What the law wants told: who sends, what was agreed to or taken back, and when."""
    name = Paper.get().name or ""
    return Letter(
        subject=f"[{name}] {subject}",
        paragraphs=[sentence, _("From: %(name)s", name=name)],
        path=ADDRESS,
        label=_("My consents"),
    )
