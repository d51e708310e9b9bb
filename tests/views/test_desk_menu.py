"""The desk's menu."""

from typing import Any

from database import db
from domain.neighbours.models import Tip
from models import Member


def letters(number: int) -> None:
    db.session.add_all(
        [Tip(name="이웃", contact="없음", title=f"제보 {n}호", body="내용") for n in range(number)]
    )
    db.session.commit()


def test_menu_shows_the_number_of_open_letters(client: Any, paper: object, editor: Member) -> None:
    client.log_in(editor)
    assert "desk-nav__count" not in client.get("/desk/").text
    letters(1)
    for path in ("/desk/", "/desk/posts/new", "/desk/letters", "/desk/sections", "/desk/paper"):
        assert 'desk-nav__count">1<' in client.get(path).text
    letters(120)
    assert 'desk-nav__count">99+<' in client.get("/desk/").text


def test_a_letter_that_is_done_is_not_counted(client: Any, paper: object, editor: Member) -> None:
    letters(1)
    client.log_in(editor)
    client.send("/desk/letters/1/state", state="done")
    assert "desk-nav__count" not in client.get("/desk/").text


def test_first_page_of_the_desk_mentions_an_empty_site_url(
    make_app: Any, paper: object, editor: Member
) -> None:
    for address, count in (("", 1), ("https://paper.example", 0)):
        desk = make_app(site_url=address).test_client().log_in(editor)
        assert desk.get("/desk/").text.count('href="/desk/settings"') == count
        assert desk.get("/desk/posts/new").text.count('href="/desk/settings"') == 0
