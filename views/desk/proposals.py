"""What a press release proposes for the other fields of the form of an article."""

from typing import Any

from flask import Blueprint, request

from database import db
from domain.desk import articles, photos, releases
from lib.text import plain
from views.desk import photo_fields, writing_page
from views.desk.post_form import PostForm
from views.web import write_lock

blueprint = Blueprint("desk_proposals", __name__, url_prefix="/desk")


@blueprint.post("/proposals")
@write_lock.without_write_lock
def create() -> Any:
    """The form as it was typed, with what was chosen of the proposals for a press release. Nothing is saved.

    `proposals`: names of those to accept; "undo" for the form before the last ones; without any the page
    says what there is.
    """
    id, names = plain.number(request.form.get("post_id")), request.form.getlist("proposals")
    form = PostForm.of(articles.find(id)) if id else PostForm()
    new_photos, status = writing_page.store_photos(form), 422 if form.errors else 200
    write_lock.take_write_lock()
    waiting_ids = [*photo_fields.waiting_ids(request.form), *photos.hold(new_photos)]
    db.session.commit()
    write_lock.drop_write_lock()
    post, waiting = articles.find(id) if id else None, photos.waiting(waiting_ids)
    before = writing_page.release_fields(form, post, [*(post.gallery if post else []), *waiting])
    if "undo" in names:
        after, undo = releases.Fields.from_json(request.form.get("undo", "")) or before, ""
    else:
        after = releases.find(before).accepted(before, names)
        undo = before.as_json if after != before else ""
    _fill_in(form, after)
    return writing_page.page(
        form, post, waiting, captions=after.captions, proposals=releases.find(after), undo=undo
    ), status


def _fill_in(form: PostForm, fields: releases.Fields) -> None:
    for name in ("title", "body", "credit_line", "internal_note", "published_at"):
        form[name].data = getattr(fields, name)
