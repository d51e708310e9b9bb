"""Where pictures find a place in a text."""

import pytest

from lib.text.markup.pieces import with_pictures


def text(*blocks):
    return "\n".join({"h": "<h2>h</h2>", "f": "<figure></figure>"}.get(b, f"<p>{b}</p>") for b in blocks)


@pytest.mark.parametrize(
    ("blocks", "pictures", "places"),
    [
        ("abcdeg", "1", "abc1deg"),
        ("abcdeg", "12", "ab1cd2eg"),
        ("abcdegi", "12345", "ab1cd2eg3i45"),
        ("abc", "1", "ab1c"),
        ("ab", "1", "ab1"),
        ("a", "12", "a12"),
        ("ahbcd", "1", "ahbc1d"),
        ("afb", "1", "afb1"),
        ("abcd", "", "abcd"),
        ("", "1", "1"),
    ],
)
def test_pictures_are_spread_between_paragraphs(blocks, pictures, places):
    found = with_pictures(text(*blocks), pictures)
    shown = "".join(piece + (picture or "") for piece, picture in found)
    tags = {"<h2>h</h2>": "h", "<figure></figure>": "f", "<p>": "", "</p>": "", "\n": ""}
    for tag, letter in tags.items():
        shown = shown.replace(tag, letter)
    assert shown == places


def test_pictures_stay_out_of_quotations_and_cells():
    html = "<blockquote><p>a</p><p>b</p></blockquote>\n<p>c</p>"
    assert with_pictures(html, "1") == [(html, "1")]
