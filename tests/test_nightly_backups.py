"""The backup of the night, its retention, its hook, and the drill once a week."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

import cli
from database import db
from domain.keeping import backup_hook, backups, retention
from lib.files.archives import listed

FIRST = "2026-11-29 18:30:00+00:00"  # half past three in the morning of the 30th


@pytest.fixture
def folder(app, post, set_settings):
    set_settings(nightly_backup=True)
    media = app.config["SETTINGS"].media / "ab"
    media.mkdir(parents=True)
    (media / ("ab" * 32)).write_bytes(b"photo")
    return app.config["SETTINGS"].backup_folder


def run() -> None:
    cli.nightly_backup()
    db.session.remove()


def nights(folder) -> list[str]:
    return sorted(path.name for path in folder.glob("*.tar.zst"))


def test_one_backup_a_night_after_three(folder):
    with time_machine.travel(FIRST, tick=False) as clock:
        run()
        run()
        assert nights(folder) == ["maeul-2026-11-30.tar.zst"]
        clock.shift(timedelta(hours=23))  # half past two
        run()
        assert len(nights(folder)) == 1
        clock.shift(timedelta(hours=1))
        run()
        assert nights(folder) == ["maeul-2026-11-30.tar.zst", "maeul-2026-12-01.tar.zst"]
        assert backups.last().is_ok
        clock.shift(timedelta(hours=30))  # the server was off at night
        run()
        assert nights(folder)[-1] == "maeul-2026-12-02.tar.zst"
        clock.shift(timedelta(days=-9))  # a clock that was wrong: not twice an hour for ever
        run()
        assert len(nights(folder)) == 4
        clock.shift(timedelta(hours=1))
        made = backups.last().moment
        run()
        assert backups.last().moment == made
        assert backups.last().moment < backups.newest_runs()[1].moment


def test_a_paper_that_wants_none_gets_none(folder, set_settings):
    set_settings(nightly_backup=False)
    run()
    assert not folder.exists()


def test_after_a_failure_it_is_tried_again_twice_an_hour(folder, monkeypatch):
    calls = []

    def full(*_words):
        calls.append(1)
        raise OSError(28, "No space left on device")

    with time_machine.travel(FIRST, tick=False) as clock, monkeypatch.context() as patch:
        patch.setattr(listed, "write", full)
        run()
        run()
        assert len(calls) == 1
        clock.shift(timedelta(minutes=31))
        run()
        assert len(calls) == 2
        assert (backups.last().is_ok, nights(folder)) == (False, [])
        patch.undo()
        clock.shift(timedelta(minutes=31))
        run()
        assert (backups.last().is_ok, len(nights(folder))) == (True, 1)


def test_the_drill_is_once_a_week_and_after_a_failure_every_day(folder):
    with time_machine.travel(FIRST, tick=False) as clock:
        cli.weekly_drill()
        assert backups.last_drill() is None
        run()
        cli.weekly_drill()
        first = backups.last_drill()
        assert first.is_ok, first.problem
        clock.shift(timedelta(days=6))
        cli.weekly_drill()
        assert backups.last_drill() == first
        clock.shift(timedelta(days=1))
        (newest,) = folder.glob("*.zst")
        newest.write_bytes(newest.read_bytes()[:-1])
        cli.weekly_drill()
        assert not backups.last_drill().is_ok
        clock.shift(timedelta(days=1))
        run()
        cli.weekly_drill()
        assert backups.last_drill().is_ok


def test_photos_are_copied_once_and_stay_as_long_as_a_backup_needs_them(folder, app):
    photo = app.config["SETTINGS"].media / "ab" / ("ab" * 32)
    copy = folder / "media" / "ab" / photo.name
    with time_machine.travel(FIRST, tick=False) as clock:
        run()
        before = copy.stat()
        for _night in range(2):
            clock.shift(timedelta(days=1))
            run()
        assert (copy.stat().st_ino, copy.stat().st_mtime) == (before.st_ino, before.st_mtime)
        photo.unlink()
        clock.shift(timedelta(days=1))
        run()
        assert copy.exists()
        for name in nights(folder):  # a year later the last backup that had it is not there any more
            (folder / name).unlink()
        clock.shift(timedelta(days=400))
        run()
        assert not copy.exists()
    assert len(nights(folder)) == 1


def test_the_hook_is_run_and_its_failure_shown(folder, set_settings, tmp_path):
    set_settings(backup_hook='cp "$BACKUP_FILE" ' + str(tmp_path))
    with time_machine.travel(FIRST, tick=False) as clock:
        run()
        assert (tmp_path / "maeul-2026-11-30.tar.zst").exists()
        assert backups.last().is_ok
        set_settings(backup_hook="echo 연결 안 됨; exit 3")
        clock.shift(timedelta(days=1))
        run()
        assert (backups.last().is_ok, backups.last().problem) == (
            False,
            "명령이 3번으로 끝났습니다: 연결 안 됨",
        )
        assert len(nights(folder)) == 2


def test_a_hook_that_hangs_is_ended_with_what_it_started(app, tmp_path):
    assert "끝냈습니다" in backup_hook.run("sleep 60 & sleep 60", tmp_path / "file", longest=0.2)
    assert "127" in backup_hook.run("no-such-command", tmp_path / "file")


def test_seven_days_four_weeks_and_twelve_months_stay():
    last, kept = date(2026, 12, 31), set()
    for number in range(800):
        day = last - timedelta(days=799 - number)
        kept = retention.kept({*kept, day})
    assert len(kept) <= 23
    assert {last - timedelta(days=number) for number in range(7)} <= kept
    assert len({day.isocalendar()[:2] for day in kept if day > last - timedelta(days=28)}) >= 4
    assert len({(day.year, day.month) for day in kept}) == 12


@given(st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1))
def test_the_newest_backup_always_stays(days):
    kept = retention.kept(days)
    assert max(days) in kept
    assert kept <= days
    assert retention.kept(kept) == kept


def test_names_that_are_no_nights_are_left_alone(tmp_path):
    for name in ("maeul-2026-99-99.tar.zst", "maeul-20261130-030000.tar.zst", "notes.txt"):
        (tmp_path / name).write_text("x")
    assert retention.nights(tmp_path) == {}
    retention.remove_old(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    assert retention.oldest(tmp_path, date(2026, 12, 5)) == date(2026, 11, 30)  # made by hand, and complete
