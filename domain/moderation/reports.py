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
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import joinedload

from database import db
from domain.mail import alerts, outbox
from domain.mail.outbox import Letter
from domain.moderation import author_letters, bans, comments, report_words, settings
from domain.moderation.models import Report
from domain.moderation.queue import text_version
from domain.neighbours import confirming, sending
from lib.web.addresses import keyed_hash
from lib.web.paging import LARGEST_ID, newest_first
from models import Comment, Member, Post, Refused, digest, midnight, now, today

NEWCOMER = timedelta(days=1)  # after joining, in which a member's reports hold nothing
PAGE = 30
MOST_OPEN = 300  # reports that are listed and counted
MOST_OF_MEMBER = 100
_TARGET = (joinedload(Report.post), joinedload(Report.comment).joinedload(Comment.post))


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
    def is_held(self) -> bool:
        return bool(self.first.comment and self.first.comment.held_at)

    @property
    def members(self) -> int:
        return sum(report.member_id is not None for report in self.reports)

    @property
    def guests(self) -> int:
        return len(self.reports) - self.members


def guest(block: str, secret: str) -> str:
    """Who a guest is for one day: the keyed hash of the day and an address block."""
    return keyed_hash(f"report {today()} {block}", secret)


def report(target: Comment | Post, member: Member | None, sender: str, draft: ReportDraft) -> Report:
    """Report a comment or an article, or return this person's report of the same text.

    :param member: None for a guest
    :param sender: of a guest, see `guest`
    :raises Refused: the member is banned, or wrote the comment (403)
    """
    sent = partial(find_sent, target, member, sender)
    if found := sent():
        return found
    bans.check(member)
    if member and isinstance(target, Comment) and target.member_id == member.id:
        raise Refused(_("This is your own comment: you can change or delete it."), 403)
    is_comment = isinstance(target, Comment)
    row = Report(
        comment_id=target.id if is_comment else None,
        post_id=None if is_comment else target.id,
        member_id=member.id if member else None,
        person=_person(member, sender),
        text_digest=_text_digest(target),
        **asdict(draft),
    )
    row = sending.add_once(row, sent)
    if isinstance(target, Comment):
        _hold_if_many(target, row)
    alerts.tell_of_report(row)
    return row


def find_sent(target: Comment | Post, member: Member | None, sender: str) -> Report | None:
    """The report that this person has already sent of this text."""
    same = (Report.person == _person(member, sender), Report.text_digest == _text_digest(target))
    return db.session.scalar(select(Report).where(_is_of(target), *same))


def of_member(member: Member) -> Sequence[Report]:
    """A member's own reports with what became of them, newest first."""
    query = select(Report).where(Report.member_id == member.id).order_by(Report.id.desc())
    return db.session.scalars(query.options(*_TARGET).limit(MOST_OF_MEMBER)).all()


def open_count() -> int:
    """Number of comments and articles with reports that nobody has decided, counted up to MOST_OPEN."""
    is_open = Report.closed_at.is_(None)
    reported = select(Report.comment_id, Report.post_id).where(is_open).limit(MOST_OPEN).subquery()
    return db.session.scalar(select(func.count()).select_from(select(reported).distinct().subquery())) or 0


def find(id: int) -> Report:
    """:raises Refused: there is no report with this id (404)"""
    found = db.session.get(Report, id) if 0 < id <= LARGEST_ID else None
    if found is None:
        raise Refused(_("There is no such report."), 404)
    return found


def open_targets() -> list[ReportedTarget]:
    """What has open reports: held comments first, then what was reported first."""
    of_comment = joinedload(Report.comment)
    related = (
        joinedload(Report.post),
        of_comment.joinedload(Comment.member),
        of_comment.joinedload(Comment.post),
    )
    query = select(Report).where(Report.closed_at.is_(None)).order_by(Report.id).limit(MOST_OPEN)
    targets: dict[tuple[int | None, int | None], list[Report]] = {}
    for one in db.session.scalars(query.options(*related)):
        targets.setdefault((one.comment_id, one.post_id), []).append(one)
    found = [ReportedTarget(reports) for reports in targets.values()]
    return sorted(found, key=lambda target: not target.is_held)


def closed_reports(before: int | None) -> tuple[Sequence[Report], bool]:
    """A page of reports that were decided, newest first, and whether older ones follow."""
    query = select(Report).where(Report.closed_at.is_not(None)).options(*_TARGET)
    return newest_first(db.session, query, Report.id, before, PAGE)


def decide(report: Report, outcome: str, answer: str = "", seen: str = "") -> int:
    """Do to a target what its outcome says, and close all open reports of it. Returns how many those were.

    :param outcome: of a comment "fine", "hidden" or "deleted"; of an article, which is only noted, "fine" or
        "handled"
    :param answer: what the reporters are told; empty: a sentence that says the outcome
    :param seen: the `text_version` of the comment that the editor has read, if known
    :raises Refused: another outcome; or another text than that was to be found fine (409)
    """
    if outcome not in outcomes(report):
        raise Refused(_("Please choose what to do with it."))
    if seen and report.comment and outcome == "fine" and seen != text_version(report.comment.body):
        raise Refused(_("Edited since you read them, so left as they are: %(n)s.", n=1), 409)
    found = db.session.scalars(select(Report).where(_is_open_with(report))).all()
    if found and report.comment:
        _act(report.comment, outcome, ReportedTarget(found).reasons[0][0])
    for one in found:
        _close(one, outcome, answer)
    return len(found)


