"""Forms about incidents."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from domain.keeping.incidents import NOTICE_LENGTH
from forms import NO, PostedForm, line, not_blank, tidy
from views.desk.forms import ButtonForm, MomentField, at_most


class IncidentForm(PostedForm):
    """What happened, and since when the paper knows of it."""

    summary = StringField(
        _("What has happened, in a sentence?"), [Length(max=200), not_blank], filters=[line]
    )
    known_at = MomentField(_("When did you know of it?"))
    is_leak = BooleanField(
        _("Personal data of members or readers may be in other hands"), default=True, false_values=NO
    )

    def validate_known_at(self, field: MomentField) -> None:
        if field.moment is None:
            raise ValidationError(_("Please enter a day and a time, such as 2026-12-01 06:00."))


class NoticeTextForm(PostedForm):
    """The words to those concerned."""

    notice = TextAreaField(
        _("Notice to those concerned"),
        [at_most(NOTICE_LENGTH), not_blank],
        filters=[tidy],
        render_kw={"rows": 16},
    )


class StepForm(ButtonForm):
    """A step of the checklist."""

    step = StringField()
