"""정정·반론·추후보도 청구: what waits, what was decided, and the answers that were sent."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import claim_replies, claims
from domain.desk.models import Claim, ClaimDecision
from domain.keeping import activity
from domain.neighbours import claims as sent_claims
from lib.text import plain
from models import now
from views.desk.claim_forms import ClaimArticleForm, DecisionForm
from views.web import enclosures, guards

blueprint = Blueprint("desk_claims", __name__, url_prefix="/desk/claims")
blueprint.add_app_template_global(claims.open_count, "open_claims")  # for the menu of the desk
blueprint.add_app_template_filter(claims.time_left)
blueprint.add_app_template_filter(claim_replies.kind, "claim_kind")
blueprint.add_app_template_filter(claim_replies.ground, "claim_ground")


@blueprint.get("")
def index() -> str:
    """Open claims, then closed ones. `?before=<id>` shows the next page of closed ones."""
    before = plain.number(request.args.get("before"))
    closed, more = claims.closed_claims(before)
    waiting = [] if before else claims.open_claims()
    return render_template(
        "desk/claims/index.html", open=waiting, closed=closed, more=more, is_first=not before, now=now()
    )


@blueprint.get("/<int:id>")
def show(id: int) -> str:
    return _page(claims.find(id), ClaimArticleForm(formdata=None))


@blueprint.get("/<int:id>/decisions/new")
def new_decision(id: int) -> str:
    """The answer to send, as ready text. `?kind=refused` asks for the ground first: `&ground=<number>`."""
    claim, kind, ground = claims.find(id), request.args.get("kind"), plain.number(request.args.get("ground"))
    if kind not in ClaimDecision.KINDS or (ground is not None and ground not in Claim.GROUNDS):
        abort(404)
    form = DecisionForm(formdata=None, kind=kind, ground=ground).offer_grounds()
    if kind != "refused" or ground:
        form.reply.data = claim_replies.ready(claim, kind, ground)
    return render_template("desk/claims/decision.html", claim=claim, form=form)


@blueprint.post("/<int:id>/decisions")
def decide(id: int) -> Any:
    claim, form = claims.find(id), DecisionForm().offer_grounds()
    decision = form.decision() if form.validate() else None
    if decision is None:
        if form.kind.data == "refused" and form.ground.data not in Claim.GROUNDS:
            form.ground.errors = [_("Please choose one of the five grounds.")]
        if form.kind.errors:
            abort(422)
        return render_template("desk/claims/decision.html", claim=claim, form=form), 422
    claims.decide(claim, guards.reader(), decision)
    _record(claim, "claim-decided")
    db.session.commit()
    if decision.kind == "accepted" and claim.post_id:
        flash(_("Recorded. Now check the text to be printed and add it: the claim is closed by that."))
        return redirect(url_for("desk_corrections.new", id=claim.post_id, claim=claim.id), 303)
    flash(_("Recorded. Do not forget to send the answer."))
    return _claim(claim)


@blueprint.post("/<int:id>/election")
def mark_election(id: int) -> Any:
    """Mark as about an election, or as not about one."""
    claim = claims.find(id)
    claims.mark_election(claim, not claim.is_election)
    _record(claim, "claim-changed")
    db.session.commit()
    return _claim(claim)


@blueprint.post("/<int:id>/article")
def name_article(id: int) -> Any:
    claim, form = claims.find(id), ClaimArticleForm()
    post = sent_claims.named_article(form.article.data or "") if form.validate() else None
    if post is None:
        form.article.errors = form.article.errors or [_("There is no published article at this address.")]
        return _page(claim, form), 422
    claims.name_article(claim, post)
    _record(claim, "claim-changed")
    db.session.commit()
    return _claim(claim)


@blueprint.get("/<int:id>/file")
def file(id: int) -> Response:
    claim = claims.find(id)
    return enclosures.download(claim.digest, claim.filename, f"claim-{claim.id}")


def _page(claim: Claim, form: ClaimArticleForm) -> str:
    return render_template("desk/claims/show.html", claim=claim, form=form, now=now())


def _record(claim: Claim, act: str) -> None:
    activity.record(guards.reader(), act, claim.receipt, url_for(".show", id=claim.id))


def _claim(claim: Claim) -> Any:
    return redirect(url_for("desk_claims.show", id=claim.id), 303)
