"""Numbers in a text that may be somebody's own: telephone, resident registration, account, vehicle plate.

Only shapes and the words around them are known, so this is for showing to a person, not for removing.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lib.text import plain

MOST = 20  # numbers of a text
LONGEST = 300_000  # characters that are looked at
_DASH = r"[-\u2010-\u2015\u2212\uff0d~]"
_ODD = r"[/_·ㆍ‧•∙・|*=#]"  # in place of a dash; no dot, comma or colon, which stand in amounts and times
_GAP = rf"(?:\s?(?:{_DASH}|{_ODD})\s?|[.\s])"
_START, _END = r"(?<![0-9A-Za-z.,-])", r"(?![0-9]|-[0-9])"

# 900101-1234567. The day of birth has to be one; those of companies (법인등록번호) look the same.
_RESIDENT = re.compile(
    rf"{_START}[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])\s?(?:{_DASH}|{_ODD}|,)?"
    rf"\s?[1-8][0-9]{{6}}{_END}"
)
_COMPANY = re.compile(r"법인\s?(?:등록)?\s?(?:번호)?")
# Mobile and internet telephones, those with an area code, and all of them with +82 in place of the first 0.
# Service numbers of companies (1588-…) and of the state (110, 119) belong to nobody.
_AREA = r"(?:1[016789]|2|[3-6][1-5]|70|50[0-9]?)"
_TELEPHONE = re.compile(
    rf"(?<![0-9A-Za-z.,-])(?:\(0{_AREA}\)|(?:\+?82{_GAP}?\(?0?\)?|0){_AREA}\)?)"
    rf"(?:{_GAP}|\s)?[0-9]{{3,4}}{_GAP}?[0-9]{{4}}{_END}"
)
# A mobile telephone with anything between its digits, some of them words or letters: 공1공 일이삼사, O1O.
_ZERO, _ONE, _ANY = "[0공영oO]", "[1일lI]", "[0-9공영일이삼사오육륙칠팔구oO]"
_LOOSE = r"(?:[^\w\n.,]|_){0,3}"
_DISGUISED = re.compile(
    rf"(?<![0-9A-Za-z.,-]){_ZERO}{_LOOSE}{_ONE}{_LOOSE}{_ZERO}(?:{_LOOSE}{_ANY}){{8}}{_END}"
)
# Digits as words, which are read as digits where so many stand together. The 이 of 이에요, 이고 … is no 2.
_WORD = r"(?:[공영일삼사오육륙칠팔구]|이(?![가-힣])|이(?=[공영일이삼사오육륙칠팔구]))"
_RUN = re.compile(rf"(?:(?:[0-9]|{_WORD})[-\s./_·]{{0,2}}){{9,}}(?:[0-9]|{_WORD})")
_THREE_WORDS = re.compile("[공영일이삼사오육륙칠팔구]{3}")
_AS_DIGITS = str.maketrans("공영일이삼사오육륙칠팔구oOlI", "0012345667890011")

_PLATE = re.compile(
    r"(?<![0-9A-Za-z.,])[0-9]{2,3}(?P<gap>\s?)"
    r"(?P<letter>[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주아바사자배하허호])"
    r"\s?[0-9]{4}(?![0-9]|[,.:][0-9]|\s?(?:억|만|천|원|명|년|%|개|대|건|가구|여|세대|㎡|m|km|톤|회|점|석|면|곳|번지|시간|주))"
)
# Letters of plates that count something too: 24조 1234, 12주 2000.
_COUNTERS = "조주도호구부수로오보소모사자저노고"
_VEHICLE = re.compile(r"차량|번호판|승용차|승합차|화물차|트럭|택시|버스|오토바이|차종|운전|SUV|렌터카")

_GROUPS = re.compile(
    rf"{_START}[0-9]{{2,6}}(?:(?:-|{_ODD})[0-9]{{1,8}}){{1,4}}{_END}|{_START}[0-9]{{10,16}}{_END}"
)
_BANK = re.compile(r"은행|계좌|입금|농협|수협|신협|축협|새마을금고|우체국|뱅크|예금주|송금|후원금")
_NO_ACCOUNT = re.compile(
    r"(?:사업자|등록|고유|허가|접수|문서|공고|관리|일련|주문|운송장|송장|특허|출원|모델)\s?(?:등록)?\s?(?:번호)?"
    r"\s?[:：(]?\s?(?:제\s?)?$|ISBN[-0-9: ]*$|제\s?$",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:19|20)[0-9]{2}[-/·](?:0?[1-9]|1[0-2])[-/·](?:0?[1-9]|[12][0-9]|3[01])")
_YEARS = re.compile(r"(?:19|20)[0-9]{2}(?:[^0-9](?:19|20)[0-9]{2})*")
_BUSINESS = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{5}")  # 사업자등록번호, which is public
_ACCOUNT_DIGITS, _CARD_DIGITS = range(10, 15), 16
_NEAR = 25  # characters before a number in which the name of a bank may stand


@dataclass(frozen=True)
class Found:
    """A number with the words around it. `kind`: resident, telephone, plate or account."""

    kind: str
    text: str
    before: str
    after: str


def find(text: str, known: Collection[str] = ()) -> list[Found]:
    """The private numbers of a text, in its order, each once; at most MOST.

    :param text: plain text
    :param known: telephone numbers that may be printed: those of the paper, of the shop it is about
    """
    own = {_digits(number) for number in known} - {""}
    found: dict[str, tuple[int, Found]] = {}
    for kind, match in _matches(text[:LONGEST]):
        if match[0] not in found and not (kind == "telephone" and _digits(match[0]) in own):
            found[match[0]] = (match.start(), Found(kind, *plain.passage(text, *match.span())))
    return [number for _start, number in sorted(found.values(), key=lambda item: item[0])][:MOST]


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The likeliest kinds first: what is one of them is blanked out, and so none of the others."""
    rest = _RUN.sub(_in_digits, text)
    for kind, pattern, is_meant in _KINDS:
        matches = list(pattern.finditer(rest))
        yield from ((kind, match) for match in matches if is_meant(text, match))
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)


