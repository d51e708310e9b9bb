"""Plain text becomes safe HTML with links."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from lib.text.links import dial, linkify

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
