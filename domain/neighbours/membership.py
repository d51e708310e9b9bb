"""Joining, logging in, leaving: what concerns a member's names, password and logins."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from database import db, end_transaction
from lib.text import names, plain
from lib.web import passwords
from models import Consent, Login, LoginFailure, Member, Page, Paper, Refused, digest, now

FAILURES = 10  # wrong passwords for one name …
FAILURES_WITHIN = timedelta(minutes=15)  # … in this time
DOUBLE_SEND = timedelta(minutes=10)
DOCUMENTS = ("terms", "privacy", "age")  # "age": 14 or older; there is no page for it

# Compared by lib.text.key. As a whole name, and as a part of a nickname: who speaks for the paper.
RESERVED = frozenset(
    """admin administrator editor root system webmaster moderator operator staff maeul support guest
    손님 회원 탈퇴회원 대표 편집국 편집부 운영진 시스템 공지 공지사항 익명""".split()  # noqa: SIM905
)
RESERVED_PARTS = ("편집인", "편집장", "편집자", "관리자", "운영자", "발행인", "admin", "webmaster")


class Unfit(Refused):
    """Names that cannot be had.

    :param problems: field (username, nickname, email) -> what is wrong, as a sentence
    """

    def __init__(self, problems: dict[str, str]):
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def problems(username: str, nickname: str, email: str) -> dict[str, str]:
    """Which of these names a new member cannot have, and why: field -> sentence."""
    return _reserved(username, nickname) | _taken(username, nickname, email)


def join(username: str, nickname: str, email: str, password_hash: str) -> Member:
    """A new member who agreed to the terms, the privacy policy and being 14 or older, as they stand now.

    :raises Unfit: a name is taken or reserved
    """
    if found := problems(username, nickname, email):
        raise Unfit(found)
    member = Member(password_hash=password_hash)
    for document in DOCUMENTS:
        page = Page.latest(document)
        member.consents.append(Consent(document=document, version=page.version if page else 1))
    return _add(member, username, nickname, email)


def just_joined(username: str, nickname: str, email: str, password: str) -> Member | None:
    """The member that this very form made a moment ago: a double click sends it twice."""
    keys = (plain.key(username), plain.key(nickname), plain.key(email))
    same = (Member.username_key == keys[0], Member.nickname_key == keys[1], Member.email_key == keys[2])
    member = db.session.scalar(select(Member).where(*same, Member.joined_at > now() - DOUBLE_SEND))
    return _recognise(member, password) if member else None


def create_editor(username: str, nickname: str, email: str, password: str) -> Member:
    """The editor. Any names but those somebody else has.

    :raises Unfit: a name is taken or malformed
    """
    fit = {
        "username": names.username(username),
        "nickname": names.nickname(nickname),
        "email": names.email(email),
    }
    if found := {field: sentence for field, sentence in _malformed().items() if not fit[field]}:
        raise Unfit(found)
    password_hash = passwords.hash_password(password)
    if found := _taken(*fit.values()):  # type: ignore[arg-type]
        raise Unfit(found)
    return _add(Member(password_hash=password_hash, is_editor=True), *fit.values())  # type: ignore[arg-type]


def editor(username: str | None = None) -> Member:
    """The editor of this username; without one, the first.

    :raises Refused: there is none
    """
    question = select(Member).where(Member.is_editor, Member.left_at.is_(None)).order_by(Member.id).limit(1)
    if username is not None:
        question = question.where(Member.username_key == plain.key(username))
    if found := db.session.scalar(question):
        return found
    raise Refused(_("There is no such editor."), 404)


def count_attempt(name: str) -> None:
    """Note that somebody is about to try a password for this name; `log_in` takes the notes back.

    Commit before the password is checked: many tries at once are then counted as many.

    :raises Refused: 429, after FAILURES wrong passwords
    """
    tried = _name_digest(name)
    db.session.execute(delete(LoginFailure).where(LoginFailure.failed_at <= now() - FAILURES_WITHIN))
    count = (
        db.session.scalar(
            select(func.count()).select_from(LoginFailure).where(LoginFailure.name_digest == tried)
        )
        or 0
    )
    if count >= FAILURES:
        raise Refused(_("The password was wrong too often. Please wait 15 minutes and try again."), 429)
    db.session.add(LoginFailure(name_digest=tried))


def recognise(name: str, password: str) -> Member | None:
    """The member of this username or e-mail address, if that is the password; it takes as long if there is no such member."""
    key = plain.key(name[:300])
    question = select(Member).where(
        or_(Member.username_key == key, Member.email_key == key), Member.left_at.is_(None)
    )
    return _recognise(db.session.scalar(question.order_by(Member.username_key != key).limit(1)), password)


def knows_password(member: Member, password: str) -> bool:
    """Whether the person at the keyboard is the member whose login it is."""
    return _recognise(member, password) is not None


def log_in(member: Member, name: str, *, remember: bool) -> str:
    """Start a login. Returns its token. Wrong passwords for the name are forgiven, logins that ran out go.

    :param name: what the person typed to be recognised by
    """
    db.session.execute(delete(LoginFailure).where(LoginFailure.name_digest == _name_digest(name)))
    db.session.execute(delete(Login).where(Login.expires_at <= now()))
    return Login.start(member, remember=remember)


def log_out(token: str) -> None:
    """End this login."""
    db.session.execute(delete(Login).where(Login.token_digest == digest(token)))


def log_out_everywhere(member: Member) -> None:
    """End every login, this one too."""
    db.session.execute(delete(Login).where(Login.member_id == member.id))


def change_password(member: Member, password_hash: str) -> None:
    """Set a new password. Every login ends but the one that asks."""
    member.password_hash = password_hash
    here = digest(member.login_token)
    db.session.execute(delete(Login).where(Login.member_id == member.id, Login.token_digest != here))
    db.session.execute(delete(LoginFailure).where(LoginFailure.name_digest == _name_digest(member.username)))


def leave(member: Member) -> None:
    """회원탈퇴.

    :raises Refused: the editor cannot leave
    """
    if member.is_editor:
        raise Refused(_("The editor cannot leave the paper."))
    member.leave()


def _recognise(member: Member | None, password: str) -> Member | None:
    number, before = (member.id, member.password_hash) if member else (None, None)
    end_transaction()
    if not passwords.verify_password(before, password) or before is None:
        return None
    after = passwords.hash_password(password) if passwords.needs_rehash(before) else before
    member = db.session.get(Member, number)
    if member is None or member.left_at or member.password_hash != before:
        return None  # changed or gone while we were counting
    if after != before:
        member.password_hash = after
    return member


def _name_digest(name: str) -> str:
    return digest(plain.key(name[:300]))


def _reserved(username: str, nickname: str) -> dict[str, str]:
    found = {}
    if plain.key(username) in RESERVED:
        found["username"] = _("This username is kept for the paper. Please choose another.")
    key, paper = _bare(nickname), Paper.get()
    ours = [name for name in (_bare(paper.name), _bare(paper.company_name or "")) if len(name) > 1]
    if (
        key in RESERVED
        or any(part in key for part in (*RESERVED_PARTS, *ours))
        or plain.key(nickname).startswith("left-")
    ):
        found["nickname"] = _("This nickname looks like the paper's own. Please choose another.")
    return found


def _bare(name: str) -> str:
    """Its key without the signs a nickname may hold: 관.리.자 speaks for the paper too."""
    return plain.key(name).translate(dict.fromkeys(map(ord, "._-")))


def _taken(username: str, nickname: str, email: str) -> dict[str, str]:
    wanted = {
        "username_key": plain.key(username),
        "nickname_key": plain.key(nickname),
        "email_key": plain.key(email),
    }
    conditions = [getattr(Member, column) == key for column, key in wanted.items()]
    found = db.session.execute(
        select(Member.username_key, Member.nickname_key, Member.email_key).where(or_(*conditions))
    ).all()
    columns = [column for column, key in wanted.items() if any(getattr(row, column) == key for row in found)]
    return dict(_sentences_taken()[column] for column in columns)


def _add(member: Member, username: str, nickname: str, email: str) -> Member:
    member.name_as(username, nickname, email)
    try:
        with db.session.begin_nested():
            db.session.add(member)
    except IntegrityError as error:  # another transaction has taken a name since it was checked
        found = dict(sentence for column, sentence in _sentences_taken().items() if column in str(error.orig))
        raise Unfit(found or dict([_sentences_taken()["username_key"]])) from error
    return member


def _sentences_taken() -> dict[str, tuple[str, str]]:
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
