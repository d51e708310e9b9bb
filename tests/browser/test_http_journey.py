"""The whole paper through a plain HTTP client that knows nothing but the pages themselves."""

import io
import json
import random
import re
import urllib.parse
from typing import Any

import pytest
from http_person import AGENT, Answer, Person
from paper_server import Server
from PIL import Image

PARAGRAPH = (
    "느티시는 느티천 산책길에 나무를 심는 일을 두고 주민 회의를 열었다. "
    "회의에 온 이웃들은 그늘과 의자, 밤길의 등을 이야기했다. "
)


def twelve_megapixels(seed: int) -> bytes:
    """A detailed JPEG of 4,000 × 3,000 pixels with EXIF data, like a phone's."""
    noise = random.Random(seed).randbytes(400 * 300 * 3)
    picture = Image.frombytes("RGB", (400, 300), noise).resize((4000, 3000), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def log_in(person: Person, username: str, password: str) -> Answer:
    page = person.get("/login")
    return person.fill(page, page.form("username", "password"), username=username, password=password)


def join(person: Person, server: Server, name: str, **changed: str) -> Answer:
    page = person.get("/join")
    form = page.form("username", "nickname", "email", "password", "password_confirm", "captcha")
    key = next(element.get("value") for element in form.iter() if element.get("name") == "captcha_key")
    fields = {
        "username": name,
        "nickname": f"이웃{name[-6:]}",
        "email": f"{name}@example.com",
        "password": "느티나무 아래서 1",
        "password_confirm": "느티나무 아래서 1",
        "agree_terms": "y",
        "agree_privacy": "y",
        "agree_age": "y",
        "captcha": server.captcha_answer(key),
    }
    return person.fill(page, form, **(fields | changed))


@pytest.fixture(scope="module")
def written(server: Server) -> str:
    """The address of an article of 5,000 characters with three photos of 12 megapixels, from one form."""
    editor = Person(server.url)
    assert log_in(editor, "editor", server.password).status == 200
    page = editor.get("/desk/posts/new")
    form = page.form("title", "body", "section_id")
    section = next(
        option
        for option in form.iter()
        if option.tag.endswith("option") and "지역뉴스" in "".join(option.itertext())
    )
    files = [("photos", (f"사진{n}.jpg", twelve_megapixels(n), "image/jpeg")) for n in range(3)]
    body = (PARAGRAPH * 80)[:5000]
    answer = editor.fill(
        page,
        form,
        files,
        title="산책길 회의가 열렸다",
        section_id=section.get("value"),
        body=body,
        origin="own",
        publish="now",
    )
    assert answer.status == 200, answer.words[:500]
    address = re.search(r"/posts/\d+", answer.text.split("산책길 회의가 열렸다")[0][-300:] + answer.url)
    newest = Person(server.url).get("/sections/" + _slug_of("지역뉴스", server))
    found = (
        re.search(r'href="(/posts/\d+)"[^>]*>\s*(?:<[^>]+>\s*)*산책길 회의가 열렸다', newest.text) or address
    )
    assert found, newest.text[:2000]
    return found[1] if found.groups() else found[0]


def _slug_of(name: str, server: Server) -> str:
    front = Person(server.url).get("/").text
    found = re.search(rf'href="/sections/([\w-]+)"[^>]*>\s*{name}\s*<', front)
    assert found
    return found[1]


def test_links_of_the_front_page_answer_without_a_cookie(server: Server) -> None:
    guest = Person(server.url)
    front = guest.get("/")
    assert "손님 : " in front.words
    assert "청소년보호책임자" in front.words
    addresses = set(
        re.findall(r'href="(/(?:sections|posts|pages)/[\w/-]+|/feed\.xml|/visitors)"', front.text)
    )
    assert len(addresses) > 40
    for address in sorted(addresses):
        answer = guest.get(address)
        assert answer.status == 200, address
        assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
    assert not list(guest.cookies)


def test_long_article_with_large_photos(server: Server, written: str) -> None:
    article = Person(server.url).get(written)
    assert article.words.count("느티시는 느티천 산책길에") > 50
    photos = re.findall(r'src="(/media/[^"]+)"', article.text)
    assert len(set(photos)) >= 3
    for address in set(photos):
        picture = Person(server.url).get(address)
        assert picture.status == 200
        assert b"SecretCamera" not in picture.body
        assert Image.open(io.BytesIO(picture.body)).width <= 1600


def test_join_comment_and_reply(server: Server, written: str, somebody: str) -> None:
    neighbour = Person(server.url)
    wrong = join(neighbour, server, somebody, captcha="000000")
    assert wrong.status == 422
    assert f"{somebody}@example.com" in wrong.text
    assert join(neighbour, server, somebody).status == 200
    page = neighbour.get(written)
    answer = neighbour.fill(page, page.form("body", "idempotency_key"), body="의자도 많이 놓아 주세요")
    assert answer.status == 200
    assert "의자도 많이 놓아" in answer.words
    comment = re.search(r'id="comment-(\d+)"', answer.text)
    assert comment
    reply = _reply(neighbour, comment[1], "저도 그렇게 생각해요 https://example.com/x에서")
    assert "저도 그렇게 생각해요" in reply.words
    assert 'rel="ugc nofollow' in reply.text
    other = Person(server.url)
    assert join(other, server, somebody + "b").status == 200
    assert "의자도" in other.get(written).words
    assert other.get(f"/comments/{comment[1]}/edit").status in (403, 404)
    assert other.get("/desk/").status == 403
    guest = Person(server.url)
    assert guest.post(f"{written}/comments", {"body": "손님의 글"}).status in (400, 401)
    assert "손님의 글" not in guest.get(written).words


def _reply(person: Person, comment: str, body: str) -> Answer:
    page = person.get(f"/comments/{comment}/replies/new")
    return person.fill(page, page.form("body", "parent_id"), body=body)


def test_secret_comment_is_for_its_author_and_the_editor(server: Server, written: str, somebody: str) -> None:
    writer, other, editor = Person(server.url), Person(server.url), Person(server.url)
    join(writer, server, somebody)
    join(other, server, somebody + "b")
    log_in(editor, "editor", server.password)
    page = writer.get(written)
    writer.fill(page, page.form("body", "secret"), body=f"비밀이에요 {somebody}", secret="y")
    secret = f"비밀이에요 {somebody}"
    assert secret in writer.get(written).words
    assert secret in editor.get(written).words
    for person in (other, Person(server.url)):
        for path in (written, "/", "/feed.xml"):
            assert secret not in person.get(path).text


def test_counter_tells_guests_and_members_apart(server: Server, somebody: str) -> None:
    guest, member = Person(server.url), Person(server.url)

    def beat(person: Person) -> dict[str, Any]:
        body = urllib.parse.urlencode({"visitor": f"{id(person):032x}", "path": "/"}).encode()
        return json.loads(person.request("/visitors/beat", body).body)

    before = beat(guest)
    assert before["guests"] >= 1
    join(member, server, somebody)
    after = beat(member)
    assert after["members"] == before["members"] + 1
    assert after["today"] == before["today"] + 1
    robot = Person(server.url)
    robot.opener.addheaders = [("User-Agent", "Googlebot/2.1 (+http://www.google.com/bot.html)")]
    beat(robot)
    assert beat(guest)["today"] == after["today"]
    assert f"회원 : {after['members']} 명" in Person(server.url).get("/").words
    assert AGENT not in (server.data / "visitors.db").read_bytes().decode("latin-1")
