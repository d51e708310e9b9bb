"""A start that fails says why in one sentence."""

import os
import resource
import socket
from pathlib import Path

import pytest

import config
import server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MAEUL_PORT", str(probe.getsockname()[1]))
    monkeypatch.setenv("MAEUL_DATA", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda *_words: pytest.fail("the server was started"))
    return tmp_path


def sentence() -> str:
    with pytest.raises(SystemExit) as end:
        server.main()
    return str(end.value)


def test_a_taken_port(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("MAEUL_PORT", str(other.getsockname()[1]))
        assert "이미 쓰이고 있습니다" in sentence()


def test_an_invalid_port(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAEUL_PORT", "99999")
    assert "1부터 65535까지" in sentence()


def test_a_folder_instead_of_the_database(folder: Path) -> None:
    (folder / "maeul.db").mkdir()
    assert sentence().startswith(f"자료 폴더 {folder}를 쓸 수 없습니다: ")


def test_a_file_that_is_not_a_database(folder: Path) -> None:
    (folder / "maeul.db").write_text("이것은 데이터베이스가 아닙니다. " * 9)
    assert sentence().startswith(f"자료 폴더 {folder}를 쓸 수 없습니다: ")


def test_a_setting_that_is_not_a_number(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAEUL_THREADS", "여럿")
    assert sentence().startswith("설정을 읽을 수 없습니다: ")
    assert "여럿" in sentence()


def test_a_malformed_settings_file(folder: Path) -> None:
    (folder / "maeul.toml").write_text("port = = 3")
    assert sentence().startswith("설정을 읽을 수 없습니다: ")


@pytest.mark.parametrize(("address", "said"), [("", True), ("https://paper.example", False)])
def test_an_empty_site_url_is_mentioned(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
    said: bool,
) -> None:
    monkeypatch.setenv("MAEUL_SITE_URL", address)
    monkeypatch.setattr(server, "_is_prepared", lambda _settings: True)
    monkeypatch.setattr(server, "_is_named_at_desk", lambda _settings: False)
    monkeypatch.setattr(os, "execv", lambda *_words: None)
    server.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("신문이 열렸습니다") or "http://" in lines[0]
    assert ["site_url" in line for line in lines[1:]] == ([True] if said else [])


@pytest.mark.parametrize(
    ("limit", "connections"),
    [(resource.RLIM_INFINITY, 8192), (1_048_576, 8192), (20_000, 8192), (4096, 3584), (1024, 512), (256, 1)],
)
def test_connections_fit_into_the_limit_of_open_files(
    monkeypatch: pytest.MonkeyPatch, limit: int, connections: int
) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (256, limit))
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, both: limits.append(both))
    options = server._options(config.Settings(), server._allow_connections())
    assert options[options.index("--backpressure") + 1] == str(connections)
    assert limits == [(limit, limit)]
