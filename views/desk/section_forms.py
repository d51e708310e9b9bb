"""The forms of groups and sections."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, ValidationError

from domain.paper.sections import MOST_DAYS, PROPOSALS, SectionDraft
from forms import PostedForm, line
from models import Section
from views.desk.forms import CHOICE_WANTED, ButtonForm, WholeNumberField, chosen_id, section_choices


def _small(value: Any) -> Any:
    """Field filter: small letters."""
    return value.lower() if isinstance(value, str) else value


class SectionForm(PostedForm):
    """A section, or a group, which has neither a group nor a kind."""

    name = StringField(
        _("Name"),
        [InputRequired(_("Please enter a name.")), Length(max=60)],
        filters=[line],
        render_kw={"maxlength": 60},
    )
    slug = StringField(
        _("Address"),
        [Length(max=60)],
        filters=[line, _small],
        render_kw={"maxlength": 40, "autocapitalize": "none", "spellcheck": "false"},
    )
    group_id = SelectField(_("Group"), coerce=chosen_id, validate_choice=False)
    look = SelectField(
        _("Look of the list"),
        choices=[
            SelectChoice("list", _("list")),
            SelectChoice("webzine", _("webzine")),
            SelectChoice("gallery", _("gallery")),
        ],
    )
    kind = SelectField(
        _("What its articles are"),
        choices=[
            SelectChoice("news", _("news")),
            SelectChoice("interview", _("interviews")),
            SelectChoice("video", _("videos")),
            SelectChoice("shop", _("shops")),
        ],
    )
    comments_from = SelectField(
        _("Who may comment"),
        choices=[SelectChoice("members", _("members")), SelectChoice("nobody", _("nobody"))],
    )
    comments_close_after_days = WholeNumberField(
        _("Comments close so many days after an article appears"),
        [Optional(), NumberRange(0, MOST_DAYS, _("Please enter a whole number from 0 to 3650, or nothing."))],
        render_kw={"inputmode": "numeric"},
    )
    hidden = BooleanField(_("Hidden: in no menu, and not on the front page"))
    closed = BooleanField(_("Closed: takes no new articles"))

    @classmethod
    def of(cls, section: Section) -> "SectionForm":
        """A form filled from a section, then from the request."""
        names = ("name", "slug", "look", "kind", "comments_from", "comments_close_after_days")
        columns = {name: getattr(section, name) for name in names}
        states = {"hidden": bool(section.hidden_at), "closed": bool(section.closed_at)}
        form = cls(data={**columns, **states, "group_id": section.parent_id})
        return form.without_group() if section.is_group else form

    def without_group(self) -> "SectionForm":
        """The form of a group."""
        del self.group_id, self.kind
        return self

    def offer(self, groups: Sequence[Section]) -> "SectionForm":
        """Set the groups that can be chosen."""
        if self.group_id:
            self.group_id.choices = [SelectChoice(group.id, group.name) for group in groups]
        return self

    def validate_group_id(self, field: SelectField) -> None:
        if field.data not in {choice.value for choice in field.choices}:  # type: ignore[union-attr]
            raise ValidationError(_("Please choose a group."))

    def draft(self) -> SectionDraft:
        """What a valid form says."""
        return SectionDraft(
            name=self.name.data or "",
            slug=self.slug.data or "",
            group_id=self.group_id.data if self.group_id else None,
            look=self.look.data,
            kind=self.kind.data if self.kind else "news",
            hidden=bool(self.hidden.data),
            closed=bool(self.closed.data),
            comments_from=self.comments_from.data,
            comments_close_after_days=self.comments_close_after_days.data,
        )


class PositionForm(ButtonForm):
    """Up or down; or a position (from 0) in a group, or among the groups."""

    move = StringField(validators=[AnyOf(("", "up", "down"), CHOICE_WANTED)], default="")
    position = WholeNumberField(validators=[Optional(), NumberRange(0, None, CHOICE_WANTED)])
    group_id = StringField(filters=[line], validators=[Length(max=18)])

    def validate_move(self, field: StringField) -> None:
        if not field.data and self.position.data is None:
            raise ValidationError(CHOICE_WANTED)


class SectionMergerForm(PostedForm):
    """Which section gets the articles of another one."""

    into = SelectField(_("Section that gets the articles"), coerce=chosen_id, validate_choice=False)

    def offer(self, groups: Sequence[Section], merged: Section) -> "SectionMergerForm":
        """Set the sections that can be chosen: all but the one that is merged."""
        choices = section_choices(groups)
        self.into.choices = [choice for choice in choices if choice.value != merged.id]
        return self

    def validate_into(self, field: SelectField) -> None:
        known = {choice.value for choice in field.choices or ()}  # type: ignore[union-attr]
        if field.data not in known:
            raise ValidationError(_("Please choose a section."))


class ProposalForm(ButtonForm):
    """One of the proposals for a new paper."""

    proposal = StringField(validators=[AnyOf(tuple(PROPOSALS), CHOICE_WANTED)])
