"""The forms of company pages."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import Length, Optional

from domain.paper.page_versions import PageDraft
from forms import PostedForm, line, not_blank, short_key, tidy
from views.desk.forms import at_most

BODY_LENGTH = 200_000


class PageForm(PostedForm):
    """A new version of a page."""

    title = StringField(_("Title of the page"), [Length(max=120), not_blank], filters=[line])
    body = TextAreaField(_("Text"), [at_most(BODY_LENGTH), not_blank], filters=[tidy])
    note = StringField(
        _("What is new (for the announcement)"),
        [Length(max=300)],
        filters=[line],
        render_kw={"maxlength": 300},
    )
    effective_on = DateField(_("Takes effect on"), [Optional()])
    is_unfavourable = BooleanField(_("It changes something to members' disadvantage"))
    in_footer = BooleanField(_("Stands at the foot of every page"))
    version = HiddenField(filters=[short_key])  # that was changed; keep-draft.js tells drafts apart by it
    preview = SubmitField(_("Preview"))

    def draft(self) -> PageDraft:
        return PageDraft(
            title=self.title.data or "",
            body=self.body.data or "",
            note=self.note.data or "",
            effective_on=self.effective_on.data,
            is_unfavourable=bool(self.is_unfavourable.data),
            started_from=self.version.data or "",
        )


class NewPageForm(PageForm):
    """A page of the editor's own."""

    slug = StringField(
        _("Address"),
        [Length(max=60), not_blank],
        filters=[line],
        render_kw={"maxlength": 60, "autocapitalize": "none", "spellcheck": "false"},
    )
