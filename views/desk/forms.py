"""Forms that the editor fills in: fields, labels, checks of shape. No writes."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import MultiDict
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
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import DateTimeLocalInput, TextArea

from domain.desk import provenance
from domain.desk.saving import PhotoEdit, PostDraft, Publication
from forms import PostedForm, line, new_idempotency_key, not_blank, short_key, tidy
from lib.text import markup, names, plain
from models import Attachment, Photo, Post, Refused, Section, Tag, local, now, paper_zone


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
    copyright_from = IntegerField(_("Copyright since (year)"), [Optional(), NumberRange(1880, 2200)])

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


class SectionForm(PostedForm):
    """Name of a section and look of its list."""

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
ORIGIN_WANTED = _("Please choose where this article comes from. Only a draft may be without it.")
CHOICE_WANTED = _("Please choose what should happen.")
TITLE_LENGTH = 200
BODY_LENGTH = 1_000_000
TAGS_LENGTH = 1000  # characters, all tags together


def chosen_id(value: Any) -> int:
    """The id that a choice of a section stands for; 0 for none."""
    return plain.number(str(value)) or 0


def section_choices(groups: Iterable[Section]) -> list[SelectChoice]:
    """No section, then all of them, group by group. A group itself holds no articles."""
    sections = ((group, section) for group in groups for section in group.children)
    return [SelectChoice("", _("Please choose a section."))] + [
        SelectChoice(section.id, section.name, optgroup=group.name) for group, section in sections
    ]


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


class PhotoFields:
    """The fields of one photo on the writing page: what was typed, else what is saved."""

    def __init__(self, photo: Photo, edit: PhotoEdit | None, number: int):
        """:param number: its place in the order of the page, from 1"""
        edit = edit or PhotoEdit()
        self.photo = photo
        self.caption = photo.caption if edit.caption is None else edit.caption
        self.credit = photo.credit if edit.credit is None else edit.credit
        self.position = number if edit.position is None else edit.position
        self.removed = edit.removed


PHOTO_FIELD = re.compile(r"(?:caption|credit|position|remove)-([0-9]{1,18})")
ATTACHMENT_FIELD = re.compile(r"remove-attachment-([0-9]{1,18})")
CAPTION_LENGTH, CREDIT_LENGTH, LAST_POSITION = 300, 80, 9999
MOST_WAITING = 200  # photos that one form names


def _ids(pattern: re.Pattern[str], names: Iterable[str]) -> set[int]:
    """The ids in these names of fields."""
    return {int(match[1]) for name in names if (match := pattern.fullmatch(name))}


class PostForm(PostedForm):
    """An article: section, text, photos, files, and when it appears. One request may carry all of it.

    Besides these fields a request may hold `caption-<id>`, `credit-<id>`, `position-<id>` and `remove-<id>`
    for each saved photo; `captions` and `credits`, repeated in the order of `photos`;
    `remove-attachment-<id>`; and `kept_photos`, ids of photos that came with a refused form.
    `sent` is the form data of the request.
    """

    section_id = SelectField(
        _("Section"),
        coerce=chosen_id,
        invalid_choice_message=_("Please choose a section."),  # pyright: ignore[reportCallIssue]
    )
    title = StringField(
        _("Title of the article"),
        [at_most(TITLE_LENGTH), not_blank],
        filters=[line],
        widget=TextArea(),  # one line of text, wrapped where it is long
        render_kw={"rows": 1},
    )
    subtitle = StringField(_("Subtitle"), [at_most(200)], filters=[line])
    body = TextAreaField(_("Text"), [at_most(BODY_LENGTH)], filters=[tidy])
    summary = TextAreaField(_("Summary"), [at_most(300)], filters=[line], render_kw={"rows": 3})
    byline = StringField(_("Byline"), [at_most(80)], filters=[line])
    origin = SelectField(
        _("Where it comes from"),
        default="",  # an article that nobody looked at would pass as our own report
        choices=[
            SelectChoice("", _("Please choose where it comes from.")),
            *(SelectChoice(name, label) for name, label in provenance.ORIGINS.items()),
        ],
    )
    credit_line = StringField(_("Credit line"), [at_most(200)], filters=[line])
    internal_note = TextAreaField(
        _("Note for the desk"), [at_most(5000)], filters=[tidy], render_kw={"rows": 3}
    )
    tags = StringField(_("Tags"), filters=[tidy])
    video_url = StringField(
        _("YouTube address"), [at_most(300)], filters=[line], render_kw={"inputmode": "url"}
    )
    telephone = StringField(_("Telephone"), [at_most(40)], filters=[line], render_kw={"inputmode": "tel"})
    address = StringField(_("Address"), [at_most(200)], filters=[line])
    opening_hours = StringField(_("Opening hours"), [at_most(200)], filters=[line])
    pinned = BooleanField(_("Keep at the top of its lists (notice)"))
    document = FileField(_("Take text and photos from a document"), render_kw={"accept": ".hwpx,.docx"})
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
    note = StringField(_("Why it is changed"), [at_most(200)], filters=[line])
    is_small = BooleanField(_("A small fix: the article does not say that it was edited"))
    version = HiddenField(filters=[short_key])
    started_from = HiddenField(filters=[short_key])  # the id of the newest Revision then; 0: none
    idempotency_key = HiddenField(default=new_idempotency_key, filters=[short_key])

    RELEASE_SIGNS = provenance.SIGNS
    COLUMNS = (
        "title", "subtitle", "body", "summary", "byline", "origin", "credit_line",
        "telephone", "address", "opening_hours", "internal_note",
    )  # fmt: skip

    @classmethod
    def of(cls, post: Post, **kwargs: Any) -> "PostForm":
        """A form filled from an article, then from the request. A field that was not sent keeps its value.

        :param kwargs: `formdata=None` ignores the request
        """
        names = (*cls.COLUMNS, "section_id", "published_at", "version")
        columns = {name: getattr(post, name) for name in names}
        others = {
            "tags": ", ".join(tag.name for tag in post.tags),
            "video_url": f"https://youtu.be/{post.video_id}" if post.video_id else "",
            "pinned": bool(post.pinned_at),
            "publish": {"published": "now", "scheduled": "at"}.get(post.state, "draft"),
        }
        return cls(data=columns | others, **kwargs)

    def offer(self, groups: Iterable[Section]) -> "PostForm":
        """Set the sections that can be chosen."""
        self.section_id.choices = section_choices(groups)
        if not self.section_id.data:
            self.section_id.data = None  # selects the empty choice
        return self

    def draft(
        self, sent: MultiDict[str, str], new_photos: list[Photo], new_attachments: list[Attachment]
    ) -> PostDraft:
        """Everything a valid form says, for domain/desk/saving.py."""
        return PostDraft(
            section_id=self.section_id.data,
            columns=self.columns,
            tags=self.tag_names,
            pinned=bool(self.pinned.data),
            publication=self._publication(preview="preview" in sent),
            publish_at=self.published_at.moment,
            photo_edits=self.photo_edits(sent),
            waiting_photo_ids=self.waiting_photo_ids(sent),
            new_photos=new_photos,
            new_attachments=new_attachments,
            removed_attachment_ids=_ids(ATTACHMENT_FIELD, (name for name in sent if sent[name])),
            note=self.note.data or "",
            is_small=bool(self.is_small.data),
            version=self.version.data or "",
            idempotency_key=self.idempotency_key.data or "",
        )

    def _publication(self, *, preview: bool) -> Publication:
        """The choice that was made. Saving for a preview publishes nothing that would appear at once."""
        chosen, moment = self.publish.data, self.published_at.moment
        at_once = chosen == "now" or (chosen == "at" and moment is not None and moment <= now())
        return "unchanged" if preview and at_once else chosen

    @staticmethod
    def photo_edits(sent: MultiDict[str, str]) -> dict[int, PhotoEdit]:
        """What was typed about photos that are saved already, by their ids."""
        edits = {}
        for id in _ids(PHOTO_FIELD, sent):
            caption, credit = sent.get(f"caption-{id}"), sent.get(f"credit-{id}")
            position = plain.number(line(sent.get(f"position-{id}", "")))
            edits[id] = PhotoEdit(
                caption=None if caption is None else line(caption)[:CAPTION_LENGTH],
                credit=None if credit is None else line(credit)[:CREDIT_LENGTH],
                position=None if position is None else min(position, LAST_POSITION),
                removed=sent.get(f"remove-{id}", "") not in ("", "0", "false"),
            )
        return edits

    @staticmethod
    def new_caption(sent: MultiDict[str, str], number: int) -> tuple[str, str]:
        """Caption and credit of a new photo, by its number in the field `photos` from 0."""
        caption, credit = ("".join(sent.getlist(name)[number:][:1]) for name in ("captions", "credits"))
        return line(caption)[:CAPTION_LENGTH], line(credit)[:CREDIT_LENGTH]

    @staticmethod
    def waiting_photo_ids(sent: MultiDict[str, str]) -> list[int]:
        """Ids of photos that came with a refused form."""
        return [id for id in map(plain.number, sent.getlist("kept_photos")[:MOST_WAITING]) if id]

    def validate_tags(self, field: StringField) -> None:
        if len(field.data or "") > TAGS_LENGTH or len(self.tag_names) > Tag.MOST:
            raise ValidationError(_("At most %(n)s tags, please.", n=Tag.MOST))
        for name in self.tag_names:
            if len(name) > Tag.LENGTH:
                name = plain.shorten(name, 40)
                raise ValidationError(
                    _("A tag has at most %(n)s characters: “%(name)s”.", n=Tag.LENGTH, name=name)
                )
            if not names.can_be_tag(name):
                raise ValidationError(_("A tag is made of letters or digits: “%(name)s”.", name=name))

    def validate_video_url(self, field: StringField) -> None:
        if field.data and not markup.youtube_id(field.data):
            raise ValidationError(_("This is not the address of a YouTube video."))

    def validate_origin(self, field: SelectField) -> None:
        if self.publish.data != "draft" and not field.data:
            raise ValidationError(ORIGIN_WANTED)

    def validate_published_at(self, field: MomentField) -> None:
        if self.publish.data == "at" and field.moment is None:
            raise ValidationError(MOMENT_WANTED)

    @property
    def release_sign(self) -> str:
        """What in the text suggests a press release; empty if nothing."""
        return provenance.release_sign(self.origin.data or "", self.body.data or "")

    @property
    def tag_names(self) -> list[str]:
        """The tags that were typed, without repetitions."""
        return names.tags(self.tags.data or "")

    @property
    def columns(self) -> dict[str, Any]:
        """The values for columns of a Post."""
        video_id = markup.youtube_id(self.video_url.data or "") or ""
        return {name: self[name].data or "" for name in self.COLUMNS} | {"video_id": video_id}


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
    """바로잡습니다, 반론보도, 후속. Its ids differ from those of PostForm, which stands on the same page."""

    kind = RadioField(
        _("Kind"),
        id="correction-kind",
        default="correction",
        choices=[
            SelectChoice("correction", _("Correction")),
            SelectChoice("rebuttal", _("A reply by those concerned")),
            SelectChoice("follow-up", _("What happened since")),
        ],
    )
    body = TextAreaField(
        _("What has to be said"),
        [at_most(5000), not_blank],
        id="correction-body",
        filters=[tidy],
        render_kw={"rows": 4},
    )


class LeadForm(ButtonForm):
    """Whether an article is the lead story of the front page."""

    lead = BooleanField()


class FrontSlotForm(ButtonForm):
    """An article for the front page."""

    post_id = IntegerField(_("Article"), [InputRequired(_("Please choose an article."))])


class MoveForm(ButtonForm):
    """Up or down among the articles of the front page."""

    move = StringField(validators=[AnyOf(("up", "down"), CHOICE_WANTED)])


class CountField(IntegerField):
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
