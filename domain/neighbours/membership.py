"""Joining, logging in and leaving: the names, passwords and logins of members."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from database import db, end_transaction
from domain.moderation import bans, blocks, rejoining
from domain.neighbours import (
    account_letters,
    consents,
    join_limits,
    links,
    login_limits,
    nicknames,
    pending_logins,
    reserved_names,
)
from lib.text import names, plain
from lib.web import passwords
from models import Login, Member, Refused, digest, now

BUSY_SECONDS = 5  # after which a refused password is worth another try


class NamesRefused(Refused):
    """Names that are taken, reserved or malformed.

    :param problems: field (username, nickname, email) -> a sentence
    """

    def __init__(self, problems: dict[str, str]):
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def problems(username: str, nickname: str, email: str) -> dict[str, str]:
    """Return why a new member cannot have these names: field -> sentence. Empty if all are free."""
    return reserved(username, nickname, email) | _taken(username, nickname, email)


def reserved(username: str, nickname: str, email: str) -> dict[str, str]:
    """Which of these names seem to speak for the paper, and whether the address is of a blocked domain:
    field -> sentence. Tells nothing about members.
    """
    found = blocks.problem_with(email)
    if reserved_names.is_reserved_username(username):
        found["username"] = _("This username is kept for the paper. Please choose another.")
    if sentence := nicknames.reserved(nickname):
        found["nickname"] = sentence
    return found


def join(
    username: str, nickname: str, email: str, password_hash: str, *, secret: str, wants_news: bool = False
) -> Member:
    """Add a member, with consents to the current versions of the documents.

    :param secret: the key that signs the cookies
    :raises NamesRefused: a name is taken or reserved, or a member left with this address while banned
    """
    if found := problems(username, nickname, email) or rejoining.problem_with(email, secret):
        raise NamesRefused(found)
    member = Member(password_hash=password_hash)
    _add(member, username, nickname, email)
    consents.join(member, wants_news=wants_news)
    return member


def just_joined(form_key: str, username: str, nickname: str, email: str, password: str) -> Member | None:
    """The member that the same form has already created; None unless names and password are the same too.

    :param form_key: the key of the form's digits, which only its sender knows
    """
    member = join_limits.joined_with(form_key)
    keys = (plain.key(username), plain.key(nickname), names.email_key(email))
    if member is None or keys != (member.username_key, member.nickname_key, member.email_key):
        return None
    return _verify(member, password)


def create_editor(username: str, nickname: str, email: str, password: str) -> Member:
    """Add an editor, who may have reserved names.

    :raises NamesRefused: a name is taken or malformed
    """
    normal = {
        "username": names.username(username),
        "nickname": names.nickname(nickname),
        "email": names.email(email),
    }
    if found := {field: sentence for field, sentence in _malformed().items() if not normal[field]}:
        raise NamesRefused(found)
    password_hash = passwords.hash_password(password)
    if found := _taken(*normal.values()):  # type: ignore[arg-type]
        raise NamesRefused(found)
    editor = Member(password_hash=password_hash, is_editor=True)
    return _add(editor, *normal.values())  # type: ignore[arg-type]


def editor(username: str | None = None) -> Member:
    """The editor of this username; without a username, the first editor.

    :raises Refused: there is none
    """
    query = select(Member).where(Member.is_editor, Member.left_at.is_(None)).order_by(Member.id).limit(1)
    if username is not None:
        query = query.where(Member.username_key == plain.key(username))
    if found := db.session.scalar(query):
        return found
    raise Refused(_("There is no such editor."), 404)


@contextmanager
def password_slot() -> Iterator[None]:
    """Wait until this thread may hash passwords. Ends the transaction, before and after: no lock is held.

    :raises Refused: 503, too many are waiting already
    """
    end_transaction()
    try:
        with passwords.slot():
            yield
    except passwords.Busy as busy:
        raise too_busy() from busy
    finally:
        end_transaction()


def too_busy() -> Refused:
    """What is said where too many passwords are waiting."""
    sentence = _("Many people are logging in or joining at this moment. Please try again in a few seconds.")
    return Refused(sentence, 503, retry_after=BUSY_SECONDS)


def find(name: str) -> Member | None:
    """The member of this username or e-mail address."""
    key, email_key = plain.key(name[:300]), names.email_key(name[:300])
    query = select(Member).where(
        or_(Member.username_key == key, Member.email_key.in_((key, email_key))), Member.left_at.is_(None)
    )
    return db.session.scalar(query.order_by(Member.username_key != key, Member.email_key != key).limit(1))


def authenticate(name: str, password: str) -> Member | None:
    """The member of this username or e-mail address if the password is right. Unknown names take as long."""
    return _verify(find(name), password)


def has_password(member: Member, password: str) -> bool:
    """Whether this is the member's password."""
    return _verify(member, password) is not None


