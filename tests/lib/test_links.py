"""Plain text becomes safe HTML with links."""

import re
from html.parser import HTMLParser
from time import process_time

import hostile_texts
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from lib.text.links import MAX_LINKS, dial, find_links, linked, linkify
from models import COMMENT_LENGTH

LINK = '<a href="{0}" rel="ugc nofollow noopener">{1}</a>'


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://maeul.example/x에서 봤다", "https://maeul.example/x", "에서 봤다"),
        ("https://maeul.kr에서", "https://maeul.kr", "에서"),
        ("https://maeul.kr/a.html을", "https://maeul.kr/a.html", "을"),
        ("https://maeul.kr/a입니다.", "https://maeul.kr/a", "입니다."),
        ("https://maeul.kr/wiki/양주시", "https://maeul.kr/wiki/양주시", ""),
        ("https://maeul.kr/wiki/양주시에서", "https://maeul.kr/wiki/양주시", "에서"),
        ("https://maeul.kr/x에서만", "https://maeul.kr/x", "에서만"),
        ("https://maeul.kr/x한테서는", "https://maeul.kr/x", "한테서는"),
        ("https://maeul.kr/x인데,", "https://maeul.kr/x", "인데,"),
        ("https://maeul.kr/x(으)로", "https://maeul.kr/x", "(으)로"),
        ("https://maeul.kr/x을(를)", "https://maeul.kr/x", "을(를)"),
        ("https://maeul.kr/wiki/양주까지는", "https://maeul.kr/wiki/양주", "까지는"),
        ("https://maeul.kr/wiki/세종대로", "https://maeul.kr/wiki/세종대로", ""),
        ("https://maeul.kr/wiki/한가위", "https://maeul.kr/wiki/한가위", ""),
        ("https://maeul.kr/a_(b)", "https://maeul.kr/a_(b)", ""),
        ("https://maeul.kr/a).", "https://maeul.kr/a", ")."),
        ("https://maeul.kr/a”라고", "https://maeul.kr/a", "”라고"),
        ("http://maeul.kr/?a=1&b=2,", "http://maeul.kr/?a=1&b=2", ","),
    ],
)
def test_particles_and_punctuation_are_not_part_of_an_address(text, address, rest):
    shown = address.split("://")[1].replace("&", "&amp;")
    assert linkify(text) == LINK.format(address.replace("&", "&amp;"), shown) + rest


@pytest.mark.parametrize(
    "rest",
    [
        "ㅋㅋㅋ", "ㅎㅎ", "ㅠㅠ", "ㅜ", "ㄷㄷ", "ㅇㅋ", "😀", "❤️", "👍🏻 좋아요",
        "👨‍👩‍👧", "🇰🇷", "1️⃣", "♡", "★", "→", "※",
        "^^", "~~", "!!", "...", "…", "。", "」", "』라고", "’", "》", "】", "〉에서",
        "）", ";;", " ㅋㅋ", "ᄏᄏ", "ᅲᅲ", "ﾻﾻ", "㉿", "^_^", "에서ㅋㅋ", "이에요ㅎㅎ",
        "!ㅋㅋ", "입니다^^", "라고 😀", ")ㅋㅋ", "</a>", "\u200b", "\u202e",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "address",
    [
        "https://naver.me/xYz", "https://naver.me", "naver.me", "naver.me/xYz", "https://maeul.kr/wiki/양주시",
        "https://maeul.kr/wiki/%EC%96%91", "http://maeul.kr:8000/a_(b)", "https://maeul.kr/?q=양주&x=[1]",
        "https://maeul.kr/x#절", "https://maeul.kr/3·1_운동", "https://maeul.kr/3ㆍ1_운동", "https://xn--9i1bm0i.kr/",
    ],
)  # fmt: skip
def test_an_address_ends_before_jamo_emoji_and_punctuation(address, rest):
    text = f"앞 {address}{rest}"
    assert [text[start:end] for start, end in find_links(text)] == [address]


@pytest.mark.parametrize(
    "before", ["", "ㅋㅋ", "보세요", "(", "「", "“", "링크:", "ㅎ ", "→", "😀", "\n", ","]
)
def test_an_address_may_begin_after_korean_and_punctuation(before):
    text = f"{before}https://naver.me/xYz"
    assert [text[start:end] for start, end in find_links(text)] == ["https://naver.me/xYz"]


@pytest.mark.parametrize(
    "text", ["https://u:p@maeul.kr/x", "kim.kr@maeul.kr", "a@maeul.kr", "xhttps://maeul.kr"]
)
def test_what_only_contains_an_address_is_not_linked(text):
    assert find_links(text) == []


def test_a_bare_domain_is_linked():
    assert linkify("maeul.kr에서 만나요") == LINK.format("http://maeul.kr", "maeul.kr") + "에서 만나요"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://a.kr/x",
        "data:text/html,x",
        "//",
        "글.이 3.5",
        "vbscript:x",
        "mailto:a@b.kr",
        "a@b.kr",
    ],
)
def test_other_schemes_are_not_linked(text):
    assert "<a" not in linkify(text)


