"""Every form a person fills in: fields, labels, checks of shape. No writes."""

import secrets
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from lib import names, passwords, text
from models import COMMENT_LENGTH


def tidy(value: Any) -> Any:
    """A filter for text of several lines."""
    return text.tidy(value).strip("\n") if isinstance(value, str) else value


def line(value: Any) -> Any:
    """A filter for text of one line."""
    return text.line(value) if isinstance(value, str) else value


def new_once() -> str:
    """What tells a form that is sent twice from two forms."""
    return secrets.token_urlsafe(16)


def once(value: Any) -> Any:
    """A filter for the hidden field `once`."""
    return line(value)[:64] if isinstance(value, str) else value


def says_something(_form: Any, field: Any) -> None:
    """Not only spaces and characters that show nothing."""
    if not text.key(field.data or ""):
        raise ValidationError(_("Please write something."))


LETTER_LENGTH = 20_000


class CaptchaFields:
    """자동등록방지 for a guest's form: `class TipForm(CaptchaFields, FlaskForm)`.

    The view, on GET: `form = TipForm(); guards.new_captcha(form)`. On POST, before it acts:

        if status := guards.check_form(form) or guards.check_captcha(form):
            return render_template("tips/new.html", form=form), status

    check_form answers the "new digits" button (200) and fields that are wrong (422; picture and typed digits stay);
    check_captcha spends the digits: ask it only when everything else is right (422 wrong, 429 wrong too often; a new
    picture comes). Template: `{% include "captchas/_captcha.html" %}` inside the form, with `form` in its context.
    """

    captcha = StringField(
        _("Enter the digits in order to prevent automatic registration."), [InputRequired(_("Please enter the digits of the picture."))]
    )
    captcha_key = HiddenField()
    renew = SubmitField(_("New digits"))

    def ask(self, key: str, complaint: str = "") -> None:
        """Show the question of this key, with an empty answer where it is another than before."""
        if key != self.captcha_key.data:
            self.captcha_key.data, self.captcha.data = key, ""
        if complaint:
            self.captcha.errors = [complaint]


