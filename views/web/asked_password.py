"""A member who is logged in types the password again before something weighty is done."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _

from database import db
from domain.neighbours import login_limits, membership
from domain.neighbours.login_limits import Attempt
from models import Refused
from views.web import guards, rates
from views.web.write_lock import take_write_lock


def check(field: Any) -> None:
    """Check that a field holds the member's password. Holds no transaction while it is hashed, nor after.

    :raises Refused: it does not, or there were too many wrong ones
    """
    with membership.password_slot():
        take_write_lock()
        member = guards.reader()
        secret = current_app.config["SECRET_KEY"]
        attempt = Attempt.of(member, member.username, rates.sender(), secret, known=True)
        login_limits.count(attempt)
        db.session.commit()
        if not membership.has_password(member, field.data):
            raise Refused(_("The password is not right."))
        login_limits.forget(attempt)
        db.session.commit()
