"""What the paper looks like: its accent colour and its logo."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import gettext as _

from database import db
from domain.paper.models import Theme
from lib.files.store import Store
from lib.web import colours
from models import Refused

DEFAULT = "#006933"  # --accent of tokens.css, in light
DEFAULT_DARK = "#73ce95"
LIGHT, DARK = "#f4f3f0", "#1a1d21"  # --raised of tokens.css: the harder one of both backgrounds to read on


@dataclass(frozen=True)
class Look:
    """The columns of Theme, as every page shows them."""

    accent: str = ""
    logo_digest: str = ""
    logo_width: int = 0
    logo_height: int = 0

    @property
    def stylesheet(self) -> str:
        """The address of the stylesheet of the paper's own colour; empty if it has none."""
        return f"/theme/{self.accent[1:]}.css" if self.accent else ""

    @property
    def logo(self) -> str:
        """The address of the logo; empty if there is none."""
        return f"/media/{self.logo_digest}-{self.logo_width}.webp" if self.logo_digest else ""


def look(theme: Theme | None) -> Look:
    """The values of a row; those of the program until the editor has saved any."""
    return Look(theme.accent, theme.logo_digest, theme.logo_width, theme.logo_height) if theme else Look()


def read() -> Theme:
    """Return the theme; it is not in the session while nothing was saved."""
    return db.session.get(Theme, 1) or Theme(id=1, accent="", logo_digest="", logo_width=0, logo_height=0)


def set_accent(theme: Theme, colour: str) -> None:
    """Choose a colour, or with DEFAULT that of the program.

    :raises Refused: it is no colour, or cannot be read on a light page
    """
    colour = colour.lower()
    if not colours.is_colour(colour):
        raise Refused(_("Please choose a colour, as in #1a6b4c."))
    contrast = colours.contrast(colour, LIGHT)
    if contrast < colours.READABLE:
        raise Refused(
            _(
                "This colour is too pale to be read: its contrast is %(contrast)s, %(least)s is the least."
                " %(proposal)s can be read.",
                contrast=f"{contrast:.1f}",
                least=colours.READABLE,
                proposal=colours.readable(colour, LIGHT),
            )
        )
    theme.accent = "" if colour == DEFAULT else colour


def set_logo(theme: Theme, store: Store, file: BinaryIO, megapixels: int) -> None:
    """Store a picture and make it the logo.

    :raises Refused: it is no picture that we can read, or too large
    """
    from lib.files import images  # imported here: Pillow would make every start slower

    try:
        picture = images.encode(file, Theme.LOGO_WIDTHS, Theme.LOGO_WIDTHS[-1], megapixels)
    except images.TooLarge:
        raise Refused(_("This picture is too large.")) from None
    except images.Unreadable:
        raise Refused(_("This is not a picture we can read. Please send a JPEG, PNG or WebP file.")) from None
    if picture.width > 12 * picture.height or picture.height > 2 * picture.width:
        raise Refused(_("A logo is at most twelve times as wide as it is high, and twice as high as wide."))
    digest = hashlib.sha256(picture.webp[picture.width]).hexdigest()
    for width, content in picture.webp.items():
        store.put(f"{digest}-{width}.webp", content)
    theme.logo_digest, theme.logo_width, theme.logo_height = digest, picture.width, picture.height


def remove_logo(theme: Theme) -> None:
    """Show the name in letters again."""
    theme.logo_digest, theme.logo_width, theme.logo_height = "", 0, 0


def pair(accent: str) -> list[tuple[str, str]]:
    """The colour on light and on dark pages, each with what it is read on. It is tinted for the latter."""
    dark = DEFAULT_DARK if accent == DEFAULT else colours.readable(accent, DARK)
    return [(accent, LIGHT), (dark, DARK)]


def stylesheet(accent: str) -> str:
    """The tokens that a colour replaces."""
    (light, _light_page), (dark, _dark_page) = pair(accent)
    return f"@layer tokens {{\n  :root {{\n    --accent: light-dark({light}, {dark});\n  }}\n}}\n"
