"""The editor's desk: one blueprint file for each noun; every route asks for the editor."""

from views.desk import letters, paper, photos, posts, sections

VIEWS = (posts, photos, letters, paper, sections)
