"""Every number that the company pages promise is kept by the program, and the policy says what is on.

A promise is written out here, and compared with the page and with the code: neither can change alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from config import ROOT, Settings
from database import db
from domain.desk.models import Claim
from domain.keeping import retention
from domain.keeping.models import ActivityEntry
from domain.mail import notices, sending
from domain.mail import settings as mail_settings
from domain.moderation import blocks, rejoining
from domain.moderation.models import AccessEntry, CommentOrigin, Hold, Report, SpamCase
from domain.neighbours import join_limits, letters, links, login_limits
from domain.neighbours.models import AccountLink, Consent
from domain.paper import notice_periods, pages, placeholders, privacy
from forms import JoinForm
from lib.text import plain
from models import Login, Page, Paper

GRACE = timedelta(days=1)
KEEP_DRAFT = (ROOT / "static/js/behaviours/keep-draft.js").read_text("utf-8")
Value = Callable[[], timedelta | int]

# What a page says, and for each number what the code says. None: people promise it, not the program.
PROMISES: list[tuple[str, str, tuple[Value | None, ...]]] = [
    ("terms", "시행일 7일 전", (lambda: notice_periods.USUAL,)),
    ("terms", "불리한 변경은 30일 전", (lambda: notice_periods.UNFAVOURABLE,)),
    ("terms", "만 14세 이상이면", (lambda: _age(),)),
    ("terms", "신문은 30일 이내의 기간 동안", (lambda: timedelta(days=Hold.DAYS),)),
    ("privacy", "되풀이하는 가입의 방지 / 1일", (lambda: join_limits.KEPT,)),
    ("privacy", "이메일 확인은 길어도 3일", (lambda: links.LASTS[AccountLink.ADDRESS],)),
    ("privacy", "비밀번호 찾기는 길어도 1시간", (lambda: links.LASTS[AccountLink.RESET],)),
    ("privacy", "편집인이 드린 링크는 길어도 1일", (lambda: links.BY_EDITOR_LASTS,)),
    ("privacy", "동의하신 사실을 2년마다", (lambda: Consent.TOLD_EVERY,)),
    ("privacy", "로그아웃할 때까지, 길어도 1일", (lambda: Login.LASTS,)),
    ("privacy", "‘로그인 유지’를 고르면 30일", (lambda: Login.LASTS_REMEMBERED,)),
    ("privacy", "실패 기록은 1일", (lambda: login_limits.KEPT,)),
    ("privacy", "인터넷망의 차단 / 90일", (lambda: CommentOrigin.KEPT,)),
    ("privacy", "인터넷망의 차단은 길어도 1년", (lambda: blocks.LONGEST,)),
    ("privacy", "스팸 계정은 30일 뒤에", (lambda: SpamCase.UNDONE_FOR,)),
    ("privacy", "제한이 끝날 때까지, 길어도 1년", (lambda: rejoining.LONGEST,)),
    ("privacy", "답글의 알림 / 90일", (lambda: notices.KEPT,)),
    ("privacy", "요청하신 일의 알림 / 30일", (lambda: sending.KEPT,)),
    ("privacy", "보내지 못한 메일은 길어도 7일", (lambda: sending.KEPT_WAITING,)),
    ("privacy", "사실 확인과 답변 / 처리가 끝난 뒤 1년", (lambda: letters.KEPT,)),
    ("privacy", "청구의 처리와 답변 / 처리가 끝난 뒤 3년", (lambda: Claim.KEPT,)),
    ("privacy", "요청의 처리와 답변 / 처리가 끝난 뒤 3년", (lambda: Hold.KEPT,)),
    ("privacy", "처리한 뒤 1년", (lambda: Report.KEPT,)),
    ("privacy", "만 14세 미만", (lambda: _age(),)),
    ("privacy", "브라우저가 하루 동안만", ()),  # tests of the counter shift the day
    ("privacy", "회원 번호로 10분 동안만", (lambda: timedelta(minutes=Settings.presence_minutes),)),
    ("privacy", "추측에 막히지 않도록 하는 쿠키를 1년", (lambda: login_limits.KNOWN_FOR,)),
    ("privacy", "쓰시던 브라우저 안에만 7일까지", (lambda: _draft_days(),)),
    ("privacy", "10일 안에 답합니다", (None,)),  # 개인정보 보호법 시행령 제41조
    ("privacy", "보았는지 기록하여 2년", (lambda: AccessEntry.KEPT,)),
    ("privacy", "한 일의 기록은 3년", (lambda: ActivityEntry.KEPT,)),
    (
        "privacy",
        "가장 새로운 7일, 4주, 12달의 것만",
        (lambda: retention.DAYS, lambda: retention.WEEKS, lambda: retention.MONTHS),
    ),
    ("privacy", "시행 7일 전부터", (lambda: notice_periods.USUAL,)),
]
# Numbers that promise nothing: articles of laws, headings, days of effect, names of methods.
NO_PROMISE = re.compile(
    r"제\d+조(?:의\d+)?(?:제\d+항)?|제3자|\(?제\d+판\)?|\d{4}년 \d+월 \d+일|^\d+\. |Argon2id|2단계 로그인",
    re.MULTILINE,
)
NUMBER = re.compile(r"(\d+)(년|달|주|일|시간|분|세)")
UNITS = {
    "년": timedelta(days=365),
    "일": timedelta(days=1),
    "시간": timedelta(hours=1),
    "분": timedelta(minutes=1),
}
WORDS = re.compile(r"\d|하루|이틀|사흘|나흘|닷새|엿새|이레|열흘|보름|한 달|한 해|두 해|며칠")


def _age() -> int:
    label = str(JoinForm.agree_age.kwargs.get("label") or JoinForm.agree_age.args[0])
    return int(re.search(r"\d+", label)[0])


def _draft_days() -> timedelta:
    factors = re.search(r"KEPT_FOR = ([\d *]+)", KEEP_DRAFT)[1].split("*")
    milliseconds = 1
    for factor in factors:
        milliseconds *= int(factor)
    return timedelta(milliseconds=milliseconds)


@pytest.fixture
def world(app: Flask, paper: Paper) -> Iterator[Flask]:
    """A paper that sends mail over another's server."""
    kept = mail_settings.current()
    mail_settings.use(
        replace(kept, host="mail.example", sender="a@paper.example", site_url="https://x.example")
    )
    with app.test_request_context():
        yield app
    mail_settings.use(kept)


