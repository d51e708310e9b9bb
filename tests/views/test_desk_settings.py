"""The settings page: what is saved there holds at once; what is set elsewhere stays as it is."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, current_app
from PIL import Image
from sqlalchemy import select

from cli import JOBS, run_job
from database import db
from domain.keeping.models import ActivityEntry
from domain.mail import settings as mail_settings
from domain.paper.models import StoredSetting, Theme
from lib.web import colours
from models import Member, Post

ADDRESS = "/desk/settings"
FIELDS = {
    "smtp_host": "", "smtp_port": "0", "smtp_security": "starttls", "smtp_user": "", "smtp_password": "",
    "mail_from": "", "joins_per_day": "5", "join_work": "0", "taken_down_days": "30",
    "hold_without_objection": "delete", "correction_front_hours": "48", "presence_minutes": "10",
    "new_visitors_per_minute": "60", "upload_megabytes": "64", "photo_megapixels": "60",
    "robots": "no-training", "robots_lines": "",
}  # fmt: skip
WRONG = [
    ({"presence_minutes": "0"}, "1부터 120까지"),
    ({"presence_minutes": "열"}, "presence_minutes"),
    ({"taken_down_days": ""}, "정수를 적어 주십시오"),
    ({"upload_megabytes": "99999999999999999999"}, "1부터 2000까지"),
    ({"smtp_host": "smtp://mail.example"}, "메일 서버 이름"),
    ({"smtp_security": "ssl"}, "smtp_security"),
    ({"mail_from": "편집부"}, "이메일 주소"),
    ({"hold_without_objection": "ask"}, "hold_without_objection"),
]


@pytest.fixture
def unnamed(make_app: Callable[..., Flask]) -> Flask:
    """An app whose address is set nowhere: it can be set at the desk."""
    app = make_app(site_url="")
    del app.extensions["settings"].given["site_url"]
    return app


@pytest.fixture
def desk(client: Any, paper: Any, editor: Member) -> Any:
    return client.log_in(editor)


def stored() -> dict[str, Any]:
    return {row.name: row.value for row in db.session.scalars(select(StoredSetting))}


def test_what_is_saved_holds_at_once(desk: Any, app: Flask) -> None:
    changed = {"presence_minutes": "7", "correction_front_hours": "1", "unconfirmed_may_comment": "y"}
    assert desk.send(ADDRESS, **FIELDS | changed).status_code == 303
    page = desk.get(ADDRESS).text
    assert 'value="7"' in page
    settings = app.config["SETTINGS"]
    assert (settings.presence_minutes, settings.unconfirmed_may_comment) == (7, True)
    assert stored() == {"presence_minutes": 7, "correction_front_hours": 1, "unconfirmed_may_comment": True}
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert entry.act == "settings-changed"
    assert "현재 접속자로 보는 시간" in entry.subject
    desk.send(ADDRESS, **FIELDS)  # as without a row
    desk.get("/")
    assert stored() == {}
    assert app.config["SETTINGS"].presence_minutes == 10


def test_other_processes_follow(desk: Any, app: Flask, make_app: Callable[..., Flask]) -> None:
    other = make_app()
    desk.send(ADDRESS, **FIELDS | {"presence_minutes": "7"})
    assert other.config["SETTINGS"].presence_minutes == 10
    with other.app_context():
        run_job(JOBS[0])
        assert current_app.config["SETTINGS"].presence_minutes == 7
    fresh = make_app()
    fresh.test_client().get("/healthz")
    assert fresh.config["SETTINGS"].presence_minutes == 7


def test_mail_is_set_up_and_the_password_never_shown(unnamed: Flask, paper: Any, editor: Member) -> None:
    desk: Any = unnamed.test_client()
    desk.log_in(editor)
    mail = {
        "site_url": "http://paper.example", "smtp_host": "smtp.example", "smtp_user": "news@paper.example",
        "smtp_password": "geheim-7",
    }  # fmt: skip
    assert desk.send(ADDRESS, **FIELDS | mail).status_code == 303
    page = desk.get(ADDRESS).text
    assert "geheim-7" not in page
    current = mail_settings.current()
    assert (current.host, current.password, current.site_url) == (
        "smtp.example",
        "geheim-7",
        "http://paper.example",
    )
    assert not current.missing
    entries = db.session.scalars(select(ActivityEntry.subject)).all()
    assert not [subject for subject in entries if "geheim" in subject]
    # Kept while the field is empty, but not for another server.
    kept = mail | {"smtp_password": ""}
    assert desk.send(ADDRESS, **FIELDS | kept | {"presence_minutes": "7"}).status_code == 303
    desk.get("/")
    assert mail_settings.current().password == "geheim-7"
    answer = desk.send(ADDRESS, **FIELDS | kept | {"smtp_host": "elsewhere.example"})
    assert answer.status_code == 422
    assert "비밀번호를 다시 적어" in answer.text
    assert desk.send(ADDRESS, **FIELDS | kept | {"forget_password": "y"}).status_code == 303
    desk.get("/")
    assert mail_settings.current().password == ""
    mail_settings.use(mail_settings.MailSettings())


def test_https_only_where_the_page_came_over_https(unnamed: Flask, paper: Any, editor: Member) -> None:
    app, base = unnamed, {"base_url": "https://localhost"}
    desk: Any = app.test_client()
    desk.log_in(editor)
    answer = desk.send(ADDRESS, **FIELDS | {"site_url": "https://paper.example"})
    assert answer.status_code == 422
    assert "먼저 이 화면을 https로" in answer.text
    answer = desk.send(ADDRESS, **FIELDS | {"site_url": "foo"})
    assert answer.status_code == 422
    assert 'value="foo"' in answer.text
    page = desk.get(ADDRESS, **base)
    assert "Strict-Transport-Security" not in page.headers
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = FIELDS | {"join_seconds": "3", "site_url": "https://localhost", "csrf_token": token}
    headers = {"Referer": "https://localhost/desk/settings"}
    assert desk.post(ADDRESS, data=fields, headers=headers, **base).status_code == 303
    answer = app.test_client().get("/login", **base)
    assert "Strict-Transport-Security" in answer.headers
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("changed", "said"), WRONG, ids=[str(changed) for changed, _said in WRONG])
def test_wrong_values_are_explained_and_kept(desk: Any, changed: dict[str, str], said: str) -> None:
    answer = desk.send(ADDRESS, **FIELDS | changed)
    assert answer.status_code == 422
    assert said in answer.text
    name, value = next(iter(changed.items()))
    assert value in answer.text or name in (
        "smtp_security",
        "hold_without_objection",
    )  # not among the choices
    assert "errors" in answer.text
    assert stored() == {}


def test_what_is_set_on_the_server_is_shown_and_stays(make_app: Any, paper: Any, editor: Member) -> None:
    app = make_app(smtp_password="geheim-7", presence_minutes=9)
    desk = app.test_client().log_in(editor)
    page = desk.get(ADDRESS).text
    assert "서버에서 정한 값이라" in page
    assert "geheim-7" not in page
    for name in ("site_url", "presence_minutes", "smtp_host", "smtp_password", "forget_password"):
        assert f'name="{name}"' not in page
    assert 'name="mail_from"' in page
    answer = desk.send(ADDRESS, **FIELDS | {"presence_minutes": "3", "smtp_host": "thief.example"})
    assert answer.status_code == 303
    desk.get("/")
    assert (app.config["SETTINGS"].presence_minutes, app.config["SETTINGS"].smtp_host) == (9, "")


def test_at_most_forty_fields_each_with_a_word_of_what_it_does(
    make_app: Any, paper: Any, editor: Member
) -> None:
    page = make_app(site_url="").test_client().log_in(editor).get(ADDRESS).text
    form = page[page.index('action="/desk/settings"') :].split("</main>")[0]
    fields = form.count("<input") + form.count("<select") - form.count('type="hidden"')
    assert 15 < fields <= 40
    assert form.count('class="hint"') >= fields


def test_only_for_the_editor(client: Any, post: Post, alice: Member) -> None:
    for address in (ADDRESS, f"{ADDRESS}/look"):
        assert client.send(address, **FIELDS).status_code == 401
    assert client.get(ADDRESS).status_code == 302
    client.log_in(alice)
    assert client.get(ADDRESS).status_code == 403
    for address in (ADDRESS, f"{ADDRESS}/look"):
        assert client.send(address, **FIELDS).status_code == 403
    assert client.get(f"{ADDRESS}/look").status_code == 405
    assert stored() == {}


def logo(width: int = 600, height: int = 120) -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.new("RGBA", (width, height), (20, 80, 60, 120)).save(file, "PNG")
    file.seek(0)
    return file, "logo.png"


def test_colour_and_logo_are_on_every_page(desk: Any, client: Any, app: Flask) -> None:
    guest = app.test_client()
    assert "/theme/" not in guest.get("/").text
    assert desk.send(f"{ADDRESS}/look", accent="#8A1538", logo=logo()).status_code == 303
    page = guest.get("/").text
    assert '<link rel="stylesheet" href="/theme/8a1538.css">' in page
    style = guest.get("/theme/8a1538.css")
    assert (style.mimetype, style.status_code) == ("text/css", 200)
    assert "immutable" in style.headers["Cache-Control"]
    light, dark = style.text.split("light-dark(")[1].split(")")[0].split(", ")
    assert light == "#8a1538"
    assert colours.contrast(dark, "#1a1d21") >= colours.READABLE
    assert guest.get("/theme/123456.css").status_code == 404
    theme = db.session.get(Theme, 1)
    assert theme
    assert (theme.logo_width, theme.logo_height) == (600, 120)
    assert f'src="/media/{theme.logo_digest}-600.webp" alt="시험신문"' in page
    assert guest.get(f"/media/{theme.logo_digest}-600.webp").status_code == 200
    desk.send(f"{ADDRESS}/look", accent="#006933", remove_logo="y")
    page = guest.get("/").text
    assert "/theme/" not in page
    assert 'class="logo"' not in page
    assert guest.get(f"/media/{theme.logo_digest}-600.webp").status_code == 404


def test_a_look_that_cannot_be_read_is_refused(desk: Any) -> None:
    for fields, said in (
        ({"accent": "#f4d58d"}, "너무 옅어"),
        ({"accent": "green"}, "#1a6b4c와 같은"),
        ({"accent": ""}, "#1a6b4c와 같은"),
        ({"accent": "#006933", "logo": (BytesIO(b"<svg/>"), "logo.svg")}, "읽을 수 없는 그림"),
        ({"accent": "#006933", "logo": logo(2000, 20)}, "열두 배까지"),
    ):
        answer = desk.send(f"{ADDRESS}/look", **fields)
        assert answer.status_code in (409, 422)
        assert said in answer.text
        assert "errors" in answer.text
    assert db.session.get(Theme, 1) is None
    proposal = colours.readable("#f4d58d", "#f4f3f0")
    assert proposal in desk.send(f"{ADDRESS}/look", accent="#f4d58d").text
    assert desk.send(f"{ADDRESS}/look", accent=proposal).status_code == 303
