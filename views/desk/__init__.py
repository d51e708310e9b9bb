"""The editor's desk: one blueprint file for each noun. Every route requires the editor."""

from views.desk import (
    corrections,
    deletion,
    hidden_words,
    imported_totals,
    lead,
    letters,
    paper,
    photos,
    posts,
    publication,
    sections,
    statistics,
)

VIEWS = (
    posts, publication, deletion, corrections, lead, photos, letters, paper, sections,
    statistics, hidden_words, imported_totals,
)  # fmt: skip