def test_a_long_address_is_shortened_only_for_display():
    address = "https://maeul.kr/" + "a" * 300
    html = linkify(address)
    assert f'href="{address}"' in html
    assert "…</a>" in html
    assert len(re.sub("<[^>]+>", "", html)) == 60


def test_line_breaks_stay_and_markup_is_escaped():
    assert linkify("<b>\n&") == "&lt;b&gt;<br>\n&amp;"


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "javascript:",
        "a.kr",
        "www.",
        "/",
        '"',
        "'",
        "<script>",
        ">",
        "에서",
        "을",
        "(",
        ")",
        "\n",
        " ",
        "&amp;",
        "?q=",
        "#",
        "@",
        "://",
        "양주",
        "\u202e",
        "]",
        "`",
        "onload=",
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=20).map("".join)))
def test_the_html_has_only_links_and_line_breaks(text):
    reader = Reader()
    reader.feed(str(linkify(text)))
    for tag, attributes in reader.tags:
        assert tag in ("a", "br")
        if tag == "a":
            assert set(attributes) == {"href", "rel"}
            assert re.match(r"https?://", attributes["href"], re.IGNORECASE)
        else:
            assert not attributes


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("02 123 4567", ["02-123-4567"]),
        ("031) 840-0000, 010-1234-5678", ["031-840-0000", "010-1234-5678"]),
        ("031-840-0000 010-1234-5678", ["031-840-0000", "010-1234-5678"]),
        ("대표 1588-1234(내선 2)", ["1588-1234"]),
        ("+82-31-840-0000", ["+82-31-840-0000"]),
        ("(031)840-0000 / 0318400000", ["031-840-0000", "0318400000"]),
        ("매일 10:00–21:00 <b>", []),
        ("", []),
    ],
)
def test_telephone_numbers_are_linked(text: str, numbers: list[str]) -> None:
    html = dial(text)
    assert re.findall(r'href="tel:([^"]*)"', html) == numbers
    assert re.sub(r"</?a[^>]*>", "", html) == escape(text)


WORDS = st.sampled_from(
    ["느티천", "산책길", "보세요", "3.5", "좋아요!", "a@b.kr", "ㅋㅋ", "그래서…", "(참고)"]
)
HOSTS = st.sampled_from(["maeul.kr", "www.maeul.co.kr", "ko.wikipedia.org", "한글.kr", "naver.me"])
PATHS = st.sampled_from(
    ["", "/", "/xYz12", "/wiki/양주시", "/a_(b)", "/a.html?x=1&y=2#z", "/@maeul", "/a-b_c"]
)
RESTS = st.sampled_from(["", ".", "ㅋㅋ", ")", "」", "에서", " 보세요", "입니다.", "…", "😀", ",", "!ㅎㅎ"])
ADDRESSES = st.tuples(st.sampled_from(["", "http://", "https://"]), HOSTS, PATHS).map("".join)


@given(st.lists(st.tuples(WORDS, ADDRESSES, RESTS), max_size=8))
def test_every_address_between_ordinary_words_is_found(parts):
    text = "\n".join(f"{word} {address}{rest}" for word, address, rest in parts)
    found = [text[start:end] for start, end in find_links(text)]
    assert found == [address for _word, address, _rest in parts]
    assert re.sub(r"<[^>]+>", "", linkify(text)) == escape(re.sub(r"https?://", "", text))


def milliseconds(text):
    """The CPU time to find the links of a text and to show it, the best of three."""
    times = []
    for _ in range(3):
        before = process_time()
        linked(text, find_links(text))
        times.append(process_time() - before)
    return min(times) * 1000


def test_hostile_texts_cost_little():
    slow = {text: milliseconds(text) for text in [hostile_texts.WORST, *hostile_texts.texts(COMMENT_LENGTH)]}
    assert max(slow.values()) < 5, max(slow, key=slow.__getitem__)[:40]


@settings(max_examples=50)
@given(
    st.lists(st.one_of(st.sampled_from(hostile_texts.PIECES), st.text(max_size=3)), min_size=1, max_size=6)
)
def test_time_grows_with_the_length_only(pieces):
    text = "".join(pieces) or "a"
    short, long = ((text * length)[:length] for length in (COMMENT_LENGTH, 10 * COMMENT_LENGTH))
    assert milliseconds(short) < 15
    assert milliseconds(long) < 150


def test_a_text_has_a_limited_number_of_links():
    assert len(find_links("maeul.kr " * 300)) == MAX_LINKS


@pytest.mark.parametrize("links", [[(0, 4)], [(0, 99)], [(3, 2)], [(2, 6), (4, 8)]])
def test_positions_that_do_not_fit_are_no_danger(links):
    html = str(linked('javascript:"<b>', links))
    assert 'href="http://' in html
    assert "<b>" not in html
