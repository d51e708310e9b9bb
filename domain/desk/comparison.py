"""How two versions of an article differ, as the desk shows it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from domain.desk import outcome, provenance, revisions
from domain.desk.models import Revision
from lib.text import differences, plain
from lib.text.differences import Change


@dataclass(frozen=True)
class FieldChange:
    """What changed in one part of an article. Without passages only its markup changed."""

    label: str
    passages: list[Change]


def compare(before: Revision | None, after: Revision) -> list[FieldChange]:
    """Return the parts that differ, in the order of the writing page."""
    return [
        FieldChange(label(name), differences.compare(*texts) if texts[0] != texts[1] else [])
        for name in revisions.changes(before, after)
        for texts in [(text(before, name) if before else "", text(after, name))]
    ]


def label(name: str) -> str:
    """The name of a part of an article: one of Revision.CONTENT."""
    return {
        "title": _("Title of the article"),
        "subtitle": _("Subtitle"),
        "body": _("Text"),
        "byline": _("Byline"),
        "origin": _("Where it comes from"),
        "credit_line": _("Credit line"),
        "section_id": _("Section"),
        "tags": _("Tags"),
        "photos": _("Photos"),
        "details": _("Summary and details"),
        "corrections": _("Corrections"),
        "published_at": _("Moment of publication"),
        "deleted_at": _("Taken down"),
    }[name]


def origin(name: str) -> str:
    """Where an article comes from, in words."""
    return str(provenance.ORIGINS.get(name, ""))


def text(revision: Revision, name: str) -> str:
    """The text that is compared."""
    value = getattr(revision, name)
    if name == "body":
        return plain.lines(value)
    if name == "origin":
        return origin(value)
    if name == "section_id":
        return revision.section_name
    if name in ("published_at", "deleted_at"):
        return outcome.moment(value) if value else ""
    if name == "tags":
        return ", ".join(value)
    return value if isinstance(value, str) else "\n".join(_lines(revision, name))


def _lines(revision: Revision, name: str) -> list[str]:
    if name == "photos":
        beside = (entry for entry in revision.photos if not entry["in_text"])
        return [_photo(number, entry) for number, entry in enumerate(beside, 1)]
    if name == "corrections":
        return [" ".join(filter(None, [n.get("title"), n["body"]])) for n in revision.corrections]
    words = [_("Nobody pays for it") if value is True else value for value in revision.details.values()]
    return [value for value in words if value]


def _photo(number: int, entry: dict[str, Any]) -> str:
    words = [entry["caption"], entry["credit"] and f"({entry['credit']})", entry.get("alt")]
    return " ".join(filter(None, [_("Photo %(n)s", n=number), entry["digest"][:8], *words]))
