"""Forms of a paper's beginning: the first start, and taking the sample away."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import DataRequired

from forms import PostedForm


class SampleRemovalForm(PostedForm):
    """Taking the sample away."""

    sections = RadioField(
        _("Its sections"),
        default="keep",
        choices=[
            SelectChoice("keep", _("keep them")),
            SelectChoice("remove", _("remove the empty ones")),
        ],
    )
    is_sure = BooleanField(
        _("I know that this cannot be undone"), [DataRequired(_("Please tick this before you remove it."))]
    )
