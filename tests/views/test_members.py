"""Joining."""

import hashlib
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import letters
import pytest
import time_machine
from sqlalchemy import func, select

from database import db
from domain.counter.models import Captcha
from domain.moderation import blocks
from domain.neighbours import join_limits
from domain.neighbours.models import Consent, JoinAttempt
from lib.web.addresses import keyed_hash
from lib.web.passwords import verify_password
from models import Member, Page, now

PASSWORD = "느티나무 아래 벤치"
FIELDS = {
    "username": "sora",
    "nickname": "소라",
    "email": "sora@example.com",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "agree_terms": "y",
    "agree_privacy": "y",
    "agree_age": "y",
}


@pytest.fixture(autouse=True)
def _paper(paper):
    pass


def key_of(page):
    return re.search(r'name="captcha_key"[^>]* value="([^"]+)"', page)[1]


def opened_form(client):
    """The hidden fields of a new join form and the right digits."""
    page = client.get("/join").text
    key = key_of(page)
    opened = re.search(r'name="opened"[^>]* value="([^"]+)"', page)[1]
    return {"captcha_key": key, "captcha": answer(key), "opened": opened}


def answer(key):
    db.session.rollback()
    return db.session.scalar(select(Captcha.answer).where(Captcha.key == key))


def join(client, **changes):
    fields = FIELDS | opened_form(client) | changes
    return client.send("/join", **{name: value for name, value in fields.items() if value is not None})


def members():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Member))


def error(page, field):
    return re.search(rf'id="{field}-error">([^<]*)<', page)


def test_join_page_has_these_fields_and_no_others(client):
    page = client.get("/join").text
    form = page[page.index('action="/join"') : page.index("</form>", page.index('action="/join"'))]
    names = set(re.findall(r'name="([^"]+)"', form))
    hidden = {"csrf_token", "next", "captcha_key", "opened", "homepage"}
    assert names == {"captcha", "renew", "agree_news", *hidden, *FIELDS}
    assert "checked" not in form
    assert "자동등록방지 숫자를 순서대로 입력하세요." in form
    for address in ("/pages/terms", "/pages/privacy", "/captcha/"):
        assert address in form


def test_joining_logs_in(client):
    response = join(client, next="/sections/local")
    assert (response.status_code, response.location) == (303, "/sections/local")
    member = db.session.scalars(select(Member)).one()
    assert (member.username, member.nickname, member.email) == ("sora", "소라", "sora@example.com")
    assert verify_password(member.password_hash, PASSWORD)
    assert member.password_hash.startswith("$argon2id$")
    assert not member.is_editor
    assert member.shown_online_at is None
    page = client.get("/me")
    assert page.status_code == 200
    assert "소라 님, 환영합니다." in page.text


def test_consents_store_the_current_versions(client):
    db.session.add_all([Page(slug="terms", version=n, title="약관", body="<p>약관</p>") for n in (1, 3)])
    db.session.commit()
    join(client)
    consents = {consent.document: consent for consent in db.session.scalars(select(Consent))}
    assert {name: consent.version for name, consent in consents.items()} == {
        "terms": 3,
        "privacy": 1,
        "age": 1,
    }
    assert all(consent.agreed_at for consent in consents.values())


def test_form_sent_twice_joins_once_and_logs_both_in(client, app):
    fields = FIELDS | opened_form(client)
    other = app.test_client()
    assert client.send("/join", **fields).status_code == 303
    assert other.send("/join", **fields).status_code == 303
    assert other.get("/me").status_code == 200
    assert members() == 1


def test_second_send_with_another_password_is_refused(client, app):
    join(client)
    stranger = app.test_client()
    response = join(stranger, password="다른 사람의 추측", password_confirm="다른 사람의 추측")
    assert response.status_code == 422
    assert stranger.get("/me").status_code == 302


