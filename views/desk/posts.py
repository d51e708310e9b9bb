"""The writing desk: its first page, and the page that an article is written on."""

from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from database import db
from domain.desk import (
    articles,
    attachments,
    documents,
    front_slots,
    merging,
    outcome,
    photos,
    publishing,
    releases,
    revisions,
    saving,
    working_copies,
)
from domain.desk.models import Revision, WorkingCopy
from domain.desk.sections import groups
from forms import add_errors
from lib.files.store import Store
from lib.text import plain
from lib.web.addresses import with_query
from models import Attachment, Photo, Post, Refused
from views.desk.forms import CorrectionForm, PhotoFields, PostForm
from views.web import guards, write_lock

blueprint = Blueprint("desk_posts", __name__, url_prefix="/desk")


@blueprint.get("/")
def index() -> str:
    """What waits, and what was published last. The whole archive: archive.py."""
    return render_template(
        "desk/posts/index.html",
        unsaved_copies=working_copies.listed(),
        drafts=articles.drafts(),
        scheduled=articles.scheduled(),
        published=articles.published(),
        link=partial(with_query, "/desk/posts"),
    )


@blueprint.get("/posts/new")
def new() -> str:
    """An empty page; `?copy=<id>`: with what was typed in another one and never saved."""
    if copy := working_copies.find(plain.number(request.args.get("copy")), None):
        return _page(PostForm(formdata=MultiDict(copy.fields)), copy=copy)
    return _page(PostForm(data={"section_id": plain.number(request.args.get("section"))}))


@blueprint.post("/posts")
@write_lock.without_write_lock
def create() -> Any:
    return _save(PostForm(), None)


@blueprint.get("/posts/<int:id>/edit")
def edit(id: int) -> str:
    """The article as it is saved; `?copy=<id>`: with what was typed in another page and never saved."""
    post = articles.find(id)
    if copy := working_copies.find(plain.number(request.args.get("copy")), post):
        return _page(PostForm.of(post, formdata=MultiDict(copy.fields)), post, copy=copy)
    return _page(_saved_form(post), post)


@blueprint.post("/posts/<int:id>")
@write_lock.without_write_lock
def update(id: int) -> Any:
    return _save(PostForm.of(articles.find(id)), id)


@blueprint.get("/posts/<int:id>/preview")
def preview(id: int) -> Any:
    """The article as readers will see it."""
    return redirect(url_for("posts.show", id=articles.find(id).id))


@blueprint.post("/documents")
@write_lock.without_write_lock
def fill() -> Any:
    """The form as it was typed, with text and photos of the file `document`. The article is not saved.

    `post_id`: the article that the form belongs to; none for a new one.
    """
    id = plain.number(request.form.get("post_id"))
    form = PostForm.of(articles.find(id)) if id else PostForm()
    new_photos, status = _store_photos(form), 422 if form.errors else 200
    try:
        imported = _take_document(form)
    except Refused as refusal:
        add_errors(form, {"document": str(refusal)})
        status = refusal.status
    else:
        flash(imported.outcome)
        form.body.data = documents.added(form.body.data or "", imported.html)
        new_photos += imported.photos
    write_lock.take_write_lock()
    return _show_again(form, id, new_photos, status)


@blueprint.post("/proposals")
@write_lock.without_write_lock
def propose() -> Any:
    """The form as it was typed, with what was chosen of the proposals for a press release. Nothing is saved.

    `proposals`: names of those to accept; "undo" for the form before the last ones; without any the page
    says what there is.
    """
    id, names = plain.number(request.form.get("post_id")), request.form.getlist("proposals")
    form = PostForm.of(articles.find(id)) if id else PostForm()
    new_photos, status = _store_photos(form), 422 if form.errors else 200
    write_lock.take_write_lock()
    waiting_ids = [*form.waiting_photo_ids(request.form), *photos.hold(new_photos)]
    db.session.commit()
    write_lock.drop_write_lock()
    post, waiting = articles.find(id) if id else None, photos.waiting(waiting_ids)
    before = _release_fields(form, post, [*(post.gallery if post else []), *waiting])
    if "undo" in names:
        after, undo = releases.Fields.from_json(request.form.get("undo", "")) or before, ""
    else:
        after = releases.find(before).accepted(before, names)
        undo = before.as_json if after != before else ""
    _fill_in(form, after)
    return _page(
        form, post, waiting, captions=after.captions, proposals=releases.find(after), undo=undo
    ), status


def _release_fields(form: PostForm, post: Post | None, shown: list[Photo]) -> releases.Fields:
    """What the form says. The text is cleaned as it will be when it is saved."""
    pictures = _pictures(form.photo_edits(request.form), shown, {})
    return releases.Fields(
        title=form.title.data or "",
        body=publishing.cleaned(post or Post(), form.body.data or ""),
        credit_line=form.credit_line.data or "",
        internal_note=form.internal_note.data or "",
        published_at=form.published_at.data or "",
        captions={str(fields.photo.id): fields.caption for fields in pictures},
    )


def _fill_in(form: PostForm, fields: releases.Fields) -> None:
    for name in ("title", "body", "credit_line", "internal_note", "published_at"):
        form[name].data = getattr(fields, name)