def log_in(member: Member, *, remember: bool, device: str = "") -> str:
    """Start a login and return its token. Deletes all expired logins.

    :param device: the kind of browser, as of `lib.web.agents.kind`
    :raises Refused: the account is closed (403)
    """
    bans.check_not_closed(member)
    db.session.execute(delete(Login).where(Login.expires_at <= now()))
    return Login.start(member, remember=remember, device=device)


def log_out(token: str) -> None:
    """End this login."""
    db.session.execute(delete(Login).where(Login.token_digest == digest(token)))


def logins(member: Member) -> Sequence[Login]:
    """The logins of a member that have not expired, the newest first."""
    query = select(Login).where(Login.member_id == member.id, Login.expires_at > now())
    return db.session.scalars(query.order_by(Login.id.desc())).all()


def end_login(member: Member, login_id: int) -> str | None:
    """End one login of a member. Returns the digest of its token; None if the member has no such login."""
    query = delete(Login).where(Login.id == login_id, Login.member_id == member.id)
    return db.session.scalar(query.returning(Login.token_digest))


def log_out_everywhere(member: Member) -> None:
    """End every login of a member."""
    db.session.execute(delete(Login).where(Login.member_id == member.id))


def log_out_elsewhere(member: Member) -> None:
    """End every login of a member but that of the current request."""
    current = digest(member.login_token)
    db.session.execute(delete(Login).where(Login.member_id == member.id, Login.token_digest != current))


def change_password(member: Member, password_hash: str) -> None:
    """Set a new password, end every login but the current one, forget wrong passwords, void open links.

    The owner is told by mail.
    """
    member.password_hash = password_hash
    log_out_elsewhere(member)
    login_limits.forget_account(member)
    links.void(member)
    pending_logins.end_all(member)
    at = now()
    event = f"password-changed-{member.id}-{at.isoformat()}"
    account_letters.put(account_letters.password_changed(at), member, event)


def browser_mark(member: Member) -> str:
    """What a browser stores after a login, in order to be known at the next one. Void with a new password."""
    return digest(f"{member.id} {member.password_hash}")[:32]


def _verify(member: Member | None, password: str) -> Member | None:
    """The member if the password is right; an outdated hash is renewed. Hashing holds no database lock."""
    member_id, old_hash = (member.id, member.password_hash) if member else (None, None)
    end_transaction()
    if not passwords.verify_password(old_hash, password) or old_hash is None:
        return None
    new_hash = passwords.hash_password(password) if passwords.needs_rehash(old_hash) else old_hash
    member = db.session.get(Member, member_id)
    if member is None or member.left_at or member.password_hash != old_hash:
        return None  # changed while the password was hashed
    if new_hash != old_hash:
        member.password_hash = new_hash
    return member


def _taken(username: str, nickname: str, email: str) -> dict[str, str]:
    """Fields whose value somebody has. Members of older times may have an address as key as they typed it."""
    keys = {
        "username_key": (plain.key(username),),
        "nickname_key": (plain.key(nickname),),
        "email_key": (names.email_key(email), plain.key(email)),
    }
    conditions = [getattr(Member, column).in_(values) for column, values in keys.items()]
    found = db.session.execute(
        select(Member.username_key, Member.nickname_key, Member.email_key).where(or_(*conditions))
    ).all()
    columns = [
        column for column, values in keys.items() if any(getattr(row, column) in values for row in found)
    ]
    if nicknames.is_resting(plain.key(nickname)):
        columns.append("nickname_key")
    return dict(_taken_sentences()[column] for column in columns)


def _add(member: Member, username: str, nickname: str, email: str) -> Member:
    member.name_as(username, nickname, email)
    try:
        with db.session.begin_nested():
            db.session.add(member)
    except IntegrityError as error:  # another transaction has taken a name since it was checked
        found = dict(sentence for column, sentence in _taken_sentences().items() if column in str(error.orig))
        raise NamesRefused(found or dict([_taken_sentences()["username_key"]])) from error
    return member


def _taken_sentences() -> dict[str, tuple[str, str]]:
    return {
        "username_key": ("username", _("Somebody already has this username. Please choose another.")),
        "nickname_key": ("nickname", nicknames.taken()),
        "email_key": ("email", _("Somebody has already joined with this e-mail address.")),
    }


def _malformed() -> dict[str, str]:
    return {
        "username": _("A username has 3 to 20 letters (a–z), digits or underscores."),
        "nickname": _("A nickname has 2 to 12 Korean, Latin or Chinese letters, digits, dots or dashes."),
        "email": _("This does not look like an e-mail address."),
    }
