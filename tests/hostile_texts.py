"""Texts that are expensive for careless matchers: each repeats one or two pieces up to a length."""

from collections.abc import Iterator

PIECES = (
    "@", "?@", ".", "..", "a.", "가.", "-.", "://", "http://", "https", "hhttps://a.kr", "javascript:",
    "www.", "co.kr=", "co.kr@", "a.kr ", "a.kr/)", "http://a", "http://a.kr/x ", "http://a.kr/(", "http://a.kr/([{",
    "http://a.kr/.", "http://a.kr/에서", "http://a.kr:80:", "(", ")", "()", "(으)로", "[", "에서", "입니다",
    "양.kr", "ㅋ", "😀", "1️⃣", "http://a.kr/1️", f"{'a' * 63}.", "a@b.kr ", "%", "/", "#", "&", "<", "'",
    "\u200b", "\n", " ",
)  # fmt: skip
# This took the link finder of the first version 340 ms.
WORST = "?@" + "co.kr=" * 500


def texts(length: int) -> Iterator[str]:
    """All pieces repeated, alone and in pairs."""
    for first in PIECES:
        for second in ("", *PIECES):
            yield ((first + second) * length)[:length]
