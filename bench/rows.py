"""The rows of an invented archive, in the order of time, with those of the search index."""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import prose
from prose import Form, Prose

from domain.search.search_index import SECOND, token
from lib.text import plain, words

FIRST, LAST = datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 1000  # posts
MEMBERS, TAGS, RARE, PAIRS = 2000, 1500, 200, 16
BODY = (600, 220, 1500)  # characters: the fewest, how many more on average, the most
WORDS_PER_CHARACTER = 1 / 3.87


@dataclass
class Known:
    """What is known of an archive without a query.

    :param common: words that stand in very many posts
    :param pairs: words of two syllables, from frequent to less frequent
    :param rare: words and the ids of the few posts they stand in
    :param none: words that stand nowhere
    """

    posts: int
    common: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    rare: dict[str, list[int]] = field(default_factory=dict)
    none: list[str] = field(default_factory=list)


@dataclass(order=True)
class Draft:
    """A comment that is not yet due."""

    at: datetime
    position: int
    post_id: int
    scope: str = field(compare=False)
    member_id: int = field(compare=False)
    secret: bool = field(default=False, compare=False)
    deleted: bool = field(default=False, compare=False)
    parent: "Draft | None" = field(default=None, compare=False)
    id: int = field(default=0, compare=False)
    root_id: int | None = field(default=None, compare=False)

    @property
    def is_public(self) -> bool:
        return not (self.secret or self.deleted)