def _take_document(form: PostForm) -> documents.Imported:
    file, settings = form.document.data, current_app.config["SETTINGS"]
    stream = file.stream if file else BytesIO()
    limit_bytes = settings.upload_megabytes * 1_000_000
    return documents.take(Store(settings.media), stream, limit_bytes, settings.photo_megapixels)


def _save(form: PostForm, id: int | None) -> Any:
    """Store the files first, which takes a while; then write everything in one short transaction."""
    form.offer(groups()).validate()
    new_photos = _store_photos(form)
    new_attachments, status = _store_attachments(form)
    write_lock.take_write_lock()
    if form.errors:
        return _show_again(form, id, new_photos, status)
    draft = form.draft(request.form, new_photos, new_attachments)
    post = articles.find(id) if id else None
    before = post.state if post else ""
    try:
        post = saving.save(post, guards.reader(), draft)
    except saving.Conflict as conflict:
        form.version.data = conflict.version  # the page shows both texts: sending it again is a decision
        return _show_again(form, conflict.post_id, new_photos, conflict.status, conflict.typed)
    db.session.commit()
    return _answer(post, before)


def _store_photos(form: PostForm) -> list[Photo]:
    """Store the new photos of a form. Adds an error for each file that is no picture."""
    stored, settings = [], current_app.config["SETTINGS"]
    for number, file in enumerate(form.photos.data or []):
        try:
            photo = photos.take(Store(settings.media), file.stream, settings.photo_megapixels)
        except Refused as refusal:
            add_errors(form, {"photos": f"{file.filename}: {refusal}"})
            continue
        photo.caption, photo.credit = form.new_caption(request.form, number)
        stored.append(photo)
    return stored


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


def _show_again(
    form: PostForm, id: int | None, new_photos: list[Photo], status: int, typed: Revision | None = None
) -> Any:
    """The form as it was typed. Its photos are saved for it; attachments have to be chosen again.

    :param typed: the version that was typed while another one was saved
    """
    db.session.rollback()
    waiting_ids = [*form.waiting_photo_ids(request.form), *photos.hold(new_photos)]
    aside = revisions.put_aside(typed) if typed else None
    db.session.commit()
    write_lock.drop_write_lock()
    post = articles.find(id) if id else None
    is_conflict = typed is not None
    return _page(form, post, photos.waiting(waiting_ids), aside, is_conflict=is_conflict), status


def _page(
    form: PostForm,
    post: Post | None = None,
    waiting: list[Photo] | None = None,
    aside: Revision | None = None,
    copy: WorkingCopy | None = None,
    *,
    is_conflict: bool = False,
    captions: dict[str, str] | None = None,
    proposals: releases.Proposals | None = None,
    undo: str = "",
) -> str:
    """The writing page.

    :param captions: of photos, by id, in place of those that were sent
    :param undo: the fields before the last proposals were accepted (releases.Fields)
    """
    sent = MultiDict(copy.fields) if copy else request.form
    waiting = photos.waiting(form.waiting_photo_ids(sent)) if copy else waiting or []
    shown = [*(post.gallery if post else []), *waiting]
    started_from = plain.number(form.started_from.data)
    if is_conflict or form.started_from.data is None:
        form.started_from.data = _newest_id(post)
    if proposals is None and form.release_sign:
        proposals = releases.find(_release_fields(form, post, shown))
    return render_template(
        "desk/posts/edit.html",
        form=form.offer(groups()),
        post=post,
        pictures=_pictures(form.photo_edits(sent), shown, captions or {}),
        is_conflict=is_conflict,
        aside=aside,
        started_from=started_from,
        rows=merging.compare(post, aside, started_from) if post and aside else [],
        lead=bool(post) and front_slots.leads(post),
        returned=request.method == "POST" or copy,
        proposals=proposals,
        undo=undo,
        notice_form=CorrectionForm(formdata=None),
    )


def _pictures(
    edits: dict[int, saving.PhotoEdit], shown: list[Photo], captions: dict[str, str]
) -> list[PhotoFields]:
    for id, caption in captions.items():
        edits[int(id)] = replace(edits.get(int(id), saving.PhotoEdit()), caption=caption)
    return [PhotoFields(photo, edits.get(photo.id), number) for number, photo in enumerate(shown, 1)]


def _saved_form(post: Post) -> PostForm:
    """The form of an article as it is saved. A summary that follows the text is left empty."""
    form = PostForm.of(post)
    if post.summary == publishing.summary(post.body):
        form.summary.data = ""
    return form


def _newest_id(post: Post | None) -> str:
    """The id of the newest version of an article, for the form of that article. "0": none is stored yet."""
    newest = revisions.newest(post) if post else None
    return str(newest.id) if newest else "0"


def _answer(post: Post, before: str) -> Any:
    """Redirect to an article that is published or to be previewed, else back to its writing page.

    :param before: its state before it was saved
    """
    address = url_for("posts.show", id=post.id)
    flash(outcome.saved(post, before))
    if post.state == "published" or ("preview" in request.form and post.state != "deleted"):
        return redirect(address, 303)
    return redirect(url_for("desk_posts.edit", id=post.id), 303)