class NewPasswordFields:
    """A password to be chosen, typed twice."""

    password = PasswordField(_("Password"), [InputRequired(_("Please choose a password."))], render_kw={"autocomplete": "new-password"})
    password_confirm = PasswordField(
        _("Password again"),
        [InputRequired(_("Please type the password again."))],
        render_kw={"autocomplete": "new-password"},
    )

    def own_names(self) -> tuple[str, ...]:
        """What the person is called: no password."""
        return ()

    def validate_password(self, field: PasswordField) -> None:
        sentences = {
            "short": _("A password has at least 8 characters."),
            "long": _("A password has at most 128 characters."),
            "common": _("This password is one of the first that anybody would guess. Please choose another."),
            "name": _("Your own name or address is easily guessed. Please choose another password."),
        }
        if weakness := passwords.weakness(field.data, *self.own_names()):
            raise ValidationError(sentences[weakness])

    def validate_password_confirm(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError(_("The two passwords are not the same."))


class JoinForm(NewPasswordFields, CaptchaFields, FlaskForm):
    """회원가입. Nothing is asked that a comment does not need."""

    username = StringField(
        _("Username"),
        [InputRequired(_("Please choose a username."))],
        filters=[line],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": 60},
    )
    nickname = StringField(
        _("Nickname"),
        [InputRequired(_("Please choose a nickname."))],
        filters=[line],
        render_kw={"autocomplete": "nickname", "maxlength": 60},
    )
    email = EmailField(
        _("E-mail"),
        [InputRequired(_("Please enter your e-mail address."))],
        filters=[line],
        render_kw={"autocomplete": "email", "maxlength": 254},
    )
    agree_terms = BooleanField(
        _("I agree to the terms of membership. (required)"), [DataRequired(_("Please agree to the terms of membership."))]
    )
    agree_privacy = BooleanField(
        _("I agree to the collection and use of my data. (required)"),
        [DataRequired(_("Please agree to the collection and use of your data."))],
    )
    agree_age = BooleanField(_("I am 14 or older. (required)"), [DataRequired(_("Please confirm that you are 14 or older."))])
    next = HiddenField()

    LAST = ("password", "password_confirm", "agree_terms", "agree_privacy", "agree_age", "captcha")

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order of the page, so that mistakes are listed in it too."""
        return iter(sorted(super().__iter__(), key=lambda field: self.LAST.index(field.name) + 1 if field.name in self.LAST else 0))

    @property
    def names(self) -> tuple[str, str, str]:
        return self.username.data, self.nickname.data, self.email.data  # type: ignore[return-value]

    def own_names(self) -> tuple[str, ...]:
        email = self.email.data or ""
        return self.username.data or "", self.nickname.data or "", email, email.partition("@")[0]

    def validate_username(self, field: StringField) -> None:
        field.data = _fit(names.username(field.data), field, _("A username has 3 to 20 letters (a–z), digits or underscores."))

    def validate_nickname(self, field: StringField) -> None:
        sentence = _("A nickname has 2 to 12 Korean, Latin or Chinese letters, digits, dots or dashes.")
        field.data = _fit(names.nickname(field.data), field, sentence)

    def validate_email(self, field: EmailField) -> None:
        field.data = _fit(names.email(field.data), field, _("This does not look like an e-mail address."))


class LoginForm(FlaskForm):
    """로그인. The same sentence for every mistake."""

    username = StringField(
        _("Username or e-mail"),
        [InputRequired(_("Please enter your username."))],
        filters=[line],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"), [InputRequired(_("Please enter your password."))], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField(_("Stay logged in on this device"))
    next = HiddenField()


class CommentForm(FlaskForm):
    """댓글, 답글: plain text."""

    body = TextAreaField(
        _("Your comment"),
        [Length(max=COMMENT_LENGTH, message=_("A comment has at most %(max)d characters.")), says_something],
        filters=[tidy],
    )
    secret = BooleanField(_("Secret comment"))
    parent_id = HiddenField()
    once = HiddenField(default=new_once, filters=[once])

    @property
    def parent_number(self) -> int | None:
        """The id of the comment that is answered; 0, which nobody has, for what is no number."""
        typed = (self.parent_id.data or "").strip()
        if not typed:
            return None
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0

    def without_parent(self, complaint: str) -> "CommentForm":
        """To be sent again as a comment of its own; secret, unless its writer says otherwise: the thread may have been."""
        self.parent_id.data, self.secret.data = "", True
        self.body.errors = [complaint]
        return self


class TipForm(CaptchaFields, FlaskForm):
    """기사제보, 광고신청: a letter to the desk. Members have no digits to copy."""

    name = StringField(
        _("Your name"), [Length(max=60), says_something], filters=[line], render_kw={"autocomplete": "name", "maxlength": 60}
    )
    contact = StringField(_("Telephone or e-mail"), [Length(max=120), says_something], filters=[line], render_kw={"maxlength": 120})
    title = StringField(_("Subject"), [Length(max=200), says_something], filters=[line], render_kw={"maxlength": 200})
    body = TextAreaField(
        _("Your letter"),
        [Length(max=LETTER_LENGTH, message=_("A letter has at most %(max)d characters.")), says_something],
        filters=[tidy],
    )
    agree = BooleanField(
        _("I agree that my name and contact are used to answer this letter. (required)"),
        [DataRequired(_("Please agree to the use of your name and contact, or we could not answer."))],
    )
    once = HiddenField(default=new_once, filters=[once])

    def spare_captcha(self) -> "TipForm":
        """For members."""
        del self.captcha, self.captcha_key, self.renew
        return self

    @property
    def letter(self) -> dict[str, Any]:
        """The columns of a Tip."""
        return {name: self[name].data for name in ("name", "contact", "title", "body")} | {"once_key": self.once.data or None}


class PasswordForm(NewPasswordFields, FlaskForm):
    """A member's new password. The view sets `known`, the names the member has."""

    known: tuple[str, ...] = ()

    current_password = PasswordField(
        _("Present password"), [InputRequired(_("Please enter your present password."))], render_kw={"autocomplete": "current-password"}
    )

    password = PasswordField(_("New password"), [InputRequired(_("Please choose a password."))], render_kw={"autocomplete": "new-password"})

    def own_names(self) -> tuple[str, ...]:
        return self.known


class LeavingForm(FlaskForm):
    """회원탈퇴."""

    password = PasswordField(
        _("Password"), [InputRequired(_("Please enter your password."))], render_kw={"autocomplete": "current-password"}
    )


class VisibilityForm(FlaskForm):
    """현재접속자: whether a member is listed by nickname."""

    shown_online = BooleanField(_("Show my nickname among those who are here now"))


def complain(form: FlaskForm, problems: dict[str, str]) -> None:
    """Put sentences found elsewhere beside their fields."""
    for name, sentence in problems.items():
        form[name].errors = [*form[name].errors, sentence]


def _fit(name: str | None, field: StringField, sentence: Any) -> str:
    if name is None:
        raise ValidationError(sentence)
    return name


class RegistrationFields(Form):
    """One registration of the paper: a weekly and an internet paper have one each."""

    medium = SelectField(
        _("Kind"),
        default="internet",
        choices=[
            ("internet", _("internet")),
            ("weekly", _("weekly")),
            ("daily", _("daily")),
            ("monthly", _("monthly")),
            ("other", _("other")),
        ],
    )
    number = StringField(_("Registration no."), [Length(max=60)], filters=[line])
    registered_on = DateField(_("Day of registration"), [Optional()])


class PaperForm(FlaskForm):
    """The imprint: what the Newspaper Act wants on every page."""

    name = StringField(
        _("Name of the paper (title)"), [InputRequired(_("Please enter the name of the paper.")), Length(max=80)], filters=[line]
    )
    tagline = StringField(_("A line under the name"), [Length(max=120)], filters=[line])
    company_name = StringField(_("Company"), [Length(max=80)], filters=[line])
    registrations = FieldList(FormField(RegistrationFields), min_entries=3, max_entries=8)
    publisher = StringField(_("Publisher"), [Length(max=80)], filters=[line])
    editors = StringField(_("Editor"), [Length(max=200)], filters=[line])
    youth_officer = StringField(_("Youth protection officer"), [Length(max=80)], filters=[line])
    address = StringField(_("Place of publication"), [Length(max=200)], filters=[line])
    telephone = StringField(_("Telephone"), [Length(max=40)], filters=[line])
    email = StringField(_("E-mail"), [Length(max=254)], filters=[line])
    published_on = DateField(_("Published on"), [Optional()])
    business_number = StringField(_("Business no."), [Length(max=40)], filters=[line])
    copyright_from = IntegerField(_("Copyright since (year)"), [Optional(), NumberRange(1880, 2200)])

    def columns(self) -> dict[str, Any]:
        """The values for the paper's row, a field not sent counting as empty; registrations that were left empty are none."""
        rows = [row for row in self.registrations.data if row["number"] or row["registered_on"]]
        kept = [
            {"medium": row["medium"], "number": row["number"] or "", "registered_on": str(row["registered_on"] or "")} for row in rows
        ]
        fields = {name: value for name, value in self.data.items() if name not in ("csrf_token", "registrations")}
        may_be_none = ("published_on", "copyright_from")
        return {**{name: value if name in may_be_none else value or "" for name, value in fields.items()}, "registrations": kept}


class SectionForm(FlaskForm):
    """What a section is called and how its list looks."""

    name = StringField(_("Name"), [InputRequired(_("Please enter a name.")), Length(max=60)], filters=[line])
    look = SelectField(_("Look of the list"), choices=[("list", _("list")), ("webzine", _("webzine")), ("gallery", _("gallery"))])
