"""How commands and regular jobs write the news."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from database import db, end_transaction, write_intent
from models import Refused


@contextmanager
def news_transaction() -> Iterator[None]:
    """One writing transaction on the news, committed at the end. A refusal ends the command."""
    end_transaction()
    token = write_intent.set(True)
    try:
        yield
        db.session.commit()
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    finally:
        end_transaction()
        write_intent.reset(token)
