"""Who is online (현재접속자), for the page that lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from database import db
from domain.counter import pages
from domain.counter.models import Presence
from domain.reading.headlines import headline
from models import Member, Post, Section, now

MOST_SHOWN = 200


@dataclass(frozen=True)
class OnlineVisitor:
    """One line of the list."""

    is_member: bool
    nickname: str  # of a member who agreed to be shown; else empty
    path: str  # of a public page; else empty
    title: str  # of the article or section at the path, if there is one
    seen_at: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes since the last beat."""
        return max(0, int((now() - self.seen_at).total_seconds() // 60))


def online(window_minutes: int) -> list[OnlineVisitor]:
    """Members, each once, then guests, the latest first. At most MOST_SHOWN."""
    query = (
        select(Presence.member_id, Presence.path, Presence.seen_at)
        .where(Presence.seen_at > now() - timedelta(minutes=window_minutes))
        .order_by(Presence.member_id.is_(None), Presence.seen_at.desc())
        .limit(MOST_SHOWN)
    )
    rows = db.session.execute(query).all()
    nicknames = _nicknames({row.member_id for row in rows if row.member_id})
    titles = _titles({row.path for row in rows})
    found, listed = [], set()
    for member_id, path, seen_at in rows:
        if member_id and (member_id in listed or member_id not in nicknames):
            continue
        listed.add(member_id)
        nickname = nicknames[member_id] if member_id else ""
        title = titles.get(path.rstrip("/"), "")
        found.append(OnlineVisitor(bool(member_id), nickname, path, title, seen_at))
    return found


def _nicknames(member_ids: set[int]) -> dict[int, str]:
    """Nicknames by id, empty unless the member agreed to be shown. Excludes the editor and former members."""
    query = select(Member.id, Member.nickname, Member.shown_online_at).where(
        Member.id.in_(member_ids),
        Member.is_editor.is_(False),
        Member.left_at.is_(None),
        Member.closed_at.is_(None),
    )
    return {id_: nickname if shown else "" for id_, nickname, shown in db.session.execute(query)}


def _titles(paths: Iterable[str]) -> dict[str, str]:
    """Titles by path, of visible articles and of sections."""
    public = [match for path in paths if (match := pages.PUBLIC.fullmatch(path))]
    post_ids = [int(match["post_id"]) for match in public if match["post_id"]]
    columns = (Post.id, Post.title, Post.is_advertisement, Post.correction_kind)
    posts = select(*columns).where(Post.id.in_(post_ids), Post.is_visible(now()))
    slugs = [match["slug"] for match in public if match["slug"]]
    sections = select(Section.slug, Section.name).where(Section.slug.in_(slugs))
    titles = {f"/posts/{row.id}": headline(row) for row in db.session.execute(posts)}
    return titles | {f"/sections/{slug}": name for slug, name in db.session.execute(sections)}