@pytest.mark.parametrize("field", [*FIELDS])
def test_every_field_is_required(client, field):
    response = join(client, **{field: None})
    assert response.status_code == 422
    assert error(response.text, field)
    assert members() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "한글아이디"),
        ("username", "a" * 21),
        ("username", "admin"),
        ("username", "\x00"),
        ("username", "a" * 100_000),
        ("nickname", "가"),
        ("nickname", "가" * 13),
        ("nickname", "편집인"),
        ("nickname", "관리자입니다"),
        ("nickname", "ＡＤＭＩＮ"),
        ("nickname", "관.리.자"),
        ("nickname", "_편-집-인_"),
        ("nickname", "시험 신문"),
        ("nickname", "<b>굵게</b>"),
        ("nickname", "\u3164\u3164\u3164"),
        ("nickname", "left-1"),
        ("email", "sora"),
        ("email", "sora@"),
        ("email", "a" * 300 + "@example.com"),
        ("email", "so\nra@example"),
        ("agree_age", "false"),
        ("agree_terms", "0"),
        ("agree_privacy", "off"),
    ],
)
def test_invalid_value_is_refused_at_its_field(client, field, value):
    response = join(client, **{field: value})
    assert response.status_code == 422
    assert error(response.text, field)
    assert members() == 0


@pytest.mark.parametrize(
    "password", ["short7!", "가" * 129, "12345678", "aaaaaaaaaa", "sora@example.com", "x" * 100_000]
)
def test_weak_password_is_refused(client, password):
    response = join(client, password=password, password_confirm=password)
    assert response.status_code == 422
    assert error(response.text, "password")
    assert (
        password not in response.text.replace('value="sora@example.com"', "").replace("sora@example.com", "-")
        or "@" in password
    )


def test_different_passwords_are_refused(client):
    response = join(client, password_confirm="느티나무 밑 벤치")
    assert error(response.text, "password_confirm")
    assert PASSWORD not in response.text


@pytest.mark.parametrize(
    ("field", "look_alike"),
    [
        ("username", "ALICE"),
        ("username", "ａｌｉｃｅ"),
        ("username", "al\u200bice"),
        ("nickname", "느티나무"),
        ("nickname", unicodedata.normalize("NFD", "느티나무")),
        ("nickname", "느티\u3164나무"),
        ("nickname", "느티\u200b나무\u2060"),
        ("nickname", "느티 나무"),
        ("nickname", "느티\ufe0f나무"),
        ("email", "ALICE@EXAMPLE.COM"),
        ("email", "ａlice@example.com"),
    ],
)
def test_name_that_looks_like_a_taken_one_is_refused(client, alice, field, look_alike):
    response = join(client, **{field: look_alike})
    assert response.status_code == 422
    assert error(response.text, field)
    assert members() == 1


@pytest.mark.parametrize("wrong", [{"nickname": "가"}, {"nickname": "편집인"}, {"password_confirm": "다름"}])
def test_captcha_stays_while_another_field_is_invalid(client, wrong):
    form = opened_form(client)
    response = client.send("/join", **FIELDS | form | wrong)
    assert response.status_code == 422
    assert key_of(response.text) == form["captcha_key"]
    assert f'value="{form["captcha"]}"' in response.text
    assert 'value="sora"' in response.text
    assert response.text.count("checked") == 3
    assert client.send("/join", **FIELDS | form).status_code == 303


@pytest.mark.parametrize(
    ("nickname", "others"),
    [
        ("편집인", {"username": "a"}),
        ("管理者", {"email": "sora", "agree_terms": None}),
        ("시험신문", {"password": "short", "password_confirm": "short"}),
        ("관.리.자", {"captcha": None}),
    ],
)
def test_reserved_nickname_is_told_with_the_other_errors(client, nickname, others):
    page = join(client, nickname=nickname, **others).text
    for field in ("nickname", *(set(others) - {"password_confirm"})):
        assert error(page, field), field


TAKEN = (
    {"username": "alice"},
    {"nickname": "느티나무"},
    {"email": "alice@example.com"},
    {"email": "Alice+x@example.com"},
    {"username": "alice", "nickname": "느티나무", "email": "alice@example.com"},
)


