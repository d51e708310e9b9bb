"""What pages said when: their texts are stored whenever the imprint or a setting has changed them.

So that what a member agreed to can be shown as it stood: see docs/decisions.
"""

from collections.abc import Iterable

from database import db
from domain.paper import pages, placeholders
from domain.paper.models import PageText
from domain.paper.privacy import Settings
from models import Paper, now


def keep(settings: Settings, slugs: Iterable[str] | None = None) -> int:
    """Store the texts that these pages show now, unless they are those stored last. Returns how many are new.

    :param slugs: None: all pages
    """
    db.session.flush()
    paper, at, stored = Paper.get(), now(), 0
    for slug in pages.slugs() if slugs is None else slugs:
        page = pages.current(slug)
        if page is None:
            continue
        body, last = placeholders.fill(page, settings, paper), pages.last_text(page)
        if last is None or last.body != body:
            db.session.add(PageText(page=page, body=body, shown_from=at))
            stored += 1
    db.session.flush()
    return stored
