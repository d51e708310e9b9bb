"""What to answer to a claim: ready text, which the editor changes before it is sent."""

from flask_babel import gettext as _

from domain.desk.models import Claim
from domain.desk.outcome import moment
from models import Paper


def kind(claim: Claim) -> str:
    """정정보도, 반론보도 or 추후보도."""
    names = {"rebuttal": _("A reply by those concerned"), "follow-up": _("What happened since")}
    return names.get(claim.kind) or _("Report that corrects")


def ground(number: int) -> str:
    """One of the five grounds on which a claim may be refused (언론중재법 제15조 제4항)."""
    return {
        1: _("The person has no legitimate interest in the correction."),
        2: _("What is to be printed is plainly not true."),
        3: _("What is to be printed is plainly unlawful."),
        4: _("The claim serves commercial advertising only."),
        5: _("What is to be printed concerns a factual report on a public session of the state, of a local "
             "government or a public body, or on a public trial."),
    }[number]  # fmt: skip


def ready(claim: Claim, decision: str, number: int | None = None) -> str:
    """The text to answer with.

    :param decision: one of ClaimDecision.KINDS
    :param number: of the ground on which it is refused
    """
    paper = Paper.get()
    parts = [_greeting(claim, paper), _answer(claim, decision, number), signature(paper)]
    return "\n\n".join(filter(None, parts))


def _greeting(claim: Claim, paper: Paper) -> str:
    return _(
        "Dear %(name)s,\n\nthis is %(paper)s. On %(moment)s we received your claim (%(kind)s, receipt "
        "%(receipt)s).",
        name=claim.name, paper=paper.name, moment=moment(claim.received_at), kind=kind(claim),
        receipt=claim.receipt,
    )  # fmt: skip


def _answer(claim: Claim, decision: str, number: int | None) -> str:
    if decision == "accepted":
        return _(
            "We accept it. By %(moment)s we print the following above the article and under Corrections. "
            "Please tell us at once if something in it should be different.\n\n%(wanted)s",
            moment=moment(claim.publish_due_at), wanted=claim.wanted,
        )  # fmt: skip
    if decision == "refused" and number:
        return _(
            "We cannot accept it (Press Arbitration Act, article 15, paragraph 4, item %(number)s):\n"
            "%(ground)s\n\n[In detail: ]\n\nIf you do not agree, you can turn to the Press Arbitration "
            "Commission within 14 days of this answer, or to a court.",
            number=number, ground=ground(number),
        )  # fmt: skip
    if decision == "talking":
        return _(
            "We would like to agree with you on what is printed and how. We propose the following:\n\n"
            "[Our proposal: ]\n\nPlease let us know what you think by %(moment)s, when we owe you an answer.",
            moment=moment(claim.answer_due_at),
        )  # fmt: skip
    return _("You have withdrawn it, so we close it.")


def signature(paper: Paper) -> str:
    """The end of an answer: who writes, and how to reach the paper."""
    names = " ".join(filter(None, [paper.name, _("Editor"), (paper.editors or "").split(",")[0].strip()]))
    return "\n".join(filter(None, [names, paper.telephone, paper.email]))
