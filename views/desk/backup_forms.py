"""The form that asks for the password before a backup leaves the paper."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, SelectField
from wtforms.validators import InputRequired, Length

from forms import PostedForm


class BackupDownloadForm(PostedForm):
    """One of the backups in the folder; the view sets the choices."""

    backup = SelectField(_("Backup"))
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Please enter your password.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
