"""Joining, logging in and leaving: the names, passwords and logins of members."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from database import db, end_transaction
from lib.text import names, plain
from lib.web import passwords
from models import Consent, Login, LoginFailure, Member, Page, Paper, Refused, digest, now

FAILURES = 10  # wrong passwords for one name within …
FAILURES_WITHIN = timedelta(minutes=15)
DOUBLE_SEND = timedelta(minutes=10)  # between two sends of one form for joining
DOCUMENTS = ("terms", "privacy", "age")  # "age": being 14 or older; it has no page

# Names that seem to speak for the paper, compared by their keys (lib/text/plain.py).
RESERVED = frozenset(
    """admin administrator editor root system webmaster moderator operator staff maeul support guest
    손님 회원 탈퇴회원 대표 편집국 편집부 운영진 시스템 공지 공지사항 익명""".split()  # noqa: SIM905
)
RESERVED_PARTS = ("편집인", "편집장", "편집자", "관리자", "운영자", "발행인", "admin", "webmaster")


class NamesRefused(Refused):
    """Names that are taken, reserved or malformed.

    :param problems: field (username, nickname, email) -> a sentence
    """

    def __init__(self, problems: dict[str, str]):
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def problems(username: str, nickname: str, email: str) -> dict[str, str]:
    """Return why a new member cannot have these names: field -> sentence. Empty if all are free."""
    return _reserved(username, nickname) | _taken(username, nickname, email)


def join(username: str, nickname: str, email: str, password_hash: str) -> Member:
    """Add a member, with consents to the current versions of DOCUMENTS.

    :raises NamesRefused: a name is taken or reserved
    """
    if found := problems(username, nickname, email):
        raise NamesRefused(found)
    member = Member(password_hash=password_hash)
    for document in DOCUMENTS:
        page = Page.latest(document)
        member.consents.append(Consent(document=document, version=page.version if page else 1))
    return _add(member, username, nickname, email)


def just_joined(username: str, nickname: str, email: str, password: str) -> Member | None:
    """The member that the same form has already created; None unless the password is the same too."""
    keys = (plain.key(username), plain.key(nickname), plain.key(email))
    same = (Member.username_key == keys[0], Member.nickname_key == keys[1], Member.email_key == keys[2])
    member = db.session.scalar(select(Member).where(*same, Member.joined_at > now() - DOUBLE_SEND))
    return _verify(member, password) if member else None


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


def count_attempt(name: str) -> None:
    """Count a failure for this name before its password is checked; `log_in` deletes the failures again.

    Commit before the check, so that parallel attempts are all counted.

    :raises Refused: 429, after FAILURES wrong passwords
    """
    name_digest = _name_digest(name)
    db.session.execute(delete(LoginFailure).where(LoginFailure.failed_at <= now() - FAILURES_WITHIN))
    count = (
        db.session.scalar(
            select(func.count()).select_from(LoginFailure).where(LoginFailure.name_digest == name_digest)
        )
        or 0
    )
    if count >= FAILURES:
        raise Refused(_("The password was wrong too often. Please wait 15 minutes and try again."), 429)
    db.session.add(LoginFailure(name_digest=name_digest))


def authenticate(name: str, password: str) -> Member | None:
    """The member of this username or e-mail address if the password is right. Unknown names take as long."""
    key = plain.key(name[:300])
    query = select(Member).where(
        or_(Member.username_key == key, Member.email_key == key), Member.left_at.is_(None)
    )
    return _verify(db.session.scalar(query.order_by(Member.username_key != key).limit(1)), password)


def has_password(member: Member, password: str) -> bool:
    """Whether this is the member's password."""
    return _verify(member, password) is not None


def log_in(member: Member, name: str, *, remember: bool) -> str:
    """Start a login and return its token. Deletes the failures of the name, and all expired logins.

    :param name: the username or e-mail address that was typed
    """
    db.session.execute(delete(LoginFailure).where(LoginFailure.name_digest == _name_digest(name)))
    db.session.execute(delete(Login).where(Login.expires_at <= now()))
    return Login.start(member, remember=remember)


def log_out(token: str) -> None:
    """End this login."""
    db.session.execute(delete(Login).where(Login.token_digest == digest(token)))


def log_out_everywhere(member: Member) -> None:
    """End every login of a member."""
    db.session.execute(delete(Login).where(Login.member_id == member.id))


def change_password(member: Member, password_hash: str) -> None:
    """Set a new password and end every login but the current one."""
    member.password_hash = password_hash
    current = digest(member.login_token)
    db.session.execute(delete(Login).where(Login.member_id == member.id, Login.token_digest != current))
    db.session.execute(delete(LoginFailure).where(LoginFailure.name_digest == _name_digest(member.username)))


def leave(member: Member) -> None:
    """회원탈퇴.

    :raises Refused: the editor cannot leave
    """
    if member.is_editor:
        raise Refused(_("The editor cannot leave the paper."))
    member.leave()


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


def _name_digest(name: str) -> str:
    return digest(plain.key(name[:300]))


def _reserved(username: str, nickname: str) -> dict[str, str]:
    found = {}
    if plain.key(username) in RESERVED:
        found["username"] = _("This username is kept for the paper. Please choose another.")
    key, paper = _bare(nickname), Paper.get()
    papers_names = [name for name in (_bare(paper.name), _bare(paper.company_name or "")) if len(name) > 1]
    if (
        key in RESERVED
        or any(part in key for part in (*RESERVED_PARTS, *papers_names))
        or plain.key(nickname).startswith("left-")
    ):
        found["nickname"] = _("This nickname looks like the paper's own. Please choose another.")
    return found


def _bare(name: str) -> str:
    """The key of a name without the punctuation of nicknames: 관.리.자 is compared as 관리자."""
    return plain.key(name).translate(dict.fromkeys(map(ord, "._-")))


def _taken(username: str, nickname: str, email: str) -> dict[str, str]:
    keys = {
        "username_key": plain.key(username),
        "nickname_key": plain.key(nickname),
        "email_key": plain.key(email),
    }
    conditions = [getattr(Member, column) == key for column, key in keys.items()]
    found = db.session.execute(
        select(Member.username_key, Member.nickname_key, Member.email_key).where(or_(*conditions))
    ).all()
    columns = [column for column, key in keys.items() if any(getattr(row, column) == key for row in found)]
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
        "nickname_key": (
            "nickname",
            _("Somebody already has this nickname, or one that looks the same. Please choose another."),
        ),
        "email_key": ("email", _("Somebody has already joined with this e-mail address.")),
    }


def _malformed() -> dict[str, str]:
    return {
        "username": _("A username has 3 to 20 letters (a–z), digits or underscores."),
        "nickname": _("A nickname has 2 to 12 Korean, Latin or Chinese letters, digits, dots or dashes."),
        "email": _("This does not look like an e-mail address."),
    }
