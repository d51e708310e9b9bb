"""지면보기: the printed paper. Covers by date, an issue page by page, its PDF."""

from functools import partial

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from flask_babel import gettext as _

from domain.paper.models import PrintIssue
from domain.reading import printed
from domain.reading.printed import IssueKey
from lib.files import filenames
from lib.files.store import Store
from lib.text import plain
from lib.web.addresses import with_query
from views.web import page_cache
from views.web.page_context import page_context

blueprint = Blueprint("papers", __name__, url_prefix="/papers")


@blueprint.get("")
@page_cache.cached_for_guests("year", "before")
def index() -> str:
    years, year, before = printed.years(), plain.number(request.args.get("year")), None
    if "year" in request.args and year not in years:
        abort(404)
    try:
        if "before" in request.args:
            before = IssueKey.parse(request.args["before"])
    except ValueError:
        abort(404)
    issues, has_more = printed.covers(year, before)
    return render_template(
        "papers/index.html",
        issues=issues,
        older=str(issues[-1].key) if has_more else "",
        years=years,
        year=year,
        is_first=before is None,
        link=partial(with_query, "/papers", year=year),
    )


@blueprint.get("/<int:id>")
@page_cache.cached_for_guests("page")
def show(id: int) -> str:
    """`?page=`: the number of the page that is shown, from 1."""
    issue = _issue_or_404(id)
    number = plain.number(request.args.get("page")) or 1
    if number > max(1, issue.page_count):
        abort(404)
    before, after = printed.neighbours(issue)
    return render_template(
        "papers/show.html",
        issue=issue,
        pages={page.number: page for page in issue.pages},
        number=number,
        earlier=before,
        later=after,
    )


@blueprint.get("/<int:id>/pdf")
def download(id: int) -> Response:
    issue = _issue_or_404(id)
    path = Store(current_app.config["SETTINGS"].media).path(issue.digest)
    if not issue.page_count or not path.is_file():
        abort(404)
    name = f"{page_context().paper.name or _('Newspaper')}-{issue.published_on}.pdf"
    response = send_file(path, "application/pdf", etag=issue.digest, max_age=0, conditional=True)
    names = filenames.disposition(name, f"paper-{issue.published_on}")
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def _issue_or_404(id: int) -> PrintIssue:
    return printed.find(id) or abort(404)
