"""Everything that is stored about a member: to be downloaded, and to be erased when the member leaves.

PARTS names every column that refers to a member: a new one belongs there, which a test checks.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from database import db
from domain.desk.models import Claim
from domain.mail import outbox
from domain.mail.models import Mail, Notice, StoppedThread
from domain.moderation import rejoining, reports
from domain.moderation.models import AccessEntry, Hold, Report, SpamCase
from domain.neighbours import login_limits, reactions
from domain.neighbours.models import (
    AccountLink,
    CommentLike,
    Consent,
    FormerNickname,
    JoinAttempt,
    PendingLogin,
    PostLike,
    RecoveryCode,
    ResetRequest,
    Scrap,
    Tip,
    TipFile,
    TwoStep,
)
from lib.text import names
from models import Comment, Login, Member, Paper, Refused, now

BATCH = 200  # comments that are deleted at once


@dataclass(frozen=True)
class Part:
    """Rows that belong to a member.

    :param owner: the column that holds the member's id
    :param columns: names of what the member is shown of a row: nothing of others, no hash, no secret
    :param leaving: what becomes of the rows: "delete", "unlink" (the column is emptied), or "keep"
    """

    name: str
    owner: Any
    columns: str
    leaving: Literal["delete", "unlink", "keep"]

    @property
    def table(self) -> Any:
        return self.owner.class_


MEMBER_COLUMNS = (
    "username nickname email email_confirmed_at joined_at shown_online_at consented_at wants_reply_mail "
    "wants_digest wants_news banned_until ban_reason closed_at"
)
PARTS = (
    Part("former_nicknames", FormerNickname.member_id, "nickname changed_at", "delete"),
    Part("logins", Login.member_id, "created_at expires_at device", "delete"),
    # They prove, without a name, that whoever this was had agreed.
    Part("consents", Consent.member_id, "document version agreed_at told_at withdrawn_at", "keep"),
    # What the member chose for them: see `erase`.
    Part("comments", Comment.member_id, "id post_id parent_id body secret like_count created_at edited_at "
         "deleted_at held_at hidden_at hidden_for hidden_reason", "keep"),
    Part("liked_comments", CommentLike.member_id, "comment_id post_id created_at", "delete"),
    Part("recommended_articles", PostLike.member_id, "post_id created_at", "delete"),
    Part("scraps", Scrap.member_id, "post_id created_at", "delete"),
    # Letters, claims and requests have consents and periods of their own, which their forms tell.
    Part("letters", Tip.member_id, "kind name contact title body agreed_at created_at", "unlink"),
    Part("claims", Claim.member_id, "receipt kind name contact is_representative article is_election reason "
         "wanted filename agreed_at received_at closed_at", "unlink"),
    Part("reports", Report.member_id, "comment_id post_id reason words wants_mail created_at outcome answer "
         "closed_at", "unlink"),
    Part("hold_requests", Hold.requester_id, "number target kind name contact is_representative reason "
         "explanation filename agreed_at received_at held_at ends_at outcome closed_at", "unlink"),
    Part("holds_of_own_texts", Hold.writer_id, "number text held_at ends_at objected_at objection outcome "
         "closed_at", "unlink"),
    Part("notices", Notice.member_id, "comment_id created_at read_at", "delete"),
    Part("stopped_threads", StoppedThread.member_id, "comment_id stopped_at", "delete"),
    Part("mails", Mail.member_id, "address event topic created_at sent_at", "delete"),
    Part("account_links", AccountLink.member_id, "kind address created_at expires_at", "delete"),
    Part("two_step_login", TwoStep.member_id, "created_at", "delete"),
    Part("recovery_codes", RecoveryCode.member_id, "", "delete"),  # only hashes
    Part("pending_logins", PendingLogin.member_id, "expires_at", "delete"),
    # Counts towards the joins of a day from one network; deleted after a day.
    Part("join_attempts", JoinAttempt.member_id, "tried_at", "keep"),
    # Which accounts were looked at from the desk: the law wants that kept (안전성 확보조치 기준 제8조).
    Part("looked_at", AccessEntry.member_id, "what created_at", "keep"),
    Part("spam_cases", SpamCase.member_id, "created_at undone_at", "keep"),
)  # fmt: skip


def export(member: Member) -> dict[str, Any]:
    """Everything that is stored about a member, as JSON has it. Moments are in UTC."""
    parts = {part.name: _rows(part, member) for part in PARTS if part.columns}
    account = {name: _plain(getattr(member, name)) for name in MEMBER_COLUMNS.split()}
    parts["letter_files"] = _letter_files(member)
    return {"paper": Paper.get().name, "exported_at": _plain(now()), "member": account} | parts


def check_may_leave(member: Member) -> None:
    """:raises Refused: the editor cannot leave"""
    if member.is_editor:
        raise Refused(_("The editor cannot leave the paper."))


def erase(member: Member, *, comments: Literal["keep", "delete"], secret: str) -> None:
    """회원탈퇴: end every login and erase what is stored about a member, but for what PARTS keeps.

    Comments stay under the name of a former member, or their texts go. The caller empties the write-ahead log
    after the commit (`database.empty_wal`). Of one who is banned a keyed hash of the address is kept.

    :param secret: the key that signs the cookies
    :raises Refused: the editor cannot leave
    """
    check_may_leave(member)
    rejoining.bar(member, secret)
    if comments == "delete":
        _delete_comments(member)
    is_own = Comment.member_id == member.id
    db.session.execute(update(Comment).where(is_own).values(idempotency_key=None))
    reactions.forget(member)
    reports.forget(member)
    outbox.erase(member)
    login_limits.forget_account(member)
    _forget_reset_requests(member)
    for part in PARTS:
        if part.leaving == "delete":
            db.session.execute(delete(part.table).where(part.owner == member.id))
        elif part.leaving == "unlink":
            db.session.execute(update(part.table).where(part.owner == member.id).values({part.owner: None}))
    open_consents = update(Consent).where(Consent.member_id == member.id, Consent.withdrawn_at.is_(None))
    db.session.execute(open_consents.values(withdrawn_at=now()))
    db.session.expire(member, ["logins"])
    member.leave()


def _delete_comments(member: Member) -> None:
    """Delete the comments of a member, in batches. Counts and the search index follow by their listeners."""
    query = select(Comment).where(Comment.member_id == member.id, Comment.deleted_at.is_(None))
    query = query.order_by(Comment.id).limit(BATCH)
    while batch := db.session.scalars(query).all():
        for comment in batch:
            comment.delete()
        db.session.flush()


def _forget_reset_requests(member: Member) -> None:
    """Delete what somebody has just typed in order to get a new password for this account."""
    email_keys = (member.email, member.email_key, names.email_key(member.email))
    keys = {name.lower() for name in (member.username, member.username_key, *email_keys)}
    db.session.execute(delete(ResetRequest).where(func.lower(ResetRequest.name).in_(keys)))


def _rows(part: Part, member: Member) -> list[dict[str, Any]]:
    columns = [getattr(part.table, name) for name in part.columns.split()]
    query = select(*columns).where(part.owner == member.id)
    return [
        {name: _plain(value) for name, value in row._mapping.items()} for row in db.session.execute(query)
    ]


def _letter_files(member: Member) -> list[dict[str, Any]]:
    """The files that came with letters, each with the moment of its letter."""
    query = select(Tip.created_at, TipFile.filename, TipFile.size).join(Tip, Tip.id == TipFile.tip_id)
    rows = db.session.execute(query.where(Tip.member_id == member.id).order_by(TipFile.id))
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
