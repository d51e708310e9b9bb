"""`flask backup`, `flask restore` and `flask backup --drill`."""

import errno
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import insert, select

import config
from commands.preparation import attach_migrations
from database import db, visitors_transaction
from domain.counter.models import Captcha, DaySalt, PostDay
from domain.keeping import backup_contents, backups, restoring
from domain.mail.models import Mail
from domain.paper.models import StoredSetting
from lib.files.archives import listed, sealed
from lib.sqlite import copying, revisions
from lib.sqlite.driver import sqlite3
from models import Login, Post, now

PHOTO, CLAIM = "media/ab/" + "ab" * 32 + "-480.webp", "claims/cd/" + "cd" * 32

NEWEST, _KNOWN = revisions.known(config.ROOT / "migrations" / "versions")


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


@pytest.fixture
def data(app, make_post, alice):
    """The data folder of a paper with two articles, two files, and things that expire."""
    make_post(title="첫 기사")
    make_post(title="둘째 기사")
    alice.logins.append(Login(token_digest="a", expires_at=now() + timedelta(days=1)))
    letter = {"event": "reset-1", "address": "a@example.com", "content": {"path": "/password/secret"}}
    db.session.add(Mail(**letter, expires_at=now() + timedelta(hours=1)))
    db.session.add(Mail(event="reply-1", address="b@example.com", content={"subject": "답글"}))
    db.session.commit()
    with visitors_transaction() as connection:
        connection.execute(
            insert(Captcha).values(key="k", answer="123456", expires_at=now() + timedelta(hours=1))
        )
        connection.execute(insert(DaySalt).values(day=now().date(), salt="s"))
        connection.execute(insert(PostDay).values(post_id=1, day=now().date(), views=7))
    db.session.remove()
    folder = app.config["SETTINGS"].data
    for name in (PHOTO, CLAIM):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(name.encode() * 1000)
    (folder / "media/ab/.partial").write_bytes(b"half")
    return folder


def close_databases():
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def dump(file: Path) -> dict[str, list]:
    """Every row of every table that a backup keeps."""
    with closing(sqlite3.connect(file)) as connection:
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in copying.tables(file)
        }


def wipe(folder: Path) -> None:
    close_databases()
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def names(file: Path) -> list[str]:
    with sealed.reading(file) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        return [member.name for member in tar]


def test_a_paper_comes_back_whole(run, data, tmp_path):
    before = {name: dump(data / name) for name in ("maeul.db", "visitors.db")}
    result = run("backup", tmp_path / "out" / "paper.tar.zst")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "paper.tar.zst").stat().st_mode & 0o777 == 0o600
    wipe(data)
    result = run("restore", tmp_path / "out" / "paper.tar.zst")
    assert result.exit_code == 0, result.output
    close_databases()
    after = {name: dump(data / name) for name in ("maeul.db", "visitors.db")}
    emptied = {"logins", "captchas", "day_salts"}
    for name, tables in before.items():
        for table, rows in tables.items():
            assert after[name][table] == ([] if table in emptied else rows) or table in ("mails", "job_runs")
    assert [row[1] for row in after["maeul.db"]["mails"]] == ["reply-1"]
    assert {PHOTO: (data / PHOTO).read_bytes(), CLAIM: (data / CLAIM).read_bytes()} == {
        name: name.encode() * 1000 for name in (PHOTO, CLAIM)
    }
    assert not (data / "media/ab/.partial").exists()
    assert "secret" not in str(after)
    assert list(copying.problems(data / "maeul.db")) == []
    assert not list(data.glob("set-aside-*"))
    assert not list(data.glob(".maeul-backup-*"))


def test_nothing_of_what_was_left_out_stands_in_the_file(run, data, tmp_path):
    assert run("backup", tmp_path / "b.tar.zst").exit_code == 0
    with sealed.reading(tmp_path / "b.tar.zst") as stream:
        assert b"/password/secret" not in stream.read()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO])
def test_a_folder_that_refuses_gets_a_sentence(run, data, tmp_path, monkeypatch, number):
    def refuse(*_words):
        raise OSError(number, os.strerror(number), str(tmp_path))

    monkeypatch.setattr(backups, "working", refuse)
    result = run("backup", tmp_path / "b.tar.zst")
    assert result.exit_code == 1
    assert re.search("[가-힣]", result.output.splitlines()[-1])
    assert "Errno" not in result.output


