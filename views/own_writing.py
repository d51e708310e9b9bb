"""What a member has written and kept: comments, scraps, what became of reports."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.moderation import reports
from domain.neighbours import own_pages, reactions
from domain.reading import articles
from lib.text import plain
from lib.web.paging import LARGEST_ID
from views.web import guards, page_cache

blueprint = Blueprint("own_writing", __name__, url_prefix="/me")
blueprint.after_request(page_cache.private)


@blueprint.get("/comments")
@guards.member_required
def comments():
    page = own_pages.comments(guards.reader(), _before())
    return render_template("account/comments.html", page=page)


@blueprint.get("/scraps")
@guards.member_required
def scraps():
    page = own_pages.scraps(guards.reader(), _before())
    return render_template("account/scraps.html", page=page)


@blueprint.post("/scraps/<int:post_id>/delete")
@guards.member_required
def drop_scrap(post_id: int):
    if post := articles.find(post_id):
        reactions.keep_post(post, guards.reader(), False)
    db.session.commit()
    flash(_("It is no longer among your scraps."))
    return redirect(url_for(".scraps"), 303)


@blueprint.get("/reports")
@guards.member_required
def show_reports():
    return render_template("account/reports.html", reports=reports.of_member(guards.reader()))


def _before() -> int | None:
    """The id that the page begins behind; None for the first page, and for what is no id."""
    number = plain.number(request.args.get("before"))
    return number if number and number <= LARGEST_ID else None
