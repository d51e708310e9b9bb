"""Every page is good HTML: parsed without complaint, ids once, labels tied, headings in order."""

from typing import Any

import pytest
import small_paper
from html_rules import complaints

from database import db
from models import Comment, Member, Paper, Section

LOOKS = ("list", "webzine", "gallery")
PAGES = [
    path
    for path in small_paper.READING
    if not path.endswith((".xml", ".txt", ".ico", "/healthz", "/comments/1"))
]


def page(client: Any, path: str) -> list[str]:
    """What is wrong with the page, or that it is none."""
    answer = client.get(path)
    if answer.status_code >= 300 and path not in ("/nowhere", "/posts/999", "/sections/nowhere"):
        return [f"status {answer.status_code}"]
    return complaints(answer.text)


@pytest.fixture
def filled(paper: Paper, section: Section, alice: Member) -> Paper:
    small_paper.fill(paper, section, alice)
    return paper


@pytest.mark.parametrize("path", [*PAGES, *(path for path in small_paper.FORMS if path != "/captcha/new")])
def test_for_a_guest(client: Any, filled: Paper, path: str) -> None:
    assert page(client, path) == []


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_of_a_section(client: Any, filled: Paper, section: Section, look: str) -> None:
    section.look = look
    db.session.commit()
    assert page(client, "/sections/local") == []


@pytest.mark.parametrize("path", ["/", "/posts/1", "/visitors", *small_paper.MEMBERS])
def test_for_a_member(client: Any, filled: Paper, alice: Member, path: str) -> None:
    assert page(client.log_in(alice), path) == []


@pytest.mark.parametrize(
    "path",
    ["/", "/posts/1", "/visitors", *small_paper.DESK],
)
def test_for_the_editor(client: Any, filled: Paper, editor: Member, path: str) -> None:
    assert page(client.log_in(editor), path) == []


@pytest.mark.parametrize("path", ["/", "/sections/local", "/visitors", "/join", "/login"])
def test_of_an_empty_paper(client: Any, paper: Paper, path: str) -> None:
    assert page(client, path) == []


@pytest.mark.parametrize("path", ["/join", "/login", "/tips", "/advertising"])
def test_of_a_form_filled_in_wrongly(client: Any, filled: Paper, path: str) -> None:
    answer = client.send(path, username="", name="", title="")
    assert answer.status_code == 422
    assert complaints(answer.text) == []


@pytest.mark.parametrize("path", ["/desk/posts", "/desk/posts/1", "/desk/paper"])
def test_of_a_desk_form_filled_in_wrongly(client: Any, filled: Paper, editor: Member, path: str) -> None:
    answer = client.log_in(editor).send(
        path, title="", publish="at", published_at="어제", published_on="어제", section_id="0"
    )
    assert answer.status_code == 422
    assert complaints(answer.text) == []


@pytest.mark.parametrize("gone", [(1,), (2,), (1, 2), (2, 3), (1, 3)])
def test_with_deleted_comments(client: Any, filled: Paper, alice: Member, gone: tuple[int, ...]) -> None:
    for comment_id in gone:
        db.session.get_one(Comment, comment_id).delete()
    db.session.commit()
    assert page(client, "/posts/1") == []
    assert page(client.log_in(alice), "/posts/1") == []
