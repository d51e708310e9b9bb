"""A search finds what a reader means, however it is typed, and marks it where it stands."""

import io
import re
import unicodedata
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from pictures import jpeg
from sqlalchemy import select

from database import db
from domain.desk import tagging
from models import Comment, Member, Photo, Post, Section

DOTS = ["·", "ㆍ", "ᆞ", "ᆢ", "・", "･", "‧", "•", "∙", "⋅", "ᐧ", "\u0387", "ꞏ", "ㆍ\u200b", " ㆍ ", "ㅡ", "ㅣ"]
INVISIBLE = [
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u00ad", "\u2060", "\u2063", "\u202a", "\u202e",
    "\u2066",    "\u2069", "\ufeff", "\u034f", "\u061c", "\u180e", "\ufe0e", "\ufe0f",
    "\U000e0061", "\U000e0100", "\ufff9",
]  # fmt: skip
# Both find each other.
PAIRS = [
    ("10km", "10 km"), ("10km", "10㎞"), ("10 km", "10㎞"), ("10km", "１０ｋｍ"), ("5명", "5 명"),
    ("30%", "30 %"), ("30%", "30％"), ("3kg", "3 kg"), ("3kg", "3㎏"), ("1,500원", "1500 원"),
    ("1500원", "1,500 원"), ("2.5km", "2.5 km"), ("84㎡", "84 ㎡"), ("84㎡", "84 m2"), ("84m²", "84 ㎡"),
    ("25℃", "25 ℃"), ("25℃", "25°C"), ("3,000여명", "3000여명"), ("1,500만원", "1500만 원"),
    ("10여명", "10여 명"), ("2026년", "2026 년"), ("오후 3시", "오후 3 시"), ("제3회", "제 3 회"), 
    ("5G", "5 G"), ("100kWh", "100 kWh"), ("3.3㎡", "3.3 m2"), ("12.5t", "12.5 t"), ("A4용지", "A4 용지"),
    ("50ml", "50 ㎖"), ("cafe", "Café"), ("cafe", "Cafe\u0301"), ("Café", "Cafe\u0301"),
    ("CAFÉ", "cafe"), ("Lodz", "Łódź"), ("Zurich", "Zürich"), ("naive", "naïve"),
    ("Muller", "Mu\u0308ller"), ("Malmo", "Malmö"), ("Đà Nẵng", "Da Nang"),
    ("Istanbul", "İstanbul"), ("strasse", "Straße"), ("Kobenhavn", "København"), ("don't", "donʼt"),
    ("oeuvre", "œuvre"),
]  # fmt: skip
EMOJI = [
    "❤️", "1️⃣", "👨‍👩‍👧‍👦", "❤️‍🔥", "☎︎", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴‍☠️", "🇰🇷",
    "👩🏽‍💻", "🏳️‍🌈", "👁️‍🗨️", "🤷🏻‍♀️", "©️", "㊗️", "#️⃣",
]  # fmt: skip
OLD_HANGUL = ["ᄒᆞᆫ글", "나랏말ᄊᆞ미", "ᄀᆞᄅᆞᆷ", "ㅎㆍㄴ글", "ᄒᆞᆯ갱이"]


def marked(page: str) -> list[str]:
    return [unescape(text) for text in re.findall("<mark>(.*?)</mark>", page, re.DOTALL)]


def search(client: Any, query: str, tab: str = "posts") -> str:
    response = client.get("/search", query_string={"q": query, "tab": tab})
    assert response.status_code == 200
    return response.text


def finds(client: Any, query: str, post: Post, tab: str = "posts") -> list[str]:
    """Check that the article is found, and return what is marked."""
    page = search(client, query, tab)
    assert f'href="/posts/{post.id}' in page.partition("<main")[2], query
    assert marked(page), query
    return marked(page)


def comment(client: Any, member: Member, post: Post, body: str) -> None:
    path = f"/posts/{post.id}/comments"
    db.session.rollback()
    assert client.log_in(member).send(path, body=body).status_code == 303


@pytest.fixture
def desk(client: Any, editor: Any, paper: Any) -> Any:
    return client.log_in(editor)


