"""What the desk is shown before an article appears."""

from collections.abc import Callable
from datetime import timedelta
from time import process_time

import pytest
import time_machine

from domain.desk.checks import care, headline, panel, polls
from domain.desk.checks.panel import Draft, Note, PhotoWords
from models import Paper, Post, local, now

SUBJECTS = {subject.name: subject for subject in care.SUBJECTS}
MEANT = {
    "suicide": [
        "자살했다", "스스로 목숨을 끊었다", "극단적 선택을 했다", "극단 선택", "옥상에서 투신해 숨졌다",
        "유서를 남기고",
        "동반자살", "청소년 자살률", "생을 마감했다", "자해를 시도", "목을 매 숨진",
    ],
    "sexual-violence": [
        "성폭력", "성폭행한 혐의", "성추행당한", "강제추행 혐의", "불법촬영", "여중생 강간", "준강간",
        "몹쓸 짓", "데이트 폭력",
    ],
    "child-abuse": [
        "아동학대", "아동 학대 혐의", "자녀를 학대한", "의붓딸을 상습 학대",
        "어린이집 교사가 원생을 때리는 등 학대",
        "방임한 혐의", "영아 살해", "피해아동",
    ],
    "young-offender": [
        "소년범", "촉법소년", "소년원에", "중학생 3명이 절도 혐의로 입건됐다", "15세 소년이 체포",
        "검거된 10대", "소년부 송치",
    ],
}  # fmt: skip
HARMLESS = {
    "suicide": [
        "자살골을 넣",
        "유서 깊은 마을",
        "유서깊은 사찰",
        "독립운동에 투신한 선생",
        "여자살림",
        "생선살",
    ],
    "sexual-violence": ["건강간식", "건강간호", "방과 후"],
    "child-abuse": ["동물 학대", "노인학대 예방", "자유방임주의"],
    "young-offender": ["소년체전", "유소년부 우승", "유소년원정", "중학생 30명이 봉사"],
}
POLL = (
    "느티신문이 느티리서치에 의뢰해 11월 28일부터 29일까지 느티시 거주 만 18세 이상 남녀 502명을 대상으로 "
    "휴대전화 가상번호를 이용한 ARS 방식으로 조사했다. 응답률은 5.1%, 표본오차는 95% 신뢰수준에 ±4.4%p. "
    "시장 후보 지지도를 물었다."
)


def notes(**values: object) -> dict[str, Note]:
    draft = Draft(**({"title": "느티천 산책길", "body": ""} | values))  # type: ignore[arg-type]
    return {note.name: note for note in panel.look(draft)}


@pytest.mark.parametrize(("subject", "text"), [(name, text) for name in MEANT for text in MEANT[name]])
def test_a_subject_that_calls_for_care_is_found(subject: str, text: str) -> None:
    assert care.passages(SUBJECTS[subject], f"느티시에서 {text}")


@pytest.mark.parametrize(("subject", "text"), [(name, text) for name in HARMLESS for text in HARMLESS[name]])
def test_words_that_only_look_like_it_are_not(subject: str, text: str) -> None:
    assert not care.passages(SUBJECTS[subject], f"느티시에서 {text}")


def test_words_to_avoid_come_first() -> None:
    found = care.passages(SUBJECTS["suicide"], "자살로 알려졌다. 극단적 선택을 한 것으로")
    assert [match[0] for match in found] == ["극단적 선택", "자살"]


def test_an_ordinary_article_has_nothing_to_look_at(paper: Paper) -> None:
    assert not notes(body="<p>느티천 산책길이 2026년 11월 30일 열렸다. 사업비는 24억 5000만 원이다.</p>")


def test_a_help_line_is_offered_once(paper: Paper) -> None:
    without = notes(body="<p>스스로 목숨을 끊었다.</p>")["suicide"]
    assert list(without.offers) == ["help-line", "close-comments"]
    assert without.questions
    assert without.places[0].text == "목숨을 끊"
    with_it = notes(body=f"<p>스스로 목숨을 끊었다.</p><p>{care.HELP_LINE}</p>", comments_closed=True)
    assert not with_it["suicide"].offers


def test_a_number_is_shown_with_its_words_but_not_that_of_the_paper(paper: Paper) -> None:
    body = "<p>문의는 <b>010</b>-1234-5678 또는 본지 02-123-4567.</p>"
    places = notes(body=body, known_numbers=["02-123-4567"])["numbers"].places
    assert [(place.text, place.before) for place in places] == [("010-1234-5678", "문의는 ")]


def test_a_passage_of_the_headline_leads_to_the_headline(paper: Paper) -> None:
    assert notes(title="아동학대 혐의로 구속")["child-abuse"].places[0].field == "title"


def test_a_poll_that_says_everything_lacks_nothing() -> None:
    assert polls.passage(POLL)
    assert not polls.missing(POLL)


