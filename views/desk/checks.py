"""What is worth a look before an article appears: asked by a script while it is written."""

from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import escape

from domain.desk import articles
from domain.desk.checks import care
from lib.text import markup, plain
from views.desk import check_notes, writing_page
from views.desk.post_form import PostForm
from views.web import rates, write_lock

blueprint = Blueprint("desk_checks", __name__, url_prefix="/desk/checks")


@blueprint.post("")
@rates.limited("120 per minute")
@write_lock.without_write_lock
def show() -> str:
    """The panel for a form as it was typed, without the page around it. `post_id`: see documents.py."""
    form, post = _form()
    notes = check_notes.notes(form, post, writing_page.pictures(form, post, request.form))
    return render_template("desk/checks/show.html", notes=notes, help_line=care.HELP_LINE)


@blueprint.post("/help-line")
@write_lock.without_write_lock
def create() -> Any:
    """The form as it was typed, with the help line at the end of its text. The article is not saved."""
    form, post = _form()
    new_photos = writing_page.store_photos(form)
    form.body.data = _with_help_line(form.body.data or "")
    write_lock.take_write_lock()
    return writing_page.show_again(form, post.id if post else None, new_photos, 200)


def _form() -> tuple[PostForm, Any]:
    id = plain.number(request.form.get("post_id"))
    post = articles.find(id) if id else None
    return (PostForm.of(post) if post else PostForm()), post


def _with_help_line(body: str) -> str:
    if body and not markup.is_html(body):
        return f"{body}\n\n{care.HELP_LINE}"
    return f"{body}\n<blockquote><p>{escape(care.HELP_LINE)}</p></blockquote>".strip()
