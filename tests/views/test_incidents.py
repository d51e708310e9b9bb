"""Incidents: the checklist with its clocks, the notice that readers see for 30 days."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from database import db
from domain.keeping.models import Incident

MOMENT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # 12:00 in Seoul
TYPED = {"summary": "서버에 누군가 들어왔다", "known_at": "2026-11-25T11:00", "is_leak": "y"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(client, paper, editor):
    paper.editors, paper.telephone = "임꺽정", "000-1234-0000"
    db.session.commit()
    return client.log_in(editor)


def test_the_clocks_run_from_the_moment_that_was_typed(desk, clock, editor):
    where = desk.send("/desk/incidents", **TYPED).location
    page = desk.get(where).text
    assert "23시간 0분 남음" in page  # of 24
    assert page.count("2일 23시간 남음") == 2  # of 72
    assert "118" in page
    assert "시험신문" in page
    assert "000-1234-0000" in page
    desk.send(f"{where}/steps", step="report")
    assert "23시간 0분 남음" not in desk.get(where).text
    desk.send(f"{where}/steps", step="report")
    assert "23시간 0분 남음" in desk.get(where).text
    clock.shift(timedelta(hours=24))
    page = desk.log_in(editor).get(where).text
    assert "claim-clock--late" in page


def test_without_a_leak_nobody_is_told(desk):
    page = desk.get(desk.send("/desk/incidents", **TYPED | {"is_leak": ""}).location).text
    assert "남음" in page
    assert "정보주체" not in page.split("<h1>")[1].split("</ol>")[0]
    assert 'name="notice"' not in page


def test_the_notice_is_shown_for_thirty_days(desk, client, clock):
    where = desk.send("/desk/incidents", **TYPED).location
    guest = client.application.test_client()
    assert guest.get("/incidents/1").status_code == 404
    assert desk.send(f"{where}/publication").status_code == 422  # blanks
    assert desk.send(where, notice=" ").status_code == 422
    desk.send(where, notice="이메일 주소가 새어 나갔습니다. <b>")
    assert desk.send(f"{where}/publication").status_code == 303
    assert desk.send(f"{where}/publication").status_code == 409
    assert "새어 나갔습니다. &lt;b&gt;" in guest.get("/incidents/1").text
    clock.shift(Incident.SHOWN + timedelta(minutes=1))
    assert guest.get("/incidents/1").status_code == 404


def test_a_notice_can_be_taken_away_and_an_incident_closed_and_opened(desk, client):
    where = desk.send("/desk/incidents", **TYPED).location
    desk.send(where, notice="알려 드립니다.")
    desk.send(f"{where}/publication")
    assert desk.send(f"{where}/publication/removal").status_code == 303
    assert client.application.test_client().get("/incidents/1").status_code == 404
    assert "서버에 누군가" in desk.get("/desk/").text
    desk.send(f"{where}/closing")
    assert "서버에 누군가" not in desk.get("/desk/").text
    desk.send(f"{where}/closing")
    assert "서버에 누군가" in desk.get("/desk/").text


@pytest.mark.parametrize("wrong", [{"summary": " "}, {"known_at": "어제"}, {"known_at": "2026-11-26T11:00"}])
def test_bad_input_is_a_sentence_and_typed_text_is_kept(desk, wrong):
    answer = desk.send("/desk/incidents", **TYPED | wrong)
    assert answer.status_code == 422
    if "summary" not in wrong:
        assert TYPED["summary"] in answer.text
    assert "남음" not in answer.text


def test_missing_and_wrong(desk):
    desk.send("/desk/incidents", **TYPED)
    assert desk.get("/desk/incidents/9").status_code == 404
    assert desk.send("/desk/incidents/9/closing").status_code == 404
    assert desk.send("/desk/incidents/1/steps", step="eat").status_code == 422
    assert desk.get("/desk/incidents/1/closing").status_code == 405
    assert desk.get(f"/incidents/{10**30}").status_code == 404