@pytest.mark.parametrize("words", [[], ["--with-secrets"]])
def test_secrets_are_inside_only_if_that_is_asked_for(run, data, tmp_path, monkeypatch, words):
    monkeypatch.setattr(config, "given", lambda: {"smtp_password": "", "site_url": "", "data": ""})
    db.session.add(StoredSetting(name="smtp_password", value="typed-at-the-desk"))
    db.session.commit()
    assert run("backup", tmp_path / "b.tar.zst", *words).exit_code == 0
    folder = tmp_path / "open"
    folder.mkdir()
    listed.unpack(tmp_path / "b.tar.zst", folder, lambda name: True)
    settings = (folder / "maeul.toml").read_text()
    assert 'site_url = "http://localhost"' in settings
    assert ("smtp_password" in settings) is bool(words)
    assert (folder / "secret-key").exists() is bool(words)
    assert (b"typed-at-the-desk" in (folder / "maeul.db").read_bytes()) is bool(words)


def test_old_data_are_set_aside(run, data, tmp_path):
    (data / "maeul.toml").write_text("[maeul]\nlocale = 'ko'\n")
    run("backup", tmp_path / "b.tar.zst")
    db.session.get(Post, 1).title = "백업한 뒤에 고친 제목"
    db.session.commit()
    close_databases()
    result = run("restore", tmp_path / "b.tar.zst")
    assert result.exit_code == 0, result.output
    (aside,) = data.glob("set-aside-*")
    assert "백업한 뒤에 고친 제목" in str(dump(aside / "maeul.db")["posts"])
    assert "백업한 뒤에 고친 제목" not in str(dump(data / "maeul.db")["posts"])
    assert (aside / PHOTO).exists()
    assert (data / PHOTO).exists()
    assert (data / "maeul.toml").read_text() == "[maeul]\nlocale = 'ko'\n"


def test_an_open_paper_is_not_replaced(run, data, tmp_path):
    run("backup", tmp_path / "b.tar.zst")
    with closing(sqlite3.connect(data / "maeul.db")) as connection:
        connection.execute("SELECT count(*) FROM posts").fetchone()
        result = run("restore", tmp_path / "b.tar.zst")
    assert result.exit_code == 1
    assert "신문이 열려 있습니다" in result.output
    assert not list(data.glob("set-aside-*"))


def test_every_changed_byte_is_noticed(run, data, tmp_path):
    file = tmp_path / "b.tar.zst"
    run("backup", file)
    whole = file.read_bytes()
    sealed.check(file)
    changed = bytearray(whole)
    for position in range(0, len(whole), max(1, len(whole) // 3000)):
        changed[position] ^= 0x10
        file.write_bytes(changed)
        with pytest.raises(sealed.Damaged):
            sealed.check(file)
        changed[position] = whole[position]
    for cut in (0, 10, 40, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises(sealed.Damaged):
            sealed.check(file)
    before = dump(data / "maeul.db")
    close_databases()
    result = run("restore", file)
    assert result.exit_code == 1
    assert "온전한 신문 백업이 아닙니다" in result.output
    assert "Traceback" not in result.output
    assert dump(data / "maeul.db") == before
    assert not list(data.glob("set-aside-*"))


def archive(file: Path, members: list[tuple[tarfile.TarInfo, bytes]], **manifest) -> None:
    """Write an archive as somebody might who means harm: sealed, with a list that agrees with it."""
    lines = "".join(listed.line(digest(content), member.name) for member, content in members).encode()
    head = {"format": 1, "revision": NEWEST, "files": len(members), "bytes": 9, "rows": {}}
    head |= {"list": digest(lines)} | manifest
    first = [(member("manifest.json"), json.dumps(head).encode()), (member("files.sha256"), lines)]
    file.unlink(missing_ok=True)
    with sealed.writing(file) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
        for info, content in [*first, *members]:
            info.size = len(content) if info.type == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(content))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("/etc/cron.d/x", tarfile.REGTYPE),
        ("../x", tarfile.REGTYPE),
        ("media/../../x", tarfile.REGTYPE),
        ("media/ab/.hidden", tarfile.REGTYPE),
        ("cache/x", tarfile.REGTYPE),
        ("maeul.py", tarfile.REGTYPE),
        ("media/ab/x", tarfile.SYMTYPE),
        ("media/ab/x", tarfile.LNKTYPE),
        ("media/ab/x", tarfile.CHRTYPE),
        ("media/ab", tarfile.DIRTYPE),
    ],
)
def test_what_is_no_plain_file_of_ours_is_refused(run, data, tmp_path, name, kind):
    file = tmp_path / "evil.tar.zst"
    archive(file, [(member(name, kind), b"evil" if kind == tarfile.REGTYPE else b"")])
    close_databases()
    result = run("restore", file)
    assert result.exit_code == 1
    assert "온전한 신문 백업이 아닙니다" in result.output, result.output
    assert not (tmp_path / "x").exists()
    assert not list(data.glob("set-aside-*"))
    assert not list(data.glob(".maeul-backup-*"))


