"""Forms of banners and of the notice above every page."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import DateField, Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import InputRequired, StopValidation, ValidationError

from domain.paper.banners import BannerDraft
from domain.paper.models import Banner
from forms import PostedForm, line, not_blank
from lib.web.addresses import is_web_address, local_path
from models import Photo
from views.desk.forms import MOMENT_WANTED, MomentField, at_most

SLOTS = {
    "front": _("Front page, in the side column"),
    "list": _("Below the lists of sections and tags"),
    "article": _("Below the text of every article"),
    "foot": _("At the foot of every page"),
}
YEARS = range(2000, 2200)


def is_sensible(_form: Any, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise StopValidation(_("Please enter a day, as in 2026-12-01."))


class BannerForm(PostedForm):
    """A banner. `has_picture`: it has one already, so that none has to be sent."""

    advertiser = StringField(_("Advertiser"), [at_most(80), not_blank], filters=[line])
    slot = SelectField(
        _("Where it stands"), choices=[SelectChoice(name, label) for name, label in SLOTS.items()]
    )
    link = StringField(
        _("Where it leads"), [at_most(500), not_blank], filters=[line], render_kw={"inputmode": "url"}
    )
    kind = RadioField(
        _("What readers see"),
        default="picture",
        choices=[SelectChoice("picture", _("a picture")), SelectChoice("text", _("a line of text"))],
    )
    picture = FileField(_("Picture"), render_kw={"accept": "image/*,.heic,.heif"})
    alt = StringField(_("What the picture says, in words"), [at_most(300)], filters=[line])
    text = StringField(_("The line of text"), [at_most(120)], filters=[line])
    starts_on = DateField(_("First day"), [InputRequired(_("Please enter a day.")), is_sensible])
    ends_on = DateField(_("Last day"), [InputRequired(_("Please enter a day.")), is_sensible])

    has_picture = False

    @classmethod
    def of(cls, banner: Banner) -> "BannerForm":
        """A form filled from a banner, then from the request."""
        form = cls(obj=banner, data={"kind": "text" if banner.text else "picture"})
        form.has_picture = bool(banner.digest)
        return form

    def validate_link(self, field: Field) -> None:
        if not is_web_address(field.data or ""):
            raise ValidationError(_("Please enter an address that begins with https:// or http://."))

    def validate_picture(self, field: FileField) -> None:
        if self.kind.data == "picture" and not (field.data or self.has_picture):
            raise ValidationError(_("Please choose a picture."))

    def validate_alt(self, field: Field) -> None:
        if self.kind.data == "picture" and not field.data:
            raise ValidationError(_("Please write what the picture says: for readers who do not see it."))

    def validate_text(self, field: Field) -> None:
        if self.kind.data == "text" and not field.data:
            raise ValidationError(_("Please write the text."))

    def validate_ends_on(self, field: Field) -> None:
        first: date | None = self.starts_on.data
        if first and field.data and field.data < first:
            raise ValidationError(_("The last day lies before the first."))

    def draft(self, picture: Photo | None) -> BannerDraft:
        """What a valid form says."""
        return BannerDraft(
            advertiser=self.advertiser.data or "",
            slot=self.slot.data,
            link=self.link.data or "",
            starts_on=self.starts_on.data,  # type: ignore[arg-type]
            ends_on=self.ends_on.data,  # type: ignore[arg-type]
            text=(self.text.data or "") if self.kind.data == "text" else "",
            alt=self.alt.data or "",
            picture=picture,
        )


class SiteNoticeForm(PostedForm):
    """A line above every page, from a moment to another."""

    text = StringField(_("What it says"), [at_most(200), not_blank], filters=[line])
    link = StringField(_("Where it leads (optional)"), [at_most(500)], filters=[line])
    starts_at = MomentField(_("Shown from"))
    ends_at = MomentField(_("Shown until"))

    def validate_link(self, field: Field) -> None:
        address = field.data or ""
        if address and not (is_web_address(address) or local_path(address, "") == address):
            raise ValidationError(
                _("Please enter an address of this site, as in /posts/1, or one with https://.")
            )

    def validate_starts_at(self, field: MomentField) -> None:
        if field.moment is None:
            raise ValidationError(MOMENT_WANTED)

    def validate_ends_at(self, field: MomentField) -> None:
        if field.moment is None:
            raise ValidationError(MOMENT_WANTED)
        if self.starts_at.moment and field.moment <= self.starts_at.moment:
            raise ValidationError(_("The end lies before the beginning."))
