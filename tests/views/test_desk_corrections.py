"""Corrections and replies: added, changed with a trace, removed while they are new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from database import db
from models import Correction, CorrectionRevision, Post

MOMENT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)  # 12:00 in Seoul


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(client: Any, editor: Any) -> Any:
    return client.log_in(editor)


@pytest.fixture
def notice(post: Post) -> Correction:
    correction = post.correct("correction", "이름을 바로잡습니다.")
    db.session.commit()
    return correction


def address(correction: Correction) -> str:
    return f"/desk/posts/{correction.post_id}/corrections/{correction.id}"


def notices() -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(found.kind, found.body) for found in db.session.scalars(select(Correction))]


def test_a_changed_notice_shows_what_it_said_and_until_when(
    desk: Any, notice: Correction, clock: Any
) -> None:
    page = desk.get(f"{address(notice)}/edit").text
    assert "이름을 바로잡습니다." in page
    assert 'value="correction"' in page
    clock.shift(timedelta(hours=2))
    answer = desk.send(address(notice), kind="rebuttal", body="당사자의 말을 싣습니다.")
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "알림을 고쳤습니다" in page
    assert "당사자의 말을 싣습니다." in page
    before = page.split("<details")[-1]
    assert "이름을 바로잡습니다." in before
    assert "2026-11-30 14:00까지" in before


def test_saving_the_same_text_leaves_no_trace(desk: Any, notice: Correction) -> None:
    assert desk.send(address(notice), kind=notice.kind, body=notice.body).status_code == 303
    assert db.session.scalars(select(CorrectionRevision)).all() == []


def test_a_new_notice_that_is_sent_twice_stands_once(desk: Any, post: Post) -> None:
    typed = {"kind": "correction", "title": "이름", "body": "이름을 바로잡습니다."}
    for _time in range(2):
        answer = desk.send(f"/desk/posts/{post.id}/corrections", **typed)
        assert (answer.status_code, answer.location) == (303, f"/posts/{post.id}")
    assert notices() == [("correction", "이름을 바로잡습니다.")]
    desk.send(f"/desk/posts/{post.id}/corrections", **typed | {"kind": "rebuttal"})
    assert len(notices()) == 2


def test_a_new_notice_can_be_removed(desk: Any, notice: Correction) -> None:
    desk.send(address(notice), kind="correction", body="고친 글")
    answer = desk.send(f"{address(notice)}/deletion")
    assert answer.status_code == 303
    assert "알림을 지웠습니다" in desk.get(answer.location).text
    assert notices() == []
    assert db.session.scalars(select(CorrectionRevision)).all() == []


def test_a_notice_that_stood_for_an_hour_stays(desk: Any, notice: Correction, clock: Any) -> None:
    edit = f"/desk/posts/{notice.post_id}/edit"
    assert f'{address(notice)}/deletion"' in desk.get(edit).text
    clock.shift(timedelta(hours=1))
    assert f'{address(notice)}/deletion"' not in desk.get(edit).text
    answer = desk.send(f"{address(notice)}/deletion")
    assert answer.status_code == 409
    assert "한 시간" in answer.text
    assert notices() == [("correction", "이름을 바로잡습니다.")]


@pytest.mark.parametrize(
    "fields", [{"kind": "rumour", "body": "글"}, {"kind": "correction", "body": " "}, {"body": "가" * 5001}]
)
def test_bad_input_is_kept(desk: Any, notice: Correction, fields: dict[str, str]) -> None:
    for path in (address(notice), f"/desk/posts/{notice.post_id}/corrections"):
        answer = desk.send(path, **fields)
        assert answer.status_code == 422
        assert f'action="{path}"' in answer.text
        assert fields["body"].strip() in answer.text
    assert notices() == [("correction", "이름을 바로잡습니다.")]


def test_only_the_editor_changes_notices(client: Any, alice: Any, notice: Correction) -> None:
    for path in (address(notice), f"{address(notice)}/deletion"):
        assert client.send(path, body="낯선 글").status_code == 401
    assert client.get(f"{address(notice)}/edit").status_code == 302
    client.log_in(alice)
    for path in (address(notice), f"{address(notice)}/deletion"):
        assert client.send(path, body="낯선 글").status_code == 403
    assert client.get(f"{address(notice)}/edit").status_code == 403
    assert notices() == [("correction", "이름을 바로잡습니다.")]


@pytest.mark.parametrize("path", ["/desk/posts/{post}/corrections/999", "/desk/posts/999/corrections/{id}"])
def test_missing(desk: Any, notice: Correction, path: str) -> None:
    path = path.format(post=notice.post_id, id=notice.id)
    assert desk.get(f"{path}/edit").status_code == 404
    assert desk.send(path, kind="correction", body="글").status_code == 404
    assert desk.send(f"{path}/deletion").status_code == 404


def test_wrong_method(desk: Any, notice: Correction) -> None:
    assert desk.get(address(notice)).status_code == 405
    assert desk.get(f"{address(notice)}/deletion").status_code == 405
    assert desk.send(f"{address(notice)}/edit").status_code == 405
