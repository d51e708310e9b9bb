"""An article, whole, and what stands around it. All that is shared here is plain (lib/plain.py): it can be read, not written."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Integer,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)

from database import UTCDateTime
from database.statement import AT, Statement
from domain.reading.cards import NEWEST_FIRST, OLDEST_FIRST
from lib.plain import maker
from lib.web.paging import LARGEST_ID
from models import Attachment, Correction, Photo, Post, PostTag, Tag, now

LATEST = 10  # beside an article
RELATED = 5  # beneath an article
RELATED_AMONG = 60  # of the newest, its tags taken together


class PostLink(NamedTuple):
    """A line beside an article: the latest of its group, the one before, the one after, one about the same."""

    id: int
    title: str
    published_at: datetime
    origin: str
    shared: int = 0  # tags that it has too

    @property
    def is_advertisement(self) -> bool:
        return self.origin == "advertisement"


@dataclass(frozen=True)
class SurroundingPosts:
    """What stands around an article: the latest of its group (where they were asked for), the next older and newer one of its
    section, and those that share most of its tags."""

    latest: list[PostLink]
    older: PostLink | None
    newer: PostLink | None
    related: list[PostLink]


def find(post_id: int) -> Post | None:
    """An article in whatever state, with its cover, photos, tags, attachments and corrections, but for its section: two questions."""
    rows = _ARTICLE(post_id=post_id) if 0 < post_id <= LARGEST_ID else []
    if not rows:
        return None
    post = _post(rows[0])
    pieces: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    for kind, *columns in _PIECES(post_id=post_id, cover_id=post.cover_id):
        pieces[kind].append(_KINDS[kind](columns))
    for kept in pieces.values():
        kept.sort(key=lambda piece: (piece.position or 0, piece.id))
    post.photos = [photo for photo in pieces["photo"] if photo.post_id == post_id]
    post.cover = next((photo for photo in pieces["photo"] if photo.id == post.cover_id), None)
    post.attachments, post.corrections = pieces["attachment"], pieces["correction"]
    post.tagged = [_tagged((tag.id, tag)) for tag in pieces["tag"]]
    return post


# What the columns that all pieces share are called in each one's model, where it has another name for them.
_COLUMNS: dict[str, Any] = {
    "id": Integer,
    "position": Integer,
    "post_id": Integer,
    "width": Integer,
    "height": Integer,
    "flag": Boolean,
}
_COLUMNS |= {"digest": String, "text": String, "note": String, "at": UTCDateTime}
_NAMES: dict[Any, dict[str, str]] = {
    Photo: {"text": "caption", "note": "credit", "flag": "in_text"},
    Attachment: {"text": "filename", "width": "size"},
    Correction: {"text": "body", "note": "kind", "at": "created_at"},
    Tag: {"text": "name"},
}
_KINDS = {
    model.__name__.lower(): maker(model, [names.get(name, name) for name in _COLUMNS])
    for model, names in _NAMES.items()
}
_post, _tagged = maker(Post), maker(PostTag, ("tag_id", "tag"))


def _piece(model: Any, **others: Any) -> Any:
    """Those of an article that are of one kind; the columns that it does not have are empty.

    :param others: columns that are another table's
    """
    columns = {name: getattr(model, _NAMES[model].get(name, name), None) for name in _COLUMNS} | others
    values = [cast(null(), _COLUMNS[name]) if column is None else column for name, column in columns.items()]
    return select(
        literal(model.__name__.lower()),
        *(value.label(name) for name, value in zip(_COLUMNS, values, strict=True)),
    )


_THIS = bindparam("post_id", type_=Integer)
_ARTICLE = Statement(select(Post.__table__).where(Post.id == _THIS))
_PIECES = Statement(
    union_all(
        _piece(Photo).where(or_(Photo.post_id == _THIS, Photo.id == bindparam("cover_id", type_=Integer))),
        _piece(Attachment).where(Attachment.post_id == _THIS),
        _piece(Correction).where(Correction.post_id == _THIS),
        _piece(Tag, position=PostTag.position)
        .join(PostTag, PostTag.tag_id == Tag.id)
        .where(PostTag.post_id == _THIS),
    )
)


def surrounding_posts(post: Post, *, latest: bool = True) -> SurroundingPosts:
    """What stands around an article: one question.

    :param latest: whether those of its group are asked for too
    """
    at = now()
    here = {"now": at, "post_id": post.id, "section_id": post.section_id, "moment": post.published_at or at}
    # What is older is older than now, where the article itself is still to come.
    upper = (post.published_at, post.id) if post.state == "published" else (at, LARGEST_ID)
    here |= {"group_id": post.group_id} if latest else {}
    here |= {"upper": upper[0], "upper_id": upper[1]} | {
        f"tag_{number}": tag.tag_id for number, tag in enumerate(post.tagged)
    }
    found: dict[str, list[PostLink]] = {"latest": [], "older": [], "newer": [], "related": []}
    for kind, *columns in _around(len(post.tagged), latest)(**here):
        found[kind].append(PostLink(*columns))
    for lines in found.values():
        lines.sort(key=lambda line: (line.shared, line.published_at, line.id), reverse=True)
    return SurroundingPosts(
        found["latest"], next(iter(found["older"]), None), next(iter(found["newer"]), None), found["related"]
    )


@cache
def _around(tags: int, latest: bool) -> Statement:
    """What stands around an article with so many tags.

    Asked with now, post_id, section_id, tag_0 …, its own moment, the upper bound of what is older, and for the latest group_id.
    """
    key = tuple_(Post.published_at, Post.id)
    here = tuple_(bindparam("moment", type_=UTCDateTime), bindparam("post_id", type_=Integer))
    upper = tuple_(bindparam("upper", type_=UTCDateTime), bindparam("upper_id", type_=Integer))
    same = (Post.section_id == bindparam("section_id"), Post.deleted_at.is_(None))
    group = (Post.is_visible(AT), Post.group_id == bindparam("group_id"))
    arms = [
        *([_arm("latest", LATEST, *group).order_by(*NEWEST_FIRST)] if latest else []),
        _arm("older", 1, *same, key < upper).order_by(*NEWEST_FIRST),
        _arm("newer", 1, *same, key > here, Post.published_at <= AT).order_by(*OLDEST_FIRST),
        *([_related(tags)] if tags else []),
    ]
    return Statement(union_all(*(select(arm.subquery()) for arm in arms)))


def _arm(kind: str, limit: int, *conditions: Any, shared: Any = None) -> Any:
    columns = (literal(kind).label("kind"), Post.id, Post.title, Post.published_at, Post.origin)
    return (
        select(*columns, (literal(0) if shared is None else shared).label("shared"))
        .where(*conditions)
        .limit(limit)
    )


def _related(tags: int) -> Any:
    """Those that share most tags with an article, the newer before the older, among the newest of each tag."""
    among = RELATED_AMONG // tags if tags > 1 else RELATED  # with one tag all share as many
    newest = (
        select(PostTag.post_id, PostTag.published_at)
        .where(PostTag.tag_id == bindparam(f"tag_{number}"), PostTag.published_at <= AT)
        .order_by(PostTag.published_at.desc(), PostTag.post_id.desc())
        .limit(among + 1)  # itself among them
        .subquery()
        for number in range(tags)
    )
    near = union_all(*(select(tag) for tag in newest)).subquery()
    others = near.c.post_id != bindparam("post_id")
    shared, moment = func.count().label("shared"), func.max(near.c.published_at)
    counted = select(near.c.post_id, shared).where(others).group_by(near.c.post_id)
    most = counted.order_by(shared.desc(), moment.desc(), near.c.post_id.desc()).limit(RELATED).subquery()
    return _arm("related", RELATED, Post.id == most.c.post_id, shared=most.c.shared)
