"""Members: found, seen, banned, closed, marked as spam. Their data is shown after a press that is logged."""

import json
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from database import db
from domain.desk import members
from domain.keeping import activity
from domain.moderation import access, access_checks, bans, blocks, spam
from domain.neighbours import consents, personal_data
from lib.text import plain
from lib.web.addresses import with_query
from models import Member, Refused
from views.desk.member_forms import AccessCheckForm, BanForm, ExportForm
from views.web import guards

blueprint = Blueprint("desk_members", __name__, url_prefix="/desk/members")
blueprint.add_app_template_filter(members.masked)
LIST = "/desk/members"


@blueprint.get("")
def index() -> str:
    """`?q=`, `?state=`; `?before=<id>` continues the list."""
    text, state = plain.line(request.args.get("q", ""))[:300], request.args.get("state", "")
    if state not in ("", *members.STATES):
        abort(404)
    found, more = members.listed(text, state, _before())
    link = partial(with_query, LIST, q=text or None)
    return render_template(
        "desk/members/index.html", members=found, more=more, text=text, state=state, link=link
    )


@blueprint.get("/log")
def log() -> str:
    """Who has seen or changed what. `?before=<id>` shows the next page."""
    entries, more = access.newest(_before())
    due = [(month, access_checks.sums(month)) for month in access_checks.due()]
    checks = access_checks.newest()
    return render_template("desk/members/log.html", entries=entries, more=more, due=due, checks=checks)


@blueprint.post("/log/checks")
def check() -> Any:
    """The editor has looked through the log of a month."""
    form = AccessCheckForm()
    form.check()
    access_checks.check(form.month.data, _editor(), form.note.data or "")
    activity.record(_editor(), "access-checked", f"{form.month.data:%Y-%m}", url_for(".log"))
    db.session.commit()
    flash(_("Recorded: you have checked this month."))
    return redirect(url_for(".log"), 303)


@blueprint.get("/<int:id>")
def show(id: int) -> str:
    return _page(members.find(id))


@blueprint.post("/<int:id>/visits")
def visit(id: int) -> Any:
    """Show name, address and consents from now on, for the length of a visit."""
    access.visit(_editor(), member := members.find(id))
    return _done(member)


@blueprint.post("/<int:id>/ban")
def ban(id: int) -> Any:
    member, form = members.find(id), BanForm()
    if not form.validate():
        return _page(member, ban_form=form), 422
    try:
        bans.ban(member, form.until, form.reason.data or "", _editor())
    except Refused as refusal:
        form.form_errors.append(str(refusal))
        return _page(member, ban_form=form), refusal.status
    _record(member, "member-banned")
    return _done(member, _("“%(name)s” can read, and no longer write.", name=member.nickname))


@blueprint.post("/<int:id>/ban/lifting")
def lift(id: int) -> Any:
    bans.lift(member := members.find(id), _editor())
    _record(member, "ban-lifted")
    return _done(member, _("“%(name)s” can write again.", name=member.nickname))


@blueprint.post("/<int:id>/closing")
def close(id: int) -> Any:
    bans.close(member := members.find(id), _editor())
    _record(member, "member-closed")
    return _done(member, _("The account is closed, and logged out everywhere. The comments stay."))


@blueprint.post("/<int:id>/reopening")
def reopen(id: int) -> Any:
    """Open a closed account again; one that is spam is brought back with everything of it."""
    member = members.find(id)
    if spam.open_case(member):
        raise Refused(_("This account is marked as spam. Bring it back with everything of it."), 409)
    bans.reopen(member, _editor())
    _record(member, "member-reopened")
    return _done(member, _("The account is open again."))


@blueprint.post("/<int:id>/export")
def export(id: int) -> Any:
    """Everything that is stored about a member, as a file. Who asked, and why, is logged."""
    member, form = members.find(id), ExportForm()
    if not form.validate():
        return _page(member, export_form=form), 422
    access.log(_editor(), member, "exported", form.purpose.data or "")
    _record(member, "member-exported")
    text = json.dumps(personal_data.export(member), ensure_ascii=False, indent=2)
    db.session.commit()
    headers = {"Content-Disposition": f'attachment; filename="member-{id}.json"', "Cache-Control": "no-store"}
    return Response(text, mimetype="application/json", headers=headers)


@blueprint.post("/<int:id>/spam")
def mark_spam(id: int) -> Any:
    spam.mark(member := members.find(id), _editor())
    _record(member, "member-spam")
    return _done(member, _("Everything of this account has disappeared. For 30 days it can be brought back."))


@blueprint.post("/<int:id>/spam/undoing")
def undo_spam(id: int) -> Any:
    spam.undo(member := members.find(id), _editor())
    _record(member, "member-spam-undone")
    return _done(member, _("Everything is as it was before."))


def _page(member: Member, ban_form: BanForm | None = None, export_form: ExportForm | None = None) -> str:
    comments = members.newest_comments(member)
    is_open = access.is_visiting(_editor(), member)
    return render_template(
        "desk/members/show.html",
        member=member,
        is_open=is_open,
        consents=consents.history(member) if is_open else [],
        counts=members.comment_counts(member),
        comments=comments,
        with_origin=blocks.with_origin([comment.id for comment in comments]),
        former_nicknames=members.former_nicknames(member),
        entries=access.of_member(member),
        case=spam.open_case(member),
        ban_form=ban_form or BanForm(formdata=None),
        export_form=export_form or ExportForm(formdata=None),
    )


def _record(member: Member, act: str) -> None:
    activity.record(_editor(), act, _("Member %(id)s", id=member.id), url_for(".show", id=member.id))


def _done(member: Member, sentence: str = "") -> Any:
    page = url_for(".show", id=member.id)
    db.session.commit()
    if sentence:
        flash(sentence)
    return redirect(page, 303)


def _editor() -> Member:
    return guards.reader() or abort(401)


def _before() -> int | None:
    return plain.number(request.args.get("before"))
