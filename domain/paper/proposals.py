"""What a new paper may begin with: three proposals of groups and sections."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _

_ROWS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@dataclass(frozen=True)
class Proposal:
    """Groups and sections in their order: the columns of Section, and `parent`, the slug of the group."""

    label: Any  # what kind of paper it is for
    sections: tuple[dict[str, str], ...]

    @property
    def outline(self) -> list[tuple[str, list[str]]]:
        """The names of the groups, each with those of its sections."""
        groups: dict[str, tuple[str, list[str]]] = {}
        for columns in self.sections:
            if parent := columns.get("parent"):
                groups[parent][1].append(columns["name"])
            else:
                groups[columns["slug"]] = (columns["name"], [])
        return list(groups.values())


_LABELS = {
    "village": _("Paper of a village or a neighbourhood"),
    "region": _("Paper of a town or a county"),
    "organisation": _("News of a society or a school"),
}
PROPOSALS = {name: Proposal(label, tuple(_ROWS[name]["sections"])) for name, label in _LABELS.items()}
