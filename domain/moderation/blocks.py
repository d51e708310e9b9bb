"""E-mail domains that nobody can join with, and networks that nobody can write from until a day.

A network is blocked as the editor typed it (CIDR), or as the keyed hash that is stored with a comment for
CommentOrigin.KEPT: its address is shown to nobody, and known to nobody afterwards.
"""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from database import db
from domain.moderation.models import CommentOrigin, EmailBlock, NetworkBlock
from lib.text import names, plain
from models import Comment, Paper, Refused, now

MOST = 500  # of each kind: every request that writes reads the networks
LONGEST = timedelta(days=366)
WIDEST = {4: 8, 6: 16}  # length of the prefix by version: a wider one would block whole countries
_LABELS = 10  # of a domain that are looked at


def check(address: str, sender: str = "") -> None:
    """Called before a request that writes.

    :param address: that the request came from
    :param sender: the keyed hash of its network
    :raises Refused: its network is blocked (403)
    """
    query = select(NetworkBlock.network, NetworkBlock.sender).where(NetworkBlock.expires_at > now())
    rows = [(network, hashed) for network, hashed in db.session.execute(query)]
    if covers(rows, address, sender):
        raise Refused(_refusal(), 403)


def problem_with(email: str) -> dict[str, str]:
    """{"email": sentence} if the domain of an address, or one above it, is blocked; else {}.

    For forms in which somebody joins or changes the address.
    """
    domain = names.email_key(email[:300]).rpartition("@")[2]
    labels = domain.split(".")[-_LABELS:]
    keys = [".".join(labels[first:]) for first in range(len(labels))]
    if not db.session.scalar(select(EmailBlock.id).where(EmailBlock.key.in_(keys)).limit(1)):
        return {}
    return {"email": _("Addresses of this provider are not accepted here. Please use another one.")}


def block_email(domain: str, reason: str = "") -> EmailBlock:
    """Block a domain, or return the block there is.

    :param domain: as typed; of an address the part behind the @ counts
    :raises Refused: this is no domain, or there are too many
    """
    shown = plain.line(domain)[:300].rpartition("@")[2].strip(".").lower()
    key = names.email_key(f"a@{shown}").rpartition("@")[2]
    if "." not in key or not names.email(f"a@{shown}"):
        raise Refused(_("This is no domain. It looks like example.com."))
    if found := db.session.scalar(select(EmailBlock).where(EmailBlock.key == key)):
        return found
    _check_room(EmailBlock)
    block = EmailBlock(domain=shown, key=key, reason=reason)
    db.session.add(block)
    return block


def block_network(network: str, until: datetime, reason: str = "") -> NetworkBlock:
    """Block a network; one that is blocked already gets this end.

    :param network: an address or CIDR, of version 4 or 6
    :raises Refused: this is no network, a very wide one, or the end is past or too far away
    """
    return _block(network=parse_network(network), sender="", until=until, reason=reason)


def covers(rows: Sequence[tuple[str, str]], address: str, sender: str) -> bool:
    """Whether one of these blocks, as `network` and `sender`, is that of an address and its keyed hash."""
    if sender and any(sender == row[1] for row in rows):
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    networks = (ipaddress.ip_network(row[0]) for row in rows if row[0])
    return any(parsed.version == network.version and parsed in network for network in networks)


def block_origin(comment: Comment, until: datetime, reason: str = "") -> NetworkBlock:
    """Block the network that a comment came from.

    :raises Refused: it is no longer known (410), or the end is past or too far away
    """
    origin = db.session.get(CommentOrigin, comment.id)
    if origin is None:
        raise Refused(_("Where this comment came from is not known, or no longer."), 410)
    return _block(network="", sender=origin.sender, until=until, reason=reason)


def remember_origin(comment: Comment, sender: str) -> None:
    """Store the keyed hash of the network that a new comment came from; nothing if it is empty."""
    if sender:
        db.session.add(CommentOrigin(comment_id=comment.id, sender=sender))


def with_origin(comment_ids: Sequence[int]) -> set[int]:
    """Those of these comments whose network is known, so that it can be blocked."""
    known = select(CommentOrigin.comment_id).where(CommentOrigin.comment_id.in_(comment_ids))
    return set(db.session.scalars(known))


def parse_network(typed: str) -> str:
    """Normalise an address or CIDR.

    :raises Refused: this is neither, or too wide
    """
    try:
        network = ipaddress.ip_network(plain.line(typed)[:60].replace(" ", ""), strict=False)
    except ValueError:
        raise Refused(
            _("This is no address and no network. They look like 192.0.2.0/24 or 2001:db8::/32.")
        ) from None
    if network.version == 6 and network.prefixlen >= 96 and (inner := network.network_address.ipv4_mapped):
        network = ipaddress.ip_network((inner, network.prefixlen - 96))
    if network.prefixlen < WIDEST[network.version]:
        raise Refused(_("This network is too wide: others would be shut out with it."))
    return str(network)


def networks() -> Sequence[NetworkBlock]:
    """The blocks that have not expired, newest first."""
    current = select(NetworkBlock).where(NetworkBlock.expires_at > now())
    return db.session.scalars(current.order_by(NetworkBlock.id.desc()).limit(MOST)).all()


def email_domains() -> Sequence[EmailBlock]:
    """The blocked domains, newest first."""
    return db.session.scalars(select(EmailBlock).order_by(EmailBlock.id.desc()).limit(MOST)).all()


def discard_old() -> None:
    """Delete blocks that have expired, and the hashes of networks that are too old."""
    db.session.execute(delete(NetworkBlock).where(NetworkBlock.expires_at <= now()))
    db.session.execute(delete(CommentOrigin).where(CommentOrigin.created_at <= now() - CommentOrigin.KEPT))


def _block(*, network: str, sender: str, until: datetime, reason: str) -> NetworkBlock:
    if not now() < until <= now() + LONGEST:
        raise Refused(_("A block ends in the future, within a year."))
    target = (NetworkBlock.network == network, NetworkBlock.sender == sender)
    block = db.session.scalar(select(NetworkBlock).where(*target))
    if block is None:
        _check_room(NetworkBlock)
        block = NetworkBlock(network=network, sender=sender)
        db.session.add(block)
    block.expires_at, block.reason = until, reason
    return block


def _check_room(table: type[EmailBlock] | type[NetworkBlock]) -> None:
    if (db.session.scalar(select(func.count()).select_from(table)) or 0) >= MOST:
        raise Refused(_("There are %(n)s blocks already. Please remove some first.", n=MOST), 409)


def _refusal() -> str:
    paper = Paper.get()
    whom = paper.email or paper.telephone or _("the paper")
    return _("From your network nobody can write here at present; reading is open. "
             "If that is a mistake, please tell us: %(whom)s", whom=whom)  # fmt: skip
