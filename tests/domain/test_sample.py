"""The sample paper, loaded once for all tests."""

import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import create_app
from database import db
from domain.counter.models import PostViews, VisitDay
from domain.desk import front_slots
from domain.neighbours import membership
from domain.sample import composing, loading, prose, structure
from lib.files.store import Store
from lib.text import markup
from models import Attachment, Comment, Member, Page, Paper, Photo, Post, Refused, Section, now


@pytest.fixture(scope="module")
def loaded(stage: Path, tmp_path_factory: pytest.TempPathFactory):
    """An app with the sample loaded, and its store."""
    data = tmp_path_factory.mktemp("sample") / "data"
    shutil.copytree(stage, data)
    app = create_app(data=data, secret_key="test", site_url="http://localhost")
    with app.app_context():
        membership.create_editor("editor", "편집인", "editor@example.com", "느티나무 아래에서")
        lines = list(loading.load(Store(data / "media")))
        db.session.commit()
        app.lines = lines
        app.store = Store(data / "media")
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(autouse=True)
def context(loaded):
    with loaded.app_context():
        yield
        db.session.rollback()


def posts() -> list[Post]:
    return list(db.session.scalars(select(Post)))


def test_progress_is_reported(loaded):
    assert len(loaded.lines) >= 4
    assert all(loaded.lines)


def test_imprint_is_complete():
    paper = Paper.get()
    assert paper.missing == []
    assert {row["medium"] for row in paper.registrations} == {"weekly", "internet"}
    assert paper.last_edited_at <= now()


def test_lead_story_is_published_and_has_a_cover():
    lead = front_slots.slots()[0].post
    assert lead.state == "published"
    assert lead.cover_id


def test_every_section_has_a_published_post():
    seen = set(db.session.scalars(select(Post.section_id).where(Post.is_visible(now()))))
    sections = list(db.session.scalars(select(Section).where(Section.parent_id.is_not(None))))
    assert [section.slug for section in sections if section.id not in seen] == []
    assert {section.look for section in sections} == {"list", "webzine", "gallery"}


def test_there_are_enough_posts_of_every_kind():
    found = posts()
    states = Counter(post.state for post in found)
    assert len(found) >= 60
    assert (states["draft"], states["scheduled"]) == (1, 1)
    assert {"own", "release", "contribution", "tip", "advertisement"} <= {post.origin for post in found}
    assert sum(post.pinned_at is not None for post in found) == 1
    assert sum(bool(post.corrections) for post in found) >= 2
    assert sum("<table" in post.body for post in found) >= 1
    assert max(len(re.findall("[가-힣]", post.body)) for post in found) >= 5000
    assert all(post.credit_line for post in found if post.origin == "release")


def test_no_moment_is_in_the_future():
    for post in posts():
        if post.state != "scheduled":
            assert (post.published_at or now()) <= now()
        assert post.created_at <= now()
        assert (post.edited_at or now()) <= now()
        assert all(correction.created_at <= now() for correction in post.corrections)
    assert db.session.scalar(select(func.max(Comment.created_at))) <= now()


def test_only_corrected_articles_are_edited():
    assert all(post.corrections for post in posts() if post.edited_at)


def test_every_text_is_clean_and_complete():
    for post in posts():
        assert markup.clean(post.body) == post.body
        assert post.state == "draft" or post.summary
        assert len(post.title) <= 200
    for page in db.session.scalars(select(Page)):
        assert markup.clean(page.body) == page.body


def test_shops_have_telephone_address_and_hours():
    shops = [post for post in posts() if post.section.kind == "shop"]
    assert all(post.telephone.startswith("000-") and post.address and post.opening_hours for post in shops)
    assert not any(post.telephone for post in posts() if post.section.kind != "shop")


def test_videos_are_complete():
    videos = [post for post in posts() if post.section.slug == "video"]
    assert len(videos) >= 4
    assert all(
        re.fullmatch(r"[\w-]{11}", post.video_id) and post.has_video and post.cover_id for post in videos
    )


def test_photos_have_captions_credit_and_files(loaded):
    photos = list(db.session.scalars(select(Photo)))
    assert all(photo.caption and photo.credit and photo.post_id for photo in photos)
    for photo in photos:
        assert all(
            loaded.store.path(photo.address(width).rsplit("/", 1)[1]).exists() for width in photo.widths
        )
    assert len({photo.digest for photo in photos}) >= 25
    assert all(post.cover_id for post in posts() if post.photos)


def test_attachment_has_a_file(loaded):
    (attachment,) = db.session.scalars(select(Attachment))
    assert attachment.size > 0
    assert any(
        path.stat().st_size == attachment.size for path in loaded.store.folder.rglob(f"{attachment.digest}*")
    )


def test_comment_count_is_what_everybody_may_read():
    readable = Comment.secret.is_(False), Comment.deleted_at.is_(None)
    for post in posts():
        there = db.session.scalar(
            select(func.count()).select_from(Comment).where(Comment.post_id == post.id, *readable)
        )
        assert post.comment_count == there, post.title


def test_comments_are_later_than_their_article_and_parent():
    comments = list(db.session.scalars(select(Comment)))
    for comment in comments:
        assert comment.created_at >= comment.post.published_at
        if comment.parent:
            assert comment.parent.created_at <= comment.created_at
            assert comment.root_id == (comment.parent.root_id or comment.parent_id)
    assert any(comment.secret for comment in comments)
    assert any(comment.edited_at for comment in comments)
    (gone,) = (comment for comment in comments if comment.deleted_at)
    assert gone.body == ""
    assert any(comment.parent_id == gone.id for comment in comments)


def test_there_are_no_visits():
    assert db.session.scalar(select(func.count()).select_from(VisitDay)) == 0
    assert db.session.scalar(select(func.count()).select_from(PostViews)) == 0


def test_company_pages_are_complete():
    assert set(db.session.scalars(select(Page.slug))) == set(Page.SLUGS)
    assert all("<h1" not in page.body and page.title for page in db.session.scalars(select(Page)))


def test_neighbours_have_no_password():
    assert set(db.session.scalars(select(Member.password_hash).where(Member.is_editor.is_(False)))) == {
        structure.NO_PASSWORD
    }


def test_second_load_is_refused(loaded):
    with pytest.raises(Refused):
        next(loading.load(loaded.store))


@pytest.mark.parametrize("path", sorted(prose.FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_articles_use_known_keys_only(path):
    others = {"photos", "tags", "comments", "corrections", "attachment"}
    known = {*composing.COLUMNS, *others, "title", "section", "when", "edited", "pinned", "slot", "body"}
    for article in tomllib.loads(path.read_text("utf-8"))["article"]:
        assert set(article) <= known


def test_every_page_of_the_sample_opens(loaded):
    client = loaded.test_client()
    addresses = ["/", *(f"/sections/{slug}" for slug in db.session.scalars(select(Section.slug)))]
    addresses += [
        f"/posts/{post_id}" for post_id in db.session.scalars(select(Post.id).where(Post.is_visible(now())))
    ]
    assert {address: code for address in addresses if (code := client.get(address).status_code) != 200} == {}
