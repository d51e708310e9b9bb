"""The log of what was changed at the desk: by whom, what, when. No page changes or deletes an entry.

A view records in the transaction of the change, so that neither is there without the other.
"""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from database import db
from domain.keeping.models import ActivityEntry
from lib.web.paging import newest_first
from models import Member, now

PAGE = 50
ACTS = {
    "article-saved": _l("Article saved"),
    "article-published": _l("Article published"),
    "article-scheduled": _l("Publication scheduled"),
    "article-withdrawn": _l("Article withdrawn from publication"),
    "article-taken-down": _l("Article taken down"),
    "article-restored": _l("Article brought back"),
    "articles-erased": _l("Articles deleted for good"),
    "articles-changed": _l("Several articles changed"),
    "version-restored": _l("Earlier version restored"),
    "copy-discarded": _l("Unsaved text discarded"),
    "correction-added": _l("Correction added"),
    "correction-changed": _l("Correction changed"),
    "correction-removed": _l("Correction removed"),
    "front-changed": _l("Front page changed"),
    "comments-decided": _l("Comments decided"),
    "comment-rules-changed": _l("Rules of comments changed"),
    "hidden-word-added": _l("Word hidden from what is searched most"),
    "hidden-word-removed": _l("Hidden word shown again"),
    "report-decided": _l("Report decided"),
    "hold-decided": _l("Temporary measure decided"),
    "claim-decided": _l("Claim decided"),
    "claim-changed": _l("Claim filed differently"),
    "note-changed": _l("Note of the inbox changed"),
    "access-checked": _l("Log of accesses checked"),
    "incident-opened": _l("Incident opened"),
    "incident-changed": _l("Incident changed"),
    "incident-published": _l("Notice of an incident published"),
    "incident-withdrawn": _l("Notice of an incident withdrawn"),
    "incident-closed": _l("Incident closed"),
    "letter-changed": _l("Letter changed"),
    "letter-deleted": _l("Letter deleted"),
    "member-banned": _l("Member stopped from writing"),
    "ban-lifted": _l("Member may write again"),
    "member-closed": _l("Account closed"),
    "member-reopened": _l("Account opened again"),
    "member-exported": _l("Data of a member downloaded"),
    "member-spam": _l("Account marked as spam"),
    "member-spam-undone": _l("Account no longer spam"),
    "reset-link-made": _l("Link to a new password made"),
    "block-added": _l("Block added"),
    "block-removed": _l("Block removed"),
    "paper-started": _l("Paper begun"),
    "sample-removed": _l("Sample removed"),
    "change-registered": _l("Change of the imprint registered"),
    "imprint-changed": _l("Imprint changed"),
    "page-changed": _l("Page changed"),
    "page-withdrawn": _l("Announcement of a page taken back"),
    "page-removed": _l("Page removed"),
    "section-added": _l("Section added"),
    "settings-changed": _l("Settings changed"),
    "look-changed": _l("Colour or logo changed"),
    "issue-added": _l("Printed issue added"),
    "issue-changed": _l("Printed issue changed"),
    "issue-deleted": _l("Printed issue deleted"),
    "section-changed": _l("Section changed"),
    "section-moved": _l("Sections put in another order"),
    "section-merged": _l("Sections merged"),
    "section-deleted": _l("Section deleted"),
    "reporter-changed": _l("Reporters changed"),
    "banner-saved": _l("Banner saved"),
    "banner-removed": _l("Banner removed"),
    "notice-saved": _l("Notice above every page saved"),
    "notice-removed": _l("Notice above every page removed"),
    "totals-changed": _l("Earlier visitor numbers changed"),
    "mail-tried-again": _l("Mail tried again"),
    "backup-downloaded": _l("Backup downloaded"),
    "mail-deleted": _l("Unsent mail deleted"),
}  # fmt: skip


def record(actor: Member | None, act: str, subject: str = "", path: str = "") -> None:
    """Add an entry to the caller's transaction.

    :param actor: None: the program itself
    :param act: a key of ACTS
    :param subject: what was changed, as the desk calls it; no name or contact of a reader
    :param path: the page where it can be seen
    """
    if act not in ACTS:
        raise KeyError(act)
    actor_id = actor.id if actor else None
    db.session.add(ActivityEntry(actor_id=actor_id, act=act, subject=subject[:200], path=path[:200]))


def newest(before: int | None = None) -> tuple[Sequence[ActivityEntry], bool]:
    """A page of the log, newest first, and whether older entries follow."""
    entries = select(ActivityEntry).options(joinedload(ActivityEntry.actor))
    return newest_first(db.session, entries, ActivityEntry.id, before, PAGE)


def discard_old() -> None:
    """Delete the entries that are older than ActivityEntry.KEPT."""
    db.session.execute(delete(ActivityEntry).where(ActivityEntry.created_at <= now() - ActivityEntry.KEPT))
