"""Forms of the places of the front page."""

from flask_babel import lazy_gettext as _
from wtforms import Field, StringField
from wtforms.validators import AnyOf, NumberRange, Optional, ValidationError

from forms import PostedForm
from models import now
from views.desk.forms import CHOICE_WANTED, MOMENT_WANTED, ButtonForm, MomentField, WholeNumberField


class PlaceForm(ButtonForm):
    """Up or down, or the number of a place (from 0)."""

    move = StringField(default="", validators=[AnyOf(("", "up", "down"), CHOICE_WANTED)])
    position = WholeNumberField(validators=[Optional(), NumberRange(0, 100)])

    def validate_move(self, field: Field) -> None:
        if not field.data and self.position.data is None:
            raise ValidationError(CHOICE_WANTED)


class ExpiryForm(PostedForm):
    """When a place is emptied by itself. `chip`: a button with a moment was pressed instead."""

    expires_at = MomentField(_("Until (optional)"))
    chip = MomentField()

    def take_chip(self) -> "ExpiryForm":
        if self.chip.data:
            self.expires_at.data, self.expires_at.moment = self.chip.data, self.chip.moment
        return self

    def validate_expires_at(self, field: MomentField) -> None:
        if field.data and field.moment is None:
            raise ValidationError(MOMENT_WANTED)
        if field.moment and field.moment <= now():
            raise ValidationError(_("This moment has passed. Please choose another one."))
