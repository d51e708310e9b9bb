"""What is worth a look before an article appears. Nothing here forbids anything."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from domain.desk import moments, releases
from domain.desk.checks import care, duplicates, headline, polls
from domain.desk.checks.duplicates import Similar
from lib.text import plain, private_numbers
from models import now

HEAD = 12  # lines of a text in which an embargo is looked for
LONGEST = 300_000  # characters of a text that are looked at
_KINDS = {
    "resident": lambda: _("Resident registration number"),
    "telephone": lambda: _("Telephone number"),
    "plate": lambda: _("Vehicle plate"),
    "account": lambda: _("Account or card number"),
}


@dataclass(frozen=True)
class PhotoWords:
    """What is written about one photo. `number`: its place on the page, from 1; `field`: the id to go to."""

    number: int
    field: str
    caption: str
    credit: str
    alt: str | None = None  # None: it needs none


@dataclass(frozen=True)
class Draft:
    """An article as it stands in the form. `body` is HTML or plain text; `title` as readers will see it.

    `known_numbers`: telephone numbers that may be printed, several in a text.
    `published_at`: when it is to appear, if that is chosen.
    """

    title: str
    body: str
    subtitle: str = ""
    internal_note: str = ""
    photos: Sequence[PhotoWords] = ()
    known_numbers: Sequence[str] = ()
    post_id: int | None = None
    state: str = "draft"
    published_at: datetime | None = None
    comments_closed: bool = False


@dataclass(frozen=True)
class Place:
    """A passage of the text, or a field. `text` is what to select there; `label` says what kind it is."""

    text: str = ""
    before: str = ""
    after: str = ""
    label: str = ""
    field: str = "body"


@dataclass(frozen=True)
class Note:
    """One thing to look at. `offers` names what one press does: help-line, close-comments, schedule."""

    name: str
    title: str
    places: Sequence[Place] = ()
    questions: Sequence[Any] = ()
    guideline: str = ""
    similar: Sequence[Similar] = ()
    offers: Sequence[str] = ()
    moment: datetime | None = None

    @property
    def local_moment(self) -> str:
        """The moment as a field of a form holds it."""
        return moments.field_value(self.moment) if self.moment else ""


def look(draft: Draft) -> list[Note]:
    """Everything that was found, the gravest first."""
    body = plain.lines(draft.body[:LONGEST])
    return [
        *_care(draft, f"{draft.title}\n{draft.subtitle}\n{body}"),
        *_numbers(draft, body),
        *_poll(f"{draft.title}\n{body}"),
        *_embargo(draft, body),
        *_duplicates(draft, body),
        *_photos(draft),
        *_headline(draft),
    ]


def _care(draft: Draft, text: str) -> Iterator[Note]:
    for subject in care.SUBJECTS:
        passages = care.passages(subject, text)
        if not passages:
            continue
        offers = [] if draft.comments_closed else ["close-comments"]
        if subject.name == "suicide" and not care.has_help_line(text):
            offers.insert(0, "help-line")
        places = [_place(text, match.start(), match.end()) for match in passages]
        yield Note(
            subject.name, str(subject.title), places, subject.questions, subject.guideline, offers=offers
        )


def _numbers(draft: Draft, body: str) -> Iterator[Note]:
    known = [number for numbers in draft.known_numbers for number in re.split(r"[,/·;]", numbers)]
    found = private_numbers.find(body, known)
    if found:
        places = [Place(n.text, n.before, n.after, _KINDS[n.kind]()) for n in found]
        yield Note("numbers", _("Numbers that may be somebody's own"), places)


def _poll(text: str) -> Iterator[Note]:
    if not (match := polls.passage(text)):
        return
    missing = polls.missing(text)
    questions = [_("Not found in the text: %(things)s.", things=", ".join(missing))] if missing else []
    if not polls.refers_to_commission(text):
        questions.append(_("Quoted, it needs client, agency and days, and “%(words)s”.", words=polls.CITED))
    questions.append(
        _("It is registered; none may appear from six days before the election until it closes.")
    )
    yield Note(
        "poll", _("An opinion poll before an election: what has to be printed"),
        [_place(text, match.start(), match.end())], questions, "공직선거법 제108조 · 선거여론조사기준 제18조",
    )  # fmt: skip


def _embargo(draft: Draft, body: str) -> Iterator[Note]:
    """A release asks for a later moment, and the article is not scheduled for it."""
    head = body.split("\n")[:HEAD]
    moment = releases.embargo("\n".join([*head, draft.internal_note]))
    if draft.state == "published" or moment is None or moment <= now():
        return
    if draft.published_at is None or draft.published_at < moment:
        yield Note("embargo", _("The release asks to wait"), offers=["schedule"], moment=moment)


def _duplicates(draft: Draft, body: str) -> Iterator[Note]:
    if similar := duplicates.find(draft.title, body, draft.post_id):
        yield Note("duplicates", _("Something like this was published before"), similar=similar)


def _photos(draft: Draft) -> Iterator[Note]:
    places = []
    for photo in draft.photos:
        lacks = [name for name, value in _words_of(photo) if not value.strip()]
        if lacks:
            places.append(Place(_("Photo %(n)s", n=photo.number), label=", ".join(lacks), field=photo.field))
    for number, figure in enumerate(_figures(draft.body[:LONGEST].lower()), 1):
        caption = figure.partition("<figcaption")[2].partition(">")[2].partition("</figcaption")[0]
        if "<img" in figure and not plain.from_html(caption):
            places.append(Place(_("Photo %(n)s in the text", n=number), label=_("Caption")))
    if places:
        yield Note("photos", _("Photos without words"), places)


def _figures(body: str) -> list[str]:
    """What stands in each figure. In linear time, also where none of them is closed."""
    return [before.rpartition("<figure")[2] for before in body.split("</figure>")[:-1]]


def _words_of(photo: PhotoWords) -> list[tuple[str, str]]:
    """Names and values of what it should have. The caption serves as the alternative text."""
    alt = [] if photo.alt is None else [(_("Alternative text"), photo.alt or photo.caption)]
    return [*alt, (_("Credit"), photo.credit)]


def _headline(draft: Draft) -> Iterator[Note]:
    if (seen := headline.seen(draft.title)) != draft.title:
        yield Note(
            "headline", _("KakaoTalk's preview cuts the headline"), [Place(seen, field="title")],
            [_("%(n)s syllables fit into its two lines.", n=headline.SYLLABLES)],
        )  # fmt: skip


def _place(text: str, start: int, end: int) -> Place:
    """A passage with the words around it. It may stand in the headline, the first line."""
    is_headline = "\n" not in text[:start]
    return Place(*plain.passage(text, start, end), field="title" if is_headline else "body")
