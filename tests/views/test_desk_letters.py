"""Tips and advertising inquiries at the desk."""

import pytest
from client import Client

from database import db
from domain.neighbours.models import Tip
from models import Member


@pytest.fixture
def tip(paper: object) -> Tip:
    tip = Tip(
        name="제보자",
        contact="000-0000-0000",
        title="다리 난간이 흔들려요",
        body="느티교\n북쪽 난간입니다. <b>",
    )
    db.session.add(tip)
    db.session.commit()
    return tip


def test_button_marks_a_letter_as_read_and_opening_does_not(client: Client, tip: Tip, editor: Member) -> None:
    client.log_in(editor)
    page = client.get(f"/desk/letters/{tip.id}").text
    assert "북쪽 난간입니다. &lt;b&gt;" in page
    assert "읽지 않음" in client.get("/desk/letters").text
    assert client.send(f"/desk/letters/{tip.id}/reading").status_code == 303
    assert "읽지 않음" not in client.get("/desk/letters").text


def test_delete(client: Client, tip: Tip, editor: Member) -> None:
    client.log_in(editor)
    assert client.send(f"/desk/letters/{tip.id}/delete").status_code == 303
    assert client.get(f"/desk/letters/{tip.id}").status_code == 404
    assert "아직 들어온" in client.get("/desk/letters").text


def test_letters_are_paged(client: Client, tip: Tip, editor: Member) -> None:
    db.session.add_all(
        [Tip(name="이웃", contact="없음", title=f"제보 {n}호", body="내용") for n in range(40)]
    )
    db.session.commit()
    client.log_in(editor)
    first = client.get("/desk/letters").text
    assert "제보 39호" in first
    assert "다리 난간" not in first
    assert "다리 난간" in client.get(f"/desk/letters?before={tip.id + 1}").text
    for odd in ("abc", "-1", str(10**40)):
        assert client.get(f"/desk/letters?before={odd}").status_code == 200


def test_missing_and_wrong_method(client: Client, tip: Tip, editor: Member) -> None:
    client.log_in(editor)
    assert client.get("/desk/letters/999").status_code == 404
    assert client.get(f"/desk/letters/{10**30}").status_code == 404
    assert client.get(f"/desk/letters/{tip.id}/delete").status_code == 405


def test_only_for_the_editor(client: Client, tip: Tip, alice: Member) -> None:
    assert client.get("/desk/letters").status_code == 302
    client.log_in(alice)
    for path in ("/desk/letters", f"/desk/letters/{tip.id}"):
        assert client.get(path).status_code == 403
    assert client.send(f"/desk/letters/{tip.id}/delete").status_code == 403
