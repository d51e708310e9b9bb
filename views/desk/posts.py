"""The writing desk: what there is to do, and the page an article is written on."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from database import db
from domain.desk import lookup, photos, publishing, tagging
from forms import add_errors
from lib.files.store import Store
from models import Paper, Photo, Post, Refused, Section, now
from views.desk.forms import PhotoFields, PostForm, number_of
from views.web import guards, write_lock

blueprint = Blueprint("desk_posts", __name__, url_prefix="/desk")


@blueprint.get("/")
@guards.editor_required
def index() -> str:
    """Drafts, what is to come, what is out (`?before=<moment>,<id>` goes on), what was taken down."""
    before = _before()
    published, more = lookup.published(before)
    lists = (
        {}
        if before
        else {"drafts": lookup.drafts(), "scheduled": lookup.scheduled(), "deleted": lookup.deleted()}
    )
    return render_template(
        "desk/posts/index.html", published=published, more=more, further=bool(before), **lists
    )


@blueprint.get("/posts/new")
@guards.editor_required
def new() -> str:
    form = PostForm(data={"section_id": number_of(request.args.get("section"))})
    return _page(form)


@blueprint.post("/posts")
@guards.editor_required
@write_lock.without_write_lock
def create() -> Any:
    return _save(PostForm(), None)


@blueprint.get("/posts/<int:id>/edit")
@guards.editor_required
def edit(id: int) -> str:
    post = lookup.article(id)
    return _page(_as_saved(post), post)


@blueprint.post("/posts/<int:id>")
@guards.editor_required
@write_lock.without_write_lock
def update(id: int) -> Any:
    post = lookup.article(id)
    return _save(PostForm.of(post), post)


@blueprint.get("/posts/<int:id>/preview")
@guards.editor_required
def preview(id: int) -> Any:
    """The article as readers will see it."""
    return redirect(url_for("posts.show", id=lookup.article(id).id))


def _as_saved(post: Post, **kwargs: Any) -> PostForm:
    form = PostForm.of(post, **kwargs)
    if post.summary == publishing.summary(post.body):
        form.summary.data = ""  # it follows the text
    return form


def _save(form: PostForm, post: Post | None) -> Any:
    """Pictures first, which takes a while; then one short turn at writing."""
    id, form = post.id if post else None, form.offer(lookup.groups())
    valid = form.validate()
    new = _take_photos(form)
    write_lock.take_write_lock()
    if not valid or form.errors:
        return _keep(form, id, new)
    post = lookup.article(id) if id else lookup.sent_before(form.idempotency_key.data)
    if post and form.version.data != post.version and (form.version.data or not id):
        return _sent_again(form, post, new)
    post = post or Post(
        idempotency_key=form.idempotency_key.data or None, author_id=guards.reader().id, title=""
    )
    try:
        _write(form, post, new)
    except Refused as refusal:
        add_errors(form, {"attachments": str(refusal)})
        return _keep(form, id, new, refusal.status)
    return _onward(post)


def _write(form: PostForm, post: Post, new: list[Photo]) -> None:
    """Everything a form says about an article, in one transaction."""
    _apply(form, post, new)
    db.session.commit()


def _apply(form: PostForm, post: Post, new: list[Photo]) -> None:
    section = db.session.get_one(Section, form.section_id.data)
    db.session.add(post)
    publishing.revise(post, section, **form.columns)
    tagging.put(post, form.tag_names)
    post.pin(bool(form.pinned.data))
    db.session.flush()
    publishing.add_photos(post, [*lookup.loose_photos(_kept_ids()), *new])
    _caption(post)
    _attach(form, post)
    _publish(form, post)


def _take_photos(form: PostForm) -> list[Photo]:
    """The photos that came with a form, captions with them. What is no picture is complained of; the others are kept."""
    captions, credits = request.form.getlist("captions"), request.form.getlist("credits")
    taken, settings = [], current_app.config["SETTINGS"]
    for place, file in enumerate(form.photos.data or []):
        try:
            photo = photos.take(Store(settings.media), file.stream, settings.photo_megapixels)
        except Refused as refusal:
            add_errors(form, {"photos": f"{file.filename}: {refusal}"})
            continue
        photo.caption, photo.credit = (
            PhotoFields.said(captions, place, 300),
            PhotoFields.said(credits, place, 80),
        )
        taken.append(photo)
    return taken


def _caption(post: Post) -> None:
    for photo in list(post.photos):
        said = PhotoFields(photo, request.form)
        photo.caption, photo.credit, photo.position = said.caption, said.credit, said.position
        if said.removed:
            publishing.remove_photo(post, photo)
    db.session.flush()
    db.session.expire(post, ["photos"])  # they stand in their new order
    publishing.choose_cover(post)


def _attach(form: PostForm, post: Post) -> None:
    for attachment in list(post.attachments):
        if request.form.get(f"remove-attachment-{attachment.id}"):
            post.attachments.remove(attachment)
    settings = current_app.config["SETTINGS"]
    for file in form.attachments.data or []:
        publishing.attach(
            Store(settings.media), post, file.filename, file.stream, settings.upload_megabytes * 1_000_000
        )


def _publish(form: PostForm, post: Post) -> None:
    if post.state == "deleted":
        return
    at = form.published_at.moment if form.publish.data == "at" else None
    if form.publish.data == "draft":
        post.withdraw()
    elif "preview" not in request.form or (at and at > now()):  # to look at it first publishes nothing
        publishing.publish(post, at)


def _keep(form: PostForm, id: int | None, new: list[Photo], status: int = 422) -> Any:
    """The form again, as it was typed. Photos that came with it wait for it; files have to be chosen again."""
    db.session.rollback()
    loose = _copies(new)
    db.session.add_all(loose)
    db.session.flush()
    waiting = [*_kept_ids(), *(photo.id for photo in loose)]
    db.session.commit()
    write_lock.drop_write_lock()
    post = lookup.article(id) if id else None
    return _page(form, post, lookup.loose_photos(waiting), conflict=status == 409), status


def _copies(new: list[Photo]) -> list[Photo]:
    return [
        Photo(digest=p.digest, width=p.width, height=p.height, caption=p.caption, credit=p.credit)
        for p in new
    ]


def _sent_again(form: PostForm, post: Post, new: list[Photo]) -> Any:
    """Written on a page that is older than what is saved: a double click, which has its result already, or another text."""
    id, version, before = post.id, post.version, _standing(post)
    try:
        _apply(form, post, _copies(new))
        same = _standing(post) == before
    except Refused:
        same = False
    db.session.rollback()
    if same:
        return _onward(lookup.article(id))
    form.version.data = version  # both are shown, and sending again is a decision
    return _keep(form, id, new, 409)


def _standing(post: Post) -> tuple[str, set[tuple[str, str]]]:
    """What sending the same form twice leaves as it is."""
    return post.version, {(file.filename, file.digest) for file in post.attachments}


def _page(
    form: PostForm, post: Post | None = None, waiting: list[Photo] | None = None, *, conflict: bool = False
) -> str:
    sent = request.form if request.method == "POST" else None
    pictures = [PhotoFields(photo, sent) for photo in [*(post.gallery if post else []), *(waiting or [])]]
    for place, said in enumerate(pictures, 1):
        if sent is None or f"position-{said.photo.id}" not in sent:
            said.position = place
    form.offer(lookup.groups())
    theirs = form.unlike(_as_saved(post, formdata=None), post, pictures) if post and conflict else None
    lead = bool(post) and Paper.get().lead_post_id == post.id
    return render_template(
        "desk/posts/edit.html", form=form, post=post, pictures=pictures, theirs=theirs, lead=lead
    )


def _onward(post: Post) -> Any:
    """To the article when it is out or is to be looked at, else back to the page it is written on."""
    address = url_for("posts.show", id=post.id)
    link = Markup('<a href="{}">{}</a>').format(address, post.title)
    if post.state == "published":
        flash(escape(_("Published:")) + " " + link)
        return redirect(address, 303)
    flash(escape(_("Saved:")) + " " + link)
    if "preview" in request.form and post.state != "deleted":
        return redirect(address, 303)
    return redirect(url_for("desk_posts.edit", id=post.id), 303)


def _kept_ids() -> list[int]:
    return [id for id in map(number_of, request.form.getlist("kept_photos")[:200]) if id]


def _before() -> tuple[datetime, int] | None:
    """Where the list goes on; none where the address says nothing that can be read."""
    moment, _comma, id = request.args.get("before", "").partition(",")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), number_of(id) or 0
    except (ValueError, OverflowError):
        return None
