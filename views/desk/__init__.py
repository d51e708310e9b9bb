"""The editor's desk: one blueprint file for each noun; every route asks for the editor."""

from views.desk import corrections, deletion, lead, letters, paper, photos, posts, publication, sections

VIEWS = (posts, publication, deletion, corrections, lead, photos, letters, paper, sections)
