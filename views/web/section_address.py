"""The slugs in addresses: sections by the one they have, or by one that they or others had once."""

from flask import abort, redirect, request, url_for
from werkzeug import Response

from domain.paper import sections
from domain.reading import masthead
from domain.reading.masthead import SectionCard


def find(slug: str) -> SectionCard | None:
    """Return a section or a group by a slug that it has or had."""
    if found := masthead.section(slug):
        return found
    former = sections.former(slug)
    return masthead.section_by_id(former.section_id) if former and former.section_id else None


def section_or_redirect(slug: str) -> SectionCard:
    """Return the section of this address; a former one answers 301 to the present one, or 410.

    A browser may not keep the redirect: another section may get the slug, or the same one again.
    """
    found = find(slug)
    if found is None:
        abort(410 if sections.former(slug) else 404)
    if found.slug != slug:
        abort(_redirect(found.slug))
    return found


def _redirect(slug: str) -> Response:
    query = request.query_string.decode("ascii", "replace")
    path = url_for(str(request.endpoint), slug=slug)
    answer = redirect(f"{path}?{query}" if query else path, 301)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