@pytest.mark.parametrize(
    "text", ["주민 여론조사에서 찬성이 60%였다", "시장 후보로 등록했다", "지지율을 밝히지 않았다"]
)
def test_not_every_survey_is_a_poll_before_an_election(text: str) -> None:
    assert not polls.passage(text)


def test_a_poll_says_what_it_lacks(paper: Paper) -> None:
    questions = " ".join(
        map(str, notes(body=f"<p>{POLL.replace('응답률은 5.1%, ', '')}</p>")["poll"].questions)
    )
    assert "응답률" in questions
    assert "중앙선거여론조사심의위원회 홈페이지" in questions
    assert "조사의뢰자" not in questions.split(".")[0]


def test_a_long_headline_is_shown_as_it_will_be_cut(paper: Paper) -> None:
    assert headline.seen("가" * headline.SYLLABLES) == "가" * headline.SYLLABLES
    assert headline.seen("a" * 60) == "a" * 60  # half as wide
    cut = notes(title="가" * 40)["headline"].places[0].text
    assert cut == "가" * (headline.SYLLABLES - 1) + "…"


def test_photos_say_what_they_lack(paper: Paper) -> None:
    photos = [
        PhotoWords(1, "caption-1", "다리", "김느티", "다리 위 사람들"),
        PhotoWords(2, "caption-2", "", "김느티", ""),
        PhotoWords(3, "caption-3", "물길", "", ""),
        PhotoWords(4, "caption-4", "", "김느티", None),
    ]
    places = notes(photos=photos)["photos"].places
    assert [(place.text, place.label, place.field) for place in places] == [
        ("사진 2", "대체 글", "caption-2"),
        ("사진 3", "사진 출처", "caption-3"),
    ]


@time_machine.travel("2026-11-30 03:00 +0000", tick=False)
@pytest.mark.parametrize("shape", ["<figure>", "<figure ", "<figure><figcaption>", "<"])
def test_a_text_of_open_tags_is_looked_at_in_bounded_time(paper: Paper, shape: str) -> None:
    start = process_time()
    notes(body=shape * (panel.LONGEST // len(shape)))
    assert process_time() - start < 3


@time_machine.travel("2026-11-30 03:00 +0000", tick=False)
def test_an_embargo_is_offered_until_it_is_kept(paper: Paper) -> None:
    release = {"body": "<p>보도시점: 12월 1일 06:00 이후</p><p>느티천 산책길이 열린다.</p>"}
    moment = notes(**release)["embargo"].moment
    assert moment
    assert f"{local(moment):%d %H:%M}" == "01 06:00"
    assert "embargo" in notes(**release, published_at=moment - timedelta(hours=1))
    assert "embargo" not in notes(**release, published_at=moment)
    assert "embargo" not in notes(**release, state="published")
    assert "embargo" in notes(internal_note="엠바고 12월 1일 06시")


RELEASE = (
    "느티시는 느티천 산책길 조성사업을 마무리하고 시민에게 개방한다고 밝혔다. 산책길은 느티교부터 은행교까지 "
    "이어지며 쉼터와 운동기구, 야간조명이 들어섰다. 사업비는 국비와 시비를 합쳐 마련했다. 시장은 개통식에서 "
    "주민들에게 감사를 전했다."
)


def test_the_same_release_under_another_headline_is_found(make_post: Callable[..., Post]) -> None:
    old = make_post(
        title="느티천 산책길 개방", body=f"<p>{RELEASE}</p>", published_at=now() - timedelta(days=90)
    )
    make_post(title="도서관 휴관 안내", body="<p>느티도서관이 시설 점검으로 쉰다.</p>")
    found = notes(title="시민 쉼터 새로 열려", body=f"<p>{RELEASE.replace('시장은', '느티시장은')}</p>")[
        "duplicates"
    ]
    assert [(similar.id, similar.is_same_text) for similar in found.similar] == [(old.id, True)]


def test_a_scheduled_one_with_the_same_headline_is_found(make_post: Callable[..., Post]) -> None:
    old = make_post(
        title="제10회 느티나무 축제 개막", body="<p>축제.</p>", published_at=now() + timedelta(days=1)
    )
    found = notes(title="제10회 느티나무축제 개막", body="<p>전혀 다른 글이다.</p>")["duplicates"]
    assert [(similar.id, similar.is_same_text) for similar in found.similar] == [(old.id, False)]


def test_the_article_itself_drafts_and_others_are_no_duplicates(make_post: Callable[..., Post]) -> None:
    own = make_post(title="느티천 산책길 개방", body=f"<p>{RELEASE}</p>")
    make_post(title="느티천 산책길 개방", body=f"<p>{RELEASE}</p>", published_at=None)
    make_post(title="느티천 물고기 조사", body="<p>느티천에서 물고기를 조사한 시민들이 산책길을 걸었다.</p>")
    assert "duplicates" not in notes(title="느티천 산책길 개방", body=f"<p>{RELEASE}</p>", post_id=own.id)
