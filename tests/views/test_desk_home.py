"""The first page of the desk: can the editor sleep tonight."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import small_paper
import time_machine
from flask import current_app
from sqlalchemy import select

import config
from database import db, visitors_transaction
from domain.desk import home
from domain.desk.models import Claim
from domain.keeping import backups, doctor, health, jobs
from domain.keeping.models import BackupRun
from domain.moderation import access
from domain.moderation.models import AccessCheck
from domain.neighbours.models import Tip
from domain.paper.models import ImprintChange
from models import Paper, now

MOMENT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # Wednesday, 12:00 in Seoul
FULL = health.Disk(500_000_000, 100_000_000_000)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(client, paper, editor):
    return client.log_in(editor)


def run_a_job(error=""):
    with visitors_transaction() as connection:
        jobs.begin(connection, "news")
        jobs.end(connection, "news", error)


def tonight():
    db.session.rollback()
    findings = doctor.findings(current_app.config["SETTINGS"], config.ROOT)
    return [matter.text for matter in home.tonight(home.waiting(), findings)]


def test_a_quiet_desk_is_green_and_a_full_one_red(desk, section, alice):
    run_a_job()
    page = desk.get("/desk/").text
    assert ("tonight--red" in page) == health.disk(desk.application.config["SETTINGS"].data).is_low
    small_paper.fill(db.session.get(Paper, 1), section, alice)
    page = desk.get("/desk/").text
    assert "tonight--red" in page
    for path in ("/desk/claims", "/desk/reports", "/desk/inbox?kind=letters", "/desk/mail"):
        assert f'href="{path}"' in page


def test_what_can_wait_until_the_morning_lets_the_editor_sleep(desk, clock):
    db.session.add(Tip(name="이웃", contact="000", title="제보", body="글"))
    about = {"kind": "rebuttal", "article": "글", "reason": "r", "wanted": "w"}
    db.session.add(Claim(name="이웃", contact="000", receipt="r", received_at=now(), **about))
    db.session.commit()
    assert [one.count for one in home.waiting()] == [1, 1]
    run_a_job()
    assert tonight() == []
    clock.shift(timedelta(days=2, hours=13))
    run_a_job()
    assert len(tonight()) == 1


def test_disk_and_jobs(desk, clock, monkeypatch):
    run_a_job("OSError")
    assert "news" in tonight()[0]
    run_a_job()
    assert tonight() == []
    clock.shift(timedelta(days=2))
    assert len(tonight()) == 1
    run_a_job()
    monkeypatch.setattr(health, "disk", lambda _folder: FULL)
    assert len(tonight()) == 1


def test_the_first_page_and_that_of_the_servers_state_agree(desk, clock):
    for problem in ("", "OSError"):
        run_a_job(problem)
        home_page, health_page = desk.get("/desk/").text, desk.get("/desk/health").text
        assert ("tonight--red" in home_page) == bool(problem) == ("level--bad" in health_page)
        assert ('href="/desk/health">' in home_page.split('id="tonight"')[1].split("</section>")[0]) == bool(
            problem
        )


def test_backups_that_fail_or_are_old(desk, clock, set_settings):
    set_settings(nightly_backup=True)
    for problem, night, red in (("", 0, False), ("디스크가 찼습니다.", 1, True), ("", 2, False)):
        clock.move_to(MOMENT + timedelta(days=night))
        with visitors_transaction() as connection:
            backups.record(connection, BackupRun.NIGHTLY, now(), problem=problem)
        run_a_job()
        assert bool(tonight()) == red
    clock.shift(timedelta(days=2, hours=1))
    run_a_job()
    assert len(tonight()) == 1


def test_what_the_law_asks_for_is_a_reminder(desk, clock, alice, editor):
    db.session.add(ImprintChange(item="name", before="옛신문", after="시험신문", due_on=date(2026, 12, 20)))
    db.session.commit()
    assert "2026-12-20" in home.reminders(Paper.get())[1].text
    db.session.query(ImprintChange).delete()
    db.session.commit()
    assert [matter.path for matter in home.reminders(Paper.get())] == ["/desk/paper"]
    clock.shift(timedelta(days=2))  # Friday
    desk.log_in(editor)
    assert "/desk/posts/new" in [matter.path for matter in home.reminders(Paper.get())]
    assert "이번 주에 새 기사가" in desk.get("/desk/").text


def test_the_log_of_accesses_is_checked_every_month(desk, clock, alice, editor):
    access.log(editor, alice, "seen")
    db.session.commit()
    assert "점검했습니다" not in desk.get("/desk/members/log").text
    clock.shift(timedelta(days=10))
    desk.log_in(editor)
    assert "2026-11" in desk.get("/desk/").text.split('id="reminders"')[1]
    assert "이 달을 점검했습니다" in desk.get("/desk/members/log").text
    for note in ("이상 없음", "다시 눌림"):
        assert desk.send("/desk/members/log/checks", month="2026-11-01", note=note).status_code == 303
    check = db.session.scalars(select(AccessCheck)).one()
    assert (check.month, check.editor_id, check.note) == (date(2026, 11, 1), editor.id, "이상 없음")
    page = desk.get("/desk/members/log").text
    assert "이상 없음" in page
    assert "이 달을 점검했습니다" not in page
    for wrong in ("2026-12-01", "2026-11-02", "", "다음 달", "9999-12-01"):
        assert desk.send("/desk/members/log/checks", month=wrong).status_code == 422


def test_todays_numbers_and_the_version(desk, post, bob):
    post.comment("첫 댓글", bob)
    db.session.commit()
    assert home.numbers().comments == 1
    page = desk.get("/desk/").text
    assert "버전" in page
    assert health.version(Path(desk.application.root_path)) in page
