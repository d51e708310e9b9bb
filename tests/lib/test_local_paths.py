"""Redirect targets: paths of this site, and nothing that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.web.addresses import local_path


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/posts/7",
        "/posts/7?comment=3#comment-3",
        "/search?q=%EB%8A%90%ED%8B%B0%20%EC%B2%9C&next=//x",
        "/tags/%EB%8A%90%ED%8B%B0%EC%B2%9C",
        "/tags/느티천",
        "/tags/100%25",
        "/tags/a..b",
    ],
)
def test_a_local_path_is_unchanged(address):
    assert local_path(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "posts/7",
        "//evil.example",
        "////evil.example",
        "https:///evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2Fevil.example",
        "/%252Fevil.example",
        "/%5Cevil.example",
        "/%09/evil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/\t/evil.example",
        "/\x85/evil.example",
        "/.//evil.example",
        "/x/..//evil.example",
        "/%2e%2e//evil.example",
        "/%25252525252Fevil.example",
        "/" + "a" * 5000,
    ],
)
def test_anything_else_becomes_the_default(address):
    assert local_path(address) == "/"
    assert local_path(address, "/desk/") == "/desk/"


@given(st.text(alphabet="/\\%2fF5cC.:?#@a\t\n 09"))
def test_the_result_is_always_on_this_site(address):
    found = local_path(address)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\", "/%2f", "/%2F", "/%5c", "/%5C"))
