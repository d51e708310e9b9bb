"""신고: reports of comments and articles, by members and guests.

Reports of enough members hold a comment until the editor has looked at it. Guests' reports hold nothing, nor
do those of members who joined less than a day ago or are not confirmed: new addresses and accounts are
cheap. What was held once, or found fine, is held by no further report of the same text.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from database import db
from domain.mail import alerts
from domain.moderation import bans
from domain.moderation.models import Report
from domain.neighbours import sending
from lib.web.addresses import keyed_hash
from models import Comment, Member, Post, Refused, digest, local, now

NEWCOMER = timedelta(days=1)  # after joining, in which a member's reports hold nothing
PAGE = 30
MOST_OPEN = 300  # reports that are listed and counted
MOST_OF_MEMBER = 100


@dataclass(frozen=True)
class ReportDraft:
    """What was typed.

    :param email: of a guest who wants to know the outcome; empty for members
    """

    reason: str  # one of Report.REASONS
    words: str = ""
    wants_mail: bool = False
    email: str = ""


@dataclass(frozen=True)
class ReportedTarget:
    """A comment or an article with the reports of it, oldest first."""

    reports: Sequence[Report]

    @property
    def first(self) -> Report:
        return self.reports[0]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Each reason with the number of reports, most frequent first."""
        return Counter(report.reason for report in self.reports).most_common()

    @property
    def members(self) -> int:
        return sum(report.member_id is not None for report in self.reports)


def guest(block: str, secret: str) -> str:
    """Who a guest is for one day: the keyed hash of the day and an address block."""
    return keyed_hash(f"report {local(now()).date()} {block}", secret)


def report(target: Comment | Post, member: Member | None, sender: str, draft: ReportDraft) -> Report:
    """Report a comment or an article, or return this person's report of the same text.

    :param member: None for a guest
    :param sender: of a guest, see `guest`
    :raises Refused: the member is banned, or wrote the comment
    """
    sent = partial(find_sent, target, member, sender)
    if found := sent():
        return found
    bans.check(member)
    if member and isinstance(target, Comment) and target.member_id == member.id:
        raise Refused(_("This is your own comment: you can change or delete it."), 403)
    row = Report(
        comment=target if isinstance(target, Comment) else None,
        post=target if isinstance(target, Post) else None,
        member_id=member.id if member else None,
        person=_person(member, sender),
        text_digest=_text_digest(target),
        **asdict(draft),
    )
    added = sending.add_once(row, sent)
    alerts.tell_of_report(added)
    return added


def find_sent(target: Comment | Post, member: Member | None, sender: str) -> Report | None:
    """The report that this person has already sent of this text."""
    same = (Report.person == _person(member, sender), Report.text_digest == _text_digest(target))
    return db.session.scalar(select(Report).where(_is_of(target), *same))


def of_member(member: Member) -> Sequence[Report]:
    """A member's own reports with what became of them, newest first."""
    query = select(Report).where(Report.member_id == member.id).order_by(Report.id.desc())
    related = (joinedload(Report.comment), joinedload(Report.post))
    return db.session.scalars(query.options(*related).limit(MOST_OF_MEMBER)).all()


def open_count() -> int:
    """Number of comments and articles with reports that nobody has decided, counted up to MOST_OPEN."""
    reported = select(Report.comment_id, Report.post_id).where(Report.closed_at.is_(None)).limit(MOST_OPEN)
    return db.session.scalar(select(func.count()).select_from(reported.distinct().subquery())) or 0


def _person(member: Member | None, sender: str) -> str:
    return f"member {member.id}" if member else sender


def _text_digest(target: Comment | Post) -> str:
    is_comment = isinstance(target, Comment)
    return digest(target.body if is_comment else f"{target.title}\n{target.body}")


def _is_of(target: Comment | Post) -> ColumnElement[bool]:
    column = Report.comment_id if isinstance(target, Comment) else Report.post_id
    return column == target.id
