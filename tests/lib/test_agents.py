"""Devices, languages and hosts, from request headers."""

import pytest

from lib.web import agents

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-S911N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (f"{ANDROID} Mobile Safari/537.36", "phone"),
        (f"{ANDROID} Safari/537.36", "tablet"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "phone",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36", "desktop"),
        ("", "desktop"),
    ],
)
def test_device(agent, device):
    assert agents.device(agent) == device


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        (" en", "en"),
        ("VI", "vi"),
        ("*", ""),
        ("", ""),
        ("zz-QQ", ""),
        ("klingon", ""),
        ("\x00" * 5, ""),
    ],
)
def test_language(accepted, language):
    assert agents.language(accepted) == language


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.band.us/page/123?member=77#x", "band.us"),
        ("search.naver.com", "search.naver.com"),
        ("SEARCH.Naver.com:443", "search.naver.com"),
        ("https://느티.한국/글", "xn--oh1bz72d.xn--3e0b707e"),
        ("android-app://com.kakao.talk/", "com.kakao.talk"),
        ("192.168.0.7", ""),
        ("https://[2001:db8::1]/", ""),
        ("localhost:8000", ""),
        ("https://[broken", ""),
        ("a" * 300 + ".example", ""),
        ("=cmd|' /C calc'!A0", ""),
        ("<script>.example", ""),
        ("", ""),
    ],
)
def test_host(address, host):
    assert agents.host(address) == host
