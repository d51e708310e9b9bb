"""Forms that readers and members fill in: fields, labels, checks of shape. No writes."""

import secrets
from collections.abc import Iterator
from functools import cache
from typing import Any, Self

from babel.support import Translations
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from lib.text import names, plain
from lib.web import passwords
from models import COMMENT_LENGTH


def tidy(value: Any) -> Any:
    """Field filter: clean text of several lines."""
    return plain.tidy(value).strip("\n") if isinstance(value, str) else value


def line(value: Any) -> Any:
    """Field filter: clean text of one line."""
    return plain.line(value) if isinstance(value, str) else value


def new_idempotency_key() -> str:
    """A random key of one rendered form: a second send of the same form carries the same key."""
    return secrets.token_urlsafe(16)


def short_key(value: Any) -> Any:
    """Field filter for a hidden key: one line of at most 64 characters."""
    return line(value)[:64] if isinstance(value, str) else value


def not_blank(_form: Any, field: Any) -> None:
    """Field validator: refuse text of spaces and invisible characters only."""
    if not plain.key(field.data or ""):
        raise ValidationError(_("Please write something."))


def name_field() -> Any:
    """The name of somebody who writes to the paper."""
    return StringField(
        _("Your name"),
        [Length(max=60), not_blank],
        filters=[line],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )


def contact_field() -> Any:
    """Where the paper reaches whoever writes to it."""
    return StringField(
        _("Telephone or e-mail"), [Length(max=120), not_blank], filters=[line], render_kw={"maxlength": 120}
    )


def agree_field(label: Any) -> BooleanField:
    """The consent to the use of name and contact, without which nobody could answer."""
    needed = _("Please agree to the use of your name and contact, or we could not answer.")
    return BooleanField(label, [DataRequired(needed)], false_values=NO)


def standing_field(label: Any) -> Any:
    """Whether somebody writes for themselves: "self" or "representative"."""
    return RadioField(
        label,
        default="self",
        choices=[
            SelectChoice("self", _("The person concerned")),
            SelectChoice("representative", _("A representative")),
        ],
    )


