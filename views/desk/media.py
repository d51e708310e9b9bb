"""The photo library: every photo of the paper, to be used again in another article."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from database import db
from domain.desk import articles, library
from domain.desk.library import LibraryQuery
from lib.text import plain
from lib.web import paging
from lib.web.addresses import with_query
from views.desk.photo_fields import PhotoFields

blueprint = Blueprint("desk_media", __name__, url_prefix="/desk/media")
FILTERS = ("q", "month", "post", "after")


@blueprint.get("")
def index() -> str:
    """`?q=`, `?month=2026-11`; `?after=<key>` continues the list; `?post=<id>` uses them in this article."""
    values = {name: plain.line(request.args.get(name, "")) for name in FILTERS}
    filters = {name: value for name, value in values.items() if value}
    month = paging.read({"month": filters["month"]}) or abort(404) if "month" in filters else None
    query = LibraryQuery(filters.get("q", ""), month.month if month else None)
    return render_template(
        "desk/media/index.html",
        query=query,
        found=library.find(query, filters.get("after", "")),
        months=library.months(),
        post=articles.find(plain.number(filters["post"]) or 0) if "post" in filters else None,
        is_continued="after" in filters,
        link=partial(with_query, "/desk/media", **filters),
    )


@blueprint.post("/<int:id>/uses")
def create(id: int) -> Any:
    """Use a photo again. Redirects to the writing page of the article `post`, or of a new one.

    As JSON: 201 `{"card": …}`, the HTML for the list of photos on the writing page.
    """
    post_id = plain.number(request.form.get("post"))
    post = articles.find(post_id) if post_id else None
    photo = library.take_out(id)
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return {"card": render_template("desk/photos/card.html", fields=PhotoFields(photo, None, 0))}, 201
    if post:
        return redirect(url_for("desk_posts.edit", id=post.id, photo=photo.id), 303)
    return redirect(url_for("desk_posts.new", photo=photo.id), 303)
