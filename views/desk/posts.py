"""The page that an article is written on."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from database import db
from domain.desk import (
    articles,
    attachments,
    habits,
    outcome,
    photos,
    publishing,
    saving,
    working_copies,
)
from domain.keeping import activity
from domain.paper.sections import groups
from forms import add_errors
from lib.files.store import Store
from lib.text import plain
from models import Attachment, Photo, Post, Refused
from views.desk import writing_page
from views.desk.post_form import PostForm
from views.web import guards, write_lock

blueprint = Blueprint("desk_posts", __name__, url_prefix="/desk")


@blueprint.get("/posts/new")
def new() -> str:
    """An empty page but for section and byline of the editor's last article.

    `?copy=<id>`: with what was typed in another one and never saved. `?photo=<id>`: with a photo of the
    library.
    """
    if copy := working_copies.find(plain.number(request.args.get("copy")), None):
        return writing_page.page(PostForm(formdata=MultiDict(copy.fields)), copy=copy)
    last = habits.of(guards.reader())
    section_id = plain.number(request.args.get("section")) or last.section_id
    form = PostForm(data={"section_id": section_id, "byline": last.byline})
    return writing_page.page(form, waiting=_chosen_photo())


@blueprint.post("/posts")
@write_lock.without_write_lock
def create() -> Any:
    return _save(PostForm(), None)


@blueprint.get("/posts/<int:id>/edit")
def edit(id: int) -> str:
    """The article as it is saved; `?copy=<id>`: with what was typed in another page and never saved;
    `?photo=<id>`: with a photo of the library."""
    post = articles.find(id)
    if copy := working_copies.find(plain.number(request.args.get("copy")), post):
        return writing_page.page(PostForm.of(post, formdata=MultiDict(copy.fields)), post, copy=copy)
    return writing_page.page(_saved_form(post), post, _chosen_photo())


@blueprint.post("/posts/<int:id>")
@write_lock.without_write_lock
def update(id: int) -> Any:
    return _save(PostForm.of(articles.find(id)), id)


def _save(form: PostForm, id: int | None) -> Any:
    """Store the files first, which takes a while; then write everything in one short transaction."""
    form.take_chip().offer(groups()).validate()
    new_photos = writing_page.store_photos(form)
    new_attachments, status = _store_attachments(form)
    write_lock.take_write_lock()
    if form.errors:
        return writing_page.show_again(form, id, new_photos, status)
    draft = form.draft(request.form, new_photos, new_attachments)
    post = articles.find(id) if id else None
    before, moment_before = (post.state, post.published_at) if post else ("", None)
    try:
        post = saving.save(post, guards.reader(), draft)
    except saving.Conflict as conflict:
        form.version.data = conflict.version  # the page shows both texts: sending it again is a decision
        return writing_page.show_again(form, conflict.post_id, new_photos, conflict.status, conflict.typed)
    link = url_for("desk_revisions.index", id=post.id)
    activity.record(guards.reader(), outcome.act(post, before), post.title, link)
    db.session.commit()
    return _answer(post, before, moment_before)


def _store_attachments(form: PostForm) -> tuple[list[Attachment], int]:
    """Store the new attachments of a form without errors.

    :returns: the attachments, and the status of the page in case of an error
    """
    stored, settings = [], current_app.config["SETTINGS"]
    for file in form.attachments.data or [] if not form.errors else []:
        try:
            limit_bytes = settings.upload_megabytes * 1_000_000
            stored.append(attachments.take(Store(settings.media), file.filename, file.stream, limit_bytes))
        except Refused as refusal:
            add_errors(form, {"attachments": str(refusal)})
            return [], refusal.status
    return stored, 422


def _chosen_photo() -> list[Photo]:
    id = plain.number(request.args.get("photo"))
    return photos.waiting([id]) if id else []


def _saved_form(post: Post) -> PostForm:
    """The form of an article as it is saved. A summary that follows the text is left empty."""
    form = PostForm.of(post)
    if post.summary == publishing.summary(post.body):
        form.summary.data = ""
    return form


def _answer(post: Post, before: str, moment_before: datetime | None) -> Any:
    """Redirect to the preview, to what follows publication, to an article that was changed, or back.

    :param before: its state before it was saved
    """
    flash(outcome.saved(post, before))
    if post.state == "deleted":
        endpoint = "desk_posts.edit"
    elif "preview" in request.form:
        endpoint = "desk_preview.show"
    elif post.published_at and (post.state != before or post.published_at != moment_before):
        endpoint = "desk_publication.show"
    else:
        endpoint = "posts.show" if post.state == "published" else "desk_posts.edit"
    return redirect(url_for(endpoint, id=post.id), 303)
