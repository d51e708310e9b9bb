"""Letters to the editors at once: a report, a claim. They say where to look, and no words of others."""

from flask_babel import gettext as _

from domain.desk.models import Claim
from domain.mail import outbox
from domain.mail.outbox import Letter
from domain.moderation.models import Report


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


def tell_of_claim(claim: Claim) -> None:
    """Tell of a claim at once: the law gives it a few days."""
    letter = Letter(
        _("A claim has come: %(receipt)s", receipt=claim.receipt),
        [_("Somebody claims a correction or a reply. The law wants an answer within three days.")],
        f"/desk/claims/{claim.id}",
        _("Look at the claim"),
    )
    outbox.put_for_editors(letter, event=f"claim-{claim.receipt}")
