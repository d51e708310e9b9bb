"""What the editor fills in about reports, and about requests for a temporary measure."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, NumberRange, Optional

from domain.moderation.hold_decisions import Decision
from domain.moderation.models import Hold, Report
from forms import PostedForm, line, not_blank, tidy
from views.desk.claim_forms import filled_in
from views.desk.forms import CHOICE_WANTED, ButtonForm, WholeNumberField, at_most


class ReportDecisionForm(ButtonForm):
    """What is done with what was reported."""

    outcome = StringField(validators=[AnyOf(Report.OUTCOMES, CHOICE_WANTED)])
    seen = StringField(filters=[line])  # the text_version of the comment as the page showed it
    answer = StringField(
        _("What those who reported are told (optional)"), [at_most(300)], filters=[line],
        render_kw={"maxlength": 300},
    )  # fmt: skip


class HoldDecisionForm(PostedForm):
    """A decision on a request, and the answer that its sender gets."""

    kind = HiddenField(validators=[AnyOf(Decision.KINDS)])
    days = WholeNumberField(
        _("For how many days?"),
        [Optional(), NumberRange(1, Hold.DAYS, _("Between %(min)s and %(max)s days."))],
        default=Hold.DAYS,
        render_kw={"inputmode": "numeric"},
    )
    reply = TextAreaField(
        _("The answer to the sender"),
        [Length(max=20_000), not_blank, filled_in],
        filters=[tidy],
        render_kw={"rows": 14},
    )

    def decision(self) -> Decision:
        return Decision(self.kind.data or "", self.reply.data or "", self.days.data or Hold.DAYS)
