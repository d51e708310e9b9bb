"""Forms that the editor fills in: fields, labels, checks of shape. No writes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import DateTimeLocalInput

from domain.desk.corrections import CorrectionDraft
from domain.paper.sections import closed_sentence, is_open
from forms import PostedForm, line, not_blank, short_key, tidy
from lib.text import names, plain
from models import Refused, Section, local, paper_zone


class WholeNumberField(IntegerField):
    """An integer of at most MOST characters: NumberRange fails on one that is too large for a float."""

    MOST = 18

    def process_formdata(self, valuelist: list[Any]) -> None:
        if any(len(value.strip()) > self.MOST for value in valuelist):
            self.data = None
            raise ValueError(_("Please enter a whole number."))
        super().process_formdata(valuelist)


class RegistrationFields(FlaskForm):
    """A registration of the paper: its weekly and its internet edition have one each."""

    class Meta:
        csrf = False  # PaperForm, which these are part of, has the token

    medium = SelectField(
        _("Kind"),
        default="internet",
        choices=[
            SelectChoice("internet", _("internet")),
            SelectChoice("weekly", _("weekly")),
            SelectChoice("daily", _("daily")),
            SelectChoice("monthly", _("monthly")),
            SelectChoice("other", _("other")),
        ],
    )
    number = StringField(_("Registration no."), [Length(max=60)], filters=[line])
    registered_on = DateField(_("Day of registration"), [Optional()])


class PaperForm(PostedForm):
    """The imprint: details that the Newspaper Act requires on every page."""

    name = StringField(
        _("Name of the paper (title)"),
        [InputRequired(_("Please enter the name of the paper.")), Length(max=80)],
        filters=[line],
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
    copyright_from = WholeNumberField(_("Copyright since (year)"), [Optional(), NumberRange(1880, 2200)])

    def columns(self) -> dict[str, Any]:
        """The values for the paper's row. A field that was not sent counts as empty."""
        registrations = [
            row | {"number": row["number"] or "", "registered_on": str(row["registered_on"] or "")}
            for row in self.registrations.data
            if row["number"] or row["registered_on"]
        ]
        may_be_none = ("published_on", "copyright_from")
        columns = {name: value if name in may_be_none else value or "" for name, value in self.data.items()}
        del columns["csrf_token"]
        return columns | {"registrations": registrations}


MOMENT_WANTED = _("Please enter the day and the time of publication, as in 2026-12-01 09:00.")
CHOICE_WANTED = _("Please choose what should happen.")


def chosen_id(value: Any) -> int:
    """The id that a choice of a section stands for; 0 for none."""
    return plain.number(str(value)) or 0


def section_choices(groups: Iterable[Section]) -> list[SelectChoice]:
    """No section, then all of them, group by group. A group itself holds no articles."""
    sections = ((group, section) for group in groups for section in group.children)
    return [SelectChoice("", _("Please choose a section."))] + [
        SelectChoice(section.id, section.name, optgroup=group.name) for group, section in sections
    ]


def open_sections(groups: Iterable[Section], kept_id: int | None = None) -> list[SelectChoice]:
    """As section_choices, without those that take no new articles.

    :param kept_id: of a section that is offered even then
    """
    closed = {section.id for group in groups for section in group.children if not is_open(section)}
    return [choice for choice in section_choices(groups) if choice.value not in closed - {kept_id}]


def check_section(groups: Iterable[Section], id: int, kept_id: int | None = None) -> None:
    """:raises ValidationError: an article cannot be filed there"""
    found = next((section for group in groups for section in group.children if section.id == id), None)
    if found is None:
        raise ValidationError(_("Please choose a section."))
    if found.id != kept_id and not is_open(found):
        raise ValidationError(closed_sentence(found))


def at_most(length: int) -> Length:
    return Length(max=length, message=_("At most %(max)d characters, please."))


class MomentField(StringField):
    """`<input type="datetime-local">` in the paper's time zone. `moment` is aware, `data` what was typed."""

    widget = DateTimeLocalInput()
    SHAPES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
    moment: datetime | None = None

    def process_data(self, value: datetime | None) -> None:
        self.moment = value
        self.data = local(value).strftime(self.SHAPES[0]) if value else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:  # a field that was not sent keeps its value
            return
        self.moment, self.data = None, line(valuelist[0])
        for shape in self.SHAPES:
            try:
                read = datetime.strptime(self.data or "", shape)  # noqa: DTZ007 - the zone is added below
            except ValueError:
                continue
            if 1950 <= read.year <= 2200:
                self.moment = read.replace(tzinfo=paper_zone()).astimezone(UTC)

    def _value(self) -> str:
        return self.data or ""


