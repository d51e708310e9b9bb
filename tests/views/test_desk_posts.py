"""The writing desk: articles are saved and published, others are refused, and nothing typed is lost."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pictures import jpeg
from sqlalchemy import func, select

from database import db
from domain.desk import front_slots
from models import Paper, Photo, Post, Section, now

KOREAN = "느티천을 따라 걷는 길이 새로 열렸다. " * 240  # 5,000 characters and more


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


def newest() -> Post:
    db.session.expire_all()
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first()  # type: ignore[return-value]


def count(table: type = Post) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def written(section: Section, **fields: Any) -> dict[str, Any]:
    article = {"title": "느티천 산책길 열려", "body": "<p>본문입니다.</p>", "origin": "own"}
    return {"section_id": section.id} | article | fields


def picture(name: str = "사진.jpg", size: tuple[int, int] = (800, 600)) -> tuple[io.BytesIO, str]:
    return io.BytesIO(jpeg(size)), name


def test_long_article_with_three_large_photos_in_one_request(desk: Any, section: Section) -> None:
    large = jpeg((4000, 3000))
    files = [(io.BytesIO(large), f"{n}.jpg") for n in range(3)]
    answer = desk.send(
        "/desk/posts",
        **written(section, body=KOREAN, photos=files, captions=["하나", "둘", "셋"], publish="now"),
    )
    assert answer.status_code == 303
    post = newest()
    assert answer.location == f"/desk/posts/{post.id}/published"
    assert [photo.caption for photo in post.gallery] == ["하나", "둘", "셋"]
    assert post.cover == post.gallery[0]
    assert "공개했습니다" in desk.get(answer.location).text
    assert KOREAN.strip() in desk.get(f"/posts/{post.id}").text
    assert f"<p>{KOREAN.strip()}</p>" in post.body


def test_draft_is_visible_to_the_editor_only(desk: Any, section: Section) -> None:
    answer = desk.send("/desk/posts", **written(section))
    post = newest()
    assert answer.status_code == 303
    assert answer.location == f"/desk/posts/{post.id}/edit"
    assert post.state == "draft"
    assert desk.get(f"/desk/posts/{post.id}/preview/page").status_code == 200
    assert desk.get(f"/posts/{post.id}").status_code == 200
    assert desk.application.test_client().get(f"/posts/{post.id}").status_code == 404


def test_preview_publishes_nothing(desk: Any, section: Section) -> None:
    answer = desk.send("/desk/posts", **written(section, publish="now", preview="1"))
    post = newest()
    assert answer.location == f"/desk/posts/{post.id}/preview"
    assert post.state == "draft"
    assert f'href="/desk/posts/{post.id}/edit"' in desk.get(answer.location).text
    for moment, state in (("2001-01-01T09:00", "draft"), ("2199-01-01T09:00", "scheduled")):
        answer = desk.send(
            f"/desk/posts/{post.id}", **written(section, publish="at", published_at=moment, preview="1")
        )
        assert answer.location == f"/desk/posts/{post.id}/preview"
        assert newest().state == state
    desk.send(f"/desk/posts/{post.id}", **written(section, publish="draft", preview="1"))
    assert newest().state == "draft"


def test_readers_see_no_link_to_edit(client: Any, alice: Any, post: Post) -> None:
    for reader in (client, client.log_in(alice)):
        assert "/desk/" not in reader.get(f"/posts/{post.id}").text


def test_every_column_is_saved(desk: Any, section: Section) -> None:
    fields = {
        "subtitle": "부제",
        "byline": "느티 기자",
        "origin": "release",
        "credit_line": "느티시 제공",
        "telephone": "000-0000-0000",
        "address": "느티로 1",
        "opening_hours": "9시–18시",
        "summary": "직접 쓴 요약",
    }
    desk.send(
        "/desk/posts", **written(section, video_url="https://youtu.be/abcdefghijk", pinned="y", **fields)
    )
    post = newest()
    assert {name: getattr(post, name) for name in fields} == fields
    assert (post.video_id, post.has_video, bool(post.pinned_at)) == ("abcdefghijk", True, True)
    page = desk.get(f"/desk/posts/{post.id}/edit").text
    assert all(value in page for value in fields.values())


def test_publication_time_is_in_the_time_zone_of_the_paper(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **written(section, publish="at", published_at="2099-01-02T09:30"))
    assert newest().published_at == datetime(2099, 1, 2, 0, 30, tzinfo=UTC)
    assert newest().state == "scheduled"
    assert "2099-01-02T09:30" in desk.get(f"/desk/posts/{newest().id}/edit").text


@pytest.mark.parametrize("moment", ["", "내일", "2026-13-45T99:99", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_invalid_time_is_an_error(desk: Any, section: Section, moment: str) -> None:
    answer = desk.send("/desk/posts", **written(section, publish="at", published_at=moment))
    assert answer.status_code == 422
    assert "날짜와 시각" in answer.text
    assert count() == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "적어"),
        ({"title": "  \u200b"}, "적어"),
        ({"title": "가" * 201}, "200자"),
        ({"section_id": ""}, "분류를 골라"),
        ({"section_id": "99999999999999999999999"}, "분류를 골라"),
        ({"section_id": "nonsense"}, "분류를 골라"),
        ({"video_url": "https://example.com/abc"}, "유튜브"),
        ({"origin": "rumour"}, ""),
        ({"publish": "maybe"}, ""),
    ],
)
def test_error_keeps_what_was_typed(
    desk: Any, section: Section, fields: dict[str, str], sentence: str
) -> None:
    answer = desk.send(
        "/desk/posts", **written(section, subtitle="남는 부제", **{"body": "남는 본문"} | fields)
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "남는 본문" in answer.text
    assert "남는 부제" in answer.text
    assert count() == 0


def test_a_group_holds_no_articles(desk: Any, section: Section) -> None:
    assert desk.send("/desk/posts", **written(section, section_id=section.parent_id)).status_code == 422


@pytest.mark.parametrize(
    "odd", [b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"<script>alert(1)</script>", b"x" * 100_000]
)
def test_odd_text_is_ordinary(desk: Any, section: Section, odd: bytes) -> None:
    token = desk.get("/desk/posts/new").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    fields = {"csrf_token": token, "section_id": str(section.id), "title": "제목"}
    parts = [f"{name}={value}".encode() for name, value in fields.items()] + [
        b"body=" + odd.replace(b"&", b"%26")
    ]
    answer = desk.post("/desk/posts", data=b"&".join(parts), content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 400)  # 400: what is no UTF-8 at all
    assert count() == 0 or "<script" not in newest().body


def test_photos_of_a_refused_form_are_kept_for_it(desk: Any, section: Section) -> None:
    answer = desk.send(
        "/desk/posts", **written(section, title="", photos=[picture()], captions=["남는 설명"])
    )
    assert answer.status_code == 422
    photo = db.session.scalars(select(Photo)).one()
    assert photo.post_id is None
    assert f'name="kept_photos" value="{photo.id}"' in answer.text
    assert "남는 설명" in answer.text
    desk.send("/desk/posts", **written(section, kept_photos=[photo.id], **{f"caption-{photo.id}": "새 설명"}))
    assert [(kept.id, kept.caption) for kept in newest().gallery] == [(photo.id, "새 설명")]


def test_unreadable_picture_is_an_error_and_the_others_are_kept(desk: Any, section: Section) -> None:
    files = [picture(), (io.BytesIO(b"no picture"), "글.jpg")]
    answer = desk.send("/desk/posts", **written(section, photos=files))
    assert answer.status_code == 422
    assert "글.jpg" in answer.text
    assert count(Photo) == 1
    assert count() == 0


def test_photo_of_another_article_cannot_be_taken(desk: Any, section: Section, post: Post) -> None:
    theirs = Photo(post=post, digest="a" * 64, width=10, height=10)
    db.session.add(theirs)
    db.session.commit()
    desk.send("/desk/posts", **written(section, kept_photos=[theirs.id, "x", "9" * 40]))
    assert db.session.get(Photo, theirs.id).post_id == post.id  # type: ignore[union-attr]


def test_same_picture_may_be_in_the_text_and_in_the_gallery(desk: Any, section: Section) -> None:
    location = desk.send("/desk/photos", file=picture()).json["location"]
    body = f'<p>글</p><figure><img src="{location}"></figure>'
    desk.send(
        "/desk/posts", **written(section, title="", body=body, photos=[picture()], captions=["곁의 사진"])
    )
    waiting = db.session.scalars(select(Photo).where(Photo.in_text.is_(False))).one()
    desk.send(
        "/desk/posts",
        **written(section, body=body, kept_photos=[waiting.id], **{f"caption-{waiting.id}": "곁의 사진"}),
    )
    assert [photo.caption for photo in newest().gallery] == ["곁의 사진"]
    assert location in newest().body


def test_photos_are_captioned_ordered_and_removed(desk: Any, section: Section) -> None:
    desk.send(
        "/desk/posts",
        **written(
            section, photos=[picture("1.jpg"), picture("2.jpg", (700, 500)), picture("3.jpg", (600, 500))]
        ),
    )
    post = newest()
    first, second, third = post.gallery
    fields = {
        f"caption-{first.id}": "첫째",
        f"credit-{first.id}": "느티 기자",
        f"position-{first.id}": "3",
        f"position-{second.id}": "1",
        f"remove-{third.id}": "1",
    }
    assert desk.send(f"/desk/posts/{post.id}", **written(section, **fields)).status_code == 303
    post = newest()
    assert [photo.id for photo in post.gallery] == [second.id, first.id]
    assert (post.gallery[1].caption, post.gallery[1].credit, post.cover_id) == (
        "첫째",
        "느티 기자",
        second.id,
    )


def test_attachments_are_added_and_removed(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **written(section, attachments=[(io.BytesIO(b"%PDF"), "공고문.pdf")]))
    post = newest()
    assert [file.filename for file in post.attachments] == ["공고문.pdf"]
    assert desk.get(f"/posts/{post.id}/attachments/{post.attachments[0].id}").data == b"%PDF"
    desk.send(
        f"/desk/posts/{post.id}", **written(section, **{f"remove-attachment-{post.attachments[0].id}": "1"})
    )
    assert newest().attachments == []


def test_refused_attachment_is_an_error_and_photos_are_kept(desk: Any, section: Section) -> None:
    files = [(io.BytesIO(b"MZ"), "나쁜.exe")]
    answer = desk.send("/desk/posts", **written(section, attachments=files, photos=[picture()]))
    assert answer.status_code == 422
    assert "나쁜.exe" in answer.text
    assert "kept_photos" in answer.text
    assert (count(), count(Photo)) == (0, 1)


def test_double_click_posts_once(desk: Any, section: Section) -> None:
    first = desk.send("/desk/posts", **written(section, idempotency_key="the-same"))
    second = desk.send("/desk/posts", **written(section, idempotency_key="the-same"))
    assert second.status_code == 303
    assert second.location == first.location
    assert count() == 1


def test_editing_keeps_what_was_not_sent(desk: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(subtitle="그대로", byline="느티 기자")
    moment = post.published_at
    answer = desk.send(f"/desk/posts/{post.id}", title="고친 제목")
    assert answer.location == f"/posts/{post.id}"
    post = newest()
    assert (post.title, post.subtitle, post.byline, post.published_at) == (
        "고친 제목",
        "그대로",
        "느티 기자",
        moment,
    )
    assert post.edited_at


def test_saved_elsewhere_meanwhile_keeps_both_texts(desk: Any, post: Post, section: Section) -> None:
    opened = post.version
    desk.send(f"/desk/posts/{post.id}", **written(section, body="다른 창의 글", version=opened))
    answer = desk.send(f"/desk/posts/{post.id}", **written(section, body="이 창의 글", version=opened))
    assert answer.status_code == 409
    assert "다른 창의 글" in answer.text
    assert "이 창의 글" in answer.text
    assert newest().version in answer.text
    assert (
        desk.send(
            f"/desk/posts/{post.id}", **written(section, body="이 창의 글", version=newest().version)
        ).status_code
        == 303
    )
    assert "이 창의 글" in newest().body


def test_going_back_to_an_older_page_loses_nothing(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **written(section, idempotency_key="the-same"))
    answer = desk.send(
        "/desk/posts",
        **written(
            section, idempotency_key="the-same", body="뒤로 가서 고친 글", captions="설명", photos=picture()
        ),
    )
    assert answer.status_code == 409
    assert "뒤로 가서 고친 글" in answer.text
    assert "본문입니다." in answer.text
    assert f'action="/desk/posts/{newest().id}"' in answer.text
    waiting = db.session.scalars(select(Photo)).one()
    assert (waiting.caption, waiting.post_id) == ("설명", None)
    assert count() == 1


def test_second_article_after_back_is_kept(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **written(section, idempotency_key="the-same"))
    second = written(
        section, idempotency_key="the-same", title="국수 잔치", body="토요일에 마을회관에서 모입니다."
    )
    answers = [desk.send("/desk/posts", **second) for _double_click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count() == 2
    assert newest().title == "국수 잔치"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subtitle": "다른 창의 부제"}, "다른 창의 부제"),
        ({"byline": "다른 창의 기자"}, "다른 창의 기자"),
        ({"tags": "다른, 창"}, "다른, 창"),
    ],
)
def test_differences_to_the_saved_article_are_shown(
    desk: Any, post: Post, section: Section, change: dict[str, str], words: str
) -> None:
    opened = post.version
    desk.send(f"/desk/posts/{post.id}", **written(section, publish="now", version=opened, **change))
    answer = desk.send(
        f"/desk/posts/{post.id}",
        **written(section, publish="now", version=opened, subtitle="", tags="", byline=""),
    )
    assert answer.status_code == 409
    assert f">{words}</span>" in answer.text


def test_caption_saved_elsewhere_is_not_lost(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **written(section, photos=picture()))
    post, photo = newest(), newest().photos[0]
    address, opened, about = f"/desk/posts/{post.id}", post.version, f"caption-{photo.id}"
    desk.send(address, **written(section, version=opened, **{about: "다른 창의 설명"}))
    answer = desk.send(address, **written(section, version=opened, **{about: "이 창의 설명"}))
    assert answer.status_code == 409
    assert "다른 창의 설명" in answer.text
    assert 'value="이 창의 설명"' in answer.text
    assert newest().photos[0].caption == "다른 창의 설명"


def test_double_click_on_an_edited_article_is_no_conflict(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **written(section, photos=picture()))
    post, removed = newest(), newest().photos[0]
    fields = {
        "version": post.version,
        "title": "고친 제목",
        f"remove-{removed.id}": "1",
        "captions": "새 사진",
        "publish": "now",
    }
    for _click in range(2):
        files = {"photos": picture(size=(640, 480)), "attachments": (io.BytesIO(b"%PDF"), "안내.pdf")}
        answer = desk.send(f"/desk/posts/{post.id}", **written(section, **fields, **files))
        assert answer.status_code == 303
    assert [photo.caption for photo in newest().photos] == ["새 사진"]
    assert [file.filename for file in newest().attachments] == ["안내.pdf"]
    other = {"attachments": (io.BytesIO(b"%PDF other"), "다른 안내.pdf")}
    assert desk.send(f"/desk/posts/{post.id}", **written(section, **fields, **other)).status_code == 409


def test_summary_follows_the_text_until_one_is_written(desk: Any, section: Section) -> None:
    desk.send("/desk/posts", **written(section, body="처음 글입니다."))
    post = newest()
    assert post.summary == "처음 글입니다."
    assert desk.get(f"/desk/posts/{post.id}/edit").text.count("처음 글입니다.") == 1
    desk.send(f"/desk/posts/{post.id}", **written(section, body="나중 글입니다.", summary=""))
    assert newest().summary == "나중 글입니다."


def test_first_page_of_the_desk_shows_what_waits_and_the_newest(
    desk: Any, make_post: Callable[..., Post]
) -> None:
    make_post(title="초안 하나", published_at=None)
    make_post(title="예약 하나", published_at=now() + timedelta(days=1))
    make_post(title="내린 글", deleted_at=now())
    moment = now()
    for number in range(32):
        make_post(title=f"기사 {number:02}번", published_at=moment - timedelta(minutes=number))
    page = desk.get("/desk/").text
    assert all(title in page for title in ("초안 하나", "예약 하나", "기사 09번"))
    assert "내린 글" not in page
    assert "기사 10번" not in page
    assert all(f'href="/desk/posts{state}"' in page for state in ("", "?state=deleted", "?state=draft"))


def test_empty_desk_offers_the_first_article(desk: Any) -> None:
    assert "첫 기사" in desk.get("/desk/").text


def test_publication(desk: Any, post: Post) -> None:
    where = f"/desk/posts/{post.id}/publication"
    assert desk.send(where, publish="withdraw").status_code == 303
    assert newest().state == "draft"
    desk.send(where, publish="at", published_at="2099-01-01 00:00")
    assert newest().state == "scheduled"
    desk.send(where, publish="now")
    assert newest().state == "published"
    assert db.session.get(Paper, 1).last_edited_at  # type: ignore[union-attr]
    assert desk.send(where, publish="at", published_at="x").status_code == 422
    assert desk.send(where).status_code == 422
    post = newest()
    post.delete()
    db.session.commit()
    assert desk.send(where, publish="now").status_code == 409


def test_deletion(desk: Any, post: Post) -> None:
    where = f"/desk/posts/{post.id}/deletion"
    assert desk.send(where, action="delete").status_code == 303
    assert desk.get(f"/posts/{post.id}").status_code == 410
    assert desk.get(f"/desk/posts/{post.id}/edit").status_code == 200
    desk.send(where, action="restore")
    assert desk.get(f"/posts/{post.id}").status_code == 200
    assert desk.send(where, action="burn").status_code == 422


def test_saving_a_deleted_article_keeps_its_moment(
    desk: Any, make_post: Callable[..., Post], section: Section
) -> None:
    post = make_post(deleted_at=now())
    desk.send(f"/desk/posts/{post.id}", **written(section, publish="draft"))
    assert newest().published_at
    assert newest().state == "deleted"


def test_corrections(desk: Any, post: Post) -> None:
    where = f"/desk/posts/{post.id}/corrections"
    assert desk.send(where, kind="rebuttal", body="당사자의 말입니다.").status_code == 303
    assert "당사자의 말입니다." in desk.get(f"/posts/{post.id}").text
    assert desk.send(where, kind="rumour", body="글").status_code == 422
    assert desk.send(where, kind="correction", body=" ").status_code == 422


def test_lead(desk: Any, post: Post) -> None:
    where = f"/desk/posts/{post.id}/lead"
    assert desk.send(where, lead="1").status_code == 303
    assert [slot.post_id for slot in front_slots.slots()] == [post.id]
    desk.send(where, lead="")
    assert front_slots.slots() == []


READING = ["/desk/", "/desk/posts/new", "/desk/posts/1/edit", "/desk/posts/1/preview"]
WRITING = [
    "/desk/posts",
    "/desk/posts/1",
    "/desk/posts/1/publication",
    "/desk/posts/1/deletion",
    "/desk/posts/1/corrections",
    "/desk/posts/1/lead",
]


@pytest.mark.parametrize("path", READING)
def test_reading_is_for_the_editor(client: Any, alice: Any, post: Post, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=/desk/")
    assert client.log_in(alice).get(path).status_code == 403


@pytest.mark.parametrize("path", WRITING)
def test_writing_is_for_the_editor(client: Any, alice: Any, post: Post, path: str) -> None:
    before = post.version
    assert client.send(path, title="낯선 글").status_code == 401
    client.log_in(alice)
    assert client.send(path, title="낯선 글", publish="withdraw", action="delete").status_code == 403
    assert client.post(path, data={"title": "표 없이"}).status_code == 400
    assert newest().version == before
    assert count() == 1


@pytest.mark.parametrize("number", [999, 2**63, 10**30])
def test_missing(desk: Any, number: int) -> None:
    for path in (*READING[2:], *WRITING[1:]):
        path = path.replace("/1", f"/{number}")
        answer = desk.get(path) if path.endswith(("edit", "preview")) else desk.send(path, body="글")
        assert answer.status_code == 404, path


def test_wrong_method(desk: Any, post: Post) -> None:
    assert desk.get("/desk/posts/1").status_code == 405
    assert desk.get("/desk/posts/1/publication").status_code == 405
    assert desk.send("/desk/posts/1/edit").status_code == 405
    assert desk.send("/desk/").status_code == 405


def test_page_offers_sections_and_has_every_field(desk: Any, section: Section) -> None:
    page = desk.get(f"/desk/posts/new?section={section.id}").text
    assert f'<option selected value="{section.id}">' in page
    assert (
        f'value="{section.parent_id}"' not in page.split("</select>")[0].split("<select")[1]
        or section.parent_id == section.id
    )
    assert '<optgroup label="마을뉴스">' in page
    for name in (
        "title",
        "subtitle",
        "body",
        "photos",
        "attachments",
        "publish",
        "published_at",
        "idempotency_key",
        "csrf_token",
    ):
        assert f'name="{name}"' in page


def test_photos_are_encoded_before_the_write_lock(
    desk: Any, section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.desk import photos

    real = photos.take

    def take(*arguments: Any) -> Photo:
        with db.engine.connect().execution_options(
            writes=True
        ) as other:  # another's writing does not have to wait
            other.exec_driver_sql("UPDATE papers SET tagline = 'x'")
            other.commit()
        return real(*arguments)

    monkeypatch.setattr(photos, "take", take)
    assert desk.send("/desk/posts", **written(section, photos=[picture()])).status_code == 303
