"""Settings that cannot be used: one line, and the end."""

import subprocess
import sys
from pathlib import Path

import pytest

import config
import server
from app import create_app
from config import ROOT

WRONG = {
    "MAEUL_TIMEZONE": ("Mars/City", "Asia", "../etc", ""),
    "MAEUL_LOCALE": ("xx", "../ko"),
    "MAEUL_SAMPLE": ("maybe", "2", ""),
    "MAEUL_WORKERS": ("0", "-1", "65", "하나"),
    "MAEUL_PORT": ("0", "65536"),
    "MAEUL_SITE_URL": (
        "foo",
        "ftp://paper.example",
        "https://",
        "https://paper.example/news",
        "http://x:y",
        "http://u:p@paper.example",
        "http://<b>.kr",
        'http://a"b.kr',
        "http://a.kr,b.kr",
        "HTTPS://a.kr",
    ),
    "MAEUL_SMTP_HOST": ("smtp://mail.example", "mail example", "mail.example:25"),
    "MAEUL_SMTP_SECURITY": ("ssl",),
    "MAEUL_MAIL_FROM": ("편집부", "a@b\nBcc: c@d", "a@b.kr\x01", "a@b.kr, c@d.kr", "a@b Bcc: c@d"),
    "MAEUL_RATE_STORAGE": ("foo", "mongo://here"),
    "MAEUL_HOLD_WITHOUT_OBJECTION": ("ask",),
    "MAEUL_UNCONFIRMED_MAY_COMMENT": ("maybe",),
    "MAEUL_DATA": (str(ROOT / "app.py"),),
    "MAEUL_TYPO": ("1",),
    "MAEUL_Port": ("8000",),
    "MAEUL_SETTINGS": ("other.toml",),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAEUL_DATA", str(tmp_path))
    monkeypatch.setattr(server, "_prepare", lambda: pytest.fail("the server went on"))
    return tmp_path


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_ends_the_start_with_one_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in WRONG[name]:
        monkeypatch.setenv(name, value)
        for start in (server.main, create_app):
            with pytest.raises(SystemExit) as end:
                start()
            line = str(end.value)
            assert line.startswith("설정을 읽을 수 없습니다: "), (value, line)
            assert "\n" not in line
            assert "Could not" not in line
            assert name in line or name.removeprefix("MAEUL_").lower() in line


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[maeul]\nporrt = 1", "‘porrt’"),
        ("port = 1", "‘port’"),  # outside the table nobody would read it
        ("[mauel]\nport = 1", "‘mauel’"),
        ("maeul = 3", "‘maeul’"),
        ("port = = 3", "maeul.toml"),
        ("[maeul]\nworkers = 0", "1부터 64까지"),
        ("[maeul]\nworkers = 'two'", "정수를"),
        ("[maeul]\nsmtp_security = 3", "starttls"),
    ],
)
def test_a_wrong_file_ends_the_start_with_one_line(folder: Path, content: str, said: str) -> None:
    (folder / "maeul.toml").write_text(content)
    with pytest.raises(SystemExit) as end:
        server.main()
    assert said in str(end.value)
    assert "\n" not in str(end.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("site_url", "https://한글.kr"), ("site_url", "http://[::1]:8000"), ("site_url", "https://a-b.kr:8443/"),
        ("smtp_host", "::1"), ("mail_from", "마을, 신문 <a@b.kr>"), ("mail_from", "a+b@c.kr"),
    ],
)  # fmt: skip
def test_values_that_can_be_used(name: str, value: str) -> None:
    assert getattr(config.load(**{name: value}), name) == value


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAEUL_SMTP_PASSWORD", "geheim\x07")
    with pytest.raises(config.WrongSettings) as wrong:
        config.load()
    assert "MAEUL_SMTP_PASSWORD" in str(wrong.value)
    assert "geheim" not in str(wrong.value)


def test_the_language_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAEUL_LOCALE", "en")
    monkeypatch.setenv("MAEUL_WORKERS", "0")
    with pytest.raises(config.WrongSettings, match="a whole number from 1 to 64"):
        config.load()


def test_who_sets_what_is_known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "maeul.toml").write_text('[maeul]\nsite_url = "https://paper.example"\nproxies = 1')
    monkeypatch.setenv("MAEUL_PROXIES", "2")
    given = config.given(join_seconds=0)
    assert given["site_url"] == str(folder / "maeul.toml")
    assert given["proxies"] == "MAEUL_PROXIES"
    assert given["join_seconds"]
    assert "smtp_host" not in given
    assert config.load().proxies == 2


def test_a_flask_command_says_it_in_one_line(folder: Path) -> None:
    for words in (["tick"], ["--help"]):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *words],
            cwd=ROOT,
            env={"MAEUL_DATA": str(folder), "MAEUL_TIMEZONE": "Mars/City"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert "Mars/City" in done.stderr
