"""Forms that the editor fills in: fields, labels, checks of shape. No writes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
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
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] - newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import DateTimeLocalInput, TextArea

from forms import PostedForm, line, new_idempotency_key, not_blank, short_key, tidy
from lib.text import markup, names, plain
from models import Correction, Post, Refused, Section, Tag, local, paper_zone


class RegistrationFields(FlaskForm):
    """One registration of the paper: a weekly and an internet paper have one each. Part of a form that has the token."""

    class Meta:
        csrf = False

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
    """The imprint: what the Newspaper Act wants on every page."""

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
    copyright_from = IntegerField(_("Copyright since (year)"), [Optional(), NumberRange(1880, 2200)])

    def columns(self) -> dict[str, Any]:
        """The values for the paper's row, a field not sent counting as empty; registrations that were left empty are none."""
        rows = [row for row in self.registrations.data if row["number"] or row["registered_on"]]
        kept = [
            {
                "medium": row["medium"],
                "number": row["number"] or "",
                "registered_on": str(row["registered_on"] or ""),
            }
            for row in rows
        ]
        fields = {
            name: value for name, value in self.data.items() if name not in ("csrf_token", "registrations")
        }
        may_be_none = ("published_on", "copyright_from")
        return {
            **{name: value if name in may_be_none else value or "" for name, value in fields.items()},
            "registrations": kept,
        }


class SectionForm(PostedForm):
    """What a section is called and how its list looks."""

    name = StringField(_("Name"), [InputRequired(_("Please enter a name.")), Length(max=60)], filters=[line])
    look = SelectField(
        _("Look of the list"),
        choices=[
            SelectChoice("list", _("list")),
            SelectChoice("webzine", _("webzine")),
            SelectChoice("gallery", _("gallery")),
        ],
    )


MOMENT_WANTED = _("Please enter the day and the time of publication, as in 2026-12-01 09:00.")
TITLE_LENGTH = 200
BODY_LENGTH = 1_000_000
TAGS_LENGTH = 1000  # characters of all tags together


def at_most(length: int) -> Length:
    return Length(max=length, message=_("At most %(max)d characters, please."))


def number_of(value: Any) -> int | None:
    """A row's id as it came in a form; none for what cannot be one."""
    typed = value if isinstance(value, str) else ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


class MomentField(StringField):
    """`<input type="datetime-local">`: a moment on the clock of the paper, as an aware datetime; what was typed stays for the page."""

    widget = DateTimeLocalInput()
    SHAPES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
    moment: datetime | None = None

    def process_data(self, value: datetime | None) -> None:
        self.moment = value
        self.data = local(value).strftime(self.SHAPES[0]) if value else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.moment, self.data = None, line(valuelist[0]) if valuelist else ""
        for shape in self.SHAPES:
            try:
                read = datetime.strptime(self.data or "", shape)  # noqa: DTZ007 - the paper's own clock
            except ValueError:
                continue
            if 1950 <= read.year <= 2200:
                self.moment = read.replace(tzinfo=paper_zone()).astimezone(UTC)

    def _value(self) -> str:
        return self.data or ""


class PhotoFields:
    """What is said about one photo that is here already; its fields carry the photo's id."""

    def __init__(self, photo: Any, sent: Any):
        self.photo = photo
        self.caption = self._text(sent, "caption", photo.caption)[:300]
        self.credit = self._text(sent, "credit", photo.credit)[:80]
        position = number_of(self._text(sent, "position", ""))
        self.position = photo.position if position is None else min(position, 9999)
        self.removed = bool(sent) and sent.get(f"remove-{photo.id}", "") not in ("", "0", "false")

    def _text(self, sent: Any, name: str, default: str) -> str:
        return line(sent.get(f"{name}-{self.photo.id}", default)) if sent else default

    @staticmethod
    def said(values: list[str], place: int, length: int) -> str:
        """What a repeated field says of the photo at this place."""
        return line(values[place])[:length] if place < len(values) else ""


