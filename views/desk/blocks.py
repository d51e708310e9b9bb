"""What is blocked: networks that nobody can write from, e-mail domains that nobody can join with."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.keeping import activity
from domain.moderation import blocks
from domain.moderation.models import EmailBlock, NetworkBlock
from domain.neighbours import commenting
from forms import add_errors
from lib.text import plain
from lib.web.paging import LARGEST_ID
from models import Comment, Refused
from views.desk.member_forms import DomainBlockForm, NetworkBlockForm, OriginBlockForm
from views.web import guards, network_blocks, rates

blueprint = Blueprint("desk_blocks", __name__, url_prefix="/desk/blocks")


@blueprint.get("")
def index() -> str:
    return _page()


@blueprint.post("/networks")
def create_network() -> Any:
    form = NetworkBlockForm()
    try:
        if not form.validate():
            return _page(network_form=form), 422
        _check_not_own(blocks.block_network(form.network.data or "", form.until, form.reason.data or ""))
    except Refused as refusal:
        db.session.rollback()
        add_errors(form, {"network": str(refusal)})
        return _page(network_form=form), refusal.status
    return _done(_("Nobody can write from this network until the block ends."), "block-added")


@blueprint.post("/networks/<int:id>/removal")
def destroy_network(id: int) -> Any:
    _delete(NetworkBlock, id)
    return _done(_("The block is removed."), "block-removed")


@blueprint.post("/domains")
def create_domain() -> Any:
    form = DomainBlockForm()
    try:
        if not form.validate():
            return _page(domain_form=form), 422
        blocks.block_email(form.domain.data or "", form.note.data or "")
    except Refused as refusal:
        add_errors(form, {"domain": str(refusal)})
        return _page(domain_form=form), refusal.status
    return _done(_("Nobody can join with an address of this domain."), "block-added")


@blueprint.post("/domains/<int:id>/removal")
def destroy_domain(id: int) -> Any:
    _delete(EmailBlock, id)
    return _done(_("The block is removed."), "block-removed")


@blueprint.get("/origins/new")
def new_origin() -> str:
    """Ask for how long the network of a comment is to be blocked: `?comment=<id>`."""
    comment = _comment(plain.number(request.args.get("comment")) or 0)
    return _origin_page(comment, OriginBlockForm(formdata=None))


@blueprint.post("/origins/<int:comment_id>")
def create_origin(comment_id: int) -> Any:
    comment, form = _comment(comment_id), OriginBlockForm()
    if not form.validate():
        return _origin_page(comment, form), 422
    _check_not_own(blocks.block_origin(comment, form.until, form.reason.data or ""))
    return _done(_("Nobody can write from this network until the block ends."), "block-added")


def _comment(id: int) -> Comment:
    """A comment whose network is known."""
    comment = commenting.find(id)
    if comment is None:
        raise Refused(_("There is no such comment."), 404)
    if not blocks.with_origin([id]):
        raise Refused(_("Where this comment came from is not known, or no longer."), 410)
    return comment


def _check_not_own(block: NetworkBlock) -> None:
    """:raises Refused: the editor is in this network; with a wrong setting `proxies` everybody is (409)"""
    if blocks.covers([(block.network, block.sender)], rates.address(), network_blocks.network_hash()):
        raise Refused(_("You are in this network yourself: you would shut out everybody beside you."), 409)


def _delete(table: type[NetworkBlock] | type[EmailBlock], id: int) -> None:
    """Delete a block; one that is gone already is no mistake."""
    if 0 < id <= LARGEST_ID and (block := db.session.get(table, id)):
        db.session.delete(block)


def _origin_page(comment: Comment, form: OriginBlockForm) -> str:
    return render_template("desk/blocks/origin.html", comment=comment, form=form)


def _page(network_form: NetworkBlockForm | None = None, domain_form: DomainBlockForm | None = None) -> str:
    return render_template(
        "desk/blocks/index.html",
        networks=blocks.networks(),
        domains=blocks.email_domains(),
        network_form=network_form or NetworkBlockForm(formdata=None),
        domain_form=domain_form or DomainBlockForm(formdata=None),
    )


def _done(sentence: str, act: str) -> Any:
    activity.record(guards.reader(), act, path=url_for("desk_blocks.index"))
    db.session.commit()
    flash(sentence)
    return redirect(url_for("desk_blocks.index"), 303)
