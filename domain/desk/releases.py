"""What a press release says beside its text: title, captions, embargo, sender. All of it is only proposed."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from domain.desk import moments
from lib.text import plain
from models import local, now, paper_zone

_HEAD = 12  # lines of a text in which its title and its embargo are looked for
_TITLE = range(4, 101)  # characters
_NO_TITLE = re.compile(
    r"^(?:\W*(?:보\s?도\s?자\s?료|보도참고자료|언론보도자료|참고자료|배포|즉시 ?보도)\W*$"
    r"|보도\s?(?:시점|일시|시기)|엠바고|배포|담당|문의|제공|자료|사진|작성|수신|발신)|@"
)
_BULLET = re.compile("^[\u2500-\u27bf※☞*>-]|^ㅇ ")
_CAPTION = re.compile(
    r"^(?P<word>[<\[(【〈]?\s?사진\s?(?:설명)?\s?[0-9]{0,2}\s?[>\])】〉]?\s?[:：=.]?|[▲△▼]\s?(?:사진\s?설명\s?[:：=]?)?)"
    r"\s*(?P<caption>\S.*)$"
)
_EMBARGO = re.compile(
    r"보도\s?(?:요청\s?)?(?:시점|일시|시기)|엠바고|공개\s?(?:시점|일시)|(?:이후|부터)\s?보도"
)
_MOMENT = re.compile(
    r"(?:(?P<year>20[0-9]{2})\s?[.년/-]\s?)?(?P<month>[0-9]{1,2})\s?[.월/-]\s?(?P<day>[0-9]{1,2})\s?[.일]?"
    r"\s?(?:\([^)]{1,8}\))?[\s,]{0,3}(?P<half>오전|오후|낮|밤|저녁|새벽|조간|석간)?\s?"
    r"(?:(?P<hour>[0-9]{1,2})(?:\s?:\s?(?P<minute>[0-9]{2})|\s?시\s?(?:(?P<minutes>[0-9]{1,2})\s?분)?))?"
)
_TELEPHONE = re.compile(r"(?<![0-9])\(?0[0-9]{1,2}\)?[-.)\s]{0,2}[0-9]{3,4}[-.\s][0-9]{4}(?![0-9])")
_DESK = re.compile(r"담당|책임자|과장|팀장|주무관|사무관|공보|홍보|보도자료|자료\s?제공|기자")
_DESK_START = re.compile(
    r"^\W*(?:(?:담\s?당(?:\s?(?:부서|자|과))?|자료\s?제공|배포\s?(?:일|처)|작성자)\s?[:：/(]"
    r"|(?:보\s?도|언론\s?보도|보도\s?참고)\s?자\s?료\W*$)"
)
_SENTENCE = re.compile(r"[다요][.!][\"”’']?$")
_REQUEST = re.compile(r"(?:바랍니다|부탁드립니다|주십시오|주세요)\W*$")
_SENDER = re.compile(
    r"(?P<what>자료|사진)\s?(?:·사진\s?)?제공\s?[:：=/]?\s?(?P<who>[^\s:：=/,()☎0-9<>][^:：=/,()☎<>]{1,28})"
)
_DIVISION = re.compile(
    r"담당\s?부서\s?[:：]?\s?(?P<who>[가-힣][가-힣 ]{1,28}?)(?=\s(?:책임자|담당자|과장|팀장|☎|\()|$)"
)
_EVENING = ("오후", "저녁", "밤")
_EDITIONS = {"조간": 6, "석간": 12}  # hours: when morning and evening papers are out


@dataclass(frozen=True)
class Fields:
    """What the writing page says where a release has something to propose.

    `body` is cleaned HTML, `published_at` a local moment in ISO format or empty, `captions` are those of the
    photos in their order, by id.
    """

    title: str = ""
    body: str = ""
    credit_line: str = ""
    internal_note: str = ""
    published_at: str = ""
    captions: dict[str, str] = field(default_factory=dict)

    @property
    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Fields | None":
        """Read what `as_json` has written; None for anything else."""
        try:
            read = json.loads(text)
            captions = {str(int(id)): plain.line(caption) for id, caption in read.pop("captions").items()}
            return cls(**{name: plain.tidy(value) for name, value in read.items()}, captions=captions)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


@dataclass(frozen=True)
class Proposals:
    """Empty values are no proposals. `parts` are numbers of lines that each of them takes out of the text.

    A block that is no paragraph counts as a line.
    """

    title: str = ""
    captions: tuple[str, ...] = ()
    moment: datetime | None = None
    note: str = ""
    credit_line: str = ""
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def names(self) -> list[str]:
        """Those that there are."""
        names = ("title", "captions", "moment", "note", "credit_line")
        return [name for name in names if getattr(self, name)]

    def accepted(self, fields: Fields, names: Collection[str]) -> Fields:
        """The fields with these proposals in them, and without what they take out of the text."""
        names = [name for name in self.names if name in names]
        changed: dict[str, str] = {"body": self._body_without(fields.body, names)}
        if "title" in names:
            changed["title"] = self.title
        if "credit_line" in names:
            changed["credit_line"] = self.credit_line
        if "moment" in names and self.moment:
            changed["published_at"] = moments.field_value(self.moment)
        if "note" in names:
            changed["internal_note"] = f"{fields.internal_note}\n{self.note}".strip()
        bare = [id for id, caption in fields.captions.items() if not caption]
        captions = dict(zip(bare, self.captions, strict=False)) if "captions" in names else {}
        return replace(fields, captions=fields.captions | captions, **changed)

    def _body_without(self, body: str, names: Collection[str]) -> str:
        left_out, number, blocks = {part for name, part in self.parts if name in names}, 0, []
        for lines in _lines(body):
            kept = [line for place, line in enumerate(lines, number) if place not in left_out]
            number += len(lines)
            is_whole = len(lines) == 1 or not kept
            blocks += kept if is_whole else [f"<p>{'<br>'.join(kept)}</p>"]
        return "\n".join(blocks)


def find(fields: Fields) -> Proposals:
    """The proposals for a text. What is filled in already gets none."""
    lines = [line for block in _lines(fields.body) for line in block]
    texts = [plain.from_html(line) for line in lines]
    note = [number for number, text in enumerate(texts) if _is_note(text, lines[number], number)]
    title = None if fields.title else _title(lines, texts, note)
    bare_photos = sum(not caption for caption in fields.captions.values())
    captions = _captions(texts, bare_photos, {*note, title})
    moment = embargo("\n".join(texts[:_HEAD])) if not fields.published_at else None
    parts = [("note", number) for number in note] + [("captions", number) for number, _ in captions]
    return Proposals(
        title=texts[title] if title is not None else "",
        captions=tuple(caption for _, caption in captions),
        moment=moment,
        note="\n".join(texts[number] for number in note),
        credit_line="" if fields.credit_line else _credit_line(texts),
        parts=(*parts, *([("title", title)] if title is not None else [])),
    )


def embargo(text: str) -> datetime | None:
    """The moment before which a text asks not to be published; None if there is none, or it has passed."""
    moments = (_moment(line) for line in text.split("\n") if _EMBARGO.search(line))
    return next((moment for moment in moments if moment and moment > now()), None)


def _lines(body: str) -> Iterator[list[str]]:
    """The lines of each block, in HTML. One that is no paragraph of several lines is a line itself."""
    for block in body.split("\n"):
        is_several = block.startswith("<p>") and "<br>" in block
        yield block.removeprefix("<p>").removesuffix("</p>").split("<br>") if is_several else [block]


def _is_note(text: str, line: str, number: int) -> bool:
    """Whether a line is for the desk only: who is to be called, and when the release may be printed."""
    if len(text) > 500 or line.startswith("<figure"):
        return False
    is_sentence = bool(_SENTENCE.search(text))
    if (
        number < _HEAD
        and _EMBARGO.search(text)
        and len(text) < 200
        and (_REQUEST.search(text) or not is_sentence)
    ):
        return True
    if is_sentence:
        return False
    return bool(_DESK_START.search(text) or (_TELEPHONE.search(text) and _DESK.search(text)))


def _title(lines: list[str], texts: list[str], note: list[int]) -> int | None:
    """The number of the title: the first short line, unless a sentence or an item comes before it."""
    for number, text in enumerate(texts[:_HEAD]):
        if number in note or lines[number].startswith(("<div", "<figure", "<ul", "<ol")):
            continue
        if _SENTENCE.search(text) or _BULLET.search(text):
            return None
        if len(text) in _TITLE and not _NO_TITLE.search(text):
            return number
    return None


def _captions(texts: list[str], bare_photos: int, others: set[int | None]) -> list[tuple[int, str]]:
    """Lines that are captions, and what they say. ▲ begins items of lists too: then there are too many."""
    matches = [(number, _CAPTION.match(text)) for number, text in enumerate(texts) if number not in others]
    found = [(number, match) for number, match in matches if match]
    if len(found) > bare_photos:
        found = [(number, match) for number, match in found if "사진" in match["word"]]
    return [(number, match["caption"][:300]) for number, match in found[:bare_photos]]


def _moment(text: str) -> datetime | None:
    """The moment that a line names. Without a year it is the next such day, without an hour six o'clock."""
    match = _MOMENT.search(text)
    if not match or "즉시" in text:
        return None
    hour = int(match["hour"] or _EDITIONS.get(match["half"] or "", 6))
    if match["half"] in _EVENING and hour < 12:
        hour += 12
    minute = int(match["minute"] or match["minutes"] or 0)
    today = local(now())
    try:
        moment = datetime(
            int(match["year"] or today.year), int(match["month"]), int(match["day"]), hour % 24, minute,
            tzinfo=paper_zone(),
        )  # fmt: skip
        if not match["year"] and moment < today - timedelta(days=180):
            moment = moment.replace(year=moment.year + 1)
    except ValueError:
        return None
    return moment + timedelta(days=1) if hour == 24 else moment


def _credit_line(texts: list[str]) -> str:
    """Who has sent it, as in “자료 제공: 느티시 공보실”."""
    for text in texts:
        if match := _SENDER.search(text):
            return f"{match['what']} 제공: {match['who'].strip()}"
    for text in texts:
        if match := _DIVISION.search(text):
            return f"자료 제공: {match['who'].strip()}"
    return ""