def _in_digits(run: re.Match[str]) -> str:
    """A run of digits and words for digits, all as digits; as long as it was."""
    return run[0].translate(_AS_DIGITS) if _THREE_WORDS.search(run[0]) else run[0]


def _is_person(text: str, match: re.Match[str]) -> bool:
    return not _COMPANY.search(text, max(0, match.start() - 12), match.start())


def _is_plate(text: str, match: re.Match[str]) -> bool:
    """Whether the letter is no counter, or a vehicle is near."""
    if match["letter"] not in _COUNTERS or not (match["gap"] or " " in match[0]):
        return True
    start, end = match.span()
    return bool(_VEHICLE.search(text, max(0, start - _NEAR), end + _NEAR))


def _is_account(text: str, match: re.Match[str]) -> bool:
    """Whether a bank is named near it, or it has the shape of an account and nothing contradicts."""
    start, end = match.span()
    digits, groups = len(_digits(match[0])), match[0].count("-") + 1
    if digits not in _ACCOUNT_DIGITS and digits != _CARD_DIGITS:
        return False
    if _DAY.match(match[0]) or _YEARS.fullmatch(match[0]) or match[0].startswith(("978-", "979-")):
        return False
    if _BANK.search(text, max(0, start - _NEAR), end + 12):
        return True
    before = text[max(0, start - 20) : start]
    is_public = _BUSINESS.fullmatch(match[0]) or _NO_ACCOUNT.search(before)
    return groups >= 3 and digits > 10 and not is_public


def _digits(number: str) -> str:
    """The digits of a number, a Korean one as it is dialled at home."""
    digits = re.sub(r"\D", "", number.translate(_AS_DIGITS))
    return re.sub(r"^820?", "0", digits) if number.lstrip("( ").startswith(("+82", "82")) else digits


_KINDS = (
    ("resident", _RESIDENT, _is_person),
    ("telephone", _TELEPHONE, lambda _text, _match: True),
    ("telephone", _DISGUISED, lambda _text, _match: True),
    ("plate", _PLATE, _is_plate),
    ("account", _GROUPS, _is_account),
)
