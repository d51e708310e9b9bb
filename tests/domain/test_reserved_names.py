"""Nicknames that seem to speak for the paper, in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.neighbours.reserved_names import is_reserved_nickname, is_reserved_username


@pytest.mark.parametrize(
    "nickname",
    [
        "관리자", "편집인", "발행인", "운영자", "편집국장", "우리 관리자", "관리자입니다", "운영진",
        "管理者", "管理人", "管理員", "管理员", "管理자", "관리者", "管 理 者", "管.理.者", "管\uf9e4者",
        "編輯人", "编辑人", "編集人", "編集長", "編輯長", "編輯者", "编辑", "主編",
        "主编", "總編輯", "編輯局",
        "發行人", "発行人", "发行人", "運營者", "運営者", "运营者", "運營陣", "代表", "匿名", "站長", "版主",
        "관.리.자", "관 리-자", "_편_집_인_", "관ㄹㅣ자", "ㄱㅘㄴㄹㅣㅈㅏ", "ㄱㅗㅏㄴㄹㅣㅈㅏ",
        "편집ㅇㅣㄴ", "편지ㅂ인",
        "admin", "ADMIN", "ａｄｍｉｎ", "a.d.m.i.n", "adm1n", "admln", "4dmin", "Admin 소라",
        "edit0r", "Webmaster",
        "어드민", "웹마스터", "모더레이터", "데스크", "고객센터", "취재기자", "管理局", "本紙", "責任者",
        "記者", "gwanrija", "시험신문", "시험 신문", "시.험.신.문 기자", "left-1",
    ],
)  # fmt: skip
def test_reserved(nickname: str) -> None:
    assert is_reserved_nickname(nickname, "시험신문", "시험신문사")


@pytest.mark.parametrize(
    "nickname",
    [
        "느티나무",
        "승리의 이기자",
        "책임감",
        "소라",
        "편지",
        "관심",
        "관악산",
        "행인",
        "리자",
        "이웃123",
        "金剛山",
        "山사람",
        "ㅋㅋ",
        "길동ㅎㅎ",
        "mina",
        "100점",
        "인장",
    ],
)
def test_not_reserved(nickname: str) -> None:
    assert not is_reserved_nickname(nickname, "시험신문", "")


@pytest.mark.parametrize(("username", "expected"), [("admin", True), ("Editor", True), ("sora", False)])
def test_usernames(username: str, expected: bool) -> None:
    assert is_reserved_username(username) is expected


@given(st.text(max_size=40))
def test_no_text_raises_an_error(nickname: str) -> None:
    is_reserved_nickname(nickname, nickname, "")
