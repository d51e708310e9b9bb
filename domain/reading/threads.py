"""Comments as pages show them: the threads under an article, the newest ones, those that a search found."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, literal_column, select
from sqlalchemy.orm import aliased
from werkzeug.utils import cached_property

from database import rows_of
from domain.neighbours.models import CommentLike, PostLike, Scrap
from domain.neighbours.reactions import OwnReactions
from domain.reading.cards import IS_LISTED, TITLE_COLUMNS, PostTitle
from models import Comment, CommentAccess, CommentAddress, Member, Post, now

PAGE = 100  # comments on a page, replies included: a page costs the same however they are spread over threads
PER_POST = 2  # of the newest comments, so that a lively article leaves room for others
ORDERS = ("oldest", "newest", "likes")  # of threads; replies are always the oldest first
CANDIDATES = 40  # newest comments of which those are chosen


@dataclass(frozen=True)
class CommentAuthor:
    """The member who wrote a comment. A member who has left is shown without the nickname."""

    nickname: str
    left_at: datetime | None
    is_editor: bool


@dataclass(frozen=True)
class ParentComment(CommentAddress):
    """The comment that a reply answers."""

    id: int
    post_id: int
    deleted_at: datetime | None
    held_at: datetime | None
    hidden_at: datetime | None
    member: CommentAuthor

    @property
    def is_there(self) -> bool:
        """Whether its author is named by those who answer it."""
        return not (self.deleted_at or self.held_at or self.hidden_at)


@dataclass(frozen=True)
class CommentLine(CommentAddress):
    """A comment as a page shows it. `notice_for` says for whom only a notice stands in its place."""

    id: int
    post_id: int
    member_id: int
    parent_id: int | None
    root_id: int | None
    body: str
    links: list[list[int]] | None
    secret: bool
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    held_at: datetime | None
    hidden_for: str  # one of Comment.HIDDEN_FOR, or empty
    hidden_reason: str
    like_count: int
    member: CommentAuthor
    post: PostTitle
    parent: ParentComment | None

    @property
    def is_public(self) -> bool:
        return not (self.secret or self.deleted_at or self.held_at or self.hidden_for)

    def notice_for(self, member: Member | None) -> str:
        """What stands in its place: "deleted" (spam too), "held", "rules", "hold"; empty: its text does."""
        if self.deleted_at or self.hidden_for == "spam":
            return "deleted"
        is_own = member is not None and (member.is_editor or member.id == self.member_id)
        return "held" if self.held_at and not is_own else self.hidden_for


@dataclass
class Thread:
    """A comment and all replies beneath it, oldest first.

    `continued`: its first replies are on the page before.
    """

    root: CommentLine
    replies: list[CommentLine] = field(default_factory=list)
    continued: bool = False


@dataclass
class ThreadPage:
    """One page of an article's threads. Its comments are queried when `threads` is read first.

    :param number: counts from 1; there is always at least one page
    :param is_shared: every guest, or every member who is not the editor and wrote none of the article's
        comments, is shown the same
    :param order: one of ORDERS
    :param has_orders: it has several threads, which could be in another order
    :param own: what the member has pressed under this article; None for a guest
    """

    outlines: "Sequence[_Outline]"
    number: int = 1
    pages: int = 1
    is_shared: bool = False
    order: str = ORDERS[0]
    has_orders: bool = False
    own: OwnReactions | None = None

    @cached_property
    def threads(self) -> list[Thread]:
        return _threads(self.outlines) if self.outlines else []


def of(
    post: Post, member: Member | None, page: int = 1, comment_id: int | None = None, order: str = ORDERS[0]
) -> ThreadPage:
    """Return one page of the threads that this member (None: a guest) may read.

    :param page: a number beyond the last page means the last page
    :param comment_id: the page that holds this comment; the first if there is no such comment
    :param order: one of ORDERS
    """
    outlines, own = _outlines(post.id, member)
    shown = sorted(_shown(outlines, member), key=_sort_key(outlines, order))
    pages = -(-len(shown) // PAGE) or 1
    if comment_id is not None:
        ids = [outline.id for outline in shown]
        page = ids.index(comment_id) // PAGE + 1 if comment_id in ids else 1
    number = min(max(page, 1), pages)
    is_shared = not member or not (member.is_editor or any(one.member_id == member.id for one in outlines))
    has_orders = len({one.root_id for one in shown}) > 1
    here = shown[(number - 1) * PAGE : number * PAGE]
    return ThreadPage(here, number, pages, is_shared, order, has_orders, own)


def newest(limit: int) -> list[CommentLine]:
    """Return the newest comments that everybody may read: at most PER_POST of one article, unless there are
    too few others among the CANDIDATES. None in a hidden section.
    """
    newest_first = (Comment.created_at.desc(), Comment.id.desc())
    candidates = select(Comment.id).join(Post, Post.id == Comment.post_id)
    candidates = candidates.where(Comment.is_public_now(), Post.is_visible(now())).order_by(*newest_first)
    is_one = Comment.id.in_(candidates.limit(literal_column(str(CANDIDATES))))
    lines = sorted(_lines(_LINES.where(is_one, IS_LISTED)), key=_age, reverse=True)
    taken, left = [], []
    of_post: Counter[int] = Counter()
    for line in lines:
        of_post[line.post_id] += 1
        (taken if of_post[line.post_id] <= PER_POST else left).append(line)
    return sorted((taken + left)[:limit], key=_age, reverse=True)


def _age(line: CommentLine) -> tuple[datetime, int]:
    return line.created_at, line.id


def by_ids(ids: Sequence[int]) -> list[CommentLine]:
    """Return those of these comments that everybody may read, in the order of the ids."""
    found = {line.id: line for line in _lines(_select_public().where(Comment.id.in_(ids)))} if ids else {}
    return [found[comment_id] for comment_id in ids if comment_id in found]


@dataclass
class _Outline(CommentAccess):
    """What decides whether and where a comment is shown."""

    id: int
    root_id: int  # its own id for the first of a thread
    parent_id: int | None
    member_id: int
    secret: bool
    held_at: datetime | None
    hidden_for: str
    is_deleted: bool
    like_count: int
    is_by_editor: bool
    parent: "_Outline | None" = None

    def is_shown(self, member: Member | None) -> bool:
        """Whether its text or, in place of a hidden one, a notice is shown to this member.

        Spam is shown to nobody, neither to its author.
        """
        return not self.is_deleted and self.hidden_for != "spam" and self.may_see(member)

    @property
    def is_gap(self) -> bool:
        """Whether replies stay readable beneath it although it is not."""
        return self.is_deleted or self.hidden_for == "spam" or self.held_at is not None


_OUTLINE_COLUMNS = (
    Comment.id, func.coalesce(Comment.root_id, Comment.id), Comment.parent_id, Comment.member_id,
    Comment.secret, Comment.held_at, Comment.hidden_for, Comment.deleted_at.is_not(None),
    Comment.like_count, Member.is_editor,
)  # fmt: skip
_OUTLINES = (
    select(*_OUTLINE_COLUMNS)
    .join(Member, Member.id == Comment.member_id)
    .where(Comment.post_id == bindparam("post_id"))
)


def _pressed(table: Any, target: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.member_id == bindparam("member_id"), target)


# The same for a member: at least one row, with what this member has pressed.
_OUTLINES_OF_MEMBER = (
    select(
        *_OUTLINE_COLUMNS,
        _pressed(CommentLike, CommentLike.comment_id == Comment.id),
        _pressed(PostLike, PostLike.post_id == Post.id),
        _pressed(Scrap, Scrap.post_id == Post.id),
    )
    .select_from(Post)
    .outerjoin(Comment, Comment.post_id == Post.id)
    .outerjoin(Member, Member.id == Comment.member_id)
    .where(Post.id == bindparam("post_id"))
)


def _outlines(post_id: int, member: Member | None) -> tuple[list[_Outline], OwnReactions | None]:
    """All comments of an article, and what this member has pressed; in one query."""
    own, parameters = None, {"post_id": post_id}
    if member is None:
        rows = [tuple(row) for row in rows_of(_OUTLINES, parameters)]
    else:
        found = rows_of(_OUTLINES_OF_MEMBER, parameters | {"member_id": member.id})
        liked = frozenset(row[0] for row in found if row[-3])
        own = OwnReactions(liked, *(bool(found) and found[0][place] for place in (-2, -1)))
        rows = [tuple(row[:-3]) for row in found if row[0] is not None]
    outlines = {row[0]: _Outline(*row) for row in rows}
    for outline in outlines.values():
        outline.parent = outlines.get(outline.parent_id or 0)
    return list(outlines.values()), own


def _shown(outlines: Sequence[_Outline], member: Member | None) -> list[_Outline]:
    """The comments that this member is shown.

    In place of one that is gone or held there is a notice while a reply beneath it is shown.
    """
    shown = {one.id: one for one in outlines if one.is_shown(member)}
    answered = {id_ for one in shown.values() if one.parent_id for id_ in (one.parent_id, one.root_id)}
    gaps = (one for one in outlines if one.is_gap and one.id in answered)
    shown |= {one.id: one for one in gaps}
    return list(shown.values())


def _sort_key(outlines: Sequence[_Outline], order: str) -> Callable[[_Outline], tuple[int, ...]]:
    """The key of the order of a page: that of the thread, then of the comment in it."""
    if order == "newest":
        return lambda one: (-one.root_id, one.id)
    if order == "likes":
        likes = {one.id: one.like_count for one in outlines if not (one.is_gap or one.hidden_for)}
        return lambda one: (-likes.get(one.root_id, 0), one.root_id, one.id)
    return lambda one: (one.root_id, one.id)


def _threads(shown: Sequence[_Outline]) -> list[Thread]:
    """The threads of these comments. The root of a thread that began on the page before comes along."""
    here = {outline.id for outline in shown}
    roots = dict.fromkeys(outline.root_id for outline in shown)
    lines = {line.id: line for line in _lines(_LINES_BY_ID, {"ids": here | roots.keys()})}
    threads = {root_id: Thread(lines[root_id], continued=root_id not in here) for root_id in roots}
    for outline in shown:
        if outline.id != outline.root_id:
            threads[outline.root_id].replies.append(lines[outline.id])
    return list(threads.values())


_parent, _parent_author = aliased(Comment), aliased(Member)
_COLUMNS = (
    Comment.id, Comment.post_id, Comment.member_id, Comment.parent_id, Comment.root_id, Comment.body,
    Comment.links, Comment.secret, Comment.created_at, Comment.edited_at, Comment.deleted_at,
    Comment.held_at, Comment.hidden_for, Comment.hidden_reason, Comment.like_count,
)  # fmt: skip
_AUTHOR_COLUMNS = (Member.nickname, Member.left_at, Member.is_editor)
_PARENT_COLUMNS = (_parent.id, _parent.post_id, _parent.deleted_at, _parent.held_at, _parent.hidden_at)
_PARENT_AUTHOR_COLUMNS = (_parent_author.nickname, _parent_author.left_at, _parent_author.is_editor)


_LINES = (
    select(*_COLUMNS, *_AUTHOR_COLUMNS, *TITLE_COLUMNS, *_PARENT_COLUMNS, *_PARENT_AUTHOR_COLUMNS)
    .join(Member, Member.id == Comment.member_id)
    .join(Post, Post.id == Comment.post_id)
    .outerjoin(_parent, _parent.id == Comment.parent_id)
    .outerjoin(_parent_author, _parent_author.id == _parent.member_id)
)
_LINES_BY_ID = _LINES.where(Comment.id.in_(bindparam("ids", expanding=True)))


def _select_public() -> Any:
    return _LINES.where(Comment.is_public_now(), Post.is_visible(now()))


def _lines(query: Any, parameters: dict[str, Any] | None = None) -> list[CommentLine]:
    return [_line(iter(row)) for row in rows_of(query, parameters)]


def _line(values: Iterator[Any]) -> CommentLine:
    """Build a line from the columns of `_LINES`, in their order."""
    columns = list(islice(values, len(_COLUMNS)))
    author = CommentAuthor(*islice(values, len(_AUTHOR_COLUMNS)))
    post = PostTitle(*islice(values, len(TITLE_COLUMNS)))
    parent_columns = list(islice(values, len(_PARENT_COLUMNS)))
    parent = ParentComment(*parent_columns, member=CommentAuthor(*values)) if parent_columns[0] else None
    return CommentLine(*columns, member=author, post=post, parent=parent)
