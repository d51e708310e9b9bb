"""Opinion polls before elections: what the law wants printed (공직선거법 제108조, 여론조사기준 제18조)."""

import re

from flask_babel import lazy_gettext as _l

_POLL = re.compile(
    r"여론\s?조사|지지율|지지도|적합도|가상\s?(?:양자|다자)?\s?대결|당선\s?가능성|출구\s?조사|표본\s?오차"
)
_ELECTION = re.compile(
    r"후보|선거|지지율|지지도|정당|당선|적합도|대선|총선|지선|보궐|시장감|군수감|도지사감|국민의힘|민주당"
)
_RESULT = re.compile(r"[0-9]{1,3}(?:\.[0-9])?\s?(?:%|퍼센트|포인트|%p)")
CITED = "그 밖의 사항은 중앙선거여론조사심의위원회 홈페이지 참조"
_HOMEPAGE = re.compile(r"(?:선거)?여론조사심의위원회\s?(?:홈페이지|누리집)|nesdc\.go\.kr")

# What it is called, and what a text that says it looks like.
REQUIRED = (
    (_l("who ordered it"), re.compile(r"의뢰")),
    (
        _l("who carried it out"),
        re.compile(r"조사\s?기관|리서치|갤럽|리얼미터|연구소|(?:가|이|에서|의)\s조사"),
    ),
    (_l("where"), re.compile(r"시민|군민|도민|구민|국민|주민|유권자|거주|전국|지역")),
    (
        _l("on which days"),
        re.compile(
            r"[0-9]{1,2}\s?일\s?(?:[~∼-]|부터|과|와|하루|이틀|사흘|양일|간|조사|실시)"
            r"|[0-9]{1,2}[~∼-][0-9]{1,2}\s?일"
        ),
    ),
    (_l("who was asked"), re.compile(r"18세\s?이상|유권자|성인\s?남녀|이상\s?(?:남녀|성인)")),
    (
        _l("how they were asked"),
        re.compile(r"ARS|자동\s?응답|전화\s?면접|면접\s?조사|CATI|온라인\s?조사|전화\s?조사", re.IGNORECASE),
    ),
    (_l("how many answered"), re.compile(r"[0-9,]{3,}\s?명|표본\s?(?:의\s?)?(?:크기|수)")),
    (
        _l("how they were chosen"),
        re.compile(r"가상\s?번호|RDD|무작위|임의\s?(?:걸기|전화)|무선|유선|추출", re.IGNORECASE),
    ),
    (_l("response rate"), re.compile(r"응답률")),
    (_l("margin of error"), re.compile(r"표본\s?오차|신뢰\s?수준")),
    (_l("what was asked"), re.compile(r"질문|문항|설문|물었|물은|묻는")),
)


def passage(text: str) -> re.Match[str] | None:
    """Where a plain text gives the result of a poll before an election; None if it does not."""
    found = _POLL.search(text)
    return found if found and _ELECTION.search(text) and _RESULT.search(text) else None


def missing(text: str) -> list[str]:
    """What a text on a poll does not say. A poll of another medium (인용) needs less, see `is_cited`."""
    return [str(name) for name, pattern in REQUIRED if not pattern.search(text)]


def refers_to_commission(text: str) -> bool:
    """Whether it says where the rest is found. With this a quoted poll needs only client, agency and days."""
    return bool(_HOMEPAGE.search(text))