def test_more_or_other_members_than_listed_are_refused(run, data, tmp_path):
    file = tmp_path / "b.tar.zst"
    close_databases()
    for manifest in (
        {"files": 0},
        {"files": 2},
        {"list": "0" * 64},
        {"bytes": "many"},
        {"bytes": 0},
        {"format": None},
        {"rows": 1},
    ):
        archive(file, [(member("media/ab/x"), b"x")], **manifest)
        assert "온전한 신문 백업이 아닙니다" in run("restore", file).output


def test_a_newer_backup_is_refused(run, data, tmp_path):
    file = tmp_path / "b.tar.zst"
    close_databases()
    for manifest in ({"format": 2}, {"revision": "9999"}):
        archive(file, [(member("media/ab/x"), b"x")], **manifest)
        assert "더 새로운 프로그램" in run("restore", file).output
    assert run("restore", tmp_path / "none").exit_code == 1


def test_backups_beside_share_the_files(run, data, tmp_path):
    for name in ("one", "two"):
        assert run("backup", "--beside", tmp_path / f"{name}.tar.zst").exit_code == 0
    assert names(tmp_path / "one.tar.zst") == [
        "manifest.json", "files.sha256", "beside.sha256", "visitors.db", "maeul.db", "maeul.toml",
    ]  # fmt: skip
    sums = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=(tmp_path / PHOTO).parent, capture_output=True, text=True
    )
    assert sums.returncode == 0, sums.stderr
    wipe(data)
    assert run("restore", tmp_path / "two.tar.zst").exit_code == 0
    assert (data / PHOTO).read_bytes() == PHOTO.encode() * 1000
    (tmp_path / CLAIM).unlink()
    assert "빠" in (output := run("backup", "--drill", tmp_path / "two.tar.zst").output) or CLAIM in output
    assert "없습니다" in run("restore", tmp_path / "two.tar.zst").output


def test_a_drill_says_what_is_wrong(run, data, tmp_path):
    assert run("backup", "--drill").exit_code == 1
    file = tmp_path / "b.tar.zst"
    run("backup", "--beside", file)
    result = run("backup", "--drill", file)
    assert result.exit_code == 0, result.output
    assert backups.last_drill().is_ok
    (tmp_path / PHOTO).unlink()
    (tmp_path / PHOTO).write_bytes(b"other")
    result = run("backup", "--drill", file)
    assert result.exit_code == 1
    assert PHOTO in result.output
    db.session.remove()
    assert not backups.last_drill().is_ok
    assert backups.last().is_ok


def test_rows_that_are_not_as_counted_are_noticed(app, data, tmp_path, monkeypatch, run):
    counts = backup_contents.counts
    monkeypatch.setattr(backup_contents, "counts", lambda folder: counts(folder) | {"maeul.db": {"posts": 3}})
    run("backup", tmp_path / "b.tar.zst")
    assert "백업할 때와 다릅니다" in run("backup", "--drill", tmp_path / "b.tar.zst").output


def test_a_failed_migration_brings_the_old_data_back(run, data, tmp_path, monkeypatch):
    run("backup", tmp_path / "b.tar.zst")

    def fail() -> None:
        raise OSError("out of memory")

    before = dump(data / "maeul.db")
    close_databases()
    monkeypatch.setattr("commands.backups.migrate", fail)
    assert run("restore", tmp_path / "b.tar.zst").exit_code == 1
    assert dump(data / "maeul.db") == before
    assert (data / PHOTO).exists()
    assert not list(data.glob("set-aside-*"))


def test_an_older_backup_is_migrated(run, data, tmp_path, app):
    attach_migrations(app)
    close_databases()
    flask_migrate.downgrade(str(config.ROOT / "migrations"), "-1")
    backup = tmp_path / "old.tar.zst"
    assert run("backup", backup).exit_code == 0
    assert listed.read_manifest(backup)["revision"] != NEWEST
    wipe(data)
    result = run("restore", backup)
    assert result.exit_code == 0, result.output
    assert db.session.scalars(select(Post.title).order_by(Post.id)).all() == ["첫 기사", "둘째 기사"]


