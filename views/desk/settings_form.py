"""The fields of the settings page: each is a field of config.Settings with the same name."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import InputRequired, Length

from domain.paper.settings import AT_THE_DESK, MAIL
from forms import PostedForm, line, tidy


def _text(label: Any, **attributes: Any) -> Any:
    return StringField(label, [Length(max=200)], filters=[line], render_kw={"maxlength": 200} | attributes)


def _number(label: Any) -> Any:
    wanted = InputRequired(_l("Please enter a whole number."))
    return IntegerField(label, [wanted], render_kw={"inputmode": "numeric"})


class SettingsForm(PostedForm):
    """What can be set while the paper runs. A setting that is set elsewhere has no field (`without`)."""

    site_url = _text(_l("Public address"), inputmode="url")
    smtp_host = _text(_l("Mail server"))
    smtp_port = _number(_l("Port"))
    smtp_security = SelectField(
        _l("Encryption"),
        choices=[
            SelectChoice("starttls", "STARTTLS"),
            SelectChoice("tls", "TLS"),
            SelectChoice("none", _l("not encrypted")),
        ],
    )
    smtp_user = _text(_l("Username of the mail server"), autocomplete="off")
    smtp_password = PasswordField(
        _l("Password of the mail server"), [Length(max=200)], render_kw={"autocomplete": "new-password"}
    )
    forget_password = BooleanField(_l("Forget the stored password"))
    mail_from = _text(_l("Sender's address"), inputmode="email")
    joins_per_day = _number(_l("New members from one address a day"))
    join_seconds = _number(_l("Shortest time for a join form, in seconds"))
    join_work = _number(_l("Work for the browser of who joins"))
    unconfirmed_may_comment = BooleanField(
        _l("New members may comment before they confirm their e-mail address")
    )
    taken_down_days = _number(_l("Articles that were taken down are deleted after so many days"))
    hold_without_objection = SelectField(
        _l("At the end of a temporary measure without objection"),
        choices=[
            SelectChoice("delete", _l("the text is deleted")),
            SelectChoice("restore", _l("the text is shown again")),
        ],
    )
    correction_front_hours = _number(_l("Corrections stand on the front page for so many hours"))
    presence_minutes = _number(_l("Minutes for which somebody counts as here now"))
    new_visitors_per_minute = _number(_l("New visitors from one address a minute"))
    upload_megabytes = _number(_l("Largest upload, in MB"))
    photo_megapixels = _number(_l("Largest photo, in megapixels"))
    robots = SelectField(
        _l("Which programs may read the paper"),
        choices=[
            SelectChoice("all", _l("all")),
            SelectChoice("no-training", _l("all but those that train language models with it")),
            SelectChoice("none", _l("none")),
        ],
    )
    robots_lines = TextAreaField(
        _l("Further lines of robots.txt"),
        [Length(max=4000)],
        filters=[tidy],
        render_kw={"maxlength": 4000, "rows": 4},
    )

    def without(self, given: Mapping[str, str]) -> "SettingsForm":
        """Take away the fields of settings that are set elsewhere."""
        for name in AT_THE_DESK:
            if name in given and name in self:
                del self[name]
        if "smtp_password" not in self and "forget_password" in self:
            del self.forget_password
        return self

    def values(self, settings: Any) -> dict[str, Any]:
        """What was filled in. An empty password is the stored one, unless that is to be forgotten."""
        values = {name: self[name].data for name in AT_THE_DESK if name in self}
        values = {
            name: value or "" if isinstance(value, str | None) else value for name, value in values.items()
        }
        if "smtp_password" in values and not values["smtp_password"] and not self.forget_password.data:
            values["smtp_password"] = settings.smtp_password
        return values

    def check(self, settings: Any, candidate: Any, *, is_secure: bool) -> bool:
        """Whether the new settings can be used; says at the fields why not.

        :param settings: those that hold now
        :param is_secure: this form came over https
        """
        for problem in candidate.problems():
            if problem.name in self:
                _add_error(self[problem.name], _(problem.sentence) % problem.values)
        is_new = candidate.site_url != settings.site_url
        if is_new and candidate.site_url.startswith("https:") and not is_secure:
            words = _("Please open this page under https first: otherwise nobody could log in any more.")
            _add_error(self.site_url, words)
        where = [name for name in MAIL if name not in ("smtp_password", "mail_from")]
        is_elsewhere = any(getattr(candidate, name) != getattr(settings, name) for name in where)
        if is_elsewhere and self._keeps_password(settings):
            words = _("Another server or username: please enter the password again.")
            _add_error(self.smtp_password, words)
        return not self.errors

    def _keeps_password(self, settings: Any) -> bool:
        if "smtp_password" not in self or self.smtp_password.data or self.forget_password.data:
            return False
        return bool(settings.smtp_password)


class LookForm(PostedForm):
    """Accent colour and logo."""

    accent = StringField(_l("Accent colour"), filters=[line], render_kw={"type": "color"})
    logo = FileField(_l("Logo"), render_kw={"accept": "image/*"})
    remove_logo = BooleanField(_l("Show the name in letters"))


def _add_error(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