class _Translations:
    """The messages of WTForms. Flask-WTF would read the catalogue from the disk in every request."""

    def gettext(self, message: str) -> str:
        return _catalogue(str(get_locale())).ugettext(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _catalogue(str(get_locale())).ungettext(singular, plural, n)


_translations = _Translations()


@cache
def _catalogue(locale: str) -> Any:
    return Translations.load(messages_path(), [locale], domain="wtforms")


class PostedForm(FlaskForm):
    """Base of all forms. Drops uploaded files that are sent in place of a text field."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _Translations:
            return _translations

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            data = super().wrap_formdata(form, formdata)
            if not isinstance(data, CombinedMultiDict):  # the request has no files
                return data
            files, texts = data.dicts
            file_fields = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
            uploads = [(name, file) for name, file in files.items(multi=True) if name in file_fields]
            return CombinedMultiDict((MultiDict(uploads), texts))


LETTER_LENGTH = 20_000
CLAIM_LENGTH = 5000
NO = (False, "", "0", "false", "no", "off")  # values of a checkbox that are no consent


_of_claim = Length(max=CLAIM_LENGTH, message=_("It has at most %(max)d characters."))


class CaptchaFields:
    """자동등록방지, for forms of guests: `LETTER_FILES = "image/*,.heic,.pdf,.hwp,.hwpx,.doc,.docx,.odt,.txt"


    class TipForm(CaptchaFields, PostedForm)`.

        On GET the view calls `captcha.new_captcha(form)`; on POST, before it acts:

            if status := captcha.check_form(form) or captcha.check_captcha(form):
                return render_template("tips/new.html", form=form), status

        `check_form` handles the "new digits" button (200) and invalid fields (422; picture and digits stay).
        `check_captcha` uses the captcha up, so it comes last (422 wrong, 429 too often; with a new picture).
        Template: `{{ captcha(form) }}` (macros/forms.html) inside the form.
    """

    captcha = StringField(
        _("Enter the digits in order to prevent automatic registration."),
        [InputRequired(_("Please enter the digits of the picture."))],
    )
    captcha_key = HiddenField()
    renew = SubmitField(_("New digits"))

    def without_captcha(self) -> Self:
        """Remove the captcha, for members."""
        del self.captcha, self.captcha_key, self.renew
        return self

    def show_captcha(self, key: str, error: str = "") -> None:
        """Show the picture of this key; the typed digits are cleared if the key is new."""
        if key != self.captcha_key.data:
            self.captcha_key.data, self.captcha.data = key, ""
        if error:
            self.captcha.errors = [error]


class NewPasswordFields:
    """A new password and its repetition."""

    password = PasswordField(
        _("Password"),
        [InputRequired(_("Please choose a password."))],
        render_kw={"autocomplete": "new-password"},
    )
    password_confirm = PasswordField(
        _("Password again"),
        [InputRequired(_("Please type the password again."))],
        render_kw={"autocomplete": "new-password"},
    )

    def own_names(self) -> tuple[str, ...]:
        """The member's names and address, which are too weak as passwords."""
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


class JoinForm(NewPasswordFields, CaptchaFields, PostedForm):
    """회원가입. Only what commenting needs."""

    username = StringField(
        _("Username"),
        [InputRequired(_("Please choose a username."))],
        filters=[line],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "maxlength": 60,
        },
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
        _("I agree to the terms of membership. (required)"),
        [DataRequired(_("Please agree to the terms of membership."))],
        false_values=NO,
    )
    agree_privacy = BooleanField(
        _("I agree to the collection and use of my data. (required)"),
        [DataRequired(_("Please agree to the collection and use of your data."))],
        false_values=NO,
    )
    agree_age = BooleanField(
        _("I am 14 or older. (required)"),
        [DataRequired(_("Please confirm that you are 14 or older."))],
        false_values=NO,
    )
    agree_news = BooleanField(
        _("I agree to receive news and advertising by e-mail. (optional)"), false_values=NO
    )
    homepage = StringField(_("Leave this field empty."))  # only programs see it and fill it in
    opened = HiddenField()  # when, signed: see views/web/form_age.py
    work = HiddenField()  # see views/web/join_work.py
    next = HiddenField()

    LAST = (
        "password", "password_confirm", "agree_terms", "agree_privacy", "agree_age", "agree_news", "captcha",
    )  # fmt: skip

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order of the page: errors are listed in this order."""
        return iter(
            sorted(
                super().__iter__(),
                key=lambda field: self.LAST.index(field.name) + 1 if field.name in self.LAST else 0,
            )
        )

    @property
    def names(self) -> tuple[str, str, str]:
        return self.username.data, self.nickname.data, self.email.data  # type: ignore[return-value]

    def own_names(self) -> tuple[str, ...]:
        email = self.email.data or ""
        return self.username.data or "", self.nickname.data or "", email, email.partition("@")[0]

    def validate_username(self, field: StringField) -> None:
        sentence = _("A username has 3 to 20 letters (a–z), digits or underscores.")
        field.data = _valid(names.username(field.data), sentence)

    def validate_nickname(self, field: StringField) -> None:
        sentence = _("A nickname has 2 to 12 Korean, Latin or Chinese letters, digits, dots or dashes.")
        field.data = _valid(names.nickname(field.data), sentence)

    def validate_email(self, field: EmailField) -> None:
        sentence = _("This does not look like an e-mail address.")
        field.data = _valid(names.email(field.data), sentence)


class LoginForm(PostedForm):
    """로그인."""

    username = StringField(
        _("Username or e-mail"),
        [InputRequired(_("Please enter your username."))],
        filters=[line],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Please enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    remember = BooleanField(_("Stay logged in on this device"))
    next = HiddenField()


class CommentForm(PostedForm):
    """댓글, 답글: plain text."""

    body = TextAreaField(
        _("Your comment"),
        [Length(max=COMMENT_LENGTH, message=_("A comment has at most %(max)d characters.")), not_blank],
        filters=[tidy],
    )
    secret = BooleanField(_("Secret comment"))
    parent_id = HiddenField()
    idempotency_key = HiddenField(default=new_idempotency_key, filters=[short_key])
    new_idempotency_key = staticmethod(new_idempotency_key)

    @property
    def parent_number(self) -> int | None:
        """The id of the comment that is answered; None if it is no reply, 0 if it is not a number."""
        typed = (self.parent_id.data or "").strip()
        if not typed:
            return None
        return plain.number(typed) or 0

    def draft(self) -> dict[str, Any]:
        """The fields of a CommentDraft. The key is empty if none was sent: `data` is then a new one."""
        return {
            "body": self.body.data,
            "parent_id": self.parent_number,
            "secret": self.secret.data,
            "idempotency_key": self.idempotency_key.data if self.idempotency_key.raw_data else "",
        }

    def without_parent(self, error: str) -> "CommentForm":
        """Turn a reply into a comment of its own; secret by default, as its thread may have been."""
        self.parent_id.data, self.secret.data = "", True
        self.body.errors = [error]
        return self


LETTER_FILES = "image/*,.heic,.pdf,.hwp,.hwpx,.doc,.docx,.odt,.txt"


class TipForm(CaptchaFields, PostedForm):
    """기사제보, 광고신청: a letter to the desk. Members need no captcha."""

    name = name_field()
    contact = contact_field()
    title = StringField(
        _("Subject"), [Length(max=200), not_blank], filters=[line], render_kw={"maxlength": 200}
    )
    body = TextAreaField(
        _("Your letter"),
        [Length(max=LETTER_LENGTH, message=_("A letter has at most %(max)d characters.")), not_blank],
        filters=[tidy],
    )
    files = MultipleFileField(_("Files (optional)"), render_kw={"accept": LETTER_FILES})
    agree = agree_field(_("I agree that my name and contact are used to answer this letter. (required)"))
    idempotency_key = HiddenField(default=new_idempotency_key, filters=[short_key])

    def draft(self) -> dict[str, Any]:
        """The fields of a LetterDraft, without its kind."""
        return {name: self[name].data for name in ("name", "contact", "title", "body", "idempotency_key")}


class ClaimForm(CaptchaFields, PostedForm):
    """정정·반론·추후보도 청구. Members need no captcha."""

    kind = RadioField(
        _("What do you ask for?"),
        default="correction",
        choices=[
            SelectChoice("correction", _("Report that corrects")),
            SelectChoice("rebuttal", _("A reply by those concerned")),
            SelectChoice("follow-up", _("What happened since")),
        ],
    )
    article = StringField(
        _("Which article?"), [Length(max=300), not_blank], filters=[line], render_kw={"maxlength": 300}
    )
    is_election = BooleanField(_("It is about an election"), false_values=NO)
    name = name_field()
    standing = standing_field(_("Who are you?"))
    contact = contact_field()
    reason = TextAreaField(_("What is wrong, and why?"), [_of_claim, not_blank], filters=[tidy])
    wanted = TextAreaField(_("The text to be printed"), [_of_claim, not_blank], filters=[tidy])
    file = FileField(_("File (optional)"))
    agree = agree_field(
        _("I agree that my name, contact and what I write are used for this claim. (required)")
    )
    idempotency_key = HiddenField(default=new_idempotency_key, filters=[short_key])

    def draft(self) -> dict[str, Any]:
        """The fields of a ClaimDraft."""
        names = ("kind", "name", "contact", "article", "is_election", "reason", "wanted", "idempotency_key")
        return {name: self[name].data for name in names} | {
            "is_representative": self.standing.data == "representative"
        }


class ChangedPasswordFields(NewPasswordFields):
    """Another password of a member. The view sets `names`, those of the member."""

    names: tuple[str, ...] = ()

    password = PasswordField(
        _("New password"),
        [InputRequired(_("Please choose a password."))],
        render_kw={"autocomplete": "new-password"},
    )

    def own_names(self) -> tuple[str, ...]:
        return self.names


class PasswordForm(ChangedPasswordFields, PostedForm):
    """A member's new password."""

    current_password = PasswordField(
        _("Present password"),
        [InputRequired(_("Please enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )


class NicknameForm(PostedForm):
    """Another nickname."""

    nickname = StringField(
        _("New nickname"),
        [InputRequired(_("Please choose a nickname."))],
        filters=[line],
        render_kw={"autocomplete": "nickname", "maxlength": 60},
    )

    validate_nickname = JoinForm.validate_nickname


class NotificationsForm(PostedForm):
    """Which mail a member wants."""

    wants_reply_mail = BooleanField(_("Mail me when somebody answers my comment"), false_values=NO)
    wants_digest = BooleanField(_("Mail me every day what waits at the desk"), false_values=NO)


class LeavingForm(PostedForm):
    """회원탈퇴."""

    comments = RadioField(
        _("What becomes of your comments?"),
        default="keep",
        choices=[
            SelectChoice("keep", _("They stay, written by “Former member”")),
            SelectChoice("delete", _("They are deleted")),
        ],
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Please enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class VisibilityForm(PostedForm):
    """현재접속자: whether a member is listed there by nickname."""

    shown_online = BooleanField(_("Show my nickname among those who are here now"))


def add_errors(form: FlaskForm, problems: dict[str, str]) -> None:
    """Show errors that were not found by the form itself at their fields: field name -> sentence."""
    for name, sentence in problems.items():
        form[name].errors = [*form[name].errors, sentence]


def _valid(name: str | None, sentence: Any) -> str:
    """A normalised name; a name that is None is refused with this sentence."""
    if name is None:
        raise ValidationError(sentence)
    return name
