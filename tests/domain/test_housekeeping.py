"""What housekeeping deletes and what it must keep."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from database import db
from domain.desk import publishing, revisions
from domain.desk.models import Revision
from domain.keeping import housekeeping
from domain.neighbours.models import JoinAttempt, LoginFailure
from lib.files.store import Store
from models import Attachment, Correction, Login, Photo, Post, now

LONG_AGO = timedelta(days=31)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "media")


def put(store, name, *, old=True):
    path = store.put(name, b"x")
    if old:
        then = time.time() - LONG_AGO.total_seconds()
        os.utime(path, (then, then))
    return path


def photo(digest, **values):
    row = Photo(**({"digest": digest, "width": 480, "height": 320, "created_at": now() - LONG_AGO} | values))
    db.session.add(row)
    db.session.commit()
    return row


def digests():
    return set(db.session.scalars(select(Photo.digest)))


def test_expired_logins_and_old_failures_are_deleted(alice):
    alice.logins += [
        Login(token_digest="a", expires_at=now() - timedelta(seconds=1)),
        Login(token_digest="b", expires_at=now() + LONG_AGO),
    ]
    db.session.add_all(
        [
            LoginFailure(account="a", sender="s", failed_at=now() - timedelta(hours=25)),
            LoginFailure(account="b", sender="s"),
            JoinAttempt(sender="a", form_digest="a", tried_at=now() - timedelta(hours=25)),
            JoinAttempt(sender="b", form_digest="b"),
        ]
    )
    db.session.commit()
    assert housekeeping.purge_rows("secret") == {"logins": 1, "photos": 0}
    assert db.session.scalars(select(Login.token_digest)).all() == ["b"]
    assert db.session.scalars(select(LoginFailure.account)).all() == ["b"]
    assert db.session.scalars(select(JoinAttempt.sender)).all() == ["b"]


def test_photos_without_an_article_are_deleted_after_thirty_days(app):
    photo("a" * 64)
    photo("b" * 64, created_at=now() - timedelta(days=29))
    assert housekeeping.purge_rows("secret")["photos"] == 1
    assert digests() == {"b" * 64}


def test_photos_of_an_article_are_kept(make_post):
    photo("a" * 64, post_id=make_post().id)
    make_post(body=f'<p><img src="/media/{"b" * 64}-480.webp" alt=""></p>')
    photo("b" * 64)
    make_post(cover_id=photo("c" * 64).id)
    photo("d" * 64, post_id=make_post(deleted_at=now() - LONG_AGO).id)  # taken down: it can be restored
    assert housekeeping.purge_rows("secret")["photos"] == 0


def test_unused_files_are_deleted_after_two_days(app, store):
    unused = [
        put(store, f"{'a' * 64}-480.webp"),
        put(store, f"{'a' * 64}-share.jpg"),
        put(store, f"{'b' * 64}"),
    ]
    partial = store.path("aa").parent / f".{'a' * 64}-960.webp.1234abcd"
    partial.write_bytes(b"x")
    os.utime(partial, (0, 0))
    young = put(store, f"{'c' * 64}-480.webp", old=False)
    assert housekeeping.purge_files(store) == 4
    assert young.exists()
    assert not any(path.exists() for path in [*unused, partial])


def test_used_files_are_kept(make_post, store):
    post = make_post(body=f'<p><img src="/media/{"c" * 64}-480.webp" alt=""></p>')
    photo("a" * 64, post_id=post.id)
    post.attachments.append(Attachment(digest="b" * 64, filename="b.txt", size=1))
    db.session.commit()
    kept = [put(store, f"{'a' * 64}-480.webp"), put(store, f"{'b' * 64}"), put(store, f"{'c' * 64}-480.webp")]
    assert housekeeping.purge_files(store) == 0
    assert all(path.exists() for path in kept)


def test_pictures_of_earlier_versions_are_kept(make_post, store):
    post = make_post(body=f'<p><img src="/media/{"a" * 64}-480.webp" alt=""></p>')
    beside = photo("b" * 64, post_id=post.id)
    with revisions.recorded(post, None):
        post.body = "<p>고친 글</p>"
        publishing.remove_photo(post, beside)
    db.session.commit()
    for letter in "abc":
        put(store, f"{letter * 64}-480.webp")
    assert housekeeping.purge_files(store) == 1


def test_file_stored_again_is_kept(app, store):
    put(store, f"{'a' * 64}-480.webp")
    put(store, f"{'a' * 64}-480.webp", old=False)
    assert housekeeping.purge_files(store) == 0


def test_without_a_media_folder_nothing_happens(app, store):
    assert housekeeping.purge_files(store) == 0


def test_what_was_taken_down_is_deleted_for_good_after_thirty_days(make_post: Callable[..., Post]) -> None:
    old, recent = (make_post(deleted_at=now() - timedelta(days=days)) for days in (30, 29))
    for post, digest in ((old, "a" * 64), (recent, "b" * 64)):
        post.photos.append(Photo(digest=digest, width=800, height=600))
        db.session.add(Correction(post=post, body="바로잡습니다"))
    db.session.commit()
    housekeeping.purge_rows("secret", 30)
    db.session.commit()
    assert (old.title, old.body, old.erased_at is None) == ("", "", False)
    assert recent.body
    assert [photo.digest for photo in db.session.scalars(select(Photo))] == ["b" * 64]
    versions = db.session.scalars(select(Revision).where(Revision.post_id == old.id)).all()
    assert [version.body for version in versions] == ["<p>본문입니다.</p>"]
    assert len(db.session.scalars(select(Correction)).all()) == 2
    assert not housekeeping._in_text("a" * 64)  # its versions do not keep the files of its photos
    housekeeping.purge_rows("secret")  # 0 days: never
    assert recent.body
