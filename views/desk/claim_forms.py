"""What the editor fills in about a claim."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional, ValidationError

from domain.desk import claim_replies
from domain.desk.claims import Decision
from domain.desk.models import Claim, ClaimDecision
from forms import PostedForm, line, not_blank, tidy

_UNFILLED = re.compile(r"\[[^\[\]\n]{1,60}:\s*\]")  # as the ready answers have it


def filled_in(_form: Any, field: Any) -> None:
    if found := _UNFILLED.search(field.data or ""):
        raise ValidationError(_("Please fill in “%(part)s”, or delete it.", part=found[0]))


class DecisionForm(PostedForm):
    """A decision on a claim, and the answer that is sent."""

    kind = HiddenField(validators=[AnyOf(ClaimDecision.KINDS)])
    ground = RadioField(_("On which ground?"), coerce=int, validators=[Optional()], validate_choice=False)
    reply = TextAreaField(
        _("The answer to send"),
        [Length(max=20_000), not_blank, filled_in],
        filters=[tidy],
        render_kw={"rows": 18},
    )

    def decision(self) -> Decision | None:
        """None if a claim is refused without one of the grounds."""
        if self.kind.data != "refused":
            return Decision(self.kind.data or "", self.reply.data or "")
        ground = self.ground.data
        return Decision("refused", self.reply.data or "", ground) if ground in Claim.GROUNDS else None

    def offer_grounds(self) -> "DecisionForm":
        """Fill in the five grounds."""
        self.ground.choices = [(number, claim_replies.ground(number)) for number in Claim.GROUNDS]
        return self


class ClaimArticleForm(PostedForm):
    """The article that a claim is about."""

    article = StringField(_("Address of the article"), [Length(max=300), not_blank], filters=[line])
