"""Numbers that may be somebody's own: found with the words around them, and few false alarms."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.text import folding, private_numbers
from lib.text.private_numbers import Found

PRIVATE = {
    "telephone": [
        "010-1234-5678", "010 1234 5678", "010.1234.5678", "01012345678", "(031)123-4567", "02-123-4567",
        "+82 10-1234-5678", "+82-2-123-4567", "031.123.4567", "070-1234-5678", "011-123-4567", "02) 123-4567",
    ],
    "resident": ["900101-1234567", "9001011234567", "010203-4234567", "900101 - 2234567", "851231-5234567"],
    "plate": ["12가 3456", "12가3456", "123허 4567", "31바1234", "87라 0001"],
    "account": [
        "301-1234-5678-91", "123456-01-123456", "3333-01-1234567", "123-456-789012", "1002-123-456789",
        "1234-5678-9012-3456",
    ],
}  # fmt: skip
DISGUISED = {
    "telephone": [
        "０１０－１２３４－５６７８", "010/1234/5678", "010_1234_5678", "010·1234·5678",
        "0 1 0 1 2 3 4 5 6 7 8", "010 - 12 34 - 56 78", "010*1234*5678", "(010)1234~5678", "010ㅡ1234ㅡ5678",
        "공일공 일이삼사 오육칠팔", "공일공일이삼사오육칠팔", "공1공-1234-5678", "영일영 1234 오육칠팔",
        "O1O-1234-5678", "OlO 1234 5678", "공삼일 일이삼 사오육칠", "공일공-1234-5678", "031/123/4567",
        "공일공-일이삼사-오육칠륙",
    ],
    "resident": [
        "９００１０１－１２３４５６７", "900101/1234567", "900101_1234567", "900101·1234567",
        "900101*1234567", "900101,1234567", "구공공일공일 일이삼사오육칠", "구공공일공일-1234567",
    ],
    "account": ["삼공일-일이삼사-오육칠팔-구일", "국민은행 123456/01/123456", "카카오뱅크 3333·01·1234567"],
}  # fmt: skip
HARMLESS = [
    "2026-11-30", "2026-11-30 10:00", "2026.11.30.~12.01.", "1950-06-25", "2026-11-30-1234", "20261130",
    "24조 1234억 원", "예산 15억 2000만 원", "1,234,567,890원", "인구 12만 3456명", "1,500-2,000원",
    "12주 2000명", "50대 1234명", "30도 2000", "10시 30분", "제12조 2024년 개정", "100m 1234", "12월 2026년",
    "제2026-123호", "공고 제2026-1234-12호", "041-2026 예산", "2024-2026년", "120-2345세대",
    "37.123456, 127.123456",
    "2026/11/30-2026/12/05", "농협은 2026/11/30 10:00", "은행 2026/11/30-2026/12/05",
    "1일 3일 5일 7일 9일 11일 13일",
    "0.1, 0.12, 0.34, 0.56", "0, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9", "오이 사이 이사 온 이 일 이 사 오 구",
    "일이삼사오육칠팔구",
    "3/1/2026", "제10조/제1234조", "010 사업", "1·2·3·4·5·6·7·8·9호선", "은행 2024/2025/2026", "010.12.34",
    "1588-1234", "전화 119", "110", "사업자등록번호 123-45-67890", "법인등록번호 110111-1234567",
    "ISBN 978-89-1234-567-8", "34로 1234번지", "접수번호 2026-1234-5678-12", "010-12-3",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "number"), [(kind, n) for kind in PRIVATE for n in PRIVATE[kind]])
def test_is_found_as_what_it_is(kind: str, number: str) -> None:
    found = private_numbers.find(f"느티동에 사는 이웃은 {number}로 알려 달라고 했다.")
    assert [(number.kind, number.text) for number in found] == [(kind, number)]


@pytest.mark.parametrize(("kind", "number"), [(kind, n) for kind in DISGUISED for n in DISGUISED[kind]])
@pytest.mark.parametrize("ending", ["로 알려 달라고 했다.", "이에요", "입니다", " 이고", "", "\n"])
def test_is_found_however_it_is_disguised(kind: str, number: str, ending: str) -> None:
    found = private_numbers.find(folding.fold(f"느티동에 사는 이웃은 {number}{ending}"))
    assert [number.kind for number in found] == [kind]


@given(st.text(alphabet="0189공일이사oOlI-_/ .,·\n가", max_size=400))
def test_any_text_is_read_and_passages_are_of_the_text(text: str) -> None:
    assert all(found.before + found.text + found.after in text for found in private_numbers.find(text))


@pytest.mark.parametrize("unit", ["0", "공", "0 ", "일이", "공일공 ", "010-1", "9001", "1/", "0_", "이"])
def test_takes_time_linear_in_the_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text, began = unit * (length // len(unit)), time.process_time()
        private_numbers.find(text)
        return time.process_time() - began

    seconds(1000)
    assert min(seconds(80_000) for _ in range(2)) < 25 * max(min(seconds(8_000) for _ in range(2)), 0.002)


@pytest.mark.parametrize("text", HARMLESS)
def test_is_no_alarm(text: str) -> None:
    assert not private_numbers.find(f"느티동은 {text} 라고 밝혔다.")


def test_a_bank_nearby_makes_any_long_number_an_account() -> None:
    assert not private_numbers.find("제품 번호는 110123456789이다")
    assert [n.kind for n in private_numbers.find("신한은행 110123456789 (예금주 느티회)")] == ["account"]


def test_letters_that_count_are_plates_only_near_a_vehicle() -> None:
    assert not private_numbers.find("24조 1234")
    assert [n.kind for n in private_numbers.find("흰색 승용차(24조 1234)가")] == ["plate"]


@pytest.mark.parametrize("printed", ["02-123-4567", "02) 123-4567", "+82-2-123-4567"])
def test_known_telephones_are_no_alarm_however_they_are_written(printed: str) -> None:
    assert not private_numbers.find(f"제보 {printed}", ["02-123-4567"])
    assert private_numbers.find(f"제보 {printed}", ["02-123-9999"])


def test_shows_the_words_around_it_of_the_same_line() -> None:
    text = "첫 줄\n담당자는 느티동 김느티(010-1234-5678)이며 내일부터 접수를 받는다\n끝 줄"
    found = Found("telephone", "010-1234-5678", "담당자는 느티동 김느티(", ")이며 내일부터 접수를 받")
    assert private_numbers.find(text) == [found]


def test_each_number_once_in_the_order_of_the_text() -> None:
    text = "12가 3456, 010-1234-5678, 900101-1234567, 010-1234-5678"
    assert [n.text for n in private_numbers.find(text)] == ["12가 3456", "010-1234-5678", "900101-1234567"]


def test_a_list_of_thousands_is_cut() -> None:
    many = " ".join(f"010-1234-{number:04}" for number in range(9999))
    assert len(private_numbers.find(many)) == private_numbers.MOST
