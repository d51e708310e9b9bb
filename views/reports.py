"""신고: reporting a comment or an article. Guests answer a captcha; the form is a page of its own."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for

from database import db
from domain.mail import outbox
from domain.moderation import report_words, reports
from domain.moderation.reports import ReportDraft
from domain.neighbours import commenting
from domain.reading import articles
from models import Comment, Post
from views.web import captcha, guards, page_cache, published, rates
from views.web.report_forms import ReportForm

blueprint = Blueprint("reports", __name__)
blueprint.after_request(page_cache.private)
blueprint.add_app_template_filter(report_words.reason, "report_reason")
blueprint.add_app_template_filter(report_words.outcome, "report_outcome")
blueprint.add_app_template_filter(report_words.answer, "report_answer")


@blueprint.get("/comments/<int:comment_id>/reports/new")
@blueprint.get("/posts/<int:post_id>/reports/new")
def new(comment_id: int = 0, post_id: int = 0) -> Any:
    target, form = _target(comment_id, post_id), _form()
    if "captcha" in form:
        captcha.new_captcha(form)
    return _page(target, form)


@blueprint.post("/comments/<int:comment_id>/reports")
@blueprint.post("/posts/<int:post_id>/reports")
@rates.limited("20 per minute; 100 per day", rates.person)
@rates.limited("60 per minute")
def create(comment_id: int = 0, post_id: int = 0) -> Any:
    """A second send is found first: the first one may have used up the captcha, or hidden the comment."""
    member, sender, form = guards.reader(), _sender(), _form()
    existing = commenting.find(comment_id) if comment_id else articles.find(post_id)
    if existing and reports.find_sent(existing, member, sender):
        return redirect(url_for(".sent"), 303)
    target = _target(comment_id, post_id)
    if status := captcha.check(form):
        return _page(target, form), status
    reports.report(target, member, sender, ReportDraft(**form.draft()))
    db.session.commit()
    return redirect(url_for(".sent"), 303)


@blueprint.get("/reports/sent")
def sent() -> Any:
    return render_template("reports/sent.html", member=guards.reader())


def _target(comment_id: int, post_id: int) -> Comment | Post:
    return published.comment(comment_id) if comment_id else published.post_or_404(post_id)


def _sender() -> str:
    return reports.guest(rates.sender(), current_app.config["SECRET_KEY"])


def _form() -> ReportForm:
    form = ReportForm().offer_reasons()
    make = form.for_member if guards.reader() else form.for_guest
    return make(mail_is_on=outbox.is_on())


def _page(target: Comment | Post, form: ReportForm) -> str:
    comment = target if isinstance(target, Comment) else None
    article = target.post if isinstance(target, Comment) else target
    return render_template("reports/new.html", comment=comment, article=article, form=form)
