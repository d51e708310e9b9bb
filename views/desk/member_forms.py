"""Forms about one member, and about blocks."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from forms import PostedForm, line, not_blank
from models import Member, midnight, now
from views.desk.forms import ButtonForm, at_most

_REASON = [Length(max=200), not_blank]
_ASKED = {"maxlength": 200}


class BanForm(PostedForm):
    """Until when a member may not write, and why."""

    length = RadioField(
        _("For how long?"),
        default="week",
        choices=[
            SelectChoice("day", _("A day")),
            SelectChoice("week", _("A week")),
            SelectChoice("month", _("A month")),
            SelectChoice("good", _("Without an end")),
            SelectChoice("date", _("Until a day")),
        ],
    )
    last_day = DateField(_("Last day"), [Optional()])
    reason = StringField(_("Reason"), _REASON, filters=[line], render_kw=_ASKED)
    DAYS = {"day": 1, "week": 7, "month": 30}

    def validate_last_day(self, field: DateField) -> None:
        if field.data and field.data.year < 1000:  # no moment in UTC, a slip of the keyboard
            raise ValidationError(_("The end of a ban lies in the future."))

    def validate_length(self, field: RadioField) -> None:
        if field.data == "date" and not any(map(str.strip, self.last_day.raw_data or ())):
            raise ValidationError(_("Please enter the last day."))

    @property
    def until(self) -> datetime | None:
        """The end; None: without one. Call it on a valid form."""
        if self.length.data == "good":
            return None
        if self.length.data == "date" and self.last_day.data:
            after = midnight(self.last_day.data) + timedelta(days=1)
            return min(after, Member.BANNED_FOR_GOOD)
        return now() + timedelta(days=self.DAYS[self.length.data])


class ExportForm(PostedForm):
    """Why a member's data is downloaded."""

    purpose = StringField(_("Why is it needed?"), _REASON, filters=[line], render_kw=_ASKED)


class AccessCheckForm(ButtonForm):
    """The log of accesses of a month was looked through."""

    month = DateField(_("Month"), [InputRequired()])
    note = StringField(_("What you found (optional)"), [at_most(300)], filters=[line])


class DomainBlockForm(PostedForm):
    """A domain of e-mail addresses to block."""

    domain = StringField(_("Domain"), [Length(max=300), not_blank], filters=[line])
    note = StringField(_("Note"), [Length(max=200)], filters=[line], render_kw=_ASKED)


class OriginBlockForm(PostedForm):
    """For how long the network of a comment is blocked."""

    length = RadioField(
        _("For how long?"),
        default="day",
        choices=[
            SelectChoice("day", _("A day")),
            SelectChoice("week", _("A week")),
            SelectChoice("month", _("A month")),
            SelectChoice("quarter", _("90 days")),
        ],
    )
    reason = StringField(_("Note"), [Length(max=200)], filters=[line], render_kw=_ASKED)
    DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90}

    @property
    def until(self) -> datetime:
        """The end. Call it on a valid form."""
        return now() + timedelta(days=self.DAYS[self.length.data])


class NetworkBlockForm(OriginBlockForm):
    """A network to block."""

    network = StringField(_("Network"), [Length(max=100), not_blank], filters=[line])
