"""게시중단 요청 and 임시조치: requests to take a comment or an article out of sight, and objections.

Who asks, gets a number and a page that opens with a key. The writer of a comment sees another page by being
logged in; for an article that is the editor. What is decided is in hold_decisions.py.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from database import db
from domain.moderation import hold_words
from domain.moderation.models import Hold, HoldEntry
from domain.neighbours import commenting, enclosures, sending
from domain.neighbours.enclosures import Enclosure
from domain.reading import articles
from lib.files.store import Store
from lib.text import plain
from lib.web.paging import LARGEST_ID, newest_first
from models import Comment, Member, Post, Refused, now

PAGE = 30
MOST_OPEN = 200  # listed, and counted
_POST = re.compile(r"/posts/([0-9]{1,19})/?")
_COMMENT = re.compile(r"/comments/([0-9]{1,19})/?")
_COMMENT_OF_PAGE = re.compile(r"(?:^|[?&#])comment[=-]([0-9]{1,19})(?![0-9])")
_TARGET = (joinedload(Hold.comment).joinedload(Comment.post), joinedload(Hold.post))


@dataclass(frozen=True)
class HoldDraft:
    """What was typed. `idempotency_key` tells a second send of the same form from a new request."""

    target: str
    kind: str  # one of Hold.KINDS
    name: str
    is_representative: bool
    contact: str
    reason: str
    explanation: str
    idempotency_key: str | None = None


def find_target(address: str, host: str, reader: Member | None) -> Comment | Post:
    """The comment or the article at an address of this paper, if this reader may read it.

    :param address: as typed, with or without the host
    :param host: of this paper
    :raises Refused: there is none
    """
    try:
        parts = urlsplit(address if address.startswith("/") or "//" in address else f"//{address}")
        given = (parts.hostname or host).removeprefix("www.")
    except ValueError:
        given = ""
    if given != host.removeprefix("www."):
        raise Refused(_("This is no address of this paper."))
    found = _named(parts.path, f"?{parts.query}#{parts.fragment}", reader)
    if found is None:
        raise Refused(_("There is no comment and no article that you can read at this address."))
    return found


def find_sent(draft: HoldDraft, file: Enclosure | None) -> Hold | None:
    """The request that the same form has already sent with the same content."""
    if not (key := enclosures.key(draft, file)):
        return None
    return db.session.scalar(select(Hold).where(Hold.idempotency_key == key))


def submit(
    requester: Member | None, draft: HoldDraft, target: Comment | Post, file: Enclosure | None, store: Store
) -> Hold:
    """Put a request on the desk, or return the one that the same form has already sent.

    :param requester: None for a guest
    :param store: a folder that no address leads to
    """
    if sent := find_sent(draft, file):
        return sent
    if file:
        store.put(file.digest, file.content)
    hold = sending.add_once(_hold(requester, draft, target, file), partial(find_sent, draft, file))
    hold_words.tell_requester(hold, "received", hold_words.received(hold))
    hold_words.tell_editors(hold, "received")
    return hold


def find(id: int) -> Hold:
    """:raises Refused: there is no request with this id (404)"""
    found = db.session.get(Hold, id) if 0 < id <= LARGEST_ID else None
    if found is None:
        raise Refused(_("There is no such request."), 404)
    return found


def find_number(number: str) -> Hold | None:
    """The request with this number."""
    return db.session.scalar(select(Hold).where(Hold.number == number))


def notice(post: Post) -> Hold | None:
    """The measure for which an article is not shown; None if it was taken down for another reason."""
    query = select(Hold).where(Hold.post_id == post.id, Hold.held_at.is_not(None), Hold.closed_at.is_(None))
    return db.session.scalar(query.order_by(Hold.ends_at.desc()).limit(1))


def measured_articles() -> Select[int | None]:
    """Select the ids of the articles that are under a measure now."""
    is_held = (Hold.held_at.is_not(None), Hold.closed_at.is_(None))
    return select(Hold.post_id).where(Hold.post_id.is_not(None), *is_held)


def of_comment(comment: Comment) -> Hold | None:
    """The measure for which a comment is not shown."""
    query = select(Hold).where(Hold.comment_id == comment.id, Hold.held_at.is_not(None))
    return db.session.scalar(query.order_by(Hold.id.desc()).limit(1))


def of_writer(member: Member) -> Sequence[Hold]:
    """The measures against what a member has written, newest first."""
    query = select(Hold).where(Hold.writer_id == member.id, Hold.comment_id.is_not(None)).options(*_TARGET)
    return db.session.scalars(query.order_by(Hold.id.desc()).limit(PAGE)).all()


def is_told(hold: Hold, member: Member | None) -> bool:
    """Whether a member is told of a request as the writer: once something was done, never of others."""
    if member is None:
        return False
    is_own_article = hold.is_of_article and member.is_editor and hold.held_at is not None
    return hold.writer_id == member.id or is_own_article


def object_to(hold: Hold, member: Member, text: str) -> None:
    """The writer objects. A second objection changes nothing.

    :raises Refused: this member may not (403), or the measure is over (410)
    """
    if not is_told(hold, member):
        raise Refused(_("Only the writer can object."), 403)
    if hold.objected_at:
        return
    if hold.state != "held" or hold.ends_at is None or hold.ends_at <= now():
        raise Refused(_("The time for an objection is over."), 410)
    hold.objected_at, hold.objection = now(), text
    hold.entries.append(HoldEntry(kind="objected", author_id=member.id))
    db.session.flush()
    hold_words.tell_requester(hold, "objected", hold_words.objected())
    hold_words.tell_editors(hold, "objected")


def open_holds() -> list[Hold]:
    """Requests that are not closed, the most urgent first."""
    query = select(Hold).where(Hold.closed_at.is_(None)).options(*_TARGET).order_by(Hold.id).limit(MOST_OPEN)
    return sorted(db.session.scalars(query), key=lambda hold: hold.due_at or hold.received_at)


def closed_holds(before: int | None) -> tuple[Sequence[Hold], bool]:
    """A page of closed requests, newest first, and whether older ones follow."""
    query = select(Hold).where(Hold.closed_at.is_not(None)).options(*_TARGET)
    return newest_first(db.session, query, Hold.id, before, PAGE)


def waiting() -> int:
    """Number of requests that need the editor: new, disputed, or about to end. Counted up to MOST_OPEN."""
    needs = or_(Hold.held_at.is_(None), Hold.objected_at.is_not(None), Hold.asked_at.is_not(None))
    found = select(Hold.id).where(Hold.closed_at.is_(None), needs).limit(MOST_OPEN)
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _named(path: str, rest: str, reader: Member | None) -> Comment | Post | None:
    """What a path leads to.

    :param rest: query and fragment, which may name a comment
    """
    of_post, of_comment = _POST.fullmatch(path), _COMMENT.fullmatch(path)
    named = of_comment or (_COMMENT_OF_PAGE.search(rest) if of_post else None)
    post = articles.find(plain.number(of_post[1]) or 0) if of_post else None
    if named is None:
        return post if post and post.state == "published" else None
    comment = commenting.find(plain.number(named[1]) or 0)
    if comment is None or comment.deleted_at or not comment.may_read(reader):
        return None
    is_here = comment.post.state == "published" and (post is None or comment.post_id == post.id)
    return comment if is_here else None


def _hold(requester: Member | None, draft: HoldDraft, target: Comment | Post, file: Enclosure | None) -> Hold:
    if isinstance(target, Comment):
        about = {"comment_id": target.id, "text": target.body}
    else:
        about = {"post_id": target.id, "text": target.title}
    columns = asdict(draft) | {"idempotency_key": enclosures.key(draft, file)} | enclosures.columns(file)
    return Hold(
        number=enclosures.new_number(),
        key=secrets.token_urlsafe(24),
        requester_id=requester.id if requester else None,
        entries=[HoldEntry(kind="received")],
        **about,
        **columns,
    )
