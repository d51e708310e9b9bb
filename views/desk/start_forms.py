"""Forms of a paper's beginning: the first start, and taking the sample away."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, FieldList, FormField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import DataRequired, InputRequired, Length

from domain.paper.sections import PROPOSALS
from domain.paper.starting import Beginning
from forms import NewPasswordFields, PostedForm, line
from models import Paper
from views.desk.forms import PaperForm, RegistrationFields


class StartForm(NewPasswordFields, PaperForm):
    """The first start of a paper without the sample. Of the imprint only the name is needed at once."""

    token = HiddenField()
    registrations = FieldList(FormField(RegistrationFields), min_entries=1, max_entries=3)
    username = StringField(
        _("Username"),
        [InputRequired(_("Please choose a username.")), Length(max=30)],
        filters=[line],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    nickname = StringField(
        _("Nickname"), [InputRequired(_("Please choose a nickname.")), Length(max=30)], filters=[line]
    )
    editor_email = EmailField(
        _("Your e-mail address"),
        [InputRequired(_("Please enter your e-mail address.")), Length(max=254)],
        filters=[line],
        render_kw={"autocomplete": "email"},
    )
    proposal = RadioField(
        _("Sections"),
        default="village",
        choices=[
            *(SelectChoice(name, proposal.label) for name, proposal in PROPOSALS.items()),
            SelectChoice("none", _("None yet: I add them myself")),
        ],
    )

    def own_names(self) -> tuple[str, ...]:
        return (self.username.data or "", self.nickname.data or "", self.editor_email.data or "")

    def beginning(self) -> Beginning:
        columns: dict[str, Any] = self.columns()
        return Beginning(
            username=self.username.data or "",
            nickname=self.nickname.data or "",
            email=self.editor_email.data or "",
            password=self.password.data or "",
            imprint={name: value for name, value in columns.items() if name in Paper.__table__.columns},
            proposal="" if self.proposal.data == "none" else self.proposal.data,
        )


class SampleRemovalForm(PostedForm):
    """Taking the sample away."""

    sections = RadioField(
        _("Its sections"),
        default="keep",
        choices=[
            SelectChoice("keep", _("keep them")),
            SelectChoice("remove", _("remove the empty ones")),
            *(
                SelectChoice(name, _("in their place: %(name)s", name=proposal.label))
                for name, proposal in PROPOSALS.items()
            ),
        ],
    )
    is_sure = BooleanField(
        _("I know that this cannot be undone"), [DataRequired(_("Please tick this before you remove it."))]
    )
