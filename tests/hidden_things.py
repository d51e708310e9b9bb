"""A paper full of what is not for everybody: addresses, tokens, secrets, reasons, names of who asked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from database import db
from domain.mail import unsubscribing
from domain.mail.models import Mail
from domain.moderation import blocks, hold_decisions, holds, reports
from domain.moderation.hold_decisions import Decision
from domain.moderation.models import CommentOrigin
from domain.moderation.reports import ReportDraft
from domain.neighbours import (
    claims,
    confirming,
    letters,
    nicknames,
    pending_logins,
    reset,
    two_step,
)
from domain.neighbours.models import AccountLink, LoginFailure, TwoStep
from lib.files.store import Store
from models import Comment, Member, Post, digest, now

ADDRESSES = {  # that each of the cast asks from
    name: f"203.0.113.{number}"
    for number, name in enumerate(
        ("guest", "alice", "bob", "held", "banned", "unconfirmed", "left", "editor"), start=71
    )
}

TIPSTER, CLAIMANT, REQUESTER = (f"{name}.box@example.org" for name in ("tipster", "claimant", "requester"))


@dataclass(frozen=True)
class Hidden:
    """Something that only some may see.

    :ivar readers: those of the cast who see it wherever it is
    :ivar desk: the addresses at which the editor sees it, as a pattern
    :ivar mailed_to: the addresses in letters to which it may be
    :ivar opens: what stands before it in the address that it opens
    :ivar opened: addresses with a token, whose owner it tells whoever knows that, as a pattern
    """

    text: str
    readers: tuple[str, ...] = ()
    desk: str = ""
    mailed_to: tuple[str, ...] = ()
    opens: str = ""
    opened: str = "-"

    def is_for(self, name: str, address: str, recipient: str) -> bool:
        """Whether one of the cast may see it, at an address of the paper or in a letter."""
        if recipient:
            return recipient in self.mailed_to
        at_the_desk = name == "editor" and self.desk and re.match(self.desk, address)
        return bool(name in self.readers or at_the_desk or re.match(self.opened, address))


def hide_things(post: Post, cast: dict[str, Member], comment: Comment) -> dict[str, Hidden]:
    """Do everything that leaves something behind. Returns what that is.

    :param comment: of alice, which is under a temporary measure by the end
    """
    things = dict(_of_members(cast))
    things |= _tokens(cast) | _letters(post, cast, comment)
    db.session.commit()
    return things


def _of_members(cast: dict[str, Member]) -> Iterable[tuple[str, Hidden]]:
    """Usernames, addresses, the reason of a ban; of alice the former nickname and two-step login too."""
    for name, member in cast.items():
        readers = () if name == "left" else (name,)
        desk, outbox = ("", "") if name == "left" else ("/desk/members", "|/desk/mail")
        own = (member.email,)
        yield f"e-mail of {name}", Hidden(member.email, readers, desk + outbox, own, opened="/email/")
        yield f"username of {name}", Hidden(member.username, readers, desk, own, opened="/password/reset/")
        member.password_hash = f"$argon2id${name}-hash"
        yield f"password of {name}", Hidden(member.password_hash)
        for login in member.logins:
            yield f"login of {name}", Hidden(login.token_digest)
    for name, address in ADDRESSES.items():
        yield f"address of {name}", Hidden(address)
    alice, banned = cast["alice"], cast["banned"]
    yield "reason of a ban", Hidden(banned.ban_reason, ("banned",), "/desk/members", (banned.email,))
    nicknames.change(alice, "새별명나무")
    yield "former nickname", Hidden("옛별명나무", ("alice",), "/desk/members")
    db.session.add(TwoStep(member_id=alice.id, secret="JBSWY3DPEHPK3PXP"))
    yield "secret of two-step login", Hidden("JBSWY3DPEHPK3PXP")
    for code in two_step.renew_codes(alice)[:3]:
        yield "recovery code", Hidden(code)
        yield "digest of it", Hidden(digest(code.replace("-", "")))


def _tokens(cast: dict[str, Member]) -> dict[str, Hidden]:
    """Links in letters, and what is sent with a login that lacks its second step."""
    bob, unconfirmed = cast["bob"], cast["unconfirmed"]
    reset.request(bob.username)
    reset.answer_requests()
    confirming.ask(unconfirmed)
    confirming.request_change(bob, "newbob.box@example.org")
    links = {}
    for mail in db.session.scalars(select(Mail).where(Mail.expires_at.is_not(None))):
        opens, _slash, token = (mail.content or {})["path"].rpartition("/")
        links[f"link {mail.id}"] = Hidden(token, mailed_to=(mail.address,), opens=f"{opens}/")
    assert len(links) == 3
    for link in db.session.scalars(select(AccountLink)):
        links[f"digest of link {link.id}"] = Hidden(link.token_digest)
    stop = unsubscribing.Stop(bob.id, "replies").path.rsplit("/", 1)[1]
    links["unsubscribe"] = Hidden(stop, mailed_to=(bob.email,), opens="/mail/unsubscribe/")
    links["pending login"] = Hidden(pending_logins.begin(cast["alice"], remember=False))
    new, desk = "newbob.box@example.org", "/desk/mail|/desk/members"
    links["new address of bob"] = Hidden(new, ("bob",), desk, (new,), opened="/email/")
    return links


def _letters(post: Post, cast: dict[str, Member], comment: Comment) -> dict[str, Hidden]:
    """A tip, a claim, a request and reports; what the desk blocks; which network a comment came from."""
    store = Store(current_app.config["SETTINGS"].claims)
    tip = letters.LetterDraft("news", "제보한이", TIPSTER, "제목", "제보글월")
    letters.send_letter(None, tip)
    words = ("청구까닭", "청구글월")
    claim = claims.ClaimDraft("correction", "청구한이", False, CLAIMANT, f"/posts/{post.id}", False, *words)
    claims.submit(cast["bob"], claim, None, store)
    words = ("요청까닭", "요청소명")
    draft = holds.HoldDraft(f"/comments/{comment.id}", "defamation", "요청한이", False, REQUESTER, *words)
    hold = holds.submit(None, draft, comment, None, store)
    hold_decisions.decide(hold, cast["editor"], Decision("held", "가린다고 답함"))
    reports.report(comment, cast["held"], "", ReportDraft("abuse", "회원신고말"))
    guest = ReportDraft("abuse", "손님신고말", wants_mail=True, email="reporter.box@example.org")
    reports.report(post, None, "guest-hash-of-a-day", guest)
    blocks.block_network("198.51.100.0/24", now() + timedelta(days=3), "막은까닭")
    db.session.add(CommentOrigin(comment_id=comment.id, sender="origin-hash"))
    db.session.add(LoginFailure(account="1", sender="failure-hash"))
    own = (REQUESTER,)
    return {
        "tipster": Hidden("제보한이", desk="/desk/letters|/desk/$"),
        "contact of a tip": Hidden(TIPSTER, desk="/desk/letters"),
        "tip": Hidden("제보글월", desk="/desk/letters"),
        "claimant": Hidden("청구한이", ("bob",), "/desk/claims"),
        "contact of a claim": Hidden(CLAIMANT, ("bob",), "/desk/claims"),
        "claim": Hidden("청구글월", ("bob",), "/desk/claims"),
        "requester": Hidden("요청한이", desk="/desk/holds", mailed_to=own),
        "contact of a request": Hidden(REQUESTER, desk="/desk/holds|/desk/mail", mailed_to=own),
        "key of a request": Hidden(hold.key, mailed_to=own),
        "explanation": Hidden("요청소명", desk="/desk/holds", mailed_to=own),
        "words of a member's report": Hidden("회원신고말", ("held",), "/desk/reports"),
        "words of a guest's report": Hidden("손님신고말", (), "/desk/reports"),
        "reporting guest": Hidden("reporter.box@example.org"),
        "hash of a guest": Hidden("guest-hash-of-a-day"),
        "blocked network": Hidden("198.51.100.0", desk="/desk/blocks"),
        "reason of a block": Hidden("막은까닭", desk="/desk/blocks"),
        "origin": Hidden("origin-hash"),
        "sender of a failure": Hidden("failure-hash"),
        "internal note": Hidden(post.internal_note, desk="/desk/posts"),
    }
