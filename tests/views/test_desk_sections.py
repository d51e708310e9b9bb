"""Sections at the desk."""

from client import Client

from database import db
from models import Member, Section


def fields(section: Section, **changed: str) -> dict[str, str]:
    return {
        f"s{section.id}-{name}": value
        for name, value in ({"name": "마을 소식", "look": "gallery", "kind": "interview"} | changed).items()
    }


def test_name_look_and_kind_are_saved(client: Client, section: Section, editor: Member) -> None:
    client.log_in(editor)
    assert client.send(f"/desk/sections/{section.id}", **fields(section)).status_code == 303
    page = client.get("/desk/sections").text
    assert "마을 소식" in page
    assert '<option selected value="gallery">' in page
    assert '<option selected value="interview">' in page


def test_invalid_input_is_an_error(client: Client, section: Section, editor: Member) -> None:
    client.log_in(editor)
    answer = client.send(f"/desk/sections/{section.id}", **fields(section, name=""))
    assert answer.status_code == 422
    assert "이름을 적어 주세요" in answer.text
    assert client.send(f"/desk/sections/{section.id}", **fields(section, look="tables")).status_code == 422
    assert client.send(f"/desk/sections/{section.id}", **fields(section, kind="boat")).status_code == 422


def test_a_group_has_no_kind(client: Client, section: Section, editor: Member) -> None:
    client.log_in(editor)
    assert client.send(f"/desk/sections/{section.parent_id}", **fields(section.parent)).status_code == 303
    db.session.expire_all()
    assert (section.parent.name, section.parent.kind) == ("마을 소식", "news")


def test_missing(client: Client, section: Section, editor: Member) -> None:
    client.log_in(editor)
    assert client.send("/desk/sections/999", name="x", look="list").status_code == 404
    assert client.send(f"/desk/sections/{10**30}", name="x", look="list").status_code == 404


def test_only_for_the_editor(client: Client, section: Section, alice: Member) -> None:
    assert client.get("/desk/sections").status_code == 302
    client.log_in(alice)
    assert client.get("/desk/sections").status_code == 403
    assert client.send(f"/desk/sections/{section.id}", **fields(section)).status_code == 403
