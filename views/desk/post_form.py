"""The form of an article."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from domain.desk import provenance
from domain.desk.saving import PostDraft, Publication
from forms import PostedForm, line, new_idempotency_key, not_blank, short_key, tidy
from lib.text import markup, names, plain
from models import Attachment, Photo, Post, Section, Tag, now
from views.desk import photo_fields
from views.desk.forms import MOMENT_WANTED, MomentField, at_most, check_section, chosen_id, open_sections

ORIGIN_WANTED = _("Please choose where this article comes from. Only a draft may be without it.")
TITLE_LENGTH = 200
BODY_LENGTH = 1_000_000
TAGS_LENGTH = 1000  # characters, all tags together


ATTACHMENT_FIELD = re.compile(r"remove-attachment-([0-9]{1,18})")


class PostForm(PostedForm):
    """An article: section, text, photos, files, and when it appears. One request may carry all of it.

    Besides these fields a request may hold `remove-attachment-<id>`, and the fields of its photos
    (views/desk/photo_fields.py). `sent` is the form data of the request.
    """

    section_id = SelectField(_("Section"), coerce=chosen_id, validate_choice=False)
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
    is_unpaid = BooleanField(_("Nobody pays for it: readers see no mark of an advertisement"))
    sponsor = StringField(_("Sponsor"), [at_most(80)], filters=[line])
    pinned = BooleanField(_("Keep at the top of its lists (notice)"))
    comments_closed = BooleanField(_("No comments: nobody can add any"))
    document = FileField(_("Take text and photos from a document"), render_kw={"accept": ".hwpx,.docx"})
    photos = MultipleFileField(_("Photos"), render_kw={"accept": "image/*,.heic,.heif"})
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
    chip = MomentField()  # a button that schedules the article for its moment
    note = StringField(_("Why it is changed"), [at_most(200)], filters=[line])
    is_small = BooleanField(_("A small fix: the article does not say that it was edited"))
    version = HiddenField(filters=[short_key])
    started_from = HiddenField(filters=[short_key])  # the id of the newest Revision then; 0: none
    idempotency_key = HiddenField(default=new_idempotency_key, filters=[short_key])

    # The section of an article that has appeared or will: it may stay there when that is closed.
    kept_section_id: int | None = None
    groups: Sequence[Section] = ()
    RELEASE_SIGNS, ORIGINS = provenance.SIGNS, provenance.ORIGINS
    COLUMNS = (
        "title", "subtitle", "body", "summary", "byline", "origin", "credit_line",
        "telephone", "address", "opening_hours", "internal_note", "sponsor",
    )  # fmt: skip

    @classmethod
    def of(cls, post: Post, **kwargs: Any) -> "PostForm":
        """A form filled from an article, then from the request. A field that was not sent keeps its value.

        :param kwargs: `formdata=None` ignores the request
        """
        names = (*cls.COLUMNS, "is_unpaid", "section_id", "published_at", "version")
        columns = {name: getattr(post, name) for name in names}
        others = {
            "tags": ", ".join(tag.name for tag in post.tags),
            "video_url": f"https://youtu.be/{post.video_id}" if post.video_id else "",
            "pinned": bool(post.pinned_at),
            "comments_closed": bool(post.comments_closed_at),
            "publish": {"published": "now", "scheduled": "at"}.get(post.state, "draft"),
        }
        form = cls(data=columns | others, **kwargs)
        form.kept_section_id = post.section_id if post.published_at else None
        return form

    def offer(self, groups: Sequence[Section]) -> "PostForm":
        """Set the sections that can be chosen."""
        self.groups = groups
        self.section_id.choices = open_sections(groups, self.kept_section_id)
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
            comments_closed=bool(self.comments_closed.data),
            publication=self._publication(preview="preview" in sent),
            publish_at=self.published_at.moment,
            photo_edits=photo_fields.edits(sent),
            waiting_photo_ids=photo_fields.waiting_ids(sent),
            new_photos=new_photos,
            new_attachments=new_attachments,
            removed_attachment_ids=photo_fields.ids(ATTACHMENT_FIELD, (name for name in sent if sent[name])),
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

    def validate_section_id(self, field: SelectField) -> None:
        check_section(self.groups, field.data or 0, self.kept_section_id)

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

    def take_chip(self) -> "PostForm":
        """A button with a moment is pressed: as if that was typed, and “Schedule” pressed."""
        if self.chip.data:
            self.publish.data = "at"
            self.published_at.data, self.published_at.moment = self.chip.data, self.chip.moment
        return self

    def validate_chip(self, field: MomentField) -> None:
        if field.moment and field.moment <= now():
            raise ValidationError(_("This moment has passed. Please choose another one."))

    def validate_published_at(self, field: MomentField) -> None:
        if self.publish.data == "at" and field.moment is None:
            raise ValidationError(MOMENT_WANTED)

    @property
    def release_sign(self) -> str:
        """What in the text suggests a press release; empty if nothing."""
        return provenance.release_sign(self.origin.data or "", self.body.data or "")

    @property
    def tag_names(self) -> list[str]:
        """The tags that were typed, without repetitions; those that a valid form can hold."""
        return names.tags((self.tags.data or "")[:TAGS_LENGTH])

    @property
    def columns(self) -> dict[str, Any]:
        """The values for columns of a Post."""
        video_id = markup.youtube_id(self.video_url.data or "") or ""
        words = {name: self[name].data or "" for name in self.COLUMNS}
        return words | {"video_id": video_id, "is_unpaid": bool(self.is_unpaid.data)}
