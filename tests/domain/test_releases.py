"""What a press release proposes for the article that is made of it."""

import pytest
import time_machine
from flask import Flask

from domain.desk import releases
from domain.desk.releases import Fields
from lib.text import markup, plain

RELEASE = """보도자료
보도시점: 2027. 1. 3.(일) 06:00 이후
담당부서 문화체육과 책임자 과장 김한결 (031-000-0001)

느티시, 느티천 산책길 연다
- 4㎞, 쉼터 여섯 곳 -

느티시는 5일 산책길을 연다고 밝혔다.
▲ 새로 연 산책길
문의는 문화체육과(031-000-0003)로 하면 된다.
사진설명: 쉼터에서 쉬는 시민
자료제공: 느티시 공보실"""
NOTE = (
    "보도자료\n보도시점: 2027. 1. 3.(일) 06:00 이후\n담당부서 문화체육과 책임자 과장 김한결 (031-000-0001)\n"
    "자료제공: 느티시 공보실"
)


@pytest.fixture(autouse=True)
def today(app: Flask):
    with time_machine.travel("2026-12-01T00:00:00+09:00", tick=False):
        yield


def fields(text: str = RELEASE, photos: int = 2, **others: str) -> Fields:
    return Fields(body=markup.clean(text), captions={str(id): "" for id in range(1, photos + 1)}, **others)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_everything_is_found_and_leaves_the_text(between: str) -> None:
    before = fields(between.join(line for line in RELEASE.split("\n") if line))
    found = releases.find(before)
    assert found.names == ["title", "captions", "moment", "note", "credit_line"]
    after = found.accepted(before, found.names)
    assert after.title == "느티시, 느티천 산책길 연다"
    assert after.captions == {"1": "새로 연 산책길", "2": "쉼터에서 쉬는 시민"}
    assert after.published_at == "2027-01-03T06:00"
    assert after.internal_note == NOTE
    assert after.credit_line == "자료 제공: 느티시 공보실"
    assert plain.from_html(after.body) == (
        "- 4㎞, 쉼터 여섯 곳 - 느티시는 5일 산책길을 연다고 밝혔다. "
        "문의는 문화체육과(031-000-0003)로 하면 된다."
    )
    assert markup.clean(after.body) == after.body


def test_only_what_is_chosen_changes() -> None:
    before = fields(internal_note="적어 둔 메모")
    found = releases.find(before)
    assert found.accepted(before, []) == before
    assert found.accepted(before, ["credit_line"]).body == before.body
    assert found.accepted(before, ["note"]).internal_note == f"적어 둔 메모\n{NOTE}"
    assert Fields.from_json(before.as_json) == before


def test_what_is_filled_in_already_gets_no_proposal() -> None:
    filled = {"title": "제목", "credit_line": "제공", "published_at": "2027-01-01T09:00"}
    assert releases.find(fields(photos=0, **filled)).names == ["note"]


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("보도시점 2026. 12. 3.(목) 오전 6시", "2026-12-03T06:00"),
        ("보도시점: 12월 3일(목) 오후 2시 30분 이후", "2026-12-03T14:30"),
        ("엠바고: 12. 4.(금) 조간", "2026-12-04T06:00"),
        ("보도일시 2026-12-04 석간", "2026-12-04T12:00"),
        ("보도 일시: 1월 5일", "2027-01-05T06:00"),
        ("보도시점: 2026. 12. 3.(목) 24:00", "2026-12-04T00:00"),
        ("보도시점: 배포 즉시", ""),
        ("보도시점: 2026. 12. 3. 배포 즉시", ""),
        ("보도시점: 2026. 11. 3.(화) 06:00", ""),
        ("보도시점: 2026. 13. 45. 99:99", ""),
    ],
)
def test_moments(line: str, moment: str) -> None:
    before = fields(f"{line}\n\n느티시는 밝혔다.")
    assert releases.find(before).accepted(before, ["moment"]).published_at == moment


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("느티시는 30일 산책길을 연다고 밝혔다.\n\n짧은 줄", ""),
        ("□ 느티시 산책길 연다\n\n짧은 줄", ""),
        (
            "<table><tr><td>보도일시</td><td>즉시</td></tr></table><p><b>제목이 되는 줄</b></p>",
            "제목이 되는 줄",
        ),
        ("<h2>보도자료</h2><p>제목이 되는 줄</p>", "제목이 되는 줄"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert releases.find(fields(text)).title == title


def test_a_request_to_wait_is_no_part_of_the_article() -> None:
    request = "배포일시: 2026. 11. 30.(월) 09:00부터 보도해 주시기 바랍니다."
    sentence = "느티시는 지난 1일부터 보도된 공사를 마쳤다고 밝혔다."
    found = releases.find(fields(f"{request}\n느티시, 산책길 연다\n{sentence}"))
    assert (found.title, found.note) == ("느티시, 산책길 연다", request)


def test_items_with_triangles_are_no_captions() -> None:
    text = "느티시는 밝혔다.\n▲ 그네\n▲ 미끄럼틀\n▲ 시소\n(사진) 새 놀이터"
    assert releases.find(fields(text, photos=2)).captions == ("새 놀이터",)
    assert releases.find(fields(text, photos=0)).captions == ()


def test_telephones_for_readers_stay() -> None:
    text = "느티시는 밝혔다.\n문의: 문화과 031-000-0003\n자세한 것은 홍보팀(031-000-0001)에 물으면 된다."
    assert releases.find(fields(text)).note == ""


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", "{}", '{"captions": []}', '{"captions": {"x": "a"}}', '{"captions": {}, "body": 1}',
     '{"captions": {}, "other": "x"}', "[" * 100_000],
)  # fmt: skip
def test_other_json_is_ignored(text: str) -> None:
    assert Fields.from_json(text) is None
