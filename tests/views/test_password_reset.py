"""A forgotten password: asking for a link, using it, and the link that the editor makes."""

import dataclasses
import logging
import re
from datetime import timedelta

import letters
import pytest
import time_machine
from sqlalchemy import func, select

import cli
from database import db
from domain.moderation.models import AccessEntry
from domain.neighbours import captchas
from domain.neighbours.models import AccountLink, LoginFailure, ResetRequest, TwoStep
from lib.web.passwords import hash_password, verify_password
from models import Login, Member, now

PASSWORD = "느티나무 아래 벤치"
NEW = "은행나무 아래 벤치"
HASH = hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def alice(alice, paper):
    paper.telephone, paper.email = "02-000-0000", "desk@paper.example"
    alice.password_hash = HASH
    db.session.commit()
    return alice


def digits(client):
    """The digits of a new form; none for members, and where mail is off."""
    key = re.search(r'name="captcha_key"[^>]*value="([^"]+)"', client.get("/password/reset").text)
    return {"captcha_key": key[1], "captcha": captchas.find(key[1])} if key else {}


def ask(client, name):
    return client.send("/password/reset", name=name, **digits(client))


def choose(client, path, password=NEW, again=None):
    return client.send(path, password=password, password_confirm=again or password)


def asked_path(client, name="alice"):
    ask(client, name)
    cli.put_account_mails()
    return letters.path("alice@example.com")


def password_is(member, password):
    db.session.rollback()
    return verify_password(db.session.get(Member, member.id).password_hash, password)


def test_link_of_a_mail_sets_a_new_password_once(client, app, mail_on, alice, caplog):
    caplog.set_level(logging.DEBUG)
    browser = app.test_client().log_in(alice)
    db.session.add(LoginFailure(account=str(alice.id), sender="x"))
    db.session.commit()
    paths = [asked_path(client, "ALICE"), asked_path(client, "alice@example.com")]
    tokens = [path.rpartition("/")[2] for path in paths]
    page = client.get(paths[0])
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert 'value="alice"' in page.text
    assert not any(token in page.text for token in tokens)
    assert password_is(alice, PASSWORD)  # opening the link has changed nothing
    answer = choose(client, paths[0])
    assert (answer.status_code, answer.location) == (303, "/login")
    assert password_is(alice, NEW)
    assert browser.get("/me").status_code == 302
    assert not db.session.scalar(select(func.count()).select_from(LoginFailure))
    assert db.session.get(Member, alice.id).email_confirmed_at
    newest = letters.waiting("alice@example.com")[-1]
    assert newest["subject"] == "비밀번호가 바뀌었습니다"
    assert "02-000-0000" in newest["paragraphs"][-1]
    for path in paths:  # the other link is void too
        assert client.get(path).status_code == 410
        assert choose(client, path, "다른 비밀번호 하나").status_code == 410
    assert password_is(alice, NEW)
    written = caplog.text + str(newest)
    assert not any(token in written for token in tokens)
    assert not set(tokens) & set(db.session.scalars(select(AccountLink.token_digest)))


def test_everybody_gets_the_same_answer_and_nothing_is_put_in_the_request(client, mail_on, alice):
    client.log_in(alice)
    client.send("/logout")
    names = ["alice", "nobody", "nobody@example.com", "\x00느", "a" * 3000]
    answers = [ask(client, name) for name in names]
    assert {(a.status_code, a.location) for a in answers} == {(303, "/password/reset/sent")}
    assert not letters.waiting()
    assert db.session.scalar(select(func.count()).select_from(ResetRequest)) == len(names)
    cli.put_account_mails()
    assert [letter["subject"] for letter in letters.waiting()] == ["새 비밀번호 정하기"]
    with time_machine.travel(now() - timedelta(hours=2)):
        ask(client, "alice")
    cli.put_account_mails()
    assert len(letters.waiting()) == 1  # nobody waits for the answer to an old request
    assert not db.session.scalar(select(func.count()).select_from(ResetRequest))
    assert client.get("/password/reset/sent").status_code == 200


def test_mails_to_one_account_are_limited_and_links_end_after_an_hour(client, mail_on, alice):
    path = asked_path(client)
    for _ in range(9):
        asked_path(client)
    assert len(letters.waiting()) == 3
    assert ask(client, "alice").status_code == 429
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert client.get(path).status_code == 410
        assert choose(client, path).status_code == 410
    assert password_is(alice, PASSWORD)


@pytest.mark.parametrize("state", ["closed", "left", "banned"])
def test_accounts_do_not_become_open_by_a_link(client, mail_on, alice, state):
    path = asked_path(client)
    if state == "closed":
        alice.closed_at = now()
    elif state == "banned":
        alice.banned_until = now() + timedelta(days=1)
    else:
        client.log_in(alice).send("/me/leaving", password=PASSWORD)
    db.session.commit()
    statuses = {"closed": (403, 403), "left": (410, 410), "banned": (200, 303)}[state]
    assert (client.get(path).status_code, choose(client, path).status_code) == statuses
    db.session.rollback()
    member = db.session.get(Member, alice.id)
    assert member.is_banned if state == "banned" else not member.is_active or member.closed_at
    ask(client, "alice")
    before = len(letters.waiting())
    cli.put_account_mails()
    assert len(letters.waiting()) == before + (state == "banned")


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_guests_type_digits_and_names_are_not_told_apart(client, app, mail_on, alice, name):
    asked = lambda: db.session.scalar(select(func.count()).select_from(ResetRequest))  # noqa: E731
    right = digits(client)
    for wrong in ({}, right | {"captcha": "0"}, right, right | {"renew": "y"}):  # the second has used them up
        answer = client.send("/password/reset", name=name, **wrong)
        assert answer.status_code == (200 if "renew" in wrong else 422)
        assert f'value="{name}"' in answer.text
        assert 'name="captcha_key"' in answer.text
    assert not asked()
    member = app.test_client().log_in(alice)
    assert 'name="captcha"' not in member.get("/password/reset").text
    assert member.send("/password/reset", name=name).status_code == 303
    assert asked() == 1