@pytest.fixture
def write(desk: Any, section: Section) -> Callable[..., Post]:
    """Write an article at the desk."""

    def write(**fields: Any) -> Post:
        values = {"section_id": section.id, "title": "제목", "body": "<p>본문입니다.</p>"}
        values |= {"origin": "own", "publish": "now"}
        assert desk.send("/desk/posts", **(values | fields)).status_code == 303
        db.session.expire_all()
        post = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
        assert post
        return post

    return write


def test_a_dot_is_a_dot_however_it_is_typed(client: Any, make_post: Callable[..., Post]) -> None:
    posts = {dot: make_post(title=f"우리 지역 초{dot}중{dot}고 학생") for dot in DOTS}
    pages = {dot: search(client, f"초{dot}중{dot}고") for dot in DOTS if " " not in dot}
    for page in pages.values():
        assert marked(page) == [unicodedata.normalize("NFC", f"초{dot}중{dot}고") for dot in reversed(DOTS)]
    for post in posts.values():
        finds(client, "초 ㆍ 중", post)
    assert "기사 0건" in search(client, "중·초")


@pytest.mark.parametrize("place", ["title", "subtitle", "body", "byline", "caption", "tag", "comment"])
def test_dots_are_found_wherever_they_stand(
    client: Any, make_post: Callable[..., Post], alice: Member, place: str
) -> None:
    texts = {dot: f"읍{dot}면{dot}동" for dot in DOTS}
    for text in texts.values():
        fields = {"title": "제목", "body": "<p>" + "긴 글 " * 100 + "</p>"}
        post = make_post(
            **(fields | {place: text} if place in ("title", "subtitle", "body", "byline") else fields)
        )
        if place == "caption":
            db.session.add(Photo(digest="0" * 64, width=1, height=1, caption=text, post=post))
        elif place == "tag":
            tagging.put(post, [text])
        elif place == "comment":
            post.comment(text, alice)
        db.session.commit()
    for query in ("읍·면·동", "면ᆞ동"):
        page = search(client, query, "comments" if place == "comment" else "posts")
        assert len(marked(page)) == len(DOTS)


def test_a_hangul_filler_is_a_space(client: Any, make_post: Callable[..., Post]) -> None:
    fillers = ["\u115f", "\u1160", "\u3164", "\uffa0", " "]
    posts = [make_post(title=f"마을{filler}사람들") for filler in fillers]
    for query in ('"마을 사람들"', *(f"마을{filler}사람들" for filler in fillers), "마을·사람", "마을사람들"):
        for post in posts:
            finds(client, query, post)


def test_old_hangul_stays(client: Any, write: Callable[..., Post]) -> None:
    for word in OLD_HANGUL:
        post = write(title=f"옛글 {word} 전시", tags=word)
        assert (post.title, post.tags[0].name) == (f"옛글 {word} 전시", word)
        assert word in finds(client, word, post)
        assert client.get(f"/tags/{word}").status_code == 200
    assert "기사 0건" in search(client, "한글")


def test_what_is_invisible_does_not_matter(
    client: Any, make_post: Callable[..., Post], alice: Member
) -> None:
    for unseen in INVISIBLE:
        post = make_post(title=f"느티{unseen}천 산{unseen}책로", body=f"<p>1{unseen}0km 코{unseen}스</p>")
        post.comment(f"느티{unseen}천 좋아요", alice)
        db.session.commit()
        for query in ("느티천", '"느티천 산책로"', f"10{unseen}km", "코스"):
            finds(client, query, post)
        assert f"느티{unseen}천" in finds(client, "느티천", post, "comments")
        db.session.delete(post)
        db.session.commit()


def test_what_is_invisible_is_dropped_at_the_door(
    client: Any, write: Callable[..., Post], alice: Member
) -> None:
    unseen = "".join(INVISIBLE)
    typed = f"느티{unseen}천"
    files = {"photos": [(io.BytesIO(jpeg((300, 200))), "a.jpg")], "captions": [typed]}
    names = ("title", "subtitle", "summary", "byline", "credit_line")
    post = write(
        **dict.fromkeys((*names, "tags"), typed), body=f"<p>{typed} <b>산{unseen}책</b></p>", **files
    )
    assert {getattr(post, name) for name in names} == {"느티천"}
    assert post.body == "<p>느티천 <strong>산책</strong></p>"
    assert [tag.name for tag in post.tags] == [photo.caption for photo in post.gallery] == ["느티천"]
    comment(client, alice, post, f"{typed}\n\n{typed}")
    assert db.session.scalar(select(Comment.body)) == "느티천\n\n느티천"
    assert 'value="느티천"' in search(client, typed)


