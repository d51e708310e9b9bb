"""Blocked networks and e-mail domains."""

from datetime import timedelta

import pytest
import time_machine

from database import db
from domain.keeping import housekeeping
from domain.moderation import blocks
from domain.moderation.models import CommentOrigin, EmailBlock, NetworkBlock
from domain.neighbours.commenting import CommentDraft, post_comment
from models import Refused, now


def is_blocked(address, sender=""):
    try:
        blocks.check(address, sender)
    except Refused as refusal:
        return refusal.status == 403
    return False


def test_addresses_in_a_blocked_network_until_it_expires(paper):
    paper.email = "desk@example.com"
    for network in ("192.0.2.7/24", "2001:db8::1/32", "198.51.100.7"):
        blocks.block_network(network, now() + timedelta(days=7), "광고")
    db.session.commit()
    assert [block.network for block in blocks.networks()] == [
        "198.51.100.7/32",
        "2001:db8::/32",
        "192.0.2.0/24",
    ]
    assert blocks.parse_network("::ffff:192.0.2.7/120") == "192.0.2.0/24"
    inside = ("192.0.2.0", "192.0.2.255", "2001:db8:ffff::1", "::ffff:192.0.2.1", "198.51.100.7")
    outside = ("192.0.3.0", "2001:db9::1", "198.51.100.8", "127.0.0.1", "unix:", "")
    assert all(map(is_blocked, inside))
    assert not any(map(is_blocked, outside))
    with pytest.raises(Refused, match=r"desk@example\.com"):
        blocks.check("192.0.2.1")
    with time_machine.travel(now() + timedelta(days=8)):
        assert not any(map(is_blocked, inside))
        housekeeping.purge_rows("secret")
        assert db.session.query(NetworkBlock).count() == 0


@pytest.mark.parametrize("typed", ["", "0.0.0.0/0", "10.0.0.0/7", "::/0", "192.0.2.0/33", "이웃", "1" * 5000])
def test_what_is_no_network_or_too_wide_is_refused(app, typed):
    with pytest.raises(Refused):
        blocks.block_network(typed, now() + timedelta(days=1))


def test_the_same_network_twice_is_one_block_with_the_new_end(app):
    blocks.block_network("192.0.2.0/24", now() + timedelta(days=1))
    until = now() + timedelta(days=30)
    blocks.block_network("192.0.2.9/24", until)
    db.session.commit()
    assert [block.expires_at for block in blocks.networks()] == [until]
    for wrong in (now() - timedelta(seconds=1), now() + timedelta(days=400)):
        with pytest.raises(Refused):
            blocks.block_network("192.0.2.0/24", wrong)


def test_the_network_of_a_comment_is_known_for_ninety_days(post, alice):
    comment = post_comment(post, alice, CommentDraft("광고", sender="a hash"))
    other = post_comment(post, alice, CommentDraft("다른 댓글"))
    db.session.commit()
    assert blocks.with_origin([comment.id, other.id]) == {comment.id}
    block = blocks.block_origin(comment, now() + timedelta(days=1))
    db.session.commit()
    assert block.network == ""
    assert is_blocked("192.0.2.1", "a hash")
    assert not is_blocked("192.0.2.1", "another")
    with time_machine.travel(now() + CommentOrigin.KEPT + timedelta(minutes=1)):
        housekeeping.purge_rows("secret")
        db.session.commit()
        assert not blocks.with_origin([comment.id])
        with pytest.raises(Refused):
            blocks.block_origin(comment, now() + timedelta(days=1))


def test_domains_with_those_beneath_them_in_any_spelling(app):
    for typed in ("Mail.Example.COM", "someone@spam.example", "한글.example", "mail.example.com."):
        blocks.block_email(typed)
    db.session.commit()
    assert {block.domain for block in blocks.email_domains()} == {
        "mail.example.com",
        "spam.example",
        "한글.example",
    }
    blocked = ("a@mail.example.com", "a@MAIL.example.com", "a@x.y.mail.example.com", "a@ｓｐａｍ.example",
               "a@xn--bj0bj06e.example", "a@sub.한글.example")  # fmt: skip
    free = ("a@example.com", "a@notmail.example.com", "a@mail.example.com.kr", "", "@")
    assert all(blocks.problem_with(address) for address in blocked)
    assert not any(blocks.problem_with(address) for address in free)


@pytest.mark.parametrize("typed", ["", "example", "a b.com", "@", "..", "x" * 400])
def test_what_is_no_domain_is_refused(app, typed):
    with pytest.raises(Refused):
        blocks.block_email(typed)
    assert db.session.query(EmailBlock).count() == 0
