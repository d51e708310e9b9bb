"""The places of the front page that the editor fills: the lead story and those beside it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from database import db
from domain.desk.models import FrontSlot
from models import Post, Refused, now


def slots() -> list[FrontSlot]:
    """The slots in their order, each with its article and section, without those that have expired."""
    query = select(FrontSlot).options(joinedload(FrontSlot.post).joinedload(Post.section))
    query = query.where(FrontSlot.is_taken(now()))
    return list(db.session.scalars(query.order_by(FrontSlot.position, FrontSlot.post_id)))


def leads(post: Post) -> bool:
    """Whether the article is in the first slot."""
    return any(slot.post_id == post.id for slot in slots()[:1])


def add(post: Post) -> None:
    """Put an article into the next empty slot, unless it is in one.

    :raises Refused: every slot is taken (409)
    """
    taken = slots()
    if any(slot.post_id == post.id for slot in taken):
        return
    if len(taken) >= FrontSlot.MOST:
        raise Refused(_("All %(n)s places are taken. Remove an article first.", n=FrontSlot.MOST), 409)
    _arrange([*taken, FrontSlot(post_id=post.id)])


def lead_with(post: Post) -> None:
    """Put an article into the first slot. The others move down; the last leaves if they are too many."""
    taken = slots()
    mine = next((slot for slot in taken if slot.post_id == post.id), FrontSlot(post_id=post.id))
    _arrange([mine, *(slot for slot in taken if slot is not mine)])


def move(post_id: int, step: int) -> None:
    """Exchange an article with the one above (-1) or below it (1), if there is one."""
    taken = slots()
    here = next((place for place, slot in enumerate(taken) if slot.post_id == post_id), None)
    if here is not None and 0 <= here + step < len(taken):
        taken[here], taken[here + step] = taken[here + step], taken[here]
        _arrange(taken)


def place(post_id: int, position: int) -> None:
    """Put an article into the slot with this number (from 0), or into the last one. The others make room."""
    taken = slots()
    here = next((slot for slot in taken if slot.post_id == post_id), None)
    if here:
        taken.remove(here)
        taken.insert(position, here)
        _arrange(taken)


def expire(post_id: int, at: datetime | None) -> None:
    """Set when the slot of an article is emptied by itself; None: never.

    :raises Refused: the article is in no slot (409)
    """
    here = next((slot for slot in slots() if slot.post_id == post_id), None)
    if here is None:
        raise Refused(_("This article does not stand on the front page."), 409)
    here.expires_at = at


def remove(post_id: int) -> None:
    """Empty the slot of an article, if it is in one."""
    taken = slots()
    for slot in taken:
        if slot.post_id == post_id:
            db.session.delete(slot)
    _arrange([slot for slot in taken if slot.post_id != post_id])


def _arrange(wanted: list[FrontSlot]) -> None:
    """Number the slots in this order; those beyond the last place are emptied, and those that expired."""
    db.session.execute(delete(FrontSlot).where(FrontSlot.expires_at <= now()))
    for slot in wanted[FrontSlot.MOST :]:
        db.session.delete(slot)
    for position, slot in enumerate(wanted[: FrontSlot.MOST], 1):
        slot.position = position
        db.session.add(slot)
