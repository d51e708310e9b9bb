"""백업 at the desk: green or red, and a file to take away for whoever types the password."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

import cli
from database import db, visitors_transaction
from domain.keeping import backups
from domain.keeping.models import ActivityEntry, BackupRun
from lib.files.archives import sealed
from lib.web.passwords import hash_password
from models import now

PASSWORD = "느티나무 아래 벤치"
HASH = hash_password(PASSWORD)
NIGHT = "2026-11-29 19:00:00+00:00"  # four in the morning


@pytest.fixture
def desk(app, client, paper, editor):
    editor.password_hash = HASH
    db.session.commit()
    return client.log_in(editor)


@pytest.fixture
def night(app, set_settings):
    """The backup of a night, and the drill after it."""
    set_settings(nightly_backup=True)
    with time_machine.travel(NIGHT, tick=False):
        cli.nightly_backup()
        cli.weekly_drill()
    return "maeul-2026-11-30.tar.zst"


def add(kind, **values):
    with visitors_transaction() as connection:
        backups.record(connection, kind, now(), **values)


def test_before_the_first_backup_the_page_is_red(desk):
    page = desk.get("/desk/backups").text
    assert page.count("tonight--red") == 2
    assert "아직 백업이 없습니다" in page
    assert "내려받기" not in page
    assert desk.send("/desk/backups/downloads", backup="x", password=PASSWORD).status_code == 422


def test_after_it_the_page_is_green(desk, night):
    page = desk.get("/desk/backups").text
    assert "tonight--red" not in page
    assert "복구해 보았습니다. 빠진 것이 없습니다." in page
    assert night in page


def test_failures_are_shown(desk, night):
    add(BackupRun.NIGHTLY, problem="디스크가 가득 찼습니다.")
    add(BackupRun.DRILL, problem="media/ab/x: <b>")
    page = desk.get("/desk/backups").text
    assert page.count("tonight--red") == 2
    assert "디스크가 가득 찼습니다." in page
    assert "media/ab/x: &lt;b&gt;" in page
    with time_machine.travel(now() + timedelta(minutes=5)):
        add(BackupRun.NIGHTLY, size=5, hook_problem="명령이 1번으로 끝났습니다: 연결 안 됨")
    assert "연결 안 됨" in desk.get("/desk/backups").text


def test_a_backup_is_downloaded_with_the_password_only(desk, night, editor, tmp_path):
    for wrong in ("", "틀린 비밀번호"):
        answer = desk.send("/desk/backups/downloads", backup=night, password=wrong)
        assert answer.status_code == 422
        assert "attachment" not in answer.headers.get("Content-Disposition", "")
    answer = desk.send("/desk/backups/downloads", backup=night, password=PASSWORD)
    assert answer.status_code == 200
    assert night in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    (tmp_path / night).write_bytes(answer.data)
    sealed.check(tmp_path / night)
    (entry,) = db.session.scalars(select(ActivityEntry))
    assert (entry.act, entry.subject, entry.actor_id) == ("backup-downloaded", night, editor.id)


@pytest.mark.parametrize("name", ["../secret-key", "/etc/passwd", "maeul-2026-11-29.tar.zst", ""])
def test_other_files_are_not_downloaded(desk, night, name):
    assert desk.send("/desk/backups/downloads", backup=name, password=PASSWORD).status_code == 422


def test_others_get_nothing(client, alice, paper, night):
    assert client.get("/desk/backups").status_code == 302
    assert client.send("/desk/backups/downloads", backup=night, password=PASSWORD).status_code == 401
    client.log_in(alice)
    assert client.get("/desk/backups").status_code == 403
    assert client.send("/desk/backups/downloads", backup=night, password=PASSWORD).status_code == 403
