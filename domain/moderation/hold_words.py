"""Requests for a temporary measure in words: names, ready answers, notices, letters."""

from datetime import datetime

from flask_babel import gettext as _

from database import db
from domain.desk import claim_replies
from domain.desk.outcome import moment
from domain.mail import outbox
from domain.mail.outbox import Letter
from domain.moderation.models import Hold
from lib.text import names
from models import Member, Paper


def kind(name: str) -> str:
    """One of Hold.KINDS: 사생활 침해, 명예훼손, 저작권 침해, 그 밖의 권리 침해."""
    known = {
        "privacy": _("Privacy"),
        "defamation": _("Reputation (defamation)"),
        "copyright": _("Copyright"),
    }
    return known.get(name) or _("Another right")


def state(name: str) -> str:
    """A state of a request, or one of HoldEntry.KINDS."""
    return {
        "new": _("received"), "received": _("received"), "held": _("not shown for now"),
        "objected": _("the writer objects"), "asked": _("ends soon"), "refused": _("not granted"),
        "restored": _("shown again"), "deleted": _("deleted"), "withdrawn": _("withdrawn"),
    }[name]  # fmt: skip


def in_place(ends_at: datetime) -> str:
    """What stands in place of a comment."""
    return _(
        "Not shown until %(moment)s, because somebody says that it violates a right (temporary measure).",
        moment=moment(ends_at),
    )


def ready(hold: Hold, decision: str) -> str:
    """The answer to the sender, which the editor changes before it is sent.

    :param decision: a kind of hold_decisions.Decision
    """
    paper = Paper.get()
    greeting = _(
        "Dear %(name)s,\n\nthis is %(paper)s. On %(moment)s we received your request (%(kind)s, number "
        "%(number)s).",
        name=hold.name, paper=paper.name, moment=moment(hold.received_at), kind=kind(hold.kind),
        number=hold.number,
    )  # fmt: skip
    return "\n\n".join([greeting, _answer(hold, decision), claim_replies.signature(paper)])


def _answer(hold: Hold, decision: str) -> str:
    answers = {
        "held": _(
            "From today it is not shown, for %(days)s days at most. The writer is told and may object. If "
            "nobody objects, we proceed as our terms say when the time is over, and tell you.",
            days=Hold.DAYS,
        ),
        "refused": _("We leave it as it is, for this reason:\n\n[The reason: ]"),
        "restored": _("We show it again, for this reason:\n\n[The reason: ]"),
        "deleted": _("We have deleted it."),
        "withdrawn": _("You have withdrawn it, so we close it."),
    }
    return answers[decision]


def received(hold: Hold) -> str:
    """What the sender is told at once."""
    return _("We have received your request. Its number is %(number)s. We answer without delay.",
             number=hold.number)  # fmt: skip


def objected() -> str:
    """What the sender is told of an objection."""
    return _(
        "The writer objects. Unless we agree on something else, it is shown again when the time is over."
    )


def ended(hold: Hold, outcome: str) -> str:
    """What the sender is told when a measure has ended by itself.

    :param outcome: "restored" or "deleted"
    """
    if outcome == "deleted":
        return _("The time is over and nobody has objected, so it was deleted.")
    if hold.objected_at:
        return _("The time is over and the writer has objected, so it is shown again.")
    return _("The time is over, so it is shown again.")


def event(hold: Hold, what: str, to: str) -> str:
    """The name of what a letter tells of."""
    return f"hold-{hold.id}-{what}-{to}"


def is_mailed(hold: Hold) -> bool:
    """Whether the requester is answered by mail."""
    return outbox.is_on() and names.email(hold.contact) is not None


def tell_requester(hold: Hold, what: str, text: str) -> None:
    """Send the requester a letter, if the contact is an e-mail address."""
    if address := names.email(hold.contact):
        subject = _("Your request %(number)s: %(state)s", number=hold.number, state=state(what))
        letter = Letter(subject, text.split("\n\n"), hold.requesters_path, _("See the request"))
        outbox.put(letter, address, event=event(hold, what, "requester"), member_id=hold.requester_id)


def tell_writer(hold: Hold, what: str) -> None:
    """Send the writer of a comment a letter, if something was done with it."""
    writer = db.session.get(Member, hold.writer_id) if hold.writer_id else None
    text = _to_writer(hold, what)
    if text and writer and writer.is_active and hold.comment_id:
        subject = _("Your comment: %(state)s", state=state(what))
        letter = Letter(subject, text.split("\n\n"), f"/holds/{hold.number}", _("See more, and object"))
        outbox.put_for_member(letter, writer, event=event(hold, what, "writer"))


def _to_writer(hold: Hold, what: str) -> str:
    """Empty: the writer is not told."""
    if what == "held" and hold.ends_at:
        return _(
            "Somebody says that your comment violates a right (%(kind)s), so it is not shown until "
            "%(moment)s.\n\n%(text)s\n\nUntil then you can object.",
            kind=kind(hold.kind), moment=moment(hold.ends_at), text=hold.text,
        )  # fmt: skip
    if what == "deleted":
        return _("Because of a request (%(kind)s) your comment was deleted.", kind=kind(hold.kind))
    if what in ("restored", "withdrawn") and hold.held_at:
        return _("Your comment is shown again.")
    return ""


def tell_editors(hold: Hold, what: str) -> None:
    """Send the editors a letter."""
    subjects = {
        "received": _("A request to stop showing something: %(number)s", number=hold.number),
        "objected": _("The writer objects: %(number)s", number=hold.number),
        "asked": _("A temporary measure ends soon: %(number)s", number=hold.number),
    }
    texts = {
        "received": _("Please decide without delay (%(kind)s).", kind=kind(hold.kind)),
        "objected": _("Please decide before the time is over, or it is shown again then."),
        "asked": _("On %(moment)s it ends as the terms say. Until then you can decide otherwise.",
                   moment=moment(hold.ends_at or hold.received_at)),
    }  # fmt: skip
    subject = subjects.get(what) or _("A temporary measure has ended: %(number)s", number=hold.number)
    text = texts.get(what) or ended(hold, what)
    letter = Letter(subject, [text], f"/desk/holds/{hold.id}", _("To the request"))
    outbox.put_for_editors(letter, event=event(hold, what, "desk"))
