"""Reports in words: the reasons to choose from, and what became of one."""

from flask_babel import gettext as _

from domain.moderation.models import Report


def reason(name: str) -> str:
    """One of Report.REASONS: 욕설·명예훼손, 사생활 침해 …"""
    names = {
        "abuse": _("Insult or defamation"),
        "privacy": _("Invasion of privacy"),
        "obscene": _("Obscene, or harmful to minors"),
        "illegal": _("Gambling or other illegal matter"),
        "spam": _("Advertising or flooding"),
        "copyright": _("Breach of copyright"),
        "hate": _("Hatred or discrimination"),
    }
    return names.get(name) or _("Something else")


def outcome(name: str) -> str:
    """One of Report.OUTCOMES; or, if it is empty, that it waits."""
    names = {
        "fine": _("No problem found"),
        "hidden": _("Hidden"),
        "deleted": _("Deleted"),
        "handled": _("Dealt with"),
    }
    return names.get(name) or _("Being looked at")


def answer(report: Report) -> str:
    """What the reporter is told: the editor's sentence, or one that says the outcome."""
    sentences = {
        "": _("The editor has not looked at it yet."),
        "fine": _("The editor has looked at it and leaves it as it is."),
        "hidden": _("The editor has hidden it."),
        "deleted": _("It was deleted."),
        "handled": _("The editor has dealt with it."),
    }
    return report.answer or sentences[report.outcome]
