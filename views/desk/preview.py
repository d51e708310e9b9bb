"""An article exactly as it will look, on a phone and on a desktop screen, before it is saved or published."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from database import db
from domain.desk import articles, photos, previewing, working_copies
from domain.desk.models import WorkingCopy
from domain.reading import threads
from forms import short_key
from lib.text import plain
from lib.web import security_headers
from models import Post, now
from views.desk import check_notes, writing_page
from views.desk.post_form import PostForm
from views.web import article_page, write_lock
from views.web.page_context import PageContext

blueprint = Blueprint("desk_preview", __name__, url_prefix="/desk/posts/<int:id>/preview")
WIDTHS = ("phone", "desktop")


@blueprint.post("")
@write_lock.without_write_lock
def create(id: int) -> Any:
    """Keep what is typed as a working copy, and show it. The article stays as it is."""
    form = PostForm.of(articles.find(id))
    new_photos = writing_page.store_photos(form)
    write_lock.take_write_lock()
    held = [("kept_photos", str(photo_id)) for photo_id in photos.hold(new_photos)]
    key = short_key(request.form.get("idempotency_key", ""))
    copy = working_copies.keep(key, articles.find(id), [*request.form.items(multi=True), *held])
    db.session.commit()
    return redirect(url_for(".show", id=id, copy=copy.id), 303)


@blueprint.get("")
def show(id: int) -> Response:
    """Two widths, one at a time. `?copy=<id>`: with what is typed and not saved; `?width=desktop`."""
    post = articles.find(id)
    copy = working_copies.find(plain.number(request.args.get("copy")), post)
    width = request.args.get("width")
    page = render_template(
        "desk/preview/show.html",
        post=post,
        copy=copy,
        width=width if width in WIDTHS else WIDTHS[0],
        notes=_notes(post, copy),
    )
    answer = make_response(page)
    answer.headers.update(security_headers.FRAMING)
    return answer


@blueprint.get("/page")
def page(id: int) -> Response:
    """The article's page for a guest. Nothing of it is cached or written."""
    post = articles.find(id)
    copy = working_copies.find(plain.number(request.args.get("copy")), post)
    with db.session.no_autoflush:
        if copy:
            sent = MultiDict(copy.fields)
            previewing.overlay(post, PostForm.of(post, formdata=sent).draft(sent, [], []))
        previewing.as_published(post, now())
        answer = make_response(_article_page(post))
        db.session.rollback()
    answer.headers.update(security_headers.FRAMED)
    return answer


def _article_page(post: Post) -> str:
    context = PageContext()
    return article_page.render(
        post,
        context,
        None,
        threads.of(post, None, page=1),
        context=context,
        cached=context.cached,
        reader=lambda: None,
        is_preview=True,
    )


def _notes(post: Post, copy: WorkingCopy | None) -> list[Any]:
    sent = MultiDict(copy.fields) if copy else MultiDict()
    form = PostForm.of(post, formdata=sent) if copy else PostForm.of(post, formdata=None)
    return check_notes.notes(form, post, writing_page.pictures(form, post, sent))