def test_emoji_stay_whole(client: Any, write: Callable[..., Post], alice: Member) -> None:
    typed = f"축제{' '.join(EMOJI)} 끝"
    tag_names = [f"축제{emoji}" for emoji in EMOJI[:10]]
    post = write(title=typed, body=f"<p>{typed}</p>", tags=",".join(tag_names))
    assert (post.title, post.body) == (typed, f"<p>{typed}</p>")
    assert [tag.name for tag in post.tags] == tag_names
    comment(client, alice, post, typed)
    assert db.session.scalar(select(Comment.body)) == typed
    finds(client, f"축제{EMOJI[0]}", post)


@pytest.mark.parametrize("first", [0, 1])
def test_two_ways_to_write_it_find_each_other(
    client: Any, make_post: Callable[..., Post], alice: Member, first: int
) -> None:
    """Each alone in the paper: far down in the text, and in a comment."""
    for pair in PAIRS:
        query, text = pair[first], pair[1 - first]
        post = make_post(title="제목", body="<p>" + "긴 글 " * 100 + f" 앞말({text}) 뒷말</p>")
        post.comment(f"앞말 {text}", alice)
        db.session.commit()
        finds(client, query, post)
        finds(client, query, post, "comments")
        db.session.delete(post)
        db.session.commit()


def test_marks_cover_the_whole_word_as_it_is_written(client: Any, make_post: Callable[..., Post]) -> None:
    post = make_post(title="Cafe\u0301 10㎞, 1,500원 초ㆍ중", body="<p>10 km의 길</p>")
    assert finds(client, "cafe", post) == ["Café"]
    assert finds(client, "10km", post) == ["10㎞", "10 km"]
    assert finds(client, "1500 원", post) == ["1,500", "원"]
    assert finds(client, "초·중", post) == ["초ㆍ중"]


def test_other_numbers_are_not_found(client: Any, make_post: Callable[..., Post]) -> None:
    make_post(title="15km 구간, 110 km, 10cm 눈, K10", body="<p>25명</p>")
    for query in ("5km", "10km", "5명", "0km", '"1"'):
        assert "기사 0건" in search(client, query), query


def test_a_tag_has_one_page_however_its_dot_is_typed(client: Any, write: Callable[..., Post]) -> None:
    posts = [write(tags=f"3{dot}1만세") for dot in DOTS if "ㅡ" not in dot and "ㅣ" not in dot]
    posts += [write(tags=name) for name in ("3.1만세", "３·１만세", "3 · 1 만세", "3·1만세\u200b")]
    assert {post.tags[0].name for post in posts} == {"3·1만세"}
    for name in ("3ㆍ1만세", "3ᆞ1만세", "3・1만세", "3.1만세", "3•1 만세"):
        response = client.get(f"/tags/{name}", follow_redirects=True)
        assert response.status_code == 200
        assert response.history
        assert f'href="/posts/{posts[0].id}"' in response.text
    assert client.get("/tags/31만세").status_code == 404


def test_marks_of_latin_letters_make_no_other_tag(client: Any, write: Callable[..., Post]) -> None:
    assert {write(tags=name).tags[0].name for name in ("Café", "cafe", "CAFE\u0301", "ｃａｆé")} == {"Café"}
    assert client.get("/tags/cafe").status_code == 301


@pytest.mark.parametrize("name", ["ㆍ", "ᆞ", "·ㆍ", "ᐧ", "ʼ"])
def test_a_sign_alone_is_no_tag(desk: Any, section: Section, name: str) -> None:
    fields = {"section_id": section.id, "title": "제목", "body": "본문", "tags": name}
    response = desk.send("/desk/posts", **fields)
    assert response.status_code == 422
    assert f"“{name}”" in response.text