def test_a_file_that_vanishes_meanwhile_is_left_out(run, data, tmp_path, monkeypatch):
    write, calls = listed.write, []

    def vanish(*words):
        calls.append(1)
        if len(calls) == 1:
            (data / PHOTO).unlink()
            raise FileNotFoundError(PHOTO)
        write(*words)

    monkeypatch.setattr(listed, "write", vanish)
    assert run("backup", tmp_path / "b.tar.zst").exit_code == 0
    assert PHOTO not in names(tmp_path / "b.tar.zst")


def test_a_full_disk_leaves_the_old_backup(run, data, tmp_path, monkeypatch):
    file = tmp_path / "b.tar.zst"
    run("backup", file)
    before = file.read_bytes()

    def full(*_words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(listed, "write", full)
    result = run("backup", "--replace", file)
    assert result.exit_code == 1
    assert "디스크가 가득 찼습니다" in result.output
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.glob("*backup-*")] == []
    db.session.remove()
    assert (backups.last().is_ok, backups.last().problem) == (False, "디스크가 가득 찼습니다.")
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(9, 8, 1))
    assert "공간이 모자랍니다" in run("backup", "--replace", file).output


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from lib.files import scratch
with scratch.folder(Path(sys.argv[2]), ".maeul-backup-") as folder:
    (folder / "archive").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_has_left_is_removed_by_the_next(run, data, tmp_path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(config.ROOT), str(tmp_path)])
    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob(".maeul-backup-*"))) == 1
    assert run("backup", tmp_path / "b.tar.zst").exit_code == 0
    assert not list(tmp_path.glob(".maeul-backup-*"))


def test_nothing_is_written_over_and_nothing_into_the_data_folder(run, data, tmp_path):
    before = (data / "maeul.db").read_bytes()
    taken = tmp_path / "가진 것" / "메모.txt"
    taken.parent.mkdir()
    taken.write_text("메모")
    (tmp_path / "link").symlink_to(data / "maeul.db")
    for file, words in (
        (taken, "이미 있습니다"), (tmp_path, "이미 있습니다"), ("/dev/zero", "이미 있습니다"),
        (tmp_path / "link", "폴더에는"), (data / "maeul.db", "폴더에는"), (data / "new.tar.zst", "폴더에는"),
        (data / "media" / "x", "폴더에는"), (data / "backups" / "media" / "x", "폴더에는"),
    ):  # fmt: skip
        for options in ([], ["--replace"]) if file is not taken else ([],):
            result = run("backup", *options, file)
            assert (result.exit_code, words in result.output) == (1, True), result.output
    assert (data / "maeul.db").read_bytes() == before
    assert taken.read_text() == "메모"
    assert run("backup", tmp_path / "한글 폴더" / "우리 신문.tar.zst").exit_code == 0
    assert (tmp_path / "한글 폴더").stat().st_mode & 0o777 == 0o700
    assert run("backup", data / "backups" / "by-hand.tar.zst").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [["backup", "{0}/a/b"], ["restore", "{0}/none"], ["restore", "."], ["backup", "--drill", "{0}/none"]],
)
def test_places_that_cannot_be_used_get_a_sentence(run, data, tmp_path, words):
    (tmp_path / "a").write_text("a file, no folder")
    result = run(*(word.format(tmp_path) for word in words))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert re.search("[가-힣]", result.output.splitlines()[-1])
    assert "Errno" not in result.output


def test_two_at_once_in_one_folder_are_refused(app, data, tmp_path, run):
    with backups.working(tmp_path):
        assert "다른 백업" in run("backup", tmp_path / "b.tar.zst").output
    assert not os.path.exists(tmp_path / "b.tar.zst")


def test_every_folder_of_the_data_is_backed_up_or_known_not_to_be(app):
    """Who adds a folder of files that must be kept names it in Settings.file_folders."""
    settings = app.config["SETTINGS"]
    source = (config.ROOT / "config.py").read_text("utf-8")
    folders = set(re.findall(r'self\.data / "([\w-]+)"', source))
    kept = {folder.name for folder in settings.file_folders}
    assert folders - kept == {"cache", "secret-key"}
    assert all(restoring.backup_contents.is_name(settings, f"{name}/ab/x") for name in kept)
