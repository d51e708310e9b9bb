"""Letters to the editors at once: a report, a claim, a letter. They say where to look, no words."""

from flask_babel import gettext as _

from domain.desk.models import Claim
from domain.mail import outbox
from domain.mail.outbox import Letter
from domain.moderation.models import Report
from domain.neighbours.models import Tip


def tell_of_report(report: Report) -> None:
    """Tell of a reported comment or article at once. Of further reports of the same text only the one that
    holds the comment is told.
    """
    is_comment = report.comment_id is not None
    title = _("A comment was reported") if is_comment else _("An article was reported")
    target = f"c{report.comment_id}" if is_comment else f"p{report.post_id}"
    texts = [_("Please look at it and decide.")]
    texts += [_("The comment is hidden until you have looked at it.")] if report.has_held else []
    letter = Letter(title, texts, "/desk/reports", _("Look at the reports"))
    held = "-held" if report.has_held else ""
    event = f"report-{target}-{report.text_digest[:32]}{held}"
    outbox.put_for_editors(letter, event=event, topic="digest")


def tell_of_letter(letter: Tip) -> None:
    """Tell of a tip or an advertising inquiry at once, without who sent it and what it says."""
    is_tip = letter.kind == "news"
    mail = Letter(
        _("A tip has come") if is_tip else _("An advertising inquiry has come"),
        [_("It is kept at the desk. Who sent it and what it says is read there only.")],
        f"/desk/letters/{letter.id}",
        _("Read it"),
    )
    outbox.put_for_editors(mail, event=f"letter-{letter.id}", topic="digest")


def tell_of_claim(claim: Claim) -> None:
    """Tell of a claim at once: the law gives it a few days."""
    letter = Letter(
        _("A claim has come: %(receipt)s", receipt=claim.receipt),
        [_("Somebody claims a correction or a reply. The law wants an answer within three days.")],
        f"/desk/claims/{claim.id}",
        _("Look at the claim"),
    )
    outbox.put_for_editors(letter, event=f"claim-{claim.receipt}")
