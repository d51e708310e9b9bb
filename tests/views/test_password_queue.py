"""A burst of passwords: a few wait for the hash, the rest is answered at once, readers notice nothing."""

import re
import threading
from queue import Queue

import pytest
from test_members import FIELDS, opened_form

from database import db, write_intent
from domain.neighbours.models import LoginFailure
from lib.web import passwords
from models import Member, Paper
from views.web import password_queue

BURST = 20
PASSWORD = "느티나무 아래 벤치"


@pytest.fixture(params=["/login", "/join", "/me/password", "/me/leaving"])
def sends(request, app, paper, alice):
    """Prepared requests of one kind, each from a browser of its own."""
    path = request.param
    fields = {
        "/login": {"username": "sora", "password": "추측"},
        "/join": FIELDS | {"captcha": "000000"},
        "/me/password": {"current_password": "추측", "password": PASSWORD, "password_confirm": PASSWORD},
        "/me/leaving": {"password": "추측"},
    }[path]

    def prepare(number):
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        if path.startswith("/me"):
            browser.log_in(alice)
        sent = (opened_form(browser) if path == "/join" else {}) | fields
        return lambda: browser.send(path, **sent)

    return [prepare(number) for number in range(BURST)]


def test_burst_of_passwords(app, client, post, sends):
    answers = Queue()
    threads = [threading.Thread(target=lambda send=send: answers.put(send())) for send in sends]
    with passwords.slot():  # somebody's password is being hashed, and takes very long
        for thread in threads:
            thread.start()
        refused = [answers.get(timeout=30) for _ in range(BURST - passwords.MOST_WAITING)]
        assert answers.empty()
        assert [client.get(path).status_code for path in ("/", f"/posts/{post.id}", "/healthz")] == [200] * 3
        assert is_writable()
    waited = [answers.get(timeout=30) for _ in range(passwords.MOST_WAITING)]
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in refused} == {503}
    assert {answer.status_code for answer in waited} <= {422, 429}
    for answer in refused:
        assert int(answer.headers["Retry-After"]) == 5
        assert "몇 초 뒤에 다시" in answer.text
        assert 'name="username"' not in answer.text or re.search(r'value="(sora|alice)"', answer.text)
    assert PASSWORD not in "".join(answer.text for answer in refused)


def is_writable():
    """Whether no waiting request holds the write lock of the news."""
    token = write_intent.set(True)
    db.session.rollback()
    db.session.add(LoginFailure(account="test", sender="test"))
    db.session.commit()
    write_intent.reset(token)
    return True


def test_form_that_was_refused_can_be_sent_again(app, paper: Paper, client):
    fields = FIELDS | opened_form(client)
    holder, done = threading.Barrier(passwords.MOST_WAITING + 2, timeout=60), threading.Event()

    def occupy():
        passwords._slots.acquire()
        holder.wait()
        done.wait()
        passwords._slots.release()

    threads = [threading.Thread(target=occupy) for _ in range(passwords.MOST_WAITING + 1)]
    for thread in threads:
        thread.start()
    holder.wait()
    response = client.send("/join", **fields)
    done.set()
    for thread in threads:
        thread.join()
    assert response.status_code == 503
    assert 'value="소라"' in response.text
    assert f'value="{fields["captcha"]}"' in response.text
    assert client.send("/join", **fields).status_code == 303
    assert db.session.query(Member).count() == 1


def test_those_beyond_the_queue_are_answered_without_a_query(client, sends):
    taken = [password_queue._in_queue.acquire() for _ in range(password_queue.MOST_QUEUED)]
    try:
        answers = [send() for send in sends[:3]]
        assert client.get("/healthz").status_code == client.get("/login").status_code == 200
    finally:
        password_queue._in_queue.release(len(taken))
    for answer in answers:
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "몇 초 뒤에 다시" in answer.text
        assert "추측" not in answer.text
        assert PASSWORD not in answer.text
        if 'name="username"' in answer.text:
            assert re.search(r'name="username" value="sora"', answer.text)
    assert sends[0]().status_code in (422, 429)


def test_every_turn_ends(client, sends):
    for send in sends[:3]:
        send()
    assert client.post("/login", data={}).status_code == 400  # without a token
    assert password_queue._at_once._value == password_queue.AT_ONCE
    assert password_queue._in_queue._value == password_queue.MOST_QUEUED
