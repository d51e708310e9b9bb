"""Members, their comments and letters. Importing the wing registers the listeners of `activity`."""

from domain.neighbours import activity as activity