def test_bad_input_is_refused_and_the_link_stays(client, mail_on, alice):
    assert client.get("/password/reset").status_code == 200
    assert ask(client, "").status_code == 422
    path = asked_path(client)
    for password, again in ((NEW, "다른 것"), ("short", "short"), ("alice@example.com",) * 2, ("", "")):
        answer = choose(client, path, password, again)
        assert answer.status_code == 422
        assert 'class="error"' in answer.text
        assert NEW not in answer.text
    assert client.post(path, data={"password": NEW}).status_code == 400
    assert client.put(path).status_code in (400, 405)
    for token in ("x", "é", "1" * 4000):
        assert client.get(f"/password/reset/{token}").status_code == 410
        assert choose(client, f"/password/reset/{token}").status_code == 410
    null = {"Origin": "null"}  # what a page without Referer sends from older browsers
    page = client.get(path).text
    fields = {"csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1], "password": "x"}
    assert client.post(path, data=fields, headers=null).status_code == 422
    assert client.post("/login", data=fields, headers=null).status_code == 400


def test_two_step_login_stays_after_a_reset_and_editors_reset_too(client, mail_on, editor, alice):
    db.session.add(TwoStep(member_id=editor.id, secret="A" * 32))
    db.session.commit()
    ask(client, "editor")
    cli.put_account_mails()
    assert choose(client, letters.path("editor@example.com")).status_code == 303
    answer = client.send("/login", username="editor", password=NEW)
    assert answer.location.startswith("/login/second-step")
    assert client.get("/desk/").status_code == 302


def test_without_mail_the_pages_say_how_to_reach_the_paper(client):
    for path in ("/login", "/password/reset"):
        page = client.get(path).text
        assert "02-000-0000" in page
        assert "desk@paper.example" in page
    assert 'name="name"' not in client.get("/password/reset").text
    assert ask(client, "alice").status_code == 503
    assert not db.session.scalar(select(func.count()).select_from(ResetRequest))


def link_on(page):
    return re.search(r"/password/reset/[\w-]+", page)[0]


def test_editor_makes_a_link_for_a_day_that_is_logged(client, app, editor, alice):
    desk = app.test_client().log_in(editor)
    first = desk.send(f"/desk/members/{alice.id}/reset-link")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-store"
    path = link_on(desk.send(f"/desk/members/{alice.id}/reset-link").text)
    assert client.get(link_on(first.text)).status_code == 410  # replaced
    with time_machine.travel(now() + timedelta(hours=23)):
        assert choose(client, path).status_code == 303
    assert password_is(alice, NEW)
    assert db.session.get(Member, alice.id).email_confirmed_at is None  # no mail has reached it
    assert list(db.session.scalars(select(AccessEntry.what))) == ["reset-link"] * 2


@pytest.mark.parametrize("site_url", ["", "https://paper.example"])
def test_a_link_of_the_desk_never_follows_the_host_of_a_request(app, editor, alice, monkeypatch, site_url):
    settings = dataclasses.replace(app.config["SETTINGS"], site_url=site_url)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    desk = app.test_client().log_in(editor)
    path = f"/desk/members/{alice.id}/reset-link"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', desk.send(path).text)[1]
    desk.set_cookie("maeul", desk.get_cookie("maeul").value, domain="evil.example")
    page = desk.post(path, data={"csrf_token": token}, base_url="http://evil.example").text
    typed = re.search(r"<textarea[^>]*>(.*)</textarea>", page)[1]
    assert typed == site_url + link_on(page)
    assert "evil.example" not in page
    assert ("앞에 붙여" in page) is (not site_url)


def test_editor_switches_two_step_login_off_for_a_member_who_lost_the_phone(app, editor, alice):
    desk = app.test_client().log_in(editor)
    db.session.add(TwoStep(member_id=alice.id, secret="A" * 32))
    db.session.commit()
    page = desk.send(f"/desk/members/{alice.id}/reset-link").text
    assert 'name="without_two_step"' in page
    assert db.session.get(TwoStep, alice.id)
    page = desk.send(f"/desk/members/{alice.id}/reset-link", without_two_step="1").text
    assert 'name="without_two_step"' not in page
    db.session.rollback()
    assert db.session.get(TwoStep, alice.id) is None


def test_links_of_the_desk_are_made_by_editors_for_open_accounts_of_members(app, client, editor, alice, bob):
    path = f"/desk/members/{alice.id}/reset-link"
    assert client.send(path).status_code == 401
    assert app.test_client().log_in(bob).send(path).status_code == 403
    desk = app.test_client().log_in(editor)
    assert desk.get(path).status_code == 405
    assert desk.send("/desk/members/999/reset-link").status_code == 404
    assert desk.send(f"/desk/members/{'9' * 30}/reset-link").status_code == 404
    assert desk.send(f"/desk/members/{editor.id}/reset-link").status_code == 403
    db.session.get(Member, alice.id).closed_at = now()
    db.session.get(Member, bob.id).leave()
    db.session.commit()
    assert desk.send(path).status_code == 403
    assert desk.send(f"/desk/members/{bob.id}/reset-link").status_code == 410
    assert not db.session.scalar(select(func.count()).select_from(AccountLink))
    assert db.session.scalar(select(func.count()).select_from(Login)) == 1
