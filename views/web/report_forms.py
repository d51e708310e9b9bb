"""What readers fill in to report a comment or an article, or to ask that one is taken out of sight."""

from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from domain.moderation import report_words
from domain.moderation.models import Hold, Report
from forms import (
    NO,
    CaptchaFields,
    PostedForm,
    agree_field,
    contact_field,
    line,
    name_field,
    new_idempotency_key,
    not_blank,
    short_key,
    standing_field,
    tidy,
)
from lib.text import names, plain

_LENGTH = 5000  # characters
_of_text = Length(max=_LENGTH, message=_("It has at most %(max)d characters."))


class ReportForm(CaptchaFields, PostedForm):
    """신고. Members need no captcha."""

    reason = RadioField(
        _("What is wrong with it?"), [InputRequired(_("Please choose a reason."))], validate_choice=False
    )
    words = TextAreaField(
        _("In your own words"),
        [Length(max=1000, message=_("It has at most %(max)d characters."))],
        filters=[tidy],
        render_kw={"rows": 3},
    )
    email = EmailField(
        _("Your e-mail (optional)"), [Optional()], filters=[line], render_kw={"autocomplete": "email"}
    )
    wants_mail = BooleanField(_("Tell me the outcome by mail"), false_values=NO)

    def offer_reasons(self) -> Self:
        """Fill in the reasons to choose from."""
        self.reason.choices = [(name, report_words.reason(name)) for name in Report.REASONS]
        return self

    def for_member(self, *, mail_is_on: bool) -> Self:
        """Remove what only guests are asked."""
        del self.email
        if not mail_is_on:
            del self.wants_mail
        return self.without_captcha()

    def for_guest(self, *, mail_is_on: bool) -> Self:
        """Remove what only members are asked."""
        del self.wants_mail
        if not mail_is_on:
            del self.email
        return self

    def validate_reason(self, field: RadioField) -> None:
        if field.data not in Report.REASONS:
            raise ValidationError(_("Please choose a reason."))

    def validate_words(self, field: TextAreaField) -> None:
        if self.reason.data == "other" and not plain.key(field.data or ""):
            raise ValidationError(_("Please say in a few words what is wrong."))

    def validate_email(self, field: EmailField) -> None:
        field.data = names.email(field.data or "")
        if field.data is None:
            raise ValidationError(_("This does not look like an e-mail address."))

    def draft(self) -> dict[str, Any]:
        """The fields of a ReportDraft."""
        found = {name: self[name].data for name in ("reason", "words") if name in self}
        email = (self.email.data or "") if "email" in self else ""
        return found | {"email": email, "wants_mail": "wants_mail" in self and self.wants_mail.data}


class HoldForm(CaptchaFields, PostedForm):
    """게시중단 요청. Members need no captcha."""

    target = StringField(
        _("Address of the comment or article"),
        [Length(max=300), not_blank],
        filters=[line],
        render_kw={"maxlength": 300},
    )
    kind = RadioField(
        _("Which right is violated?"),
        [InputRequired(_("Please choose one."))],
        choices=[
            SelectChoice("privacy", _("Privacy")),
            SelectChoice("defamation", _("Reputation (defamation)")),
            SelectChoice("copyright", _("Copyright")),
            SelectChoice("other", _("Another right")),
        ],
    )
    name = name_field()
    standing = standing_field(_("Who asks?"))
    contact = contact_field()
    reason = TextAreaField(_("What violates it?"), [_of_text, not_blank], filters=[tidy])
    explanation = TextAreaField(_("Why is that so?"), [_of_text, not_blank], filters=[tidy])
    file = FileField(_("File (optional)"))
    agree = agree_field(
        _("I agree that my name, contact and what I write are used for this request. (required)")
    )
    idempotency_key = HiddenField(default=new_idempotency_key, filters=[short_key])

    NAMES = ("target", "kind", "name", "contact", "reason", "explanation", "idempotency_key")

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in Hold.KINDS:
            raise ValidationError(_("Please choose one."))

    def draft(self) -> dict[str, Any]:
        """The fields of a HoldDraft."""
        return {name: self[name].data for name in self.NAMES} | {
            "is_representative": self.standing.data == "representative"
        }


class ObjectionForm(PostedForm):
    """이의 제기: the writer objects to a temporary measure."""

    body = TextAreaField(_("Why should it be shown again?"), [_of_text, not_blank], filters=[tidy])
