"""Forms about getting into an account: a forgotten password, an address, two-step login."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, ValidationError

from forms import CaptchaFields, ChangedPasswordFields, PostedForm, line
from lib.text import names

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "maxlength": 40}


class ResetRequestForm(CaptchaFields, PostedForm):
    """Asks for a mail with a link to a new password."""

    name = StringField(
        _("Username or e-mail"),
        [InputRequired(_("Please enter your username or your e-mail address."))],
        filters=[line],
        render_kw={
            "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": 254,
        },
    )  # fmt: skip


class ResetForm(ChangedPasswordFields, PostedForm):
    """A new password, for whoever has a link."""


class AskedPassword:
    """The member's present password, asked again."""

    password = PasswordField(
        _("Present password"),
        [InputRequired(_("Please enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )


class AddressForm(AskedPassword, PostedForm):
    """A new e-mail address."""

    email = EmailField(
        _("New e-mail address"),
        [InputRequired(_("Please enter your e-mail address."))],
        filters=[line],
        render_kw={"autocomplete": "email", "maxlength": 254},
    )

    def validate_email(self, field: Any) -> None:
        if not (normal := names.email(field.data)):
            raise ValidationError(_("This does not look like an e-mail address."))
        field.data = normal


class CodeForm(PostedForm):
    """The second step of a login."""

    code = StringField(
        _("Code"), [InputRequired(_("Please enter the code."))], filters=[line], render_kw=_CODE
    )
    next = HiddenField()


class TwoStepForm(AskedPassword, PostedForm):
    """Switches two-step login on, off, or makes new recovery codes."""

    code = StringField(
        _("Code"), [InputRequired(_("Please enter the code."))], filters=[line], render_kw=_CODE
    )
    setup_token = HiddenField()  # the new secret, signed: nothing is stored before the code is right
