"""Subjects that call for care, and what the guidelines of the press ask of a report on each."""

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

MOST = 5  # passages of a subject


@dataclass(frozen=True)
class Subject:
    """`guideline`: the Korean title of what `questions` are taken from. `words`: what a text on it says.

    `discouraged`: words that the guideline asks not to use.
    """

    name: str
    title: Any
    guideline: str
    words: re.Pattern[str]
    questions: tuple[Any, ...]
    discouraged: re.Pattern[str] | None = None


_SUICIDE = Subject(
    "suicide",
    _l("This is about suicide"),
    "자살예방 보도준칙 4.0",
    re.compile(
        r"(?<![가-힣])자살(?!골|수를 두)|(?:동반|집단|모방|연쇄|청소년|노인|학생|군인|고독|아동|가족)자살"
        r"|극단적?(?:인)?\s?선택|목숨을\s?(?:끊|버[리렸])|(?:스스로|젊은|짧은)\s?생을\s?(?:마감|마쳤|마친|끝)|생을\s?마감"
        r"|(?:에서|으로|아래로|한강에|바다에|강물에|옥상|난간)\s?투신|투신\s?(?:자살|사망|해\s?숨|소동|시도|사건)"
        r"|음독|유서(?!\s?깊|깊|를?\s?깊)(?=를|에|가|는|도|와|로|\s|[.,])|번개탄|목을\s?(?:매|맸|맨)|자해(?:를|한|했|하|로|시도|\s?시도)"
    ),
    (
        _l("Does it have to be reported? The first rule is: as seldom as possible."),
        _l("No method, means, place or motive; no note left behind; no pictures of the place."),
        _l("In the headline “died”, not “suicide”; nowhere “extreme choice”."),
        _l("Nothing that explains, excuses or praises it; the dignity of the dead and the family is kept."),
        _l("Where help is found stands at the end (109, day and night)."),
    ),
    re.compile(
        r"극단적?(?:인)?\s?선택|동반\s?자살|벼랑\s?끝\s?선택|어쩔\s?수\s?없는\s?선택|마지막\s?탈출구|베르테르"
    ),
)
_SEXUAL_VIOLENCE = Subject(
    "sexual-violence",
    _l("This is about sexual violence"),
    "성폭력·성희롱 사건 보도 공감기준",
    re.compile(
        r"성폭력|성폭행|성추행|성희롱|성범죄|성착취|성학대|성매매|성추문|성비위|성적\s?(?:학대|괴롭힘|수치심)"
        r"|(?<![가-힣])강간(?!호)|(?:준|유사|특수|집단|데이트)강간|강제\s?추행|추행|불법\s?촬영|몰래카메라|몰카|딥페이크\s?(?:성|음란)"
        r"|n번방|박사방|미투|그루밍|리벤지\s?포르노|몹쓸\s?짓|나쁜\s?손|(?:데이트|교제)\s?폭력|스토킹",
        re.IGNORECASE,
    ),
    (
        _l("Can nobody guess who the victim is: from name, age, job, school, village, family, pictures?"),
        _l("The deed is not described in detail, nor is anything in the victim's life a cause of it."),
        _l("The excuses of the accused are not printed as they are (“drunk”, “out of affection”)."),
        _l("The victim's name does not name the case; the words belittle nothing."),
        _l("Where help is found stands at the end: 1366, day and night."),
    ),
    re.compile(r"몹쓸\s?짓|나쁜\s?손|몰카|몰래카메라|리벤지\s?포르노|성추문|음란물|짐승|늑대|성적\s?수치심"),
)
_CHILD_ABUSE = Subject(
    "child-abuse",
    _l("This is about the abuse of a child"),
    "아동학대 언론보도 권고기준",
    re.compile(
        r"아동\s?(?:학대|방임|성학대|매매|유기)|(?:아이|자녀|아들|딸|원아|원생|영아|유아|신생아|제자|학생|의붓[가-힣]{1,3})"
        r"(?:들)?(?:을|를|에 대한)?\s?(?:[가-힣]+\s)?학대|학대\s?(?:아동|받은 아[동이]|피해\s?아동)"
        r"|피해\s?아동|(?:영아|유아|자녀|아이)를?\s?(?:살해|유기|방임)"
        r"|(?:어린이집|유치원|보육교사|위탁모|계모|계부|친모|친부)[^.\n]{0,20}학대|방임(?:한|된|해|하)"
    ),
    (
        _l("Law: nothing by which the child, the accused or who reported it is recognised."),
        _l("No face, house, school or nursery; no pictures of the abuse, blurred ones neither."),
        _l("The way of the abuse is not described in detail; nobody says the child was to blame."),
        _l("The case does not carry the child's name; no “suicide together” of a killed child."),
        _l("Whom to call stands at the end: 112."),
    ),
    re.compile(r"동반\s?자살|훈육|계모|계부|사랑의\s?매"),
)
_YOUNG_OFFENDER = Subject(
    "young-offender",
    _l("This is about a young offender"),
    "소년법 제68조",
    re.compile(
        r"소년범|촉법\s?소년|범죄\s?소년|우범\s?소년|비행\s?(?:청소년|소년)|(?<!유)소년원|(?<!유)소년부(?:에|로|\s?송치)"
        r"|소년\s?(?:보호\s?)?(?:사건|재판|교도소)|소년법|소년분류심사원|보호관찰\s?청소년"
        r"|(?:중학생|고등학생|고교생|초등학생|여중생|여고생|남중생|남고생|청소년|10대|십대|미성년자|1[0-8]\s?(?:살|세))[^.\n]{0,40}"
        r"(?:입건|체포|구속|송치|검거|붙잡[혀힌혔]|기소|실형|가해)"
        r"|(?:입건|체포|구속|송치|검거|붙잡힌|기소)(?:된|한)?\s?(?:[가-힣]+\s)?(?:중학생|고등학생|고교생|청소년|10대|미성년자)"
    ),
    (
        _l("Law: no name, age, job or looks, and no picture, by which the young person could be recognised."),
        _l("School, village, family, friends are left out too; initials where all know each other."),
        _l("A picture shows neither face nor uniform."),
        _l("Comments tend to name the person."),
    ),
)
SUBJECTS = (_SUICIDE, _SEXUAL_VIOLENCE, _CHILD_ABUSE, _YOUNG_OFFENDER)
HELP_LINE = (
    "※ 우울감 등 말하기 어려운 고민이 있거나 주변에 이런 어려움을 겪는 가족·지인이 있을 경우, "
    "자살예방 상담전화 109에서 24시간 전문가의 상담을 받을 수 있습니다."
)
_HAS_HELP_LINE = re.compile(r"109(?![0-9])")


def passages(subject: Subject, text: str) -> list[re.Match[str]]:
    """What in a plain text says that it is about this subject; the words to avoid first, each word once."""
    found: dict[str, re.Match[str]] = {}
    for pattern in filter(None, (subject.discouraged, subject.words)):
        for match in pattern.finditer(text):
            found.setdefault(match[0], match)
    is_meant = any(subject.words.finditer(text))
    return list(found.values())[:MOST] if is_meant else []


def has_help_line(text: str) -> bool:
    return bool(_HAS_HELP_LINE.search(text))
