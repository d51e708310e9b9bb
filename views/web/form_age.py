"""How long a form has been open: a signed moment in a hidden field, which a program cannot make up."""

from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, TimestampSigner

from models import now

LONGEST = timedelta(days=1)


def new_moment() -> str:
    """The present moment, signed."""
    return _signer().sign("opened").decode()


def seconds_open(moment: str | None) -> float | None:
    """Return how long ago a moment was signed; None if it is not ours or older than LONGEST."""
    try:
        _value, opened_at = _signer().unsign(
            moment or "", max_age=int(LONGEST.total_seconds()), return_timestamp=True
        )
    except (BadData, UnicodeError):
        return None
    return (now() - opened_at).total_seconds()


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="form opened")
