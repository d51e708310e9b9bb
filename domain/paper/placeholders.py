"""Placeholders in the texts of pages: `[[신문 이름]]` stands for what the imprint says when it is shown.

Names of PHRASES stand in a sentence. Names of `privacy.BLOCKS` are a paragraph of their own, and become
what the program itself says about the data it stores.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from domain.moderation.models import Hold
from domain.paper import notice_periods, privacy
from domain.paper.privacy import Settings
from lib.text import plain
from models import Page, Paper, Refused, local

UNKNOWN = "(준비 중)"  # in place of what the imprint lacks
_BLOCK = re.compile(r"<p>\s*\[\[([^\[\]<>]{1,40})\]\]\s*</p>")
_PHRASE = re.compile(r"<[^<>]*>|\[\[([^\[\]<>]{1,40})\]\]")  # tags are passed over


@dataclass(frozen=True)
class Facts:
    """What placeholders are filled from."""

    page: Page
    paper: Paper
    settings: Settings


def _registrations(facts: Facts) -> str:
    return ", ".join(row["number"] for row in facts.paper.registrations or [] if row.get("number"))


def _privacy_officer(facts: Facts) -> str:
    """The publisher, who is the head of the paper: 개인정보 보호법 제31조, 시행령 제32조."""
    return f"{facts.paper.publisher} (발행인)" if facts.paper.publisher else ""


def _end_of_measure(facts: Facts) -> str:
    """What becomes of a text whose temporary measure ends without an objection."""
    if facts.settings.hold_without_objection == "delete":
        return "이의가 없으면 그 게시물을 지우고, 이의가 있으면 다시 보이게 합니다"
    return "그 게시물을 다시 보이게 합니다"


def _day(facts: Facts) -> str:
    day = local(facts.page.effective_at)
    return f"{day.year}년 {day.month}월 {day.day}일"


PHRASES: dict[str, Callable[[Facts], str]] = {
    "신문 이름": lambda facts: facts.paper.name,
    "회사 이름": lambda facts: facts.paper.company_name,
    "발행인": lambda facts: facts.paper.publisher,
    "편집인": lambda facts: facts.paper.editors,
    "청소년보호책임자": lambda facts: facts.paper.youth_officer,
    "개인정보 보호책임자": _privacy_officer,
    "발행소": lambda facts: facts.paper.address,
    "전화": lambda facts: facts.paper.telephone,
    "이메일": lambda facts: facts.paper.email,
    "등록번호": _registrations,
    "사업자등록번호": lambda facts: facts.paper.business_number,
    "누리집 주소": lambda facts: facts.settings.site_url.rstrip("/"),
    "시행일": _day,
    "판": lambda facts: str(facts.page.version),
    "변경 예고": lambda _facts: f"{notice_periods.USUAL.days}일",
    "불리한 변경 예고": lambda _facts: f"{notice_periods.UNFAVOURABLE.days}일",
    "임시조치 기간": lambda _facts: f"{Hold.DAYS}일",
    "임시조치의 끝": _end_of_measure,
}


def fill(page: Page, settings: Settings, paper: Paper | None = None) -> str:
    """The HTML of a page as it is shown now."""
    facts = Facts(page, paper or Paper.get(), settings)
    blocks = _BLOCK.sub(lambda match: _block(match, settings), page.body)
    return _PHRASE.sub(lambda match: _phrase(match, facts), blocks)


def check(body: str) -> None:
    """Check the placeholders of a cleaned text.

    :raises Refused: there is no such one, or it does not stand where it may
    """
    alone = {match[1].strip() for match in _BLOCK.finditer(body)}
    rest = _BLOCK.sub("", body)
    inside = {match[1].strip() for match in _PHRASE.finditer(rest) if match[1]}
    if wrong := sorted((alone - PHRASES.keys() - privacy.BLOCKS.keys()) | (inside - PHRASES.keys())):
        if wrong[0] in privacy.BLOCKS:
            raise Refused(_("[[%(name)s]] needs a paragraph of its own, please.", name=wrong[0]))
        raise Refused(_("There is no placeholder [[%(name)s]]. See the list below.", name=wrong[0]))
    left = plain.from_html(_PHRASE.sub(lambda match: "" if match[1] else match[0], rest))
    if "[[" in left or "]]" in left:
        raise Refused(_("A placeholder is not written in one piece. It looks like this: [[신문 이름]]"))


def missing_blocks(body: str) -> list[str]:
    """The names of what a privacy policy must have and this one lacks."""
    found = {match[1].strip() for match in _BLOCK.finditer(body)}
    return [name for name in privacy.BLOCKS if name not in found]


def _block(match: re.Match[str], settings: Settings) -> str:
    block = privacy.BLOCKS.get(match[1].strip())
    return block(settings) if block else match[0]


def _phrase(match: re.Match[str], facts: Facts) -> str:
    if not match[1]:
        return match[0]
    phrase = PHRASES.get(match[1].strip())
    return html.escape(phrase(facts) or UNKNOWN) if phrase else match[0]
