"""The desk's list of all articles: everything is found there, and several are changed at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from database import db
from domain.counter.models import PostViews
from domain.desk import archive, selection, tagging
from domain.desk.models import FrontSlot, Revision
from domain.search import search_index
from models import Attachment, Comment, Correction, Member, Photo, Post, Section, now

LIST, ACTS, ERASURE = "/desk/posts", "/desk/posts/selection", "/desk/posts/erasure"


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


@pytest.fixture
def four(make_post: Callable[..., Post]) -> dict[str, Post]:
    """An article of each state, by its state."""
    return {
        "draft": make_post(title="느티천 초안", published_at=None),
        "scheduled": make_post(title="느티천 예약", published_at=now() + timedelta(days=1)),
        "published": make_post(title="느티천 공개", published_at=now() - timedelta(days=1)),
        "deleted": make_post(title="느티천 내림", deleted_at=now()),
    }


@pytest.fixture
def video(paper: Any) -> Section:
    return db.session.scalars(select(Section).where(Section.slug == "video")).one()


def titles(desk: Any, **query: str) -> list[str]:
    answer = desk.get(LIST, query_string=query)
    assert answer.status_code == 200, query
    return re.findall(r'class="archive__title"[^>]*>([^<]*)</a>', answer.text)


def states(*posts: Post) -> list[str]:
    db.session.expire_all()
    return [post.state for post in posts]


def told(desk: Any, answer: Any) -> str:
    """The message on the page that an act leads to."""
    assert answer.status_code == 303, answer.text
    found = re.search(r'class="flash" role="status">(.*?)</div>', desk.get(answer.location).text)
    assert found
    return found[1]


@pytest.mark.parametrize("words", ["", "느티천"])
def test_tabs(desk: Any, four: dict[str, Post], words: str) -> None:
    assert titles(desk, q=words) == ["느티천 예약", "느티천 내림", "느티천 초안", "느티천 공개"]
    for state, post in four.items():
        assert titles(desk, q=words, state=state) == [post.title]


def test_words_of_title_text_and_byline(desk: Any, make_post: Callable[..., Post]) -> None:
    for state in ({}, {"published_at": None}, {"deleted_at": now()}):
        make_post(title="다리 위 등불", **state)
        make_post(title="둘", body="<p>등불이 켜졌다</p>", **state)
        make_post(title="셋", byline="등불 기자", **state)
        make_post(title="넷", **state)
    found = titles(desk, q="등불")
    assert sorted(found) == sorted(["다리 위 등불", "둘", "셋"] * 3)
    make_post(title="느티천 산책길", published_at=None)
    assert titles(desk, q="느티천산책길") == ["느티천 산책길"]  # written apart
    assert titles(desk, q="없는말") == []
    assert titles(desk, q="!!! ···") == []


def test_what_is_written_changes_what_is_found(desk: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(title="처음", published_at=None)
    post.title = "가로등"
    db.session.commit()
    assert titles(desk, q="처음") == []
    for act in (post.publish, post.delete, post.restore, post.withdraw):
        act()
        db.session.commit()
        assert titles(desk, q="가로등") == titles(desk, q="가로등", state=post.state) == ["가로등"]


def test_section_and_month_with_all_else(
    desk: Any, make_post: Callable[..., Post], section: Section, video: Section
) -> None:
    october, november = (datetime(2025, month, 1, 3, tzinfo=UTC) for month in (10, 11))
    for under in (section, video):
        for moment in (october, november):
            name = f"등불 {under.slug} {moment.month}"
            make_post(title=f"{name} 공개", section=under, published_at=moment)
            make_post(title=f"{name} 초안", section=under, published_at=None, created_at=moment)
            make_post(title=f"{name} 내림", section=under, deleted_at=moment)
    for words in ("", "등불"):
        assert len(titles(desk, q=words, section="video")) == 6
        assert len(titles(desk, q=words, month="2025-10")) == 6
        assert titles(desk, q=words, section="video", month="2025-10", state="draft") == [
            "등불 video 10 초안"
        ]
    first = datetime(2025, 9, 30, 15, tzinfo=UTC)  # midnight of October in Korea
    make_post(title="첫 순간", published_at=first)
    make_post(title="앞 순간", published_at=first - timedelta(microseconds=1))
    assert "첫 순간" in titles(desk, month="2025-10")
    assert "앞 순간" not in titles(desk, month="2025-10")


@pytest.mark.parametrize("words", ["", "등불"])
@pytest.mark.parametrize("state", ["", "draft", "scheduled", "published", "deleted"])
def test_every_article_stands_on_one_page(
    desk: Any, make_post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch, words: str, state: str
) -> None:
    monkeypatch.setattr(archive, "PAGE", 5)
    at = now().replace(microsecond=0)
    later = at + timedelta(days=1)
    for number in range(12):  # several of one moment
        moment = at - timedelta(days=1, minutes=number // 4)
        make_post(title=f"등불 {number:02} 초안", published_at=None, created_at=moment)
        make_post(title=f"등불 {number:02} 예약", published_at=later + timedelta(minutes=number // 4))
        make_post(title=f"등불 {number:02} 공개", published_at=moment)
        make_post(title=f"등불 {number:02} 내림", deleted_at=moment)
    wanted = set(titles_of(state))
    address, found = f"{LIST}?q={words}&state={state}", []
    while address:
        page = desk.get(address).text
        found += re.findall(r'class="archive__title"[^>]*>([^<]*)</a>', page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1].replace("&amp;", "&") if further else ""
    assert sorted(found) == sorted(wanted)
    moments = [post.deleted_at or post.published_at or post.created_at for post in map(by_title, found)]
    assert moments == sorted(moments, reverse=state != "scheduled")


def titles_of(state: str) -> list[str]:
    return [post.title for post in db.session.scalars(select(Post)) if state in ("", post.state)]


def by_title(title: str) -> Any:
    return db.session.scalars(select(Post).where(Post.title == title)).one()


@pytest.mark.parametrize(
    "query",
    [
        "state=burnt", "section=nowhere", "section=news", "month=2025-13", "month=x", "after=x", "after=1-",
        "after=99999999999999999999-1", "q=길&after=1-3", "q=길&after=x-1", "after=-1-0",
    ],
)  # fmt: skip
def test_a_list_that_does_not_exist(desk: Any, query: str) -> None:
    assert desk.get(f"{LIST}?{query}").status_code == 404


@pytest.mark.parametrize(
    "words",
    [
        "' OR 1=1 --",
        '"',
        '""',
        "* NEAR(",
        "title:느티천",
        "·draft",
        "\x00길",
        "가" * 5000,
        "길 AND NOT 길",
        "%",
        "\ud800",
    ],
)
def test_hostile_words(desk: Any, four: dict[str, Post], words: str) -> None:
    data = words.encode("utf-8", "surrogatepass")
    assert desk.get(LIST, query_string={"q": data}).status_code == 200
    assert len(titles(desk)) == 4


def test_markup_in_words_is_escaped(desk: Any) -> None:
    assert "<script>x" not in desk.get(LIST, query_string={"q": "<script>x"}).text


def test_public_search_never_shows_what_the_desk_finds(client: Any, desk: Any, four: dict[str, Post]) -> None:
    assert len(titles(desk, q="느티천")) == 4
    guest = client.application.test_client()
    for query in ("느티천", "초안", "내림", "예약", "draft", "·draft", "deleted"):
        for more in ("", "&order=best", "&section=local", "&oldest=1", "&tab=comments"):
            page = guest.get(f"/search?q={query}{more}").text
            assert not any(four[state].title in page for state in ("draft", "scheduled", "deleted"))


def test_a_row_has_views_comments_state_and_links(
    desk: Any, make_post: Callable[..., Post], alice: Member
) -> None:
    post = make_post(title="읽힌 글", byline="느티 기자")
    post.comment("좋아요", alice)
    db.session.add(PostViews(post_id=post.id, views=1234))
    db.session.commit()
    page = desk.get(LIST).text
    for part in (
        "조회 1,234",
        "댓글 1",
        "느티 기자",
        "지역뉴스",
        f'href="/posts/{post.id}"',
        f"/posts/{post.id}/edit",
    ):
        assert part in page


def test_an_empty_list_says_so(desk: Any) -> None:
    assert "기사가 없습니다" in desk.get(LIST).text
    assert "찾은 기사가 없" in desk.get(f"{LIST}?q=없는말").text


def test_all_of_a_page_are_selected_without_scripts(desk: Any, four: dict[str, Post]) -> None:
    assert desk.get(LIST).text.count(" checked") == 0
    assert "selected=all" in desk.get(f"{LIST}?state=draft").text
    assert desk.get(f"{LIST}?selected=all").text.count(" checked") == 4


def test_taking_down_and_bringing_back(client: Any, desk: Any, make_post: Callable[..., Post]) -> None:
    posts = [make_post(title=f"글 {n}") for n in range(3)]
    ids = [post.id for post in posts]
    answer = desk.send(f"{ACTS}?state=published&q=글", act="delete", id=ids)
    assert answer.location == f"{LIST}?q=%EA%B8%80&state=published"
    assert told(desk, answer) == "3건을 내렸습니다."
    assert states(*posts) == ["deleted"] * 3
    assert client.application.test_client().get(f"/posts/{ids[0]}").status_code == 410
    assert told(desk, desk.send(ACTS, act="delete", id=ids)) == "3건은 이미 내린 기사입니다."
    assert told(desk, desk.send(ACTS, act="restore", id=[*ids[:2]])) == "2건을 되살렸습니다."
    assert states(*posts) == ["published", "published", "deleted"]
    assert "1건은 내린 기사가 아니어서" in told(desk, desk.send(ACTS, act="restore", id=ids[1:]))


def test_a_hundred_at_once_and_no_more(desk: Any, section: Section) -> None:
    posts = [Post(title=f"글 {n}", body="<p>길</p>", origin="own", published_at=now()) for n in range(101)]
    for post in posts:
        post.file_under(section)
    db.session.add_all(posts)
    db.session.commit()
    ids = [post.id for post in posts]
    answer = desk.send(ACTS, act="delete", id=ids)
    assert answer.status_code == 422
    assert "100건까지" in answer.text
    assert set(states(*posts)) == {"published"}
    assert told(desk, desk.send(ACTS, act="delete", id=ids[:100])) == "100건을 내렸습니다."
    assert told(desk, desk.send(ERASURE, id=ids[:100])) == "100건을 영구 삭제했습니다."
    assert titles(desk) == ["글 100"]
    assert desk.send(ERASURE, id=ids).status_code == 422
    assert desk.get(ERASURE, query_string={"id": ids}).status_code == 422


def test_moving_keeps_the_address(desk: Any, post: Post, section: Section, video: Section) -> None:
    answer = desk.send(ACTS, act="move", id=[post.id], section_id=video.id)
    assert told(desk, answer) == "‘동영상뉴스’ 분류로 1건을 옮겼습니다."
    assert titles(desk, section="video") == titles(desk, section="video", q="산책길") == [post.title]
    assert titles(desk, section="local") == titles(desk, section="local", q="산책길") == []
    assert desk.get(f"/posts/{post.id}").status_code == 200
    assert post.title in desk.get("/sections/video").text
    db.session.expire_all()
    assert (post.group_id, post.edited_at) == (video.parent_id, None)
    again = desk.send(ACTS, act="move", id=[post.id], section_id=video.id)
    assert told(desk, again) == "1건은 이미 그 분류에 있습니다."


def test_tagging(desk: Any, make_post: Callable[..., Post]) -> None:
    plain, full = make_post(title="태그 없음"), make_post(title="태그 열")
    tagging.put(full, [f"태그{n}" for n in range(10)])
    db.session.commit()
    sentence = told(desk, desk.send(ACTS, act="tag", tag=" #하천 정비 ", id=[plain.id, full.id]))
    assert sentence == "1건에 ‘하천 정비’ 태그를 달았습니다. 1건은 태그가 10개라서 더 달지 못했습니다."
    assert [tag.name for tag in plain.tags] == ["하천 정비"]
    assert "태그 없음" in desk.get("/tags/하천 정비").text
    assert "이미 그 태그가" in told(desk, desk.send(ACTS, act="tag", tag="하천정비", id=[plain.id]))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"act": "burn"}, "골라"),
        ({}, "골라"),
        ({"act": "move"}, "분류를 골라"),
        ({"act": "move", "section_id": "999"}, "분류를 골라"),
        ({"act": "move", "section_id": "x"}, "분류를 골라"),
        ({"act": "tag", "tag": ""}, "태그를 하나"),
        ({"act": "tag", "tag": "하나, 둘"}, "태그를 하나"),
        ({"act": "tag", "tag": "/"}, "태그를 하나"),
        ({"act": "tag", "tag": "가" * 31}, "30자까지"),
    ],
)
def test_bad_input_keeps_the_selection(desk: Any, post: Post, fields: dict[str, str], sentence: str) -> None:
    answer = desk.send(ACTS, id=[post.id], **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{post.id}" checked' in answer.text
    assert fields.get("tag", "") in answer.text
    assert states(post) == ["published"]


def test_articles_without_an_origin_are_not_brought_back(desk: Any, make_post: Callable[..., Post]) -> None:
    posts = [make_post(origin=origin, deleted_at=now()) for origin in ("own", "")]
    message = told(desk, desk.send(ACTS, act="restore", id=[post.id for post in posts]))
    assert "1건은 출처가 없어" in message
    assert states(*posts) == ["published", "deleted"]


@pytest.mark.parametrize("act", ["delete", "restore", "tag", "erase"])
def test_nothing_selected(desk: Any, post: Post, act: str) -> None:
    answer = desk.send(ACTS, act=act, tag="길")
    assert answer.status_code == 422
    assert "먼저 기사를 골라" in answer.text


def test_ids_of_no_article_are_skipped(desk: Any, post: Post) -> None:
    sentence = told(desk, desk.send(ACTS, act="delete", id=[post.id, 999, "x", "9" * 40, -1, post.id]))
    assert sentence == "1건을 내렸습니다. 2건은 없는 기사여서 건너뛰었습니다."
    assert "건너뛰었습니다" in told(desk, desk.send(ACTS, act="delete", id=["x"]))
    assert desk.get(f"{ERASURE}?id=x&id=999").status_code == 200


def test_a_list_that_does_not_exist_is_not_acted_on(desk: Any, post: Post) -> None:
    assert desk.send(f"{ACTS}?state=burnt", act="burn", id=[post.id]).status_code == 404


def test_deleting_for_good_asks_first(desk: Any, four: dict[str, Post]) -> None:
    ids = [post.id for post in four.values()]
    answer = desk.send(f"{ACTS}?state=draft", act="erase", id=ids)
    assert answer.status_code == 303
    assert answer.location.startswith(f"{ERASURE}?state=draft&id=")
    page = desk.get(answer.location).text
    assert states(*four.values()) == list(four)
    assert re.findall(r'name="id" value="(\d+)"', page) == [str(four[s].id) for s in ("draft", "deleted")]
    assert all(post.title in page for post in four.values())
    assert "2건 영구 삭제" in page
    answer = desk.send(f"{ERASURE}?state=draft", id=ids)
    assert answer.location == f"{LIST}?state=draft"
    assert told(desk, answer) == (
        "2건을 영구 삭제했습니다. 2건은 공개했거나 예약한 기사여서 그대로 두었습니다. 먼저 내려 주세요."
    )
    assert sorted(titles(desk)) == sorted([four["scheduled"].title, four["published"].title])
    assert titles(desk, q="초안") == titles(desk, q="내림") == []


def test_deleted_for_good(client: Any, desk: Any, make_post: Callable[..., Post], alice: Member) -> None:
    post, other = make_post(title="지울 글", body="<p>비밀</p>", byline="아무개"), make_post(title="남는 글")
    for article in (post, other):
        article.photos.append(Photo(digest="a" * 64, width=800, height=600, caption="다리"))
    post.photos.append(Photo(digest="b" * 64, width=800, height=600))
    db.session.flush()
    post.cover = post.photos[0]
    post.attachments.append(Attachment(filename="자료.pdf", digest="c" * 64, size=1))
    root = post.comment("댓글", alice)
    db.session.flush()
    post.comment("답글", alice, root)
    post.correct("correction", "바로잡습니다")
    tagging.put(post, ["느티천"])
    db.session.add(FrontSlot(post_id=post.id, position=1))
    post.delete()
    db.session.commit()
    desk.send(ERASURE, id=[post.id])
    db.session.expire_all()
    assert client.application.test_client().get(f"/posts/{post.id}").status_code == 410
    assert (post.title, post.body, post.byline, post.cover_id, post.tags) == ("", "", "", None, [])
    assert [row.body for row in db.session.scalars(select(Correction))] == ["바로잡습니다"]
    assert [row.post_id for row in db.session.scalars(select(Photo))] == [other.id]
    for table in (Attachment, Comment, FrontSlot):
        assert db.session.scalars(select(table)).all() == []
    for path in (f"/desk/posts/{post.id}/edit", f"/desk/posts/{post.id}/preview"):
        assert desk.get(path).status_code == 410
    assert desk.send(f"/desk/posts/{post.id}/deletion", action="restore").status_code == 410
    assert "건너뛰었습니다" in told(desk, desk.send(ACTS, act="restore", id=[post.id]))
    assert "건너뛰었습니다" in told(desk, desk.send(ERASURE, id=[post.id]))
    assert make_post().id > other.id


def test_every_act_keeps_versions(
    desk: Any, make_post: Callable[..., Post], video: Section, editor: Member
) -> None:
    post, draft = make_post(title="글", body="<p>처음 그대로</p>"), make_post(title="초안", published_at=None)
    ids = [post.id, draft.id]
    for fields in ({"act": "move", "section_id": video.id}, {"act": "tag", "tag": "길"}, {"act": "delete"}):
        desk.send(ACTS, id=ids, **fields)
        desk.send(ACTS, id=ids, **fields)
    versions = db.session.scalars(select(Revision).where(Revision.post_id == post.id).order_by(Revision.id))
    changes = [(version.changes, version.body) for version in versions]
    assert changes == [([], "<p>처음 그대로</p>")] + [
        ([name], "<p>처음 그대로</p>") for name in ("section_id", "tags", "deleted_at")
    ]
    desk.send(ERASURE, id=ids)
    kept = db.session.execute(select(Revision.post_id, Revision.body).distinct()).all()
    assert kept == [(post.id, "<p>처음 그대로</p>")]  # those of a draft that never appeared are gone


def test_an_erased_article_is_not_indexed_again(desk: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(title="지울 글", published_at=None)
    selection.erase([post.id], None)
    db.session.commit()
    for _count in search_index.rebuild():
        db.session.commit()
    assert titles(desk, q="지울") == []
    assert titles(desk) == []


@pytest.mark.parametrize(
    ("method", "path"), [("get", LIST), ("get", ERASURE), ("post", ACTS), ("post", ERASURE)]
)
def test_only_the_editor(client: Any, alice: Member, post: Post, method: str, path: str) -> None:
    def send() -> Any:
        return client.get(path) if method == "get" else client.send(path, act="delete", id=[post.id])

    assert send().status_code == (302 if method == "get" else 401)
    client.log_in(alice)
    assert send().status_code == 403
    assert states(post) == ["published"]


def test_wrong_method(desk: Any) -> None:
    assert desk.get(ACTS).status_code == 405
    assert desk.put(LIST).status_code == 405


def test_a_form_without_its_token_changes_nothing(desk: Any, post: Post) -> None:
    assert desk.post(ACTS, data={"act": "delete", "id": post.id}).status_code == 400
    assert states(post) == ["published"]
