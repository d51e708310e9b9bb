"""HWPX and DOCX files: their text and photos are put into the form of an article."""

from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, flash, request

from domain.desk import articles, documents
from forms import add_errors
from lib.files.store import Store
from lib.text import plain
from models import Refused
from views.desk import writing_page
from views.desk.post_form import PostForm
from views.web import write_lock

blueprint = Blueprint("desk_documents", __name__, url_prefix="/desk")


@blueprint.post("/documents")
@write_lock.without_write_lock
def create() -> Any:
    """The form as it was typed, with text and photos of the file `document`. The article is not saved.

    `post_id`: the article that the form belongs to; none for a new one.
    """
    id = plain.number(request.form.get("post_id"))
    form = PostForm.of(articles.find(id)) if id else PostForm()
    new_photos, status = writing_page.store_photos(form), 422 if form.errors else 200
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
    return writing_page.show_again(form, id, new_photos, status)


def _take_document(form: PostForm) -> documents.Imported:
    file, settings = form.document.data, current_app.config["SETTINGS"]
    stream = file.stream if file else BytesIO()
    limit_bytes = settings.upload_megabytes * 1_000_000
    return documents.take(Store(settings.media), stream, limit_bytes, settings.photo_megapixels)
