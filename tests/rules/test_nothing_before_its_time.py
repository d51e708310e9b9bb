"""A scheduled article is nowhere before its time, at no address that a guest or a member can open."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import small_paper
from flask import Flask

from database import db
from domain.desk import tagging
from lib.files.store import Store
from models import Attachment, Correction, Member, Paper, Photo, Post, Section, now

WORD = "곧나올비밀말"
DIGEST = "5ec4e7" + "0" * 58


@pytest.fixture
def secret(app: Flask, paper: Paper, section: Section, alice: Member) -> Post:
    """A scheduled article: every text of it has WORD, its files have DIGEST."""
    small_paper.fill(paper, section, alice)
    texts = dict.fromkeys(("title", "subtitle", "summary", "byline", "credit_line", "internal_note"), WORD)
    later = now() + timedelta(hours=1)
    post = Post(**texts, body=f"<p>{WORD}</p>", origin="own", published_at=later, created_at=now())
    post.file_under(section)
    db.session.add(post)
    db.session.flush()
    post.photos.append(Photo(digest=DIGEST, width=1200, height=800, caption=WORD, credit=WORD))
    db.session.flush()
    post.cover = post.photos[0]
    post.pinned_at = now()
    post.attachments.append(Attachment(filename=f"{WORD}.pdf", digest=DIGEST, size=1))
    # A notice that readers have seen stays, without the title of its article, when that is withdrawn.
    db.session.add(Correction(post=post, kind="correction", body="바로잡습니다"))
    tagging.put(post, [WORD])
    db.session.commit()
    store = Store(app.config["SETTINGS"].media)
    for name in (f"{DIGEST}-480.webp", f"{DIGEST}-share.jpg", DIGEST):
        store.put(name, WORD.encode())
    return post


def addresses(app: Flask, post: Post) -> list[str]:
    """Every GET address of the app, those with parameters for this article, its tag, section and photo."""
    values = {
        "id": post.id, "post_id": post.id, "comment_id": 1, "attachment_id": post.attachments[0].id,
        "slug": "local", "name": WORD, "revision_id": 1, "correction_id": 1, "number": 1, "token": "x",
    }  # fmt: skip
    found = set(small_paper.readable(app))
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            names = {"name": f"{DIGEST}-480.webp"} if rule.endpoint.startswith("media") else {}
            known = {name: (values | names).get(name, 1) for name in rule.arguments}
            found.add(app.url_map.bind("localhost").build(rule.endpoint, known))
    found |= {
        f"/search?q={WORD}", f"/search?q={WORD}&tab=comments", f"/search?q={WORD}&order=best",
        f"/posts/{post.id}?comments=1", f"/media/{DIGEST}-share.jpg", "/sections/local?page=1", "/?page=1",
        f"/sitemaps/posts-{post.id // 1000 + 1}.xml",
    }  # fmt: skip
    return sorted(found)


@pytest.mark.parametrize("who", ["guest", "member"])
def test_it_is_nowhere_before_its_time(
    app: Flask, client: Any, secret: Post, alice: Member, who: str
) -> None:
    if who == "member":
        client.log_in(alice)
    paths = addresses(app, secret)
    assert len(paths) > 60
    leaks = []
    for path in paths:
        answer = client.get(path)
        text = unquote(answer.data.decode("utf-8", "replace"))
        for repeated in (
            unquote(path),
            WORD if path.startswith(("/search", "/tags")) else path,
        ):  # what was asked for
            text = text.replace(repeated, "")
        if WORD in text or DIGEST in text or f'"/posts/{secret.id}"' in text:
            leaks.append(f"{path}: {answer.status_code}")
    assert not leaks
    for path in (f"/posts/{secret.id}", f"/media/{DIGEST}-480.webp"):
        assert client.get(path).status_code == 404, path


def test_it_is_there_at_its_time(app: Flask, client: Any, secret: Post) -> None:
    secret.published_at = now()
    db.session.commit()
    for path in ("/", "/feed.xml", f"/posts/{secret.id}", f"/tags/{WORD}", "/news-sitemap.xml"):
        assert WORD in client.get(path).get_data(as_text=True), path
    assert client.get(f"/media/{DIGEST}-480.webp").status_code == 200
