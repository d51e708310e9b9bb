"""Company pages at the desk: versions, announcements, placeholders, pages of the editor's own."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

import cli
from database import db
from domain.keeping.models import ActivityEntry
from domain.neighbours import consents
from domain.neighbours.models import Consent
from domain.paper import page_versions, pages
from lib.web.passwords import hash_password
from models import Member, Page, Paper, now

DAY = timedelta(days=1)
PASSWORD = "geulteo-dubu-77"
ACTS = ("", "/about", "/about/withdrawal", "/way-here/deletion")


@pytest.fixture
def desk(client, editor, paper):
    pages.adopt_defaults()
    db.session.commit()
    return client.log_in(editor)


@pytest.fixture
def agreed(alice):
    """Alice has agreed to the first versions."""
    alice.password_hash = hash_password(PASSWORD)
    alice.consented_at = now()
    db.session.add_all(Consent(member=alice, document=slug, version=1) for slug in pages.REQUIRED_CONSENT)
    db.session.commit()
    return alice


def day(after: int) -> str:
    return str(pages.day_of_effect(Page(effective_at=now() + after * DAY)))


def save(client, slug, **fields):
    """Send the form of a page, as it stands but for these fields."""
    newest = pages.newest(slug)
    values = {"title": newest.title, "body": newest.body, "version": page_versions.key(newest)}
    return client.send(f"/desk/pages/{slug}", **values | {"effective_on": day(0)} | fields)


def versions(slug):
    db.session.expire_all()
    return [page.version for page in pages.versions(slug)]


@pytest.mark.parametrize("who", ["guest", "member", "banned"])
def test_only_the_editor_may(client, paper, alice, banned, who):
    if who != "guest":
        client.log_in(alice if who == "member" else banned)
    status = 302 if who == "guest" else 403
    for path in ("", "/new", "/terms"):
        assert client.get(f"/desk/pages{path}").status_code == status
    for path in ACTS:
        assert client.send(f"/desk/pages{path}", title="x").status_code == (401 if who == "guest" else 403)
    assert not versions("about")


def test_pages_that_are_not_there_and_wrong_methods(desk):
    for path in ("nowhere", "how-we-count", "x" * 300):
        assert desk.get(f"/desk/pages/{path}").status_code == 404
        assert desk.send(f"/desk/pages/{path}", title="x", body="x").status_code == 404
        assert desk.send(f"/desk/pages/{path}/withdrawal").status_code == 404
    assert desk.send("/desk/pages/about/deletion").status_code == 404
    assert desk.send("/desk/pages/about/withdrawal").status_code == 409
    assert desk.get("/desk/pages/about/withdrawal").status_code == 405
    for path in ("about/versions/99", "about/texts/99", "about/versions/" + "9" * 30, "nowhere/versions"):
        assert desk.get(f"/pages/{path}").status_code == 404


def test_a_new_version_shows_at_once_and_the_old_one_stays(desk, client):
    assert desk.get("/desk/pages").status_code == 200
    assert f'value="{page_versions.key(pages.current("about"))}"' in desk.get("/desk/pages/about").text
    old = pages.current("about").body
    assert save(desk, "about", body="<p>새로 쓴 [[신문 이름]] 소개</p><script>x</script>").status_code == 303
    assert versions("about") == [2, 1]
    text = client.get("/pages/about").text
    assert "새로 쓴 시험신문 소개" in text
    assert "<script>x" not in text
    assert "이웃들이 서로의 소식" in old
    assert "이웃들이 서로의 소식" in client.get("/pages/about/versions/1").text
    assert 'href="/pages/about/versions/1"' in client.get("/pages/about/versions").text
    acts = db.session.execute(select(ActivityEntry.act, ActivityEntry.subject)).all()
    assert acts == [("page-changed", "회사소개")]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "적어 주세요"),
        ({"title": "가" * 121}, "제목"),
        ({"body": "<p> </p>"}, "적어 주세요"),
        ({"body": "<p>[[신문의 이름]]</p>"}, "[[신문의 이름]] 자리는 없습니다"),
        ({"body": "<p>[[신문 <b>이름]]</b></p>"}, "자리 표시가 온전하지 않습니다"),
        ({"body": "<p>[[쿠키]]를 씁니다</p>"}, "한 문단에"),
        ({"effective_on": "2020-01-01", "body": "<p>글</p>"}, "시행일은"),
        ({"effective_on": "내일"}, "내일"),
        ({}, "바뀐 것이 없어"),
        ({"version": "7-1", "body": "<p>글</p>"}, "그사이"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(desk, fields, sentence):
    answer = save(desk, "about", **{"note": "적던 말"} | fields)
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert 'value="적던 말"' in answer.text
    assert versions("about") == [1]


def test_the_policy_keeps_what_the_program_says_of_itself(desk):
    answer = save(desk, "privacy", body="<p>우리 방침</p>")
    assert answer.status_code == 422
    assert "[[개인정보 항목]]" in answer.text
    body = pages.current("privacy").body.replace("<h2>5.", "<p>서버는 예시호스팅에 맡깁니다.</p>\n<h2>5.")
    assert save(desk, "privacy", body=body).status_code == 303
    text = desk.get("/pages/privacy").text
    assert "예시호스팅" in text
    assert "개인정보 항목" not in text


def test_a_preview_saves_nothing(desk):
    answer = save(desk, "about", body="<p>미리 본 [[신문 이름]]</p>", preview="y")
    assert answer.status_code == 200
    assert "미리 본 시험신문" in answer.text
    assert "미리 본 [[신문 이름]]" in answer.text  # in the form
    assert versions("about") == [1]
    assert "자리는 없습니다" in save(desk, "about", body="<p>[[없는 것]]</p>", preview="y").text


def test_a_document_nobody_agreed_to_takes_effect_at_once(desk):
    assert save(desk, "terms", body="<p>첫 약관</p>").status_code == 303
    assert pages.current("terms").version == 2


@pytest.mark.parametrize(("unfavourable", "least"), [("", 7), ("y", 30)])
def test_a_change_is_announced_as_long_as_the_terms_say(desk, agreed, unfavourable, least):
    fields = {"body": "<p>바뀐 약관</p>", "is_unfavourable": unfavourable}
    for days in (0, least - 1):
        answer = save(desk, "terms", effective_on=day(days), **fields)
        assert answer.status_code == 422
        assert day(least) in answer.text
    assert save(desk, "terms", effective_on=day(least), **fields).status_code == 303
    assert versions("terms") == [2, 1]
    assert pages.current("terms").version == 1


def test_an_announced_change_is_seen_before_and_asked_about_when_it_is_there(desk, app, agreed):
    cli.keep_page_texts()
    fields = {"body": "<p>바뀐 약관, [[신문 이름]]</p>", "note": "댓글 규칙을 더했습니다."}
    assert save(desk, "terms", effective_on=day(8), **fields).status_code == 303
    comes = day(8)
    browser = app.test_client()
    page = browser.get("/pages/terms").text
    assert f"{comes}부터 바뀝니다" in page
    assert "댓글 규칙을 더했습니다." in page
    assert "바뀐 약관" not in page
    new = browser.get("/pages/terms/versions/2").text
    assert "바뀐 약관, 시험신문" in new
    assert "예고된 글입니다" in new
    browser.send("/login", username="alice", password=PASSWORD)
    assert comes in browser.get("/").text
    assert comes in browser.get("/").text  # also without the message of the login
    assert comes not in browser.get("/pages/about").text
    assert comes not in desk.get("/").text
    assert not consents.due(db.session.get_one(Member, agreed.id))
    assert "곧 바뀌는 문서" in browser.get("/me/consents").text
    with time_machine.travel(now() + 9 * DAY):
        cli.keep_page_texts()
        assert "바뀐 약관" in app.test_client().get("/pages/terms").text
        asked = app.test_client()
        assert asked.send("/login", username="alice", password=PASSWORD).location.startswith("/me/consents")
        assert "terms-2" in asked.get("/me/consents").text
        assert asked.send("/me/consents", agree="terms-2").status_code == 303
        newest = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
        assert (newest.version, pages.text(newest.text_id).body) == (2, "<p>바뀐 약관, 시험신문</p>")
        assert asked.get(f"/pages/terms/texts/{newest.text_id}").status_code == 200


def test_an_announcement_is_changed_or_taken_back(desk, agreed):
    save(desk, "terms", effective_on=day(8), body="<p>처음 예고</p>")
    assert save(desk, "terms", effective_on=day(10), body="<p>고친 예고</p>").status_code == 303
    assert versions("terms") == [2, 1]
    assert "고친 예고" in pages.announced("terms").body
    assert day(10) in desk.get("/pages/terms").text
    assert desk.send("/desk/pages/terms/withdrawal").status_code == 303
    assert versions("terms") == [1]
    assert "바뀝니다" not in desk.get("/pages/terms").text


def test_two_windows_do_not_overwrite_each_other(desk):
    page = pages.current("about")
    typed = {"title": page.title, "version": page_versions.key(page)}
    assert desk.send("/desk/pages/about", body="<p>하나</p>", **typed).status_code == 303
    answer = desk.send("/desk/pages/about", body="<p>둘</p>", **typed)
    assert answer.status_code == 409
    assert "&lt;p&gt;둘" in answer.text
    assert versions("about") == [2, 1]


def test_a_page_of_ones_own(desk, client):
    fields = {"title": "찾아오는 길", "body": "<p>버스 1번</p>", "in_footer": "y"}
    for slug, sentence in (
        ("terms", "이미 있습니다"),
        ("길", "소문자"),
        ("new", "이미 있습니다"),
        ("a b", "소문자"),
    ):
        answer = desk.send("/desk/pages", slug=slug, **fields)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert desk.send("/desk/pages", slug="way-here", **fields).status_code == 303
    guest = desk.get("/")
    assert 'href="/pages/way-here">찾아오는 길</a>' in guest.text
    assert "버스 1번" in client.get("/pages/way-here").text
    assert "/pages/way-here" in client.get("/sitemaps/pages.xml").text
    assert save(desk, "way-here", in_footer="").status_code == 303
    assert 'href="/pages/way-here"' not in client.get("/").text
    assert versions("way-here") == [1]
    assert desk.send("/desk/pages/way-here/deletion").status_code == 303
    assert client.get("/pages/way-here").status_code == 410
    assert client.get("/pages/way-here/versions/1").status_code == 410
    assert "/pages/way-here" not in client.get("/sitemaps/pages.xml").text
    fields["body"] = "<p>버스 2번</p>"
    assert desk.send("/desk/pages", slug="way-here", **fields).status_code == 303
    assert "버스 2번" in client.get("/pages/way-here").text


def test_the_imprint_changes_every_page_at_once_and_old_texts_stay(desk, client):
    cli.keep_page_texts()
    assert "010-1111" not in client.get("/pages/privacy").text
    fields = {"name": "새이름신문", "publisher": "한결", "telephone": "010-1111", "editors": "<b>솔</b>"}
    assert desk.send("/desk/paper", **fields).status_code == 303
    for slug in ("about", "privacy", "terms", "advertising"):
        assert "새이름신문" in client.get(f"/pages/{slug}").text, slug
    assert "한결 (발행인), 전화 010-1111" in client.get("/pages/privacy").text
    assert "<td>&lt;b&gt;솔&lt;/b&gt;</td>" in client.get("/pages/about").text
    first, second = reversed(pages.texts_of(pages.current("terms")))
    assert "<p>이 약관은 시험신문(이하" in client.get(f"/pages/terms/texts/{first.id}").text
    assert "새이름신문" in second.body
    assert desk.send("/desk/paper", **fields).status_code == 303
    assert len(pages.texts_of(pages.current("terms"))) == 2


def test_the_text_of_a_day_is_found(desk, client):
    with time_machine.travel(now() - 40 * DAY):
        db.session.execute(Page.__table__.update().values(effective_at=now()))
        db.session.commit()
        cli.keep_page_texts()
        first = day(0)
    assert save(desk, "youth", body="<p>둘째</p>").status_code == 303
    answer = client.get(f"/pages/youth/versions?on={first}", follow_redirects=True)
    assert "청소년보호책임자" in answer.text
    assert "둘째" in client.get(f"/pages/youth/versions?on={day(0)}", follow_redirects=True).text
    assert "없었습니다" in client.get("/pages/youth/versions?on=1999-01-01").text
    assert "날짜를" in client.get("/pages/youth/versions?on=내일").text


def test_a_new_member_agrees_to_the_text_as_it_stands(app, desk, alice):
    cli.keep_page_texts()
    Paper.get().publisher = "한결"
    db.session.commit()
    cli.keep_page_texts()
    consents.join(alice, wants_news=False)
    db.session.commit()
    kept = {consent.document: consent.text_id for consent in consents.history(alice)}
    assert kept["age"] is None
    assert "한결" in pages.text(kept["privacy"]).body
