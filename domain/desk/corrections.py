"""Corrections and replies of an article. Each act keeps the versions of the article before and after it."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from database import db
from domain.desk import claims, publishing, revisions
from domain.desk.models import Revision
from models import Correction, Member, Post, Refused, now


@dataclass(frozen=True)
class CorrectionDraft:
    """A correction as it was typed."""

    kind: str  # one of Correction.KINDS
    body: str
    title: str = ""
    claim_id: int | None = None  # of the claim that it answers


def add(post: Post, author: Member | None, draft: CorrectionDraft) -> Correction:
    """Put a correction above an article, also above one that was taken down since. Sent twice, it is one.

    :raises Refused: no reader has seen the article yet, or the claim that it answers is not accepted
    """
    claim = claims.find(draft.claim_id) if draft.claim_id else None
    if not _has_appeared(post):
        raise Refused(_("No reader has seen this article yet: change its text instead."), 409)
    typed = (draft.kind, draft.title, draft.body)
    twin = next((one for one in post.corrections if (one.kind, one.title, one.body) == typed), None)
    if twin and (claim is None or claim.correction is twin):
        return twin
    with revisions.recorded(post, author):
        correction = post.correct(draft.kind, draft.body, draft.title)
    if claim:
        claims.answer_with(claim, correction, author)
    publishing.record_edit_of_paper()
    return correction


def edit(correction: Correction, author: Member | None, draft: CorrectionDraft) -> None:
    """Change a correction. Readers can still read what it said before."""
    with revisions.recorded(correction.post, author):
        correction.edit(draft.kind, draft.body, draft.title)
    publishing.record_edit_of_paper()


def remove(correction: Correction, author: Member | None) -> None:
    """Delete a correction. A claim that it answered is open again.

    :raises Refused: it has stood for too long
    """
    with revisions.recorded(correction.post, author):
        claims.reopen_answered_by(correction, author)
        correction.remove()
    publishing.record_edit_of_paper()


def _has_appeared(post: Post) -> bool:
    """Whether readers see the article, or saw it before it was taken down or made a draft again."""
    if post.published_at and post.published_at <= now():
        return True
    stood = (Revision.post_id == post.id, Revision.is_aside.is_(False))
    appeared = select(Revision.id).where(*stood, Revision.published_at <= Revision.created_at)
    return db.session.scalar(appeared.limit(1)) is not None
