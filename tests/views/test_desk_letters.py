"""Tips and advertising inquiries at the desk."""

import pytest
from client import Client

from database import db
from domain.neighbours import letters
from domain.neighbours.enclosures import Enclosure
from domain.neighbours.letters import LetterDraft
from domain.neighbours.models import Tip, TipFile
from lib.files.store import Store
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


def test_buttons_change_the_state_and_opening_does_not(client: Client, tip: Tip, editor: Member) -> None:
    client.log_in(editor)
    page = client.get(f"/desk/letters/{tip.id}").text
    assert "북쪽 난간입니다. &lt;b&gt;" in page
    for state, name in (("taken-up", "처리 중"), ("done", "끝남"), ("new", "새 글")):
        assert client.send(f"/desk/letters/{tip.id}/state", state=state).status_code == 303
        assert f"<strong>{name}</strong>" in client.get("/desk/letters").text
        db.session.expire_all()
        assert (tip.state, bool(tip.done_at)) == (state, state == "done")
    assert client.send(f"/desk/letters/{tip.id}/state", state="eaten").status_code == 422
    assert client.send("/desk/letters/999/state", state="done").status_code == 404


def test_the_files_of_a_letter_go_with_it(client: Client, tip: Tip, editor: Member, bob: Member) -> None:
    store, pdf = Store(client.application.config["SETTINGS"].claims), b"%PDF-1.4 x"
    draft = LetterDraft("news", "이웃", "000", "둘째", "글")
    kept = letters.send_letter(bob, draft, [Enclosure("가.pdf", pdf)], store)
    path = store.path(kept.files[0].digest)
    tip.files = [TipFile(filename="사진.pdf", digest=kept.files[0].digest, size=len(pdf))]
    db.session.commit()
    client.log_in(editor)
    address = f"/desk/letters/{tip.id}/files/{tip.files[0].id}"
    wrong, other = f"/desk/letters/{kept.id}/files/{tip.files[0].id}", f"/desk/letters/{kept.id}/delete"
    answer = client.get(address)
    assert (answer.data, answer.mimetype) == (pdf, "application/octet-stream")
    assert client.get(wrong).status_code == 404
    client.send(f"/desk/letters/{tip.id}/delete")
    assert path.is_file()  # another letter has the same one
    client.send(other)
    assert not path.exists()
    assert client.log_in(bob).get(address).status_code == 403


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
