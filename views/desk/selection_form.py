"""What to do with the articles that were selected in a list. Apart from forms.py, which is long enough."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import AnyOf, ValidationError

from forms import PostedForm, line
from lib.text import names
from models import Section, Tag
from views.desk.forms import CHOICE_WANTED, check_section, chosen_id, open_sections


class SelectionForm(PostedForm):
    """One act, and what it needs: a section for moving, the name of a tag for tagging."""

    ACTS = ("delete", "restore", "move", "tag", "erase")

    act = StringField(validators=[AnyOf(ACTS, CHOICE_WANTED)])
    section_id = SelectField(_("Section"), coerce=chosen_id, validate_choice=False)
    tag = StringField(_("Tag"), filters=[line])

    groups: Sequence[Section] = ()

    def offer(self, groups: Sequence[Section]) -> "SelectionForm":
        """Set the sections that can be chosen."""
        self.groups, self.section_id.choices = groups, open_sections(groups)
        return self

    def validate_section_id(self, field: SelectField) -> None:
        if self.act.data == "move":
            check_section(self.groups, field.data or 0)

    def validate_tag(self, field: StringField) -> None:
        if self.act.data != "tag":
            return
        if len(names.tags(field.data or "")) != 1 or not names.can_be_tag(self.tag_name):
            raise ValidationError(_("Please enter one tag, of letters or digits."))
        if len(self.tag_name) > Tag.LENGTH:
            raise ValidationError(_("A tag has at most %(n)s characters.", n=Tag.LENGTH))

    @property
    def tag_name(self) -> str:
        return names.tag(self.tag.data or "")
