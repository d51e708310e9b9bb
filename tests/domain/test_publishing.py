from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from database import db
from domain.desk import publishing
from models import Paper, Photo, Post, Section, now

VIDEO = "https://youtu.be/abcdefghijk"


@pytest.fixture
def make_photo(app: Flask) -> Callable[[str], Photo]:
    def make(letter: str, *, in_text: bool = False) -> Photo:
        photo = Photo(digest=letter * 64, width=960, height=640, in_text=in_text)
        db.session.add(photo)
        db.session.commit()
        return photo

    return make


def image(photo: Photo) -> str:
    return f'<p>글</p><img src="{photo.address(960)}" alt="">'


def test_revise_cleans_files_and_summarises(section: Section, make_post: Callable[..., Post]) -> None:
    post = make_post(published_at=None)
    publishing.revise(
        post, section, title="제목", body=f"<h1>가</h1><script>x</script><p>{'나다 ' * 200}</p><p>{VIDEO}</p>"
    )
    db.session.commit()
    assert post.body.startswith("<h2>가</h2>\n<p>나다 ")
    assert post.summary.startswith("가 나다")
    assert len(post.summary) <= publishing.SUMMARY
    assert (post.has_video, post.section_id, post.group_id) == (True, section.id, section.parent_id)
    publishing.revise(post, section, body="글", summary="요약")
    assert (post.body, post.summary, post.has_video) == ("<p>글</p>", "요약", False)


def test_only_a_changed_published_article_is_edited(section: Section, post: Post) -> None:
    publishing.revise(post, section, title=post.title, body=post.body)
    db.session.commit()
    publishing.revise(post, section, title="느티천 산책길", body="<p>본문입니다.</p>")
    db.session.commit()
    assert post.edited_at is None
    publishing.revise(post, section, title="다른 제목")
    db.session.commit()
    assert post.edited_at is not None
    assert Paper.get().last_edited_at is not None


@pytest.mark.parametrize("moment", [None, now() + timedelta(days=1)])
def test_unpublished_article_is_not_edited(
    section: Section, make_post: Callable[..., Post], moment: object
) -> None:
    post = make_post(published_at=moment)
    publishing.revise(post, section, title="다른 제목")
    assert post.edited_at is None
    assert Paper.get().last_edited_at is None


def test_photo_in_the_text_belongs_to_the_article_while_shown(
    section: Section, post: Post, make_photo: Callable
) -> None:
    photo = make_photo("a", in_text=True)
    publishing.revise(post, section, body=image(photo))
    db.session.commit()
    assert (photo.post_id, photo.in_text, post.cover) == (post.id, True, photo)
    publishing.revise(post, section, body="글")
    db.session.commit()
    assert (photo.post_id, post.cover) == (None, None)
    publishing.revise(post, section, body=image(photo))
    db.session.commit()
    assert post.photos == [photo]


def test_photo_of_another_article_is_copied(
    section: Section, make_post: Callable[..., Post], make_photo: Callable
) -> None:
    first, second, photo = make_post(), make_post(), make_photo("a", in_text=True)
    publishing.revise(first, section, body=image(photo))
    db.session.commit()
    publishing.revise(second, section, body=image(photo))
    db.session.commit()
    assert photo.post is first
    assert [taken.digest for taken in second.photos] == [photo.digest]


def test_first_photo_is_the_cover(section: Section, post: Post, make_photo: Callable) -> None:
    within, first, second = make_photo("a", in_text=True), make_photo("b"), make_photo("c")
    publishing.revise(post, section, body=image(within))
    publishing.add_photos(post, [first, second])
    db.session.commit()
    assert (post.gallery, post.cover) == ([first, second], first)
    assert first.position < second.position
    publishing.remove_photo(post, first)
    db.session.commit()
    assert (post.gallery, post.cover) == ([second], second)
    publishing.remove_photo(post, second)
    db.session.commit()
    assert post.cover is within


def test_publishing_now_is_an_edit_of_the_paper_and_later_is_not(make_post: Callable[..., Post]) -> None:
    post = make_post(published_at=None)
    publishing.publish(post, now() + timedelta(hours=1))
    assert (post.state, Paper.get().last_edited_at) == ("scheduled", None)
    publishing.publish(post, None)
    db.session.commit()
    assert post.state == "published"
    assert Paper.get().last_edited_at is not None
