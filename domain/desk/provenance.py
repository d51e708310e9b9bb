"""Where an article comes from (출처): never assumed, only proposed."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Post, Refused

ORIGINS = {
    "own": _l("own report"),
    "release": _l("press release"),
    "contribution": _l("contribution"),
    "syndicated": _l("from another paper or agency"),
    "tip": _l("a reader's tip"),
    "advertisement": _l("advertisement"),
}

# Read by JavaScript too (behaviours/desk/release-signs.js). First group: a bullet at the beginning of a
# line or of an element; second: turns of phrase of press releases.
SIGNS = (
    r"(?:^|[\n>])(?:\s|&nbsp;)*([□■○●◎▲△▶▷◦❍◇◆]|ㅇ(?=\s|&nbsp;))"
    r"|(밝혔다|전했다|당부했다|강조했다|관계자는|보도자료)"
)
_SIGNS = re.compile(SIGNS)
_BULLETS = 1  # the group


def release_sign(origin: str, body: str) -> str:
    """What in a text, plain or HTML, suggests a press release; empty if nothing, or if the origin settles it.

    Phrases are no news to an editor who chose "own": only bullets contradict that.
    """
    for sign in _SIGNS.finditer(body) if origin in ("", "own") else ():
        if not origin or sign[_BULLETS]:
            return sign[_BULLETS] or sign[0]
    return ""


def require(post: Post) -> None:
    """Check that an article which readers see, or will see, says where it comes from.

    :raises Refused: it does not
    """
    if post.published_at and not post.origin:
        raise Refused(
            _("Please open the article and choose where it comes from. It cannot appear without that.")
        )
