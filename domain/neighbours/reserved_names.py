"""Names that seem to speak for the paper, in any spelling: no member may have them."""

import unicodedata
from functools import cache

from lib.text import plain

_EXACT = """
admin administrator editor root system webmaster moderator operator staff maeul support guest publisher
manager official press desk 손님 회원 탈퇴회원 대표 대표자 편집 관리 운영 발행 편집부 편집실 시스템 공지
공지사항 공고 익명 본사 본지 어드민 에드민 데스크 고객센터 담당자 책임자 대표이사 취재기자 시민기자 사진기자
수습기자 편집진 기자 주필 주간 사장 신문사 소편 총편 站長 站长 版主 版長 網管 网管 小編 小编
"""
_PARTS = """
편집인 편집장 편집자 편집국 편집위원 편집책임 편집부장 편집원 관리자 관리인 관리원 관리팀 운영자 운영인 운영진
운영팀 운영원 발행인 발행자 발행원 주편 총편집 관리국 웹마스터 모더레이터 에디터
admin webmaster moderator editor publisher sysop gwanrija gwallija kwanrija
pyeonjipin pyeonjibin pyeonjipja pyeonjipjang unyeongja balhaengin
"""
# How Koreans read the characters of such names, in the forms of Korea, Japan and China.
_READINGS = {
    "관": "管", "리": "理", "자": "者", "편": "編编篇", "집": "輯辑集緝缉", "인": "人", "장": "長长",
    "발": "發発发", "행": "行", "운": "運运", "영": "營営营", "진": "陣阵陳", "국": "局", "부": "部",
    "원": "員员", "대": "代", "표": "表", "공": "公", "지": "知誌志紙纸", "고": "告", "익": "匿", "명": "名",
    "주": "主", "총": "總総总", "책": "責责", "임": "任", "위": "委", "본": "本", "사": "社", "신": "新",
    "문": "聞闻", "실": "室", "팀": "組组", "필": "筆笔", "간": "幹干", "기": "記记", "회": "會会",
    "항": "項项",
}  # fmt: skip
_HANGUL = {ord(character): hangul for hangul, characters in _READINGS.items() for character in characters}
_PUNCTUATION = dict.fromkeys(map(ord, "._-"))
_LOOK_ALIKES = str.maketrans("013457l", "oieasti")
# The final consonants from U+11A8 on, as first consonants.
_FINALS = """
ᄀ ᄁ ᄀᄉ ᄂ ᄂᄌ ᄂᄒ ᄃ ᄅ ᄅᄀ ᄅᄆ ᄅᄇ ᄅᄉ ᄅᄐ ᄅᄑ ᄅᄒ ᄆ ᄇ ᄇᄉ ᄉ ᄊ ᄋ ᄌ ᄎ ᄏ ᄐ ᄑ ᄒ
"""
_JAMO = {0x11A8 + number: jamo for number, jamo in enumerate(_FINALS.split())} | str.maketrans(
    {"ᅪ": "ᅩᅡ", "ᅫ": "ᅩᅢ", "ᅬ": "ᅩᅵ", "ᅯ": "ᅮᅥ", "ᅰ": "ᅮᅦ", "ᅱ": "ᅮᅵ", "ᅴ": "ᅳᅵ"}
)


def is_reserved_username(username: str) -> bool:
    """Whether a username is one of the paper's own."""
    return plain.key(username) in _EXACT.split()


def is_reserved_nickname(nickname: str, *papers_names: str) -> bool:
    """Whether a nickname is, or contains, what the paper's own people are called.

    Compared without case, width, spaces and punctuation; Chinese characters as Korean reads them (管理者 is
    관리자), digits that look like letters as those (adm1n), and single jamo as the syllables they spell.

    :param papers_names: names of the paper and its company
    """
    if plain.key(nickname).startswith("left-"):  # of those who have left
        return True
    name = _folded(nickname)
    parts = (*_parts(), *(part for part in map(_folded, papers_names) if len(part) > 1))
    if name in _exact() or any(part in name for part in parts):
        return True
    if not any("\u1100" <= c <= "\u11ff" for c in name):  # no jamo that is not in a syllable
        return False
    jamo = _jamo(name)
    return jamo in map(_jamo, _exact()) or any(_jamo(part) in jamo for part in parts)


@cache
def _exact() -> frozenset[str]:
    return frozenset(map(_folded, _EXACT.split()))


@cache
def _parts() -> tuple[str, ...]:
    return tuple(map(_folded, _PARTS.split()))


def _folded(name: str) -> str:
    """The key of a name, the same for spellings that look or are read alike."""
    return plain.key(name).translate(_PUNCTUATION).translate(_HANGUL).translate(_LOOK_ALIKES)


def _jamo(name: str) -> str:
    """The letters of a name one by one, whether they stand in syllables or alone."""
    return unicodedata.normalize("NFD", name).translate(_JAMO)
