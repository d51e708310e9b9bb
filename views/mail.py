"""Links in letters that stop mail. No login is needed: the address is signed."""

from typing import Any

from flask import Blueprint, abort, render_template

from database import db
from domain.mail import unsubscribing
from domain.mail.unsubscribing import Stop
from views.web import csrf, page_cache, rates

blueprint = Blueprint("mail", __name__, url_prefix="/mail")
blueprint.after_request(page_cache.private)


@blueprint.get("/unsubscribe/<token>")
def show(token: str) -> Any:
    """A page with a button: programs that open every link of a letter stop nothing."""
    return render_template("mail/unsubscribe.html", stop=_find(token), is_stopped=False)


@blueprint.post("/unsubscribe/<token>")
@csrf.csrf.exempt
@rates.limited("60 per minute")
def stop(token: str) -> Any:
    """Stop it: the button, or a mail program's one-click request (RFC 8058), which follows no redirect."""
    found = _find(token)
    unsubscribing.apply(found)
    db.session.commit()
    return render_template("mail/unsubscribe.html", stop=found, is_stopped=True)


def _find(token: str) -> Stop:
    return unsubscribing.read(token) or abort(404)