@pytest.mark.parametrize("taken", TAKEN)
def test_taken_names_are_told_only_for_right_digits_which_are_spent(client, alice, taken):
    guess = join(client, captcha="000000", **taken)
    assert guess.status_code == 422
    assert not any(error(guess.text, field) for field in FIELDS)
    form = opened_form(client)
    told = client.send("/join", **FIELDS | form | taken)
    assert told.status_code == 422
    assert {field for field in FIELDS if error(told.text, field)} == set(taken)
    assert key_of(told.text) != form["captcha_key"]
    again = client.send("/join", **FIELDS | form | taken)
    assert again.status_code == 422
    assert not any(error(again.text, field) for field in FIELDS)


def test_attempts_of_one_address_are_limited_by_day(client, alice, app):
    db.session.add_all(
        JoinAttempt(sender=keyed_hash("127.0.0.1", "test"), form_digest=str(number)) for number in range(29)
    )
    db.session.commit()
    assert error(join(client, nickname="느티나무").text, "nickname")
    limited = join(client, nickname="느티나무")
    assert limited.status_code == 429
    assert not error(limited.text, "nickname")
    assert 'value="sora"' in limited.text
    assert int(limited.headers["Retry-After"]) == 24 * 3600
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "203.0.113.1"
    assert join(other).status_code == 303
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        client.delete_cookie("maeul")
        assert join(client, **names(7)).status_code == 303


def names(number):
    return {"username": f"sora{number}", "nickname": f"소라{number}", "email": f"sora{number}@example.com"}


@pytest.mark.parametrize("most", [1, 5])
def test_joins_of_one_address_block_are_limited_by_day(make_app, most):
    app = make_app(joins_per_day=most)

    def join_from(address, number):
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = address
        return join(browser, **names(number))

    assert [join_from(f"2001:db8::{n}", n).status_code for n in range(most)] == [303] * most
    response = join_from("2001:db8::ff", 99)
    assert response.status_code == 429
    assert "오늘 이 인터넷 회선에서" in response.text
    assert 'value="sora99"' in response.text
    assert join_from("2001:db8:0:1::1", 98).status_code == 303
    assert "2001" not in str(db.session.scalars(select(JoinAttempt.sender)).all())


def test_blocked_domain_is_refused_at_its_field(client):
    blocks.block_email("example.com")
    db.session.commit()
    for email in ("sora@example.com", "sora@sub.EXAMPLE.com"):
        response = join(client, email=email)
        assert response.status_code == 422
        assert "다른 메일 주소" in error(response.text, "email")[1]
    assert join(client, email="sora@example.net").status_code == 303


def test_without_the_work_fewer_join_from_one_address(make_app):
    client = make_app(join_work=200).test_client()
    page = client.get("/join").text
    salt, digest, signature = (
        re.search(rf'data-{name}="([^"]+)"', page)[1] for name in ("salt", "digest", "signature")
    )
    number = next(n for n in range(201) if hashlib.sha256(f"{salt}{n}".encode()).hexdigest() == digest)
    work = f"{number}:{salt}:{signature}"
    key = key_of(page)
    opened = re.search(r'name="opened"[^>]* value="([^"]+)"', page)[1]
    done = {"captcha_key": key, "captcha": answer(key), "opened": opened, "work": work}
    assert client.get("/captcha/new").json["work"]["most"] == 200

    for number in range(join_limits.WITHOUT_WORK):
        client.delete_cookie("maeul")
        assert join(client, **names(number)).status_code == 303
    client.delete_cookie("maeul")
    assert join(client, **names(8)).status_code == 429
    assert join(client, **names(8), work=work).status_code == 429  # of other digits
    shown = client.send("/join", **FIELDS | done | {"nickname": "가"})
    assert f'value="{work}"' in shown.text
    assert client.send("/join", **FIELDS | done).status_code == 303


def test_too_fast_a_form_is_shown_again_as_typed(make_app):
    client = make_app(join_seconds=3).test_client()
    form = opened_form(client)
    response = client.send("/join", **FIELDS | form)
    assert response.status_code == 422
    assert "몇 초 뒤에" in response.text
    assert 'value="소라"' in response.text
    assert f'value="{form["captcha"]}"' in response.text
    assert f'value="{form["opened"]}"' in response.text
    assert members() == 0
    with time_machine.travel(now() + timedelta(seconds=4)):
        assert client.send("/join", **FIELDS | form).status_code == 303


