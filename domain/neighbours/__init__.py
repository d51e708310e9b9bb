"""Members, their comments and letters. Importing the wing registers its listeners."""

from domain.neighbours import activity as activity
from domain.neighbours import reactions as reactions
