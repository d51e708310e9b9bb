"""The page of an article."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import event

from config import Settings
from database import db
from domain.desk import tagging
from lib.files.store import Store
from models import Attachment, Photo, Section, now


def _complete(make_post, alice):
    post = make_post(subtitle="부제", byline="김느티 기자", edited_at=now())
    for n in range(3):
        post.photos.append(
            Photo(digest=f"{n}" * 64, width=1200, height=800, caption=f"사진 {n}", credit="느티")
        )
    post.attachments += [
        Attachment(digest="a" * 64, filename=f"계획 {n}.pdf", size=2_500_000) for n in range(2)
    ]
    db.session.flush()
    post.cover_id = post.photos[0].id
    post.correct("correction", "3킬로미터가 맞습니다.")
    post.correct("rebuttal", "반론입니다.")
    tagging.put(post, ["느티천", "산책"])
    for _ in range(3):
        post.comment("반갑습니다", alice)
    db.session.commit()
    make_post(title="다른 기사")
    return post


@pytest.mark.parametrize("who", ["guest", "member"])
def test_an_article_takes_at_most_16_queries(app, client, make_post, alice, who):
    post = _complete(make_post, alice)
    if who == "member":
        client.log_in(alice)
    address = f"/posts/{post.id}"
    db.session.remove()
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    engines = [db.engine, db.engines["visitors"]]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    response = client.get(address)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    assert response.status_code == 200
    assert len(statements) <= 16, "\n".join(statements)


def test_a_complete_article(client, make_post, alice):
    post = _complete(make_post, alice)
    response = client.get(f"/posts/{post.id}")
    assert "Set-Cookie" not in response.headers
    for word in (
        "부제", "김느티 기자", "입력", "사진 0", "사진 느티", "2.5 MB", "3킬로미터가 맞습니다.",
        "반론입니다.", "마을뉴스의 최신글", "저작권자", "band.us", "story.kakao.com", "facebook.com",
        "x.com/intent", 'rel="canonical"', 'property="og:image" content="http://localhost/media/',
        "NewsArticle", "BreadcrumbList", "카카오톡",
    ):  # fmt: skip
        assert word in response.text, word
    assert response.text.count("계획 0.pdf") == 1
    assert "youtube" not in response.text
    assert "data-views" not in response.text  # nobody has read it yet


@pytest.mark.parametrize(("minutes", "told"), [(None, False), (0, False), (10, False), (11, True)])
def test_an_edit_is_told_ten_minutes_after_publication(client, make_post, minutes, told):
    at = now() - timedelta(hours=1)
    post = make_post(published_at=at, edited_at=None if minutes is None else at + timedelta(minutes=minutes))
    byline = client.get(f"/posts/{post.id}").text.partition('class="byline"')[2].partition("</ul>")[0]
    assert "입력" in byline
    assert ("수정" in byline) == told


def test_comments_stand_above_what_to_read_on_and_the_form_above_them(client, make_post, alice):
    post = make_post()
    make_post(title="다른 기사")
    post.comment("반갑습니다", alice)
    db.session.commit()
    places = ["</h1>", 'class="body"', 'class="sources"', 'id="share"', 'id="comments"']
    for door in ("로그인하고 댓글 쓰기", 'id="comment-form"'):
        text = client.get(f"/posts/{post.id}").text
        found = [text.index(place) for place in [*places, door, "반갑습니다", "다른 기사"]]
        assert found == sorted(found)
        client.log_in(alice)


@pytest.mark.parametrize(
    ("credit", "shown"),
    [("느티 기자", "사진 느티 기자"), ("그림 느티", "그림 느티"), ("사진 느티", "사진 느티")],
)
def test_a_credit_says_whether_it_is_of_a_photo_or_a_drawing(client, post, credit, shown):
    post.photos.append(Photo(digest="e" * 64, width=1200, height=800, credit=credit))
    db.session.commit()
    assert f'<span class="credit">{shown}</span>' in client.get(f"/posts/{post.id}").text


def test_photos_stand_between_paragraphs(client, make_post):
    post = make_post(body="\n".join(f"<p>{n}번째 문단</p>" for n in range(6)))
    post.photos += [Photo(digest=f"{n}" * 64, width=1200, height=800) for n in range(4)]
    post.photos.append(Photo(digest="a" * 64, width=1200, height=800, in_text=True))
    db.session.commit()
    text = client.get(f"/posts/{post.id}").text
    text = text[text.index("</h1>") : text.index('class="sources"')]
    assert re.findall(r'번째 문단|src="/media/(\w)', text) == ["0", "", "", "1", "", "", "2", "", "", "3"]


def test_only_the_editor_sees_unpublished_articles(client, make_post, alice, editor):
    addresses = [f"/posts/{make_post(published_at=at).id}" for at in (None, now() + timedelta(days=1))]
    deleted = f"/posts/{make_post(deleted_at=now()).id}"
    for person in (None, alice):
        if person:
            client.log_in(person)
            db.session.rollback()
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        assert client.get(deleted).status_code == 410
    client.log_in(editor)
    db.session.rollback()  # the login is newer than the snapshot of this session
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        assert "미리보기" in response.text
    assert client.get(deleted).status_code == 410


@pytest.mark.parametrize(
    "path", ["/posts/999", "/posts/99999999999999999999999", "/posts/0", "/posts/x", "/posts/1/attachments/9"]
)
def test_unknown_addresses(client, paper, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["comments=99999999999999999999", "comments=x", "comment=%00", "comment=９", "comments=0", "comment=-1"],
)
def test_invalid_comment_numbers_still_show_the_article(client, post, query):
    assert client.get(f"/posts/{post.id}?{query}").status_code == 200


def test_the_share_image_without_a_photo(client, post):
    address = re.search(
        r'property="og:image" content="http://localhost([^"]+)"', client.get(f"/posts/{post.id}").text
    )
    assert address
    assert client.get(address[1]).data[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_source_of_an_article(client, make_post):
    text = client.get(f"/posts/{make_post(origin='release', credit_line='자료 제공: 느티시').id}").text
    assert "보도자료" in text
    assert "자료 제공: 느티시" in text
    assert "저작권자" not in text


def test_an_advertisement_is_marked_everywhere(client, make_post, alice, paper):
    post, news = make_post(title="개원 잔치", origin="advertisement"), make_post(title="기사")
    post.comment("가 보았어요", alice)
    db.session.commit()
    text = client.get(f"/posts/{post.id}").text
    assert "저작권자" not in text
    assert "광고</span> 개원 잔치</h1>" in text
    for mark in (
        "<title>[광고] 개원 잔치", 'og:title" content="[광고] 개원', 'data-title="[광고] 개원',
        "AdvertiserContentArticle", "text=%5B%EA%B4%91%EA%B3%A0%5D", "body=%5B%EA%B4%91%EA%B3%A0%5D",
    ):  # fmt: skip
        assert mark in text, mark
    for path in (
        "/",
        "/sections/local",
        "/sections/news",
        "/search?q=개원",
        "/search?q=가+보았어요&tab=comments",
        "/feed.xml",
    ):
        text = client.get(path).text
        pieces = text.replace("<mark>", "").replace("</mark>", "").split("개원 잔치")[:-1]
        assert pieces, path
        assert all("광고" in piece[-160:] for piece in pieces), path
    assert "개원 잔치" not in client.get(f"/posts/{news.id}").text


def test_a_title_is_escaped(client, make_post):
    post = make_post(title='</script><img src=x onerror="alert(1)">')
    text = client.get(f"/posts/{post.id}").text
    assert "<img src=x" not in text
    assert "</script><img" not in text


def test_a_video_is_loaded_after_a_click(client, make_post):
    text = client.get(f"/posts/{make_post(video_id='aqz-KE-bpKQ', has_video=True).id}").text
    assert 'data-youtube="aqz-KE-bpKQ"' in text
    assert 'href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"' in text
    assert "<iframe" not in text
    assert "ytimg" not in text


def test_a_shop_is_marked_up_as_a_local_business(client, make_post, paper):
    food = db.session.query(Section).filter_by(slug="food").one()
    post = make_post(
        section=food, telephone="000-123-4567", address="예시시 느티로 1", opening_hours="매일 10:00–21:00"
    )
    text = client.get(f"/posts/{post.id}").text
    assert 'href="tel:000-123-4567"' in text
    assert '"@type": "LocalBusiness"' in text
    assert '"telephone": "000-123-4567"' in text
    assert "예시시 느티로 1" in text
    assert "매일 10:00–21:00" in text


def test_empty_fields_of_a_shop_are_left_out(client, make_post, paper):
    food = db.session.query(Section).filter_by(slug="food").one()
    text = client.get(f"/posts/{make_post(section=food, telephone='카톡으로 물어보세요').id}").text
    assert "카톡으로 물어보세요" in text
    assert "tel:" not in text
    assert "openingHours" not in text
    assert "PostalAddress" not in text


def test_attachments_are_downloads(app, client, make_post):
    settings: Settings = app.config["SETTINGS"]
    post = make_post()
    post.attachments.append(Attachment(digest="b" * 64, filename='산책길 "계획".html\r\nX: y', size=3))
    db.session.commit()
    address = f"/posts/{post.id}/attachments/{post.attachments[0].id}"
    assert client.get(address).status_code == 404
    Store(settings.media).put("b" * 64, b"abc")
    response = client.get(address)
    assert response.status_code == 200
    assert response.data == b"abc"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "UTF-8''" in response.headers["Content-Disposition"]
    post.withdraw()
    db.session.commit()
    assert client.get(address).status_code == 404
    assert client.post(address).status_code in (400, 405)


@pytest.mark.parametrize(
    ("filename", "simple", "whole"),
    [
        ("예산안.hwp", "attachment-1.hwp", "예산안.hwp"),
        ("2026년 예산안 (최종).HWP", "attachment-1.hwp", "2026년 예산안 (최종).HWP"),
        ("보도자료", "attachment-1", "보도자료"),
        ("보도자료.한글", "attachment-1", "보도자료.한글"),
        ("💾.tar.gz", "attachment-1.gz", "💾.tar.gz"),
        ("café.pdf", "attachment-1.pdf", "café.pdf"),
        ("계획.p df", "attachment-1", "계획.p df"),
        ("..예산.hwp", "attachment-1.hwp", "예산.hwp"),
        (".hwp", "attachment-1.hwp", "attachment-1.hwp"),
        ("...", "attachment-1", "attachment-1"),
        ("", "attachment-1", "attachment-1"),
        ("\u200b.hwp", "attachment-1.hwp", "attachment-1.hwp"),
        ("plan.pdf", "plan.pdf", "plan.pdf"),
        ("a b's; c=d, 50%.pdf", "a b's; c=d, 50%.pdf", "a b's; c=d, 50%.pdf"),
        ('say "hi".pdf', "say _hi_.pdf", "say _hi_.pdf"),
        ('"계획"\r\nX: y.pdf', "attachment-1.pdf", "_계획_ X_ y.pdf"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\문서\\계획.hwp", "attachment-1.hwp", "계획.hwp"),
    ],
)
def test_names_of_attachments(app, client, make_post, filename, simple, whole):
    post = make_post()
    post.attachments.append(Attachment(digest="b" * 64, filename=filename, size=3))
    db.session.commit()
    Store(app.config["SETTINGS"].media).put("b" * 64, b"abc")
    header = client.get(f"/posts/{post.id}/attachments/1").headers["Content-Disposition"]
    assert header.isascii()
    plain, _, encoded = header.partition("; filename*=UTF-8''")
    assert plain.removeprefix("attachment; filename=").strip('"') == simple
    assert unquote(encoded or simple) == whole


@pytest.mark.parametrize(
    ("width", "height", "shared"),
    [
        (1600, 1066, (1200, 800)),
        (640, 480, (640, 480)),
        (200, 200, (200, 200)),
        (1200, 400, (1200, 400)),
        (500, 1500, (500, 1500)),
        (199, 400, None),
        (400, 199, None),
        (1600, 300, None),
        (400, 1201, None),
        (1, 1, None),
    ],
)
def test_the_share_image_has_its_size_and_is_fit_for_a_preview(client, post, width, height, shared):
    post.photos.append(Photo(digest="e" * 64, width=width, height=height))
    db.session.flush()
    post.cover = post.photos[0]
    db.session.commit()
    pages = [client.get(address).text for address in ("/", f"/posts/{post.id}")]
    for text in pages:
        names = ("", ":width", ":height")
        found = [re.findall(rf'property="og:image{name}" content="([^"]+)"', text) for name in names]
        assert found[1:] == [[str(number)] for number in shared or (1200, 630)]
        assert ("-share.jpg" in found[0][0]) == bool(shared)
    assert ("summary_large_image" in pages[1]) == bool(shared)
    structured = next(
        text for text in re.findall(r'ld\+json">(.*?)</script>', pages[1]) if "NewsArticle" in text
    )
    assert ("-share.jpg" in structured) == bool(shared)


OUTGOING = ["https://shop.example/", "http://clinic.example/길?a=1&amp;b=2#c", "https://localhost.example/"]
OWN = ["/posts/1", "#top", "http://localhost/posts/1", "http://localhost", "mailto:a@example.com", "tel:02"]


@pytest.mark.parametrize("kind", ["local", "food"])
@pytest.mark.parametrize("address", OUTGOING + OWN)
def test_links_out_of_an_advertisement_are_sponsored(client, make_post, address, kind):
    section = db.session.query(Section).filter_by(slug=kind).one()
    body = f'<p><a href="{address}" rel="noopener">더 보기</a></p>'
    make_post(section=section, body=body, is_unpaid=True)
    make_post(section=section, body=body, origin="advertisement")
    article, advertisement = client.get("/posts/1").text, client.get("/posts/2").text
    assert body in article
    rel = "sponsored noopener" if address in OUTGOING else "noopener"
    assert f'<a href="{address}" rel="{rel}">더 보기</a>' in advertisement


def test_videos_of_an_advertisement_are_sponsored(client, make_post):
    body = '<figure class="video" data-youtube="aaaaaaaaaaa"><a href="https://www.youtube.com/watch?v=aaaaaaaaaaa">보기</a></figure>'
    post = make_post(body=body, video_id="bbbbbbbbbbb", has_video=True, origin="advertisement")
    text = client.get(f"/posts/{post.id}").text
    assert len(re.findall(r'youtube\.com/watch\?v=\w+" rel="sponsored noopener"', text)) == 2


@pytest.mark.parametrize(
    ("slug", "origin", "sentence"),
    [
        ("local", "own", "본지가 직접 취재한 기사입니다"),
        ("video", "own", "본지가 직접 취재한 기사입니다"),
        ("food", "own", ""),
        ("food", "advertisement", "광고"),
        ("food", "release", "보도자료"),
        ("food", "contribution", "기고"),
    ],
)
@pytest.mark.parametrize("credit", ["", "사진: 음식점 제공"])
def test_a_shop_is_no_report_of_ours(client, make_post, slug, origin, sentence, credit):
    section = db.session.query(Section).filter_by(slug=slug).one()
    post = make_post(section=section, origin=origin, credit_line=credit)
    text = client.get(f"/posts/{post.id}").text
    sources = text[text.index('class="sources"') :]
    sources = sources[: sources.index("</div>")]
    assert sentence in sources
    assert ("직접 취재" in sources) == ("직접 취재" in sentence)
    assert credit in sources
    assert "<p>\n  </p>" not in sources


@pytest.mark.parametrize("tags", [["느티천"], ["느티천", "산책", "다리"]])
def test_neither_advertisements_nor_shops_are_related(client, make_post, paper, tags):
    shop = db.session.query(Section).filter_by(slug="food").one()
    posts = [make_post(title="읽는 기사"), make_post(title="딸린 기사")]
    for n in range(8):
        posts += [make_post(title=f"광고 {n}", origin="advertisement"), make_post(title="업소", section=shop)]
    for post in posts:
        tagging.put(post, tags)
    db.session.commit()
    text = client.get(f"/posts/{posts[0].id}").text
    related = text[text.index('class="block further') :]
    related = related[: related.index("</section>")]
    assert re.findall(r'href="/posts/(\d+)"', related) == [str(posts[1].id)]