class PostForm(PostedForm):
    """An article: section, words, photos, files, and when it appears. One request may carry all of it.

    PostLink its fields it reads, for each photo that is here already, `caption-<id>`, `credit-<id>`, `position-<id>` and
    `remove-<id>`; for new ones `captions` and `credits`, repeated in the order of `photos`; `remove-attachment-<id>`; and
    `kept_photos`, the ids of photos that came with a form that was not taken.
    """

    section_id = SelectField(
        _("Section"),
        coerce=lambda value: number_of(str(value)) or 0,
        invalid_choice_message=_("Please choose a section."),  # pyright: ignore[reportCallIssue]
    )
    title = StringField(
        _("Title of the article"),
        [at_most(TITLE_LENGTH), not_blank],
        filters=[line],
        widget=TextArea(),  # of one line, shown on as many as it needs
        render_kw={"maxlength": TITLE_LENGTH, "rows": 1},
    )
    subtitle = StringField(_("Subtitle"), [at_most(200)], filters=[line], render_kw={"maxlength": 200})
    body = TextAreaField(_("Text"), [at_most(BODY_LENGTH)], filters=[tidy])
    summary = TextAreaField(
        _("Summary"), [at_most(300)], filters=[line], render_kw={"maxlength": 300, "rows": 3}
    )
    byline = StringField(_("Byline"), [at_most(80)], filters=[line], render_kw={"maxlength": 80})
    origin = SelectField(
        _("Where it comes from"),
        default="own",
        choices=[
            SelectChoice("own", _("own report")),
            SelectChoice("release", _("press release")),
            SelectChoice("contribution", _("contribution")),
            SelectChoice("syndicated", _("from another paper or agency")),
            SelectChoice("tip", _("a reader's tip")),
            SelectChoice("advertisement", _("advertisement")),
        ],
    )
    credit_line = StringField(_("Credit line"), [at_most(200)], filters=[line], render_kw={"maxlength": 200})
    tags = StringField(_("Tags"), filters=[tidy])
    video_url = StringField(
        _("YouTube address"), [at_most(300)], filters=[line], render_kw={"maxlength": 300, "inputmode": "url"}
    )
    telephone = StringField(
        _("Telephone"), [at_most(40)], filters=[line], render_kw={"maxlength": 40, "inputmode": "tel"}
    )
    address = StringField(_("Address"), [at_most(200)], filters=[line], render_kw={"maxlength": 200})
    opening_hours = StringField(
        _("Opening hours"), [at_most(200)], filters=[line], render_kw={"maxlength": 200}
    )
    pinned = BooleanField(_("Keep at the top of its lists (notice)"))
    photos = MultipleFileField(_("Photos"), render_kw={"accept": "image/*"})
    attachments = MultipleFileField(_("Attachments"))
    publish = RadioField(
        _("Publication"),
        default="draft",
        choices=[
            SelectChoice("draft", _("keep as a draft")),
            SelectChoice("now", _("publish now")),
            SelectChoice("at", _("publish at a time")),
        ],
    )
    published_at = MomentField(_("Moment of publication"))
    version = HiddenField(filters=[short_key])
    idempotency_key = HiddenField(default=new_idempotency_key, filters=[short_key])

    COLUMNS = (
        "title", "subtitle", "body", "summary", "byline", "origin", "credit_line", "telephone", "address", "opening_hours",
    )  # fmt: skip

    @classmethod
    def of(cls, post: Post, **kwargs: Any) -> "PostForm":
        """Filled with an article, then with what was sent: a field that was not sent stays as the article has it.

        :param kwargs: `formdata=None` for the article alone
        """
        return cls(
            **kwargs,
            obj=post,
            data={
                "tags": ", ".join(tag.name for tag in post.tags),
                "video_url": f"https://youtu.be/{post.video_id}" if post.video_id else "",
                "pinned": bool(post.pinned_at),
                "publish": {"published": "now", "scheduled": "at"}.get(post.state, "draft"),
                "idempotency_key": new_idempotency_key(),
            },
        )

    def __init__(self, *args: Any, obj: Post | None = None, **kwargs: Any):
        """:param obj: the article that is edited; of its row only what a field is named after is taken"""
        names = (*self.COLUMNS, "section_id", "published_at", "version")
        columns = {name: getattr(obj, name) for name in names} if obj else {}
        super().__init__(*args, data=columns | kwargs.pop("data", {}), **kwargs)

    def offer(self, groups: Iterable[Section]) -> "PostForm":
        """The sections that can be chosen, group by group; a group itself holds no articles."""
        choices = [
            SelectChoice(section.id, section.name, optgroup=group.name)
            for group in groups
            for section in group.children
        ]
        self.section_id.choices = [SelectChoice("", _("Please choose a section.")), *choices]
        if not self.section_id.data:
            self.section_id.data = None  # the empty choice is none
        return self

    def unlike(self, saved: "PostForm", post: Post, pictures: Iterable[PhotoFields]) -> list[tuple[str, str]]:
        """Where an article as it is saved says something else than this form: what it is called there, and the words."""
        saved.offer([post.group])
        fields = [
            (field, self[field.name])
            for field in saved
            if not isinstance(field, HiddenField | MultipleFileField)
        ]
        others = [
            (str(field.label.text), _said(field)) for field, mine in fields if _said(field) != _said(mine)
        ]
        places = {photo: place for place, photo in enumerate(post.gallery, 1)}
        for said in (said for said in pictures if said.photo in places):
            place = places[said.photo]
            about = [
                (_("Caption"), said.photo.caption, said.caption),
                (_("Credit"), said.photo.credit, said.credit),
            ]
            about.append((_("Place"), str(place), str(said.position)))
            others += [
                (f"{_('Photo %(n)s', n=place)}: {name}", words)
                for name, words, mine in about
                if words != mine
            ]
        return others

    def validate_tags(self, field: StringField) -> None:
        if len(field.data or "") > TAGS_LENGTH or len(self.tag_names) > Tag.MOST:
            raise ValidationError(_("At most %(n)s tags, please.", n=Tag.MOST))
        for name in self.tag_names:
            if len(name) > Tag.LENGTH:
                raise ValidationError(
                    _(
                        "A tag has at most %(n)s characters: “%(name)s”.",
                        n=Tag.LENGTH,
                        name=plain.shorten(name, 40),
                    )
                )
            if not names.can_be_tag(name):
                raise ValidationError(_("A tag is made of letters or digits: “%(name)s”.", name=name))

    def validate_video_url(self, field: StringField) -> None:
        if field.data and not markup.youtube_id(field.data):
            raise ValidationError(_("This is not the address of a YouTube video."))

    def validate_published_at(self, field: MomentField) -> None:
        if self.publish.data == "at" and field.moment is None:
            raise ValidationError(MOMENT_WANTED)

    @property
    def tag_names(self) -> list[str]:
        """The tags that were typed, each once."""
        return names.tags(self.tags.data or "")

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a Post that are typed here."""
        return {name: self[name].data or "" for name in self.COLUMNS} | {
            "video_id": markup.youtube_id(self.video_url.data or "") or ""
        }


def _said(field: Field) -> str:
    """What a field holds, as a person would read it."""
    if isinstance(field, SelectField):
        return next((str(choice.label.text) for choice in field if choice.checked), "")
    if isinstance(field, BooleanField):
        return str(_("yes") if field.data else _("no"))
    return field.data or ""


class ButtonForm(PostedForm):
    """A form that is little more than its button: a mistake in it is told on a page of its own."""

    def check(self) -> None:
        """:raises Refused: something in it is wrong"""
        if not self.validate():
            raise Refused(
                " ".join(str(sentence) for sentences in self.errors.values() for sentence in sentences)
            )


class PublicationForm(ButtonForm):
    """Now, at a time, or not any more."""

    publish = RadioField(
        _("Publication"),
        choices=[
            SelectChoice("now", _("publish now")),
            SelectChoice("at", _("publish at a time")),
            SelectChoice("withdraw", _("withdraw")),
        ],
        validators=[InputRequired(_("Please choose what should happen."))],
        validate_choice=False,
    )
    published_at = MomentField(_("Moment of publication"))

    def validate_publish(self, field: RadioField) -> None:
        if field.data not in ("now", "at", "withdraw"):
            raise ValidationError(_("Please choose what should happen."))

    def validate_published_at(self, field: MomentField) -> None:
        if self.publish.data == "at" and field.moment is None:
            raise ValidationError(MOMENT_WANTED)


class DeletionForm(ButtonForm):
    """Take down, or bring back."""

    action = HiddenField(default="delete")

    def validate_action(self, field: HiddenField) -> None:
        if field.data not in ("delete", "restore"):
            raise ValidationError(_("Please choose what should happen."))


class CorrectionForm(ButtonForm):
    """바로잡습니다, 반론보도, 후속."""

    kind = RadioField(
        _("Kind"),
        default="correction",
        validate_choice=False,
        choices=[
            SelectChoice("correction", _("Correction")),
            SelectChoice("rebuttal", _("A reply by those concerned")),
            SelectChoice("follow-up", _("What happened since")),
        ],
    )
    body = TextAreaField(
        _("What has to be said"), [at_most(5000), not_blank], filters=[tidy], render_kw={"rows": 3}
    )

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in Correction.KINDS:
            raise ValidationError(_("Please choose what should happen."))


class LeadForm(ButtonForm):
    """The story that leads the front page: this one, or not any more."""

    lead = BooleanField(_("Lead story of the front page"))


class CountField(IntegerField):
    """A number as people write it: commas may part its thousands."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(["".join(value.replace(",", " ").split()) for value in valuelist])


class ImportedTotalsForm(PostedForm):
    """What the paper's old site had counted."""

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