class ButtonForm(PostedForm):
    """A form without labels, little more than a button: its errors are shown on an error page."""

    def check(self) -> None:
        """:raises Refused: a field is invalid"""
        if not self.validate():
            raise Refused(" ".join(map(str, chain.from_iterable(self.errors.values()))))


class PublicationForm(ButtonForm):
    """Publish now, publish at a time, or withdraw."""

    publish = StringField(validators=[AnyOf(("now", "at", "withdraw"), CHOICE_WANTED)])
    published_at = MomentField()

    def validate_published_at(self, field: MomentField) -> None:
        if self.publish.data == "at" and field.moment is None:
            raise ValidationError(MOMENT_WANTED)


class MergingForm(ButtonForm):
    """Which of two texts: `whole`, or a field `pick-…` for each passage. See PostForm for the hidden ones."""

    whole = StringField(validators=[AnyOf(("", "mine", "theirs"), CHOICE_WANTED)], default="")
    idempotency_key = HiddenField(filters=[short_key])
    version = HiddenField(filters=[short_key])
    started_from = HiddenField(filters=[short_key])


class DeletionForm(ButtonForm):
    """Delete an article, or restore it."""

    action = StringField(default="delete", validators=[AnyOf(("delete", "restore"), CHOICE_WANTED)])


class CorrectionForm(PostedForm):
    """정정, 반론, 추후보도, 고침. Its ids differ from those of PostForm, which stands on the same page."""

    kind = RadioField(
        _("Kind"),
        id="correction-kind",
        default="correction",
        choices=[
            SelectChoice("correction", _("Correction notice")),
            SelectChoice("rebuttal", _("Right of reply")),
            SelectChoice("follow-up", _("Follow-up report")),
            SelectChoice("fix", _("Small correction")),
        ],
    )
    title = StringField(
        _("Title (optional)"),
        [at_most(120)],
        id="correction-title",
        filters=[line],
        render_kw={"maxlength": 120},
    )
    body = TextAreaField(
        _("What has to be said"),
        [at_most(5000), not_blank],
        id="correction-body",
        filters=[tidy],
        render_kw={"rows": 4},
    )

    claim_id = HiddenField(filters=[short_key])  # of the claim that it answers

    def draft(self) -> CorrectionDraft:
        claim_id = plain.number(self.claim_id.data)
        return CorrectionDraft(self.kind.data, self.body.data or "", self.title.data or "", claim_id)


class ReporterForm(PostedForm):
    """Somebody who writes for the paper."""

    name = StringField(_("Name"), [Length(max=40), not_blank], filters=[line])
    email = EmailField(_("E-mail"), [Optional()], filters=[line])

    def validate_email(self, field: EmailField) -> None:
        if (address := names.email(field.data or "")) is None:
            raise ValidationError(_("This does not look like an e-mail address."))
        field.data = address


class LeadForm(ButtonForm):
    """Whether an article is the lead story of the front page."""

    lead = BooleanField()


class FrontSlotForm(ButtonForm):
    """An article for the front page."""

    post_id = WholeNumberField(_("Article"), [InputRequired(_("Please choose an article."))])


class MoveForm(ButtonForm):
    """Up or down among the articles of the front page."""

    move = StringField(validators=[AnyOf(("up", "down"), CHOICE_WANTED)])


class CountField(WholeNumberField):
    """An integer that may be typed with commas between its thousands."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(["".join(value.replace(",", " ").split()) for value in valuelist])


class ImportedTotalsForm(PostedForm):
    """Visitor totals of the paper's old site."""

    total = CountField(
        _("Visitors in all, until the move"),
        [InputRequired(), NumberRange(0, 10**12)],
        render_kw={"inputmode": "numeric"},
    )
    peak = CountField(
        _("Most visitors of one day"),
        [InputRequired(), NumberRange(0, 10**9)],
        render_kw={"inputmode": "numeric"},
    )

    def validate_peak(self, field: Field) -> None:
        if self.total.data is not None and field.data is not None and field.data > self.total.data:
            raise ValidationError(_("One day cannot have more visitors than all days together."))


class TestLetterForm(PostedForm):
    """Where a test letter is sent."""

    email = EmailField(_("Send it to"), [InputRequired(_("Please enter an e-mail address."))], filters=[line])

    def validate_email(self, field: EmailField) -> None:
        if (address := names.email(field.data or "")) is None:
            raise ValidationError(_("This does not look like an e-mail address."))
        field.data = address
