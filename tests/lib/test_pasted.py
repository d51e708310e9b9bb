"""Text pasted from other programs. The fixtures have the structure that these put on the clipboard."""

import textwrap
from pathlib import Path

import pytest

from lib.text import markup

PASTED = Path(__file__).parent.parent / "fixtures" / "pasted"


@pytest.mark.parametrize("name", ["hwp", "hancom-web", "word", "naver-blog", "gmail", "mail-wrapped"])
def test_pasted_text_becomes_the_expected_article(name: str) -> None:
    cleaned = markup.clean((PASTED / f"{name}.html").read_text())
    assert cleaned == (PASTED / f"{name}.expected").read_text().strip()
    assert markup.clean(cleaned) == cleaned


def test_wrapped_lines_of_a_plain_mail_are_joined() -> None:
    cleaned = markup.clean((PASTED / "mail-wrapped.txt").read_text())
    expected = (PASTED / "mail-wrapped.expected").read_text().strip()
    assert cleaned == expected.replace("<strong>", "").replace("</strong>", "")


PARAGRAPHS = (
    "느티시는 오는 봄까지 어린이 공원 다섯 곳의 낡은 놀이 기구를 바꾸고 그늘막과 긴 의자를 놓는다고 30일 "
    "밝혔다. 공사는 12월 초에 시작해 이듬해 3월에 마치며, 예산 8억 원이 든다. 시는 설명회를 두 차례 열었다.",
    "김한결 공원과장은 공사를 나누어 하겠다며 공사 동안에는 가까운 공원을 이용해 달라고 말했다.",
)


@pytest.mark.parametrize("width", [30, 36, 45, 60])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_lines_of_any_usual_width_are_joined(width: int, between: str) -> None:
    wrapped = between.join("\n".join(textwrap.wrap(text, width)) for text in PARAGRAPHS)
    assert markup.clean(wrapped) == "\n".join(f"<p>{text}</p>" for text in PARAGRAPHS)


@pytest.mark.parametrize(
    "lines",
    [
        ("12월 3일(목) 오전 10시 느티마을회관에서 김장 나눔", "12월 4일(금) 오후 2시 은행공원에서 그림 대회"),
        ("나 보기가 역겨워 가실 때에는", "말없이 고이 보내 드리우리다.", "영변에 약산 진달래꽃"),
        ("느티시는 30일 산책길을 연다고 밝혔다.", "김한결 과장은 이용해 달라고 말했다.", "끝."),
        ("문의: 느티시 공보실", "전화: 031-000-0000", "주소: 느티시 느티로 1"),
    ],
)
def test_lines_that_end_by_themselves_stay_lines(lines: tuple[str, ...]) -> None:
    assert markup.clean("\n".join(lines)) == f"<p>{'<br>'.join(lines)}</p>"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('<span style="font-weight: bold">가</span>나', "<p><strong>가</strong>나</p>"),
        ('<span style="FONT-WEIGHT:700">가</span>나', "<p><strong>가</strong>나</p>"),
        ('<span style="font-weight:400">가</span>나', "<p>가나</p>"),
        ("<b style='mso-bidi-font-weight:normal'>가</b>나", "<p><strong>가</strong>나</p>"),
        ("<b style='font-weight:400'>가</b>나", "<p>가나</p>"),
    ],
)
def test_bold_text_is_kept(typed: str, expected: str) -> None:
    assert markup.clean(typed) == expected


def item(marker: str, text: str, level: int = 1) -> str:
    return (
        f'<p class=MsoListParagraph style="mso-list:l0 level{level} lfo1">'
        f'<span style="mso-list:Ignore">{marker}<span>&nbsp; </span></span>{text}</p>\n'
    )


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([("·", "가", 1), ("·", "나", 1)], "<ul><li>가</li><li>나</li></ul>"),
        ([("1.", "가", 1), ("2.", "나", 1)], "<ol><li>가</li><li>나</li></ol>"),
        ([("4)", "가", 1), ("7)", "나", 1)], '<ol start="4"><li>가</li><li value="7">나</li></ol>'),
        (
            [("·", "가", 1), ("1.", "나", 2), ("o", "다", 3), ("§", "라", 1)],
            "<ul><li>가<ol><li>나<ul><li>다</li></ul></li></ol></li><li>라</li></ul>",
        ),
        ([("·", "가", 1), ("1.", "나", 1)], "<ul><li>가</li></ul>\n<ol><li>나</li></ol>"),
        ([("□", "가", 1), ("가.", "나", 1), ("①", "다", 1)], "<p>□ 가</p>\n<p>가. 나</p>\n<p>① 다</p>"),
        ([("", "가", 1)], "<p>가</p>"),
    ],
)
def test_lists_of_word_become_lists_or_keep_their_markers(
    items: list[tuple[str, str, int]], expected: str
) -> None:
    cleaned = markup.clean("".join(item(*one) for one in items))
    assert cleaned == expected
    assert markup.clean(cleaned) == cleaned


def test_lists_of_word_stay_as_deep_as_lists_may_be() -> None:
    deep = "".join(item("·", str(level), level) for level in range(1, 10))
    for typed in (deep, f"<table><tr><td><ul><li>{deep}</li></ul></td><td>나</td></tr></table>"):
        cleaned = markup.clean(typed)
        assert [str(level) in cleaned for level in range(1, 10)] == [True] * 9
        assert markup.clean(cleaned) == cleaned


@pytest.mark.parametrize("style", ["display:none", "DISPLAY : NONE !important", "mso-hide:all"])
@pytest.mark.parametrize("tag", ["span", "div", "p"])
def test_text_that_nobody_sees_is_removed(style: str, tag: str) -> None:
    hidden = f'<{tag} style="{style}">안<b>안</b><img src="x"></{tag}>'
    assert markup.clean(f"<p>하나</p>{hidden}<p>둘</p>") == "<p>하나</p>\n<p>둘</p>"


@pytest.mark.parametrize("blank", ["", "&nbsp;", "\u200b", "\ufeff", "<br>", "\u3164", "\u2060\u200d"])
def test_blank_paragraphs_are_removed(blank: str) -> None:
    assert markup.clean(f"<p>가</p><p><span>{blank}</span></p><div>{blank}</div>나") == "<p>가</p>\n<p>나</p>"
