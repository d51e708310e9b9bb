"""Forms of the inbox: a note, the state of a letter."""

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import AnyOf

from domain.desk.inbox import NOTE_LENGTH
from domain.neighbours.models import Tip
from forms import tidy
from views.desk.forms import CHOICE_WANTED, ButtonForm, at_most


class NoteForm(ButtonForm):
    """The editor's own note on what a reader has sent."""

    note = TextAreaField(_("Note (only the desk sees it)"), [at_most(NOTE_LENGTH)], filters=[tidy])


class LetterStateForm(ButtonForm):
    """What is being done with a letter."""

    state = StringField(validators=[AnyOf(Tip.STATES, CHOICE_WANTED)])
