"""What a member is told on the site: replies to own comments."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from database import db
from domain.mail import notices, unsubscribing
from models import now
from views.web import guards, page_cache

blueprint = Blueprint("notices", __name__, url_prefix="/me/notices")
blueprint.after_request(page_cache.private)


@blueprint.get("")
@guards.member_required
def index() -> Any:
    member = guards.reader()
    listed, stopped = notices.newest(member), notices.stopped_threads(member)
    return render_template("notices/index.html", notices=listed, stopped=stopped)


@blueprint.post("/<int:id>/reading")
@guards.member_required
def read(id: int) -> Any:
    """Mark a notice as read and go to the reply."""
    notice = notices.find(guards.reader(), id)
    notice.read_at = notice.read_at or now()
    db.session.commit()
    return redirect(notice.comment.address, 303)


@blueprint.post("/reading")
@guards.member_required
def read_all() -> Any:
    notices.mark_all_read(guards.reader())
    db.session.commit()
    flash(_("All notices are marked as read."))
    return _index()


@blueprint.post("/<int:id>/thread/stop")
@guards.member_required
def stop_thread(id: int) -> Any:
    member = guards.reader()
    comment = notices.find(member, id).comment
    unsubscribing.stop_thread(member.id, comment.root_id or comment.id)
    db.session.commit()
    flash(_("You hear no more of this conversation."))
    return _index()


@blueprint.post("/threads/<int:comment_id>/resume")
@guards.member_required
def resume_thread(comment_id: int) -> Any:
    notices.resume_thread(guards.reader(), comment_id)
    db.session.commit()
    flash(_("You hear of this conversation again."))
    return _index()


def _index() -> Any:
    return redirect(url_for("notices.index"), 303)