@pytest.mark.parametrize("moment", [None, "", "opened", "opened.aaaa.bbbb", "\x00", "열림"])
def test_invented_moment_is_replaced(client, moment):
    response = join(client, opened=moment)
    assert response.status_code == 422
    assert members() == 0
    fields = FIELDS | {"captcha_key": key_of(response.text), "captcha": answer(key_of(response.text))}
    fields["opened"] = re.search(r'name="opened"[^>]* value="([^"]+)"', response.text)[1]
    assert client.send("/join", **fields).status_code == 303


def test_filled_honeypot_is_refused_and_emptied(client):
    form = opened_form(client)
    response = client.send("/join", **FIELDS | form, homepage="https://spam.example")
    assert response.status_code == 422
    assert members() == 0
    assert "spam.example" not in response.text
    assert client.send("/join", **FIELDS | form, homepage="").status_code == 303


def test_honeypot_is_hidden_from_people(client):
    page = client.get("/join").text
    trap = re.search(r'<p class="visually-hidden" aria-hidden="true">.*?</p>', page, re.S)[0]
    assert 'name="homepage"' in trap
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap


def test_parallel_sends_of_one_form_all_log_in(app, client):
    fields = FIELDS | opened_form(client)
    with ThreadPoolExecutor(4) as pool:
        sends = [pool.submit(app.test_client().send, "/join", **fields) for _ in range(4)]
    assert [send.result().status_code for send in sends] == [303] * 4
    assert members() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"captcha": "000"},
        {"captcha": "abcdef"},
        {"captcha_key": "unknown"},
        {"captcha_key": ""},
        {"captcha_key": "\x00"},
    ],
)
def test_wrong_digits_bring_a_new_captcha_and_keep_the_fields(client, wrong):
    response = join(client, **wrong)
    assert response.status_code == 422
    assert "새로 나온 숫자를 입력해 주세요." in error(response.text, "captcha")[1]
    assert answer(key_of(response.text))
    assert 'value="소라"' in response.text
    assert members() == 0


def test_captcha_is_valid_for_one_join(client, app):
    digits = opened_form(client)
    client.send("/join", **FIELDS | digits)
    second = FIELDS | digits | {"username": "bada", "nickname": "바다", "email": "bada@example.com"}
    assert app.test_client().send("/join", **second).status_code == 422
    assert members() == 1


def test_new_captcha_without_scripts(client):
    page = client.get("/join").text
    response = client.send("/join", username="sora", captcha="12", captcha_key=key_of(page), renew="새 숫자")
    assert response.status_code == 200
    assert key_of(response.text) != key_of(page)
    assert 'value="sora"' in response.text
    assert 'class="error"' not in response.text


def test_wrong_digits_are_rate_limited(client):
    statuses = [join(client, captcha="x").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    response = join(client)
    assert response.status_code == 429
    assert 'value="sora"' in response.text


def test_addresses_of_one_ipv6_block_share_the_limit(client):
    for number in range(10):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{number}"
        assert join(client, captcha="x").status_code == 422
    assert join(client).status_code == 429
    client.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::1"
    assert join(client).status_code == 303


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example", "/\\evil", "javascript:x", "/join", "/login"]
)
def test_next_stays_on_this_site(client, evil):
    assert join(client, next=evil).location == "/"


def test_join_page_redirects_a_member(client, alice):
    client.log_in(alice)
    assert client.get("/join?next=/visitors").location == "/visitors"
    assert client.send("/join", **FIELDS).status_code == 303
    assert members() == 1


def test_missing_csrf_token_is_refused(client):
    response = client.post("/join", data=FIELDS)
    assert response.status_code == 400
    assert PASSWORD not in response.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/join").status_code in (400, 405)


def test_new_member_gets_a_mail_that_confirms_the_address(client, mail_on):
    assert join(client, email="sora@example.com").status_code == 303
    assert "sora@example.com 주소로 메일을 보냈습니다" in client.get("/").text
    (letter,) = letters.waiting("sora@example.com")
    assert client.send(letter["path"]).status_code == 303
    assert db.session.scalar(select(Member.email_confirmed_at))
