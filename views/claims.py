"""정정·반론·추후보도 청구: a form that anybody can send, and the receipt that follows. Shown nowhere else."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from database import db
from domain.neighbours import claims
from domain.neighbours.claims import ClaimDraft
from forms import ClaimForm
from lib.text import plain
from models import Post
from views.web import captcha, enclosures, guards, page_cache, rates, request_limits
from views.web.page_context import absolute_url

blueprint = Blueprint("claims", __name__, url_prefix="/corrections")
blueprint.after_request(page_cache.private)


@blueprint.get("/new")
@blueprint.get("/claims/new")
def new() -> Any:
    """The form. `?post=<id>` names the article."""
    post, form = claims.article(plain.number(request.args.get("post"))), _form()
    if post:
        form.article.data = absolute_url(f"/posts/{post.id}")
    if "captcha" in form:
        captcha.new_captcha(form)
    return _page(form, post)


@blueprint.post("/claims")
@request_limits.with_files(enclosures.LARGEST_REQUEST)
@rates.limited("10 per minute; 60 per hour", scope="letters")
def create() -> Any:
    """A second send of a claim is found before the form is checked: its captcha is already used up."""
    form = _form()
    draft = ClaimDraft(**form.draft())
    file, problem = enclosures.read(form.file.data)
    if not problem and (sent := claims.find_sent(draft, file)):
        return redirect(url_for(".show", receipt=sent.receipt), 303)
    if status := enclosures.check_form(form, problem):
        return _page(form), status
    claim = claims.submit(guards.reader(), draft, file, enclosures.store())
    db.session.commit()
    return redirect(url_for(".show", receipt=claim.receipt), 303)


@blueprint.get("/claims/<receipt>")
@rates.limited("60 per minute")
def show(receipt: str) -> Any:
    """The receipt: its number, when it came, and until when it is answered. Nothing of what was written."""
    claim = claims.find_receipt(receipt) or abort(404)
    return render_template("claims/show.html", claim=claim)


def _form() -> ClaimForm:
    form = ClaimForm()
    return form.without_captcha() if guards.reader() else form


def _page(form: ClaimForm, post: Post | None = None) -> str:
    title = post.title if post and post.state == "published" else ""
    return render_template("claims/new.html", form=form, article_title=title)