def shown(app: Flask, slug: str, **settings: object) -> str:
    """The default text of a page as it is shown: a line for each block, cells of a row with / between."""
    title, body = pages.default(slug)
    page = Page(slug=slug, version=1, title=title, body=body, effective_at=datetime(2027, 3, 2, tzinfo=UTC))
    html = placeholders.fill(page, replace(app.config["SETTINGS"], **settings), db.session.get(Paper, 1))
    return plain.lines(html.replace("</td><td>", " / "))


def test_every_number_is_kept_by_the_program(world):
    for slug in Page.SLUGS:
        text = NO_PROMISE.sub("", shown(world, slug, nightly_backup=True))
        for of, words, values in PROMISES:
            if of != slug:
                continue
            assert text.count(words) == 1, f"{slug}: “{words}” is not said once"
            text = text.replace(words, "")
            numbers = NUMBER.findall(words)
            assert len(numbers) == len(values), words
            for (number, unit), value in zip(numbers, values, strict=True):
                if value:
                    assert _is_kept(int(number), unit, value()), (
                        f"{slug}: “{words}”, but the code has {value()}"
                    )
        assert not WORDS.findall(text), f"{slug} promises what no test knows: {text}"


def _is_kept(number: int, unit: str, value: timedelta | int) -> bool:
    """Whether a period of the code is the one promised, or a day longer that counts as whole years."""
    if isinstance(value, int):
        return value == number
    promised = number * UNITS[unit]
    return value in (promised, promised + (GRACE if unit == "년" else timedelta(0)))


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (letters, "KEPT"),
        (CommentOrigin, "KEPT"),
        (sending, "KEPT"),
        (Report, "KEPT"),
        (notice_periods, "USUAL"),
        (Hold, "DAYS"),
        (login_limits, "KNOWN_FOR"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_constant_cannot_change_alone(world, monkeypatch, owner, name):
    value = getattr(owner, name)
    monkeypatch.setattr(owner, name, 17 if isinstance(value, int) else timedelta(days=17))
    with pytest.raises(AssertionError):
        test_every_number_is_kept_by_the_program(world)
    assert any("17일" in shown(world, slug) for slug in ("terms", "privacy"))


def test_a_sentence_cannot_change_alone(world, monkeypatch):
    title, body = pages.default("terms")
    default = pages.default
    for changed in (body.replace("만 14세", "만 15세"), body + "<p>이틀 안에 답합니다.</p>"):
        texts = {slug: default(slug) for slug in Page.SLUGS} | {"terms": (title, changed)}
        monkeypatch.setattr(pages, "default", texts.__getitem__)
        with pytest.raises(AssertionError):
            test_every_number_is_kept_by_the_program(world)


MAIL = ("비밀번호 찾기", "소식 받기(선택)", "보내지 못한 메일", "메일로 알려 드립니다")


def test_the_policy_lists_exactly_what_is_on(world):
    with_mail = shown(world, "privacy", site_url="https://paper.example", nightly_backup=True)
    assert all(words in with_mail for words in MAIL)
    assert "메일 서버 mail.example에 맡겨" in with_mail
    assert "새 비밀번호 / 편집인이 드린 링크의 해시" not in with_mail
    assert "(HTTPS)" in with_mail
    assert "밤마다 백업" in with_mail
    assert "옮겨 둡니다" not in with_mail
    assert "옮겨 둡니다" in shown(world, "privacy", backup_hook="rclone copy", nightly_backup=True)
    assert "백업" not in shown(world, "privacy", backup_hook="rclone copy", nightly_backup=False)
    mail_settings.use(replace(mail_settings.current(), host="localhost"))
    assert "맡겨 보냅니다" not in shown(world, "privacy")
    mail_settings.use(replace(mail_settings.current(), host=""))
    without = shown(world, "privacy", site_url="http://paper.example", presence_minutes=25)
    assert not [words for words in MAIL if words in without]
    assert "새 비밀번호 / 편집인이 드린 링크의 해시" in without
    assert "(HTTPS)" not in without
    assert "25분 동안만" in without


def test_every_sentence_of_the_policy_has_its_periods(world):
    """Also those of conditions that do not hold: a name that is not there would fail only where one is on."""
    source = (ROOT / "domain/paper/privacy.toml").read_text("utf-8")
    names = set(re.findall(r"\{(\w+)\}", source))
    assert names - {"mail_host"} == set(privacy.periods(world.config["SETTINGS"]))
    assert set(re.findall(r'needs = "([^"]+)"', source)) == set(privacy.conditions(world.config["SETTINGS"]))


@pytest.mark.parametrize(
    ("end", "words"),
    [("delete", "이의가 없으면 그 게시물을 지우고"), ("restore", "기간이 끝나면 그 게시물을 다시 보이게")],
)
def test_the_terms_say_how_a_temporary_measure_ends(world, end, words):
    assert words in shown(world, "terms", hold_without_objection=end)


def test_no_placeholder_is_left_and_what_is_missing_is_marked(world):
    for slug in Page.SLUGS:
        assert "[[" not in shown(world, slug)
    assert "전화 (준비 중)" in shown(world, "youth")
