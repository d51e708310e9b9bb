"""The writing page: the form of an article as it is saved or as it was typed, with its photos."""

from dataclasses import replace
from typing import Any

from flask import current_app, render_template, request
from werkzeug.datastructures import MultiDict

from database import db
from domain.desk import (
    articles,
    front_slots,
    habits,
    merging,
    moments,
    photos,
    publishing,
    releases,
    reporters,
    revisions,
    saving,
)
from domain.desk.checks import care
from domain.desk.models import Revision, WorkingCopy
from domain.paper.sections import groups
from forms import add_errors
from lib.files.store import Store
from lib.text import plain
from models import Photo, Post, Refused, now
from views.desk import check_notes, photo_fields
from views.desk.forms import CorrectionForm
from views.desk.photo_fields import PhotoFields
from views.desk.post_form import PostForm
from views.web import guards, write_lock


def page(
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
    waiting = photos.waiting(photo_fields.waiting_ids(sent)) if copy else waiting or []
    beside = [*(post.gallery if post else []), *waiting]
    started_from = plain.number(form.started_from.data)
    if is_conflict or form.started_from.data is None:
        form.started_from.data = _newest_id(post)
    if proposals is None and form.release_sign:
        proposals = releases.find(release_fields(form, post, beside))
    photos_part = _photos_part(photo_fields.edits(sent), post, beside, captions or {})
    return render_template(
        "desk/posts/edit.html",
        form=form.offer(groups()),
        post=post,
        photos=photos_part,
        is_conflict=is_conflict,
        aside=aside,
        started_from=started_from,
        rows=merging.compare(post, aside, started_from) if post and aside else [],
        returned=request.method == "POST" or copy,
        proposals=proposals,
        undo=undo,
        **_around(form, post, photos_part["beside"]),
    )


def _photos_part(
    edits: dict[int, saving.PhotoEdit], post: Post | None, beside: list[Photo], captions: dict[str, str]
) -> dict[str, Any]:
    """What the page shows of photos: see photos_section in macros/desk_photos.html."""
    in_text = [photo for photo in post.photos if photo.in_text] if post else []
    return {
        "placed": _pictures(edits, in_text, {}),
        "beside": _pictures(edits, beside, captions),
        "credits": photos.recent_credits(),
        "limits": (Photo.WIDTHS[-1], current_app.config["MAX_CONTENT_LENGTH"]),
    }


def _around(form: PostForm, post: Post | None, beside: list[PhotoFields]) -> dict[str, Any]:
    """What stands around the fields. Of the article before, the origin is proposed for a new one."""
    is_open = not post and not form.origin.data
    return {
        "lead": bool(post) and front_slots.leads(post),
        "notice_form": CorrectionForm(formdata=None),
        "reporters": reporters.listed(),
        "last_origin": habits.of(guards.reader()).origin if is_open else "",
        "notes": check_notes.notes(form, post, beside),
        "chips": moments.chips(now()),
        "help_line": care.HELP_LINE,
    }


def pictures(form: PostForm, post: Post | None, sent: MultiDict[str, str]) -> list[PhotoFields]:
    """The photos beside the text of a form as it was sent, with what was typed about them."""
    waiting = photos.waiting(photo_fields.waiting_ids(sent))
    return _pictures(photo_fields.edits(sent), [*(post.gallery if post else []), *waiting], {})


def _pictures(
    edits: dict[int, saving.PhotoEdit], shown: list[Photo], captions: dict[str, str]
) -> list[PhotoFields]:
    for id, caption in captions.items():
        edits[int(id)] = replace(edits.get(int(id), saving.PhotoEdit()), caption=caption)
    found = [PhotoFields(photo, edits.get(photo.id), number) for number, photo in enumerate(shown, 1)]
    return sorted(found, key=lambda fields: fields.position)


def show_again(
    form: PostForm, id: int | None, new_photos: list[Photo], status: int, typed: Revision | None = None
) -> Any:
    """The form as it was typed. Its photos are saved for it; attachments have to be chosen again.

    :param typed: the version that was typed while another one was saved
    """
    db.session.rollback()
    waiting_ids = [*photo_fields.waiting_ids(request.form), *photos.hold(new_photos)]
    aside = revisions.put_aside(typed) if typed else None
    db.session.commit()
    write_lock.drop_write_lock()
    post = articles.find(id) if id else None
    is_conflict = typed is not None
    return page(form, post, photos.waiting(waiting_ids), aside, is_conflict=is_conflict), status


def store_photos(form: PostForm) -> list[Photo]:
    """Store the new photos of a form. Adds an error for each file that is no picture."""
    stored, settings = [], current_app.config["SETTINGS"]
    for number, file in enumerate(form.photos.data or []):
        try:
            photo = photos.take(Store(settings.media), file.stream, settings.photo_megapixels)
        except Refused as refusal:
            add_errors(form, {"photos": f"{file.filename}: {refusal}"})
            continue
        photo.caption, photo.credit = photo_fields.new_caption(request.form, number)
        stored.append(photo)
    return stored


def release_fields(form: PostForm, post: Post | None, shown: list[Photo]) -> releases.Fields:
    """What the form says. The text is cleaned as it will be when it is saved."""
    pictures = _pictures(photo_fields.edits(request.form), shown, {})
    return releases.Fields(
        title=form.title.data or "",
        body=publishing.cleaned(post or Post(), form.body.data or ""),
        credit_line=form.credit_line.data or "",
        internal_note=form.internal_note.data or "",
        published_at=form.published_at.data or "",
        captions={str(fields.photo.id): fields.caption for fields in pictures},
    )


def _newest_id(post: Post | None) -> str:
    """The id of the newest version of an article, for the form of that article. "0": none is stored yet."""
    newest = revisions.newest(post) if post else None
    return str(newest.id) if newest else "0"