@dataclass
class Rows:
    """A batch of posts with all that belongs to them, and the comments of that time, by table."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    photos: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    post_tags: list[tuple[Any, ...]] = field(default_factory=list)
    post_rowids: list[tuple[int, int]] = field(default_factory=list)
    comment_rowids: list[tuple[int, int]] = field(default_factory=list)
    post_search: list[tuple[Any, ...]] = field(default_factory=list)
    comment_search: list[tuple[Any, ...]] = field(default_factory=list)


class Rowids:
    """Numbers of the search index: the seconds since 1970 and a running number within the second."""

    def __init__(self) -> None:
        self.last = 0

    def next(self, at: datetime) -> int:
        first = int(at.timestamp()) * SECOND
        self.last = max(self.last + 1, first)
        if self.last >= first + SECOND:
            raise ValueError("too many in one second")
        return self.last


class RowSource:
    """Generates rows by chance; the same arguments always generate the same ones.

    :param shares: id and group of each section, and how many posts of a hundred it gets
    :param pictures: the pictures that all photos show
    """

    def __init__(self, posts: int, seed: int, shares: list[tuple[int, int, int]], pictures: Sequence[Any]):
        self.posts, self.pictures = posts, pictures
        self.dice = random.Random(f"archive {seed} {posts}")
        self.prose = Prose(seed)
        self.sections = [(section, group) for section, group, share in shares for _ in range(share)]
        self.known = self._plan()
        self.tags = self.prose.nouns[: TAGS * 2 : 2]
        self.planted: dict[int, list[Form]] = {}
        for word, ids in self.known.rare.items():
            for post_id in ids:
                self.planted.setdefault(post_id, []).append(Form.of(word))
        self.post_rowids, self.comment_rowids = Rowids(), Rowids()
        self.drafts: list[Draft] = []
        self.comment_id = 0

    def _plan(self) -> Known:
        """Choose the words that measurements search for."""
        known = Known(self.posts)
        twos = [noun for noun in self.prose.nouns if len(noun) == 2 and noun[0] >= "가"]
        known.common = twos[:4]
        known.pairs = [twos[int(10 * (len(twos) / 10) ** (step / PAIRS))] for step in range(PAIRS)]
        dice = random.Random("rare")
        for _ in range(RARE):
            word = self.prose.unused(dice, 4)
            known.rare[word] = sorted(dice.sample(range(1, self.posts + 1), dice.randint(1, 10)))
        known.none = [self.prose.unused(dice, length) for length in (2, 3, 4, 4) for _ in range(5)]
        known.none = [word for word in known.none if not any(word in rare for rare in known.rare)]
        return known

    def batches(self) -> Iterator[Rows]:
        for first in range(1, self.posts + 1, BATCH):
            rows = Rows()
            end = min(first + BATCH, self.posts + 1)
            for post_id in range(first, end):
                self._add_post(rows, post_id)
            self._add_comments(rows, self._moment(end) if end <= self.posts else LAST + timedelta(days=400))
            yield rows

    def _moment(self, post_id: int) -> datetime:
        """When a post appears: evenly over all the years."""
        return FIRST + (LAST - FIRST) * (post_id / (self.posts + 1))

    def _add_post(self, rows: Rows, post_id: int) -> None:
        dice = self.dice
        at = self._moment(post_id) + timedelta(microseconds=dice.randrange(1000))
        section_id, group_id = dice.choice(self.sections)
        title = prose.joined(self._headline(4, 8))
        subtitle = prose.joined(self._headline(5, 9)) if dice.random() < 0.3 else Form("", "")
        html, body = self._body(post_id)
        tags = self._tags(rows, post_id, at)
        captions, cover_id = self._photos(rows, post_id, at)
        byline = Form.of(f"{dice.choice(self.prose.people[:12])} 기자")
        comments = self._drafts(post_id, section_id, at)
        rows.posts.append(
            {
                "id": post_id,
                "section_id": section_id,
                "group_id": group_id,
                "author_id": 1,
                "title": title.text,
                "subtitle": subtitle.text,
                "body": html,
                "summary": plain.shorten(body.text, 120),
                "byline": byline.text,
                "cover_id": cover_id,
                "has_video": int(dice.random() < 0.04),
                "comment_count": sum(comment.is_public for comment in comments),
                "created_at": stored(at - timedelta(minutes=37)),
                "published_at": stored(at),
            }
        )
        rowid = self.post_rowids.next(at)
        tokens = (
            form.tokens for form in (title, subtitle, tags, body, byline, captions)
        )  # in the order of the index's columns
        rows.post_rowids.append((rowid, post_id))
        rows.post_search.append((rowid, *tokens, token("s", section_id)))

    def _headline(self, fewest: int, most: int) -> list[Form]:
        return self.prose.draw(self.dice, self.dice.randint(fewest, most))

    def _body(self, post_id: int) -> tuple[str, Form]:
        """HTML and its words: sentences of eight to thirteen words, three or four to a paragraph."""
        dice = self.dice
        fewest, more, most = BODY
        length = min(fewest + dice.expovariate(1 / more), most)
        forms = self.prose.draw(dice, int(length * WORDS_PER_CHARACTER))
        step = dice.randint(8, 13)
        for position in (3, len(forms) // 2):
            forms[position] = prose.number(dice)
        forms[step - 1 :: step] = dice.choices(self.prose.closers, k=len(forms[step - 1 :: step]))
        forms[-1] = dice.choice(self.prose.closers)
        planted = self.planted.get(post_id, [])
        for word, sentence in zip(planted, dice.sample(range(len(forms) // step), len(planted)), strict=True):
            forms[sentence * step] = word
        size = step * dice.randint(3, 4)
        paragraphs = [prose.joined(forms[first : first + size]) for first in range(0, len(forms), size)]
        html = "\n".join([f"<p>{paragraph.text}</p>" for paragraph in paragraphs])
        return html, Form(*(" ".join(parts) for parts in zip(*paragraphs, strict=True)))

    def _tags(self, rows: Rows, post_id: int, at: datetime) -> Form:
        count = self.dice.choices((0, 1, 2, 3, 4), weights=(35, 15, 20, 20, 10))[0]
        chosen = dict.fromkeys(int(TAGS ** self.dice.random()) - 1 for _ in range(count))
        rows.post_tags += [(post_id, tag + 1, position, stored(at)) for position, tag in enumerate(chosen, 1)]
        line = " / ".join(self.tags[tag] for tag in chosen)
        return Form(line, words.tokens(line))

    def _photos(self, rows: Rows, post_id: int, at: datetime) -> tuple[Form, int | None]:
        """Captions and the id of the cover. Two posts of five have photos, most of them with a caption."""
        count = self.dice.choices((0, 1, 2, 4), weights=(60, 25, 10, 5))[0]
        captions = []
        for position in range(1, count + 1):
            picture = self.dice.choice(self.pictures)
            caption = prose.joined(self._headline(4, 9)) if self.dice.random() < 0.8 else Form("", "")
            captions += [caption] if caption.text else []
            rows.photos.append(
                {
                    "id": post_id * 4 + position - 1,
                    "post_id": post_id,
                    "digest": picture.digest,
                    "width": picture.width,
                    "height": picture.height,
                    "caption": caption.text,
                    "position": position,
                    "created_at": stored(at),
                }
            )
        line = " / ".join(caption.text for caption in captions)
        return Form(line, " ".join(caption.tokens for caption in captions)), post_id * 4 if count else None

    def _drafts(self, post_id: int, section_id: int, at: datetime) -> list[Draft]:
        """The comments of a post: half of the posts have none, a few have a hundred, two on average."""
        dice = self.dice
        count = 0 if dice.random() < 0.5 else min(int(dice.paretovariate(1.1)), 150)
        drafts: list[Draft] = []
        scope = f"{token('s', section_id)} {token('p', post_id)}"
        for _ in range(count):
            after = timedelta(seconds=min(dice.expovariate(1 / 40_000), 3_000_000))
            drafts.append(Draft(at + after, len(drafts), post_id, scope, dice.randint(2, MEMBERS + 1)))
        drafts.sort()
        for position, draft in enumerate(drafts):
            chance = dice.random()
            if position and chance < 0.3:
                draft.parent = drafts[dice.randrange(position)]
                draft.secret = draft.parent.secret
            else:
                draft.secret = chance > 0.98
            draft.deleted = chance < 0.01
        self.drafts += drafts
        return drafts

    def _add_comments(self, rows: Rows, until: datetime) -> None:
        """The comments written before a moment, in the order of time."""
        self.drafts.sort()
        due = bisect(self.drafts, Draft(until, 0, 0, "", 0))
        for draft in self.drafts[:due]:
            self._add_comment(rows, draft)
        del self.drafts[:due]

    def _add_comment(self, rows: Rows, draft: Draft) -> None:
        self.comment_id += 1
        draft.id = self.comment_id
        forms = self.prose.draw(self.dice, min(60, 2 + int(self.dice.expovariate(1 / 7))))
        text = prose.joined([*forms, self.dice.choice(self.prose.polite)])
        parent = draft.parent
        draft.root_id = parent and (parent.root_id or parent.id)
        rows.comments.append(
            {
                "id": draft.id,
                "post_id": draft.post_id,
                "member_id": draft.member_id,
                "parent_id": parent and parent.id,
                "root_id": draft.root_id,
                "body": "" if draft.deleted else text.text,
                "secret": int(draft.secret),
                "created_at": stored(draft.at),
                "deleted_at": stored(draft.at + timedelta(hours=2)) if draft.deleted else None,
            }
        )
        if draft.is_public:
            rowid = self.comment_rowids.next(draft.at)
            rows.comment_rowids.append((rowid, draft.id))
            rows.comment_search.append((rowid, text.tokens, draft.scope))


def stored(moment: datetime) -> str:
    """As SQLAlchemy writes a datetime into SQLite."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
