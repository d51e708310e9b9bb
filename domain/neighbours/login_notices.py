"""Mails to the owner of an account: a login from a new browser, a run of wrong passwords or codes.

Only addresses that were confirmed get them: somebody may have joined with that of another person.
"""

from datetime import timedelta

from sqlalchemy import func, select

from database import db
from domain.neighbours import account_letters
from domain.neighbours.login_limits import CODE
from domain.neighbours.models import LoginFailure
from lib.text import plain
from models import Member, local, now

RUN, WITHIN = 10, timedelta(hours=1)


def tell_of_new_browser(member: Member, device: str) -> None:
    """Put the mail into the outbox, with the transaction of the login."""
    if _may_be_told(member):
        event = f"new-browser-{member.id}-{now():%Y%m%d%H%M%S}"
        account_letters.put(account_letters.new_browser(now(), device), member, event)


def tell_of_failed_runs() -> None:
    """Put the mails about accounts that had RUN failures lately into the outbox, each once a day."""
    query = (
        select(LoginFailure.account, func.count())
        .where(LoginFailure.failed_at > now() - WITHIN)
        .group_by(LoginFailure.account)
        .having(func.count() >= RUN)
    )
    for account, amount in db.session.execute(query).all():
        is_code = account.startswith(CODE)
        id = plain.number(account.removeprefix(CODE))  # none: a name that nobody has
        member = db.session.get(Member, id) if id else None
        if member and _may_be_told(member):
            letter = account_letters.failed_codes if is_code else account_letters.failed_passwords
            event = f"failed-{'codes' if is_code else 'logins'}-{member.id}-{local(now()):%Y%m%d}"
            account_letters.put(letter(amount), member, event)


def _may_be_told(member: Member) -> bool:
    return member.is_active and bool(member.email_confirmed_at or member.is_editor)
