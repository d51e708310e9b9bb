"""정정·반론·추후보도 청구 at the desk: open and closed ones, decisions, and how long they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from database import db
from domain.desk.models import Claim, ClaimDecision
from lib.web.paging import LARGEST_ID, newest_first
from models import Correction, Member, Post, Refused, now

PAGE = 30
MOST_OPEN = 200  # listed, and counted


@dataclass(frozen=True)
class Decision:
    """A decision as the editor wrote it."""

    kind: str  # one of ClaimDecision.KINDS
    reply: str
    ground: int | None = None


def open_claims() -> list[Claim]:
    """What has to be answered or printed, the most urgent first."""
    is_open = select(Claim).where(Claim.closed_at.is_(None)).options(joinedload(Claim.post))
    found = db.session.scalars(is_open.order_by(Claim.id).limit(MOST_OPEN))
    return sorted(found, key=lambda claim: claim.due_at or claim.received_at)


def closed_claims(before: int | None) -> tuple[Sequence[Claim], bool]:
    """A page of closed claims, newest first, and whether older ones follow."""
    query = select(Claim).where(Claim.closed_at.is_not(None)).options(joinedload(Claim.post))
    return newest_first(db.session, query, Claim.id, before, PAGE)


def open_count() -> int:
    """Number of open claims, counted up to MOST_OPEN."""
    is_open = select(Claim.id).where(Claim.closed_at.is_(None)).limit(MOST_OPEN).subquery()
    return db.session.scalar(select(func.count()).select_from(is_open)) or 0


def find(id: int) -> Claim:
    """A claim.

    :raises Refused: there is none with this id (404)
    """
    claim = db.session.get(Claim, id) if 0 < id <= LARGEST_ID else None
    if claim is None:
        raise Refused(_("There is no such claim."), 404)
    return claim


def decide(claim: Claim, author: Member | None, decision: Decision) -> None:
    """Record a decision. The same one sent twice is recorded once; another one replaces it.

    :raises Refused: what was claimed is printed already (409)
    """
    if claim.correction_id:
        raise Refused(_("What was claimed is printed already."), 409)
    last = claim.decisions[-1] if claim.decisions else None
    if last and (last.kind, last.ground, last.reply) == (decision.kind, decision.ground, decision.reply):
        return
    moment = now()
    if decision.kind == "talking":
        claim.talking_at = moment
    claim.accepted_at = moment if decision.kind == "accepted" else None
    claim.refused_at = moment if decision.kind == "refused" else None
    claim.closed_at = moment if decision.kind in ("refused", "withdrawn") else None
    _record(claim, author, decision.kind, decision.ground, decision.reply)


def name_article(claim: Claim, post: Post) -> None:
    """Say which article a claim is about, where its sender gave no address."""
    claim.post = post


def mark_election(claim: Claim, is_election: bool) -> None:
    """Say whether the report was about an election, which shortens the periods."""
    claim.is_election = is_election


def answer_with(claim: Claim, correction: Correction, author: Member | None) -> None:
    """Close a claim: this correction is what was claimed.

    :raises Refused: the claim is not accepted, or another correction answers it (409)
    """
    if claim.state != "accepted":
        raise Refused(_("This claim is not accepted, so nothing was printed. Please look at it again."), 409)
    claim.correction, claim.post, claim.closed_at = correction, correction.post, now()
    _record(claim, author, "published")


def reopen_answered_by(correction: Correction, author: Member | None) -> None:
    """Open the claims again that a correction answered, because it is removed."""
    for claim in db.session.scalars(select(Claim).where(Claim.correction_id == correction.id)):
        claim.correction, claim.closed_at = None, None
        _record(claim, author, "removed")


def time_left(due_at: datetime) -> str:
    """How long there is until a moment, or for how long it has passed, in words."""
    seconds = (due_at - now()).total_seconds()
    hours, minutes = divmod(int(abs(seconds)) // 60, 60)
    if hours >= 24:
        span = _("%(days)s d %(hours)s h", days=hours // 24, hours=hours % 24)
    else:
        span = _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if hours else ""
    span = span or _("%(minutes)s min", minutes=minutes)
    return _("%(span)s left", span=span) if seconds > 0 else _("overdue by %(span)s", span=span)


def discard_old() -> None:
    """Delete claims that were closed long ago, with what was decided. Housekeeping deletes their files."""
    db.session.execute(delete(Claim).where(Claim.closed_at <= now() - Claim.KEPT))


def _record(
    claim: Claim, author: Member | None, kind: str, ground: int | None = None, reply: str = ""
) -> None:
    author_id = author.id if author else None
    claim.decisions.append(ClaimDecision(kind=kind, ground=ground, reply=reply, author_id=author_id))
