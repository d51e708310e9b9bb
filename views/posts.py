"""An article and its attachments."""

from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, send_file

from domain.counter import visitors
from domain.reading import articles, threads
from forms import CommentForm
from lib.files.store import Store
from lib.text import plain
from models import Member, Post
from views.web import guards, page_cache
from views.web.page_context import page_context

blueprint = Blueprint("posts", __name__, url_prefix="/posts")


@blueprint.get("/<int:id>")
@page_cache.cached_for_guests("comments", "comment")
def show(id: int) -> str:
    around, reader = page_context(), guards.reader()
    post = _post(id, reader)
    post.section = around.section(post.section_id)
    return render_template(
        "posts/show.html",
        post=post,
        section=post.section,
        group=next((group for group in around.groups if group.id == post.group_id), None),
        surrounding=around.surrounding_posts(post),
        views=visitors.views(post.id),
        thread_page=threads.of(post, reader, page=_number("comments") or 1, comment_id=_number("comment")),
        comment_form=CommentForm if reader else None,
    )


@blueprint.get("/<int:id>/attachments/<int:attachment_id>")
def attachment(id: int, attachment_id: int) -> Any:
    found = next(
        (kept for kept in _post(id, guards.reader()).attachments if kept.id == attachment_id), None
    ) or abort(404)
    path = Store(current_app.config["SETTINGS"].media).path(found.digest)
    if not path.is_file():
        abort(404)
    name = plain.line(found.filename).replace("/", "_").replace("\\", "_") or found.digest[:12]
    return send_file(
        path, "application/octet-stream", as_attachment=True, download_name=name, etag=found.digest, max_age=0
    )


def _post(id: int, reader: Member | None) -> Post:
    """An article that this reader may see: the editor also what is not out yet."""
    post = articles.find(id)
    if post is None or (post.state in ("draft", "scheduled") and not (reader and reader.is_editor)):
        abort(404)
    return post if post.state != "deleted" else abort(410)


def _number(name: str) -> int | None:
    """A number in the query; none where it is missing or nonsense: the article itself is still worth reading."""
    typed = request.args.get(name, "") if request.query_string else ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None
