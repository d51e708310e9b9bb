"""An article and its attachments."""

from flask import Blueprint, Response, abort, request

from domain.reading import articles, threads
from lib.files import filenames
from lib.text import plain
from models import Member, Post
from views.web import article_page, guards, page_cache, published, stored_files
from views.web.page_context import page_context

blueprint = Blueprint("posts", __name__, url_prefix="/posts")


@blueprint.get("/<int:id>")
@page_cache.cached_for_guests("comments", "comment", "order")
def show(id: int) -> str:
    context, reader = page_context(), guards.reader()
    post = _post_or_404(id, reader)
    wanted = request.args.get("order", "")
    thread_page = threads.of(
        post,
        reader,
        page=_number("comments") or 1,
        comment_id=_number("comment"),
        order=wanted if wanted in threads.ORDERS else threads.ORDERS[0],
    )
    return article_page.render(post, context, reader, thread_page)


@blueprint.get("/<int:id>/attachments/<int:attachment_id>")
def attachment(id: int, attachment_id: int) -> Response:
    attachments = _post_or_404(id, guards.reader()).attachments
    found = next((file for file in attachments if file.id == attachment_id), None) or abort(404)
    names = filenames.disposition(found.filename, f"attachment-{found.id}")
    response = stored_files.send(found.digest, "application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def _post_or_404(id: int, reader: Member | None) -> Post:
    """Return an article that this reader may see: only the editor sees drafts and scheduled ones."""
    post = articles.find(id)
    if post is None or (post.state in ("draft", "scheduled") and not (reader and reader.is_editor)):
        abort(404)
    return post if post.state != "deleted" else published.gone(post)


def _number(name: str) -> int | None:
    """A number from the address's query, or None: with an invalid one the article can still be read."""
    return plain.number(request.args.get(name))
