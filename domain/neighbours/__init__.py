"""Members: joining, logging in, comments, letters. Importing the wing registers the listeners of `activity`."""

from domain.neighbours import activity as activity