def outcomes(report: Report) -> tuple[str, ...]:
    """What can be decided."""
    return ("fine", "hidden", "deleted") if report.comment_id else ("fine", "handled")


def settle(comment: Comment) -> None:
    """Close the open reports of a comment that the editor has dealt with elsewhere, as its state says."""
    is_gone = comment.deleted_at or comment.hidden_for == "spam"
    outcome = "deleted" if is_gone else "hidden" if comment.hidden_at else "fine"
    is_open = (Report.comment_id == comment.id, Report.closed_at.is_(None))
    for one in db.session.scalars(select(Report).where(*is_open)).all():
        _close(one, outcome)


def forget(member: Member) -> None:
    """A member leaves: the reports stay, without their sender and the sender's own words."""
    nothing = {"member_id": None, "person": None, "words": "", "wants_mail": False}
    db.session.execute(update(Report).where(Report.member_id == member.id).values(**nothing))


def discard_old() -> None:
    """Delete reports that were decided long ago, and the hashes of guests of the days before."""
    db.session.execute(delete(Report).where(Report.closed_at <= now() - Report.KEPT))
    is_past = (Report.member_id.is_(None), Report.person.is_not(None))
    day_began = midnight(today())
    db.session.execute(update(Report).where(Report.created_at < day_began, *is_past).values(person=None))


def _hold_if_many(comment: Comment, row: Report) -> None:
    """Hold a comment, unless it is the editor's or this text was held or decided on before."""
    enough = settings.read().reports_to_hold
    if not enough or comment.is_by_editor or not comment.is_public or _was_looked_at(row):
        return
    members = (
        select(Member)
        .join(Report, Report.member_id == Member.id)
        .where(Report.comment_id == comment.id, Report.text_digest == row.text_digest)
    )
    reporters = db.session.scalars(members.order_by(Report.id.desc()).limit(MOST_OPEN))
    if sum(map(_counts, reporters)) >= enough:
        row.has_held = True
        comments.hold(comment, "reports")


def _counts(member: Member) -> bool:
    """Whether a member's report counts towards those that hold a comment."""
    is_newcomer = member.joined_at > now() - NEWCOMER
    is_unknown = outbox.is_on() and confirming.is_unconfirmed(member)
    return member.is_active and not (member.is_banned or is_newcomer or is_unknown)


def _was_looked_at(row: Report) -> bool:
    same = (Report.comment_id == row.comment_id, Report.text_digest == row.text_digest)
    looked_at = or_(Report.has_held, Report.outcome.in_(("fine", "hidden")))
    return db.session.scalar(select(Report.id).where(*same, looked_at).limit(1)) is not None


def _act(comment: Comment, outcome: str, why: str) -> None:
    """:param why: one of Report.REASONS, which readers and the author are told where it is hidden"""
    if outcome == "fine":
        comments.approve(comment)
    elif outcome == "hidden":
        reason = _("Reported by readers: %(reason)s", reason=report_words.reason(why))
        author_letters.tell_hidden(comment, reason)
        comments.hide(comment, "rules", reason)
    else:
        comment.delete()


def _close(report: Report, outcome: str, answer: str = "") -> None:
    """Close a report and tell its sender, who chose to be told by mail.

    Members read it on their page too, and only there while their address is not confirmed.
    """
    report.outcome, report.answer, report.closed_at = outcome, answer, now()
    letter = Letter(
        _("What became of your report"),
        [f"{report_words.reason(report.reason)} — {report_words.outcome(outcome)}",
         report_words.answer(report)],
        report.address,
        _("See the page"),
    )  # fmt: skip
    event = f"report-{report.id}-closed"
    if report.email:
        outbox.put(letter, report.email, event=event)
    member = db.session.get(Member, report.member_id) if report.member_id and report.wants_mail else None
    if member and member.is_active:
        outbox.put_for_member(letter, member, event=event)
    report.email = ""


def _is_open_with(report: Report) -> ColumnElement[bool]:
    """The where clause for the open reports of the same target."""
    column = Report.comment_id if report.comment_id else Report.post_id
    return (column == (report.comment_id or report.post_id)) & Report.closed_at.is_(None)


def _person(member: Member | None, sender: str) -> str:
    return f"member {member.id}" if member else sender


def _text_digest(target: Comment | Post) -> str:
    is_comment = isinstance(target, Comment)
    return digest(target.body if is_comment else f"{target.title}\n{target.body}")


def _is_of(target: Comment | Post) -> ColumnElement[bool]:
    column = Report.comment_id if isinstance(target, Comment) else Report.post_id
    return column == target.id
