"""What the Newspaper Act asks of the imprint."""

from flask_babel import lazy_gettext as _

from models import Paper

_LABELS = {
    "name": _("Title"),
    "company_name": _("Company"),
    "registrations": _("Registration number and day"),
    "publisher": _("Publisher"),
    "editors": _("Editor"),
    "address": _("Place of publication"),
    "telephone": _("Telephone"),
    "published_on": _("Published on"),
    "youth_officer": _("Youth protection officer"),
}


def missing(paper: Paper) -> list[str]:
    """The labels of the details that the imprint still lacks, each once."""
    return [str(_LABELS[column]) for column in dict.fromkeys(paper.missing)]
