"""A test client that behaves like a browser without scripts."""

from typing import Any

from flask import g
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from database import db
from models import Login, Member

BROWSER = (
    "Mozilla/5.0 (Linux; Android 14; SM-S911N) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)


class Client(FlaskClient):
    """A browser without scripts: remembers cookies, and sends forms with the token of its session."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        _forget()
        return super().open(*args, **kwargs)

    def send(self, path: str, **fields: Any) -> Any:
        """POST a form as its page would, CSRF token included."""
        _forget()
        with self.session_transaction() as session, self.application.test_request_context():
            from flask import session as inner

            inner.update(session)
            token = generate_csrf()
            session.update(inner)
        return self.post(path, data={"csrf_token": token, **fields})

    def log_in(self, member: Member, *, remember: bool = False) -> "Client":
        with self.application.app_context():
            member = db.session.merge(member)
            token = Login.start(member, remember=remember)
            db.session.commit()
        with self.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self


def _forget() -> None:
    """Clear what the test's application context holds of the request before, and end its transaction.

    Requests of the test client share that context.
    """
    if not g:  # another thread has no such context
        return
    db.session.rollback()
    for name in list(g):
        g.pop(name)
