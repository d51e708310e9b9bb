"""The tables of the news: columns, relationships, and methods that touch one row and its children.

State is a timestamp (`published_at`, `deleted_at`): it says yes or no, and when. Timestamps are UTC.
"""

import hashlib
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import UserMixin
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    false,
    or_,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, load_only, mapped_column, relationship, validates

from database import Model, UTCDateTime, db
from lib.files.photo_files import PhotoFiles
from lib.text import names, plain
from lib.text.dates import zone
from lib.text.links import find_links

SETTLING = timedelta(minutes=10)  # after publication, in which edits are not told
QUIET_EDIT = timedelta(minutes=15)
COMMENT_LENGTH = 3000
LOOKS = ("list", "webzine", "gallery")


class Refused(Exception):
    """A rule of the paper forbids the act. The text is a sentence that is shown to the person.

    :param status: the HTTP status of the response, unless a view catches it
    :param retry_after: seconds after which the act may succeed, for the header of this name
    """

    def __init__(self, sentence: str, status: int = 422, retry_after: int | None = None):
        super().__init__(sentence)
        self.status = status
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


class ParentGone(Refused):
    """The comment that a reply answers is deleted, or its author may not read it."""

    def __init__(self) -> None:
        super().__init__(_("The comment you are replying to is gone."), 410)


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


def paper_zone() -> ZoneInfo:
    """The paper's own time zone."""
    return zone(str(get_timezone()))


def local(moment: datetime) -> datetime:
    """Convert to the paper's time zone. Ten times as fast as flask_babel, which matters in lists."""
    return moment.astimezone(paper_zone())


def today() -> date:
    """The current day of the paper."""
    return local(now()).date()


def midnight(day: date) -> datetime:
    """The first moment of a day of the paper, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=paper_zone()).astimezone(UTC)


def digest(token: str) -> str:
    """The SHA-256 of a secret token: the database stores only this."""
    return hashlib.sha256(token.encode()).hexdigest()


class Paper(Model):
    """The newspaper: one row, with the imprint that the Newspaper Act requires on every page."""

    __tablename__ = "papers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), default="")  # 제호
    tagline: Mapped[str] = mapped_column(String(120), default="")
    company_name: Mapped[str] = mapped_column(String(80), default="")
    # [{"medium": "internet" | "weekly" | …, "number": "…", "registered_on": "2015-01-02"}, …]
    registrations: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    publisher: Mapped[str] = mapped_column(String(80), default="")
    editors: Mapped[str] = mapped_column(String(200), default="")  # names, separated by commas
    address: Mapped[str] = mapped_column(String(200), default="")  # 발행소
    telephone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    published_on: Mapped[date | None] = mapped_column()  # 발행일
    youth_officer: Mapped[str] = mapped_column(String(80), default="")
    business_number: Mapped[str] = mapped_column(String(40), default="")
    copyright_from: Mapped[int | None] = mapped_column()
    last_edited_at: Mapped[datetime | None] = mapped_column()  # 최종편집

    # Columns that the law requires (신문법 제21조, 시행령 제7조의2, 청소년보호법).
    REQUIRED: ClassVar[tuple[str, ...]] = (
        "name", "company_name", "registrations", "publisher", "editors", "address", "telephone",
        "published_on", "youth_officer",
    )  # fmt: skip

    @classmethod
    def get(cls) -> "Paper":
        """The one row, or a new, empty one that is not in the session."""
        return db.session.get(cls, 1) or cls(id=1, name="", registrations=[])

    @property
    def missing(self) -> list[str]:
        """The required columns of the imprint that are empty."""
        absent = [name for name in self.REQUIRED if not getattr(self, name)]
        partial = any(not (r.get("number") and r.get("registered_on")) for r in self.registrations or [])
        return absent + (["registrations"] if partial else [])


class Section(Model):
    """A board (지역뉴스), or a group of boards (마을뉴스), which has no parent."""

    __tablename__ = "sections"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    look: Mapped[str] = mapped_column(String(20), default="list")  # one of LOOKS
    kind: Mapped[str] = mapped_column(String(20), default="news")  # news, interview, video, shop
    hidden_at: Mapped[datetime | None] = mapped_column()  # only its own address lists its articles
    closed_at: Mapped[datetime | None] = mapped_column()  # takes no new articles
    comments_from: Mapped[str] = mapped_column(String(20), default="members", server_default="members")
    # Days after publication; 0: never; None: as its group has it, or else the paper.
    comments_close_after_days: Mapped[int | None] = mapped_column()

    parent: Mapped["Section | None"] = relationship(back_populates="children", remote_side="Section.id")
    children: Mapped[list["Section"]] = relationship(back_populates="parent", order_by="Section.position")

    @property
    def group_id(self) -> int:
        """The id of its group; of a group its own id."""
        return self.parent_id or self.id

    @property
    def list_id(self) -> int:
        """What its articles are listed under: its group, but itself while it is hidden."""
        return self.id if self.hidden_at else self.group_id

    @property
    def is_group(self) -> bool:
        return self.parent_id is None


class Member(Model, UserMixin):
    """Somebody who joined. Editors are members too."""

    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(30))
    username_key: Mapped[str] = mapped_column(String(60), unique=True)
    nickname: Mapped[str] = mapped_column(String(30))
    nickname_key: Mapped[str] = mapped_column(String(120), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(300), unique=True)
    email_confirmed_at: Mapped[datetime | None] = mapped_column()
    password_hash: Mapped[str] = mapped_column(String(200))
    is_editor: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime] = mapped_column(default=now)
    shown_online_at: Mapped[datetime | None] = mapped_column()  # chose to be listed under 현재접속자
    left_at: Mapped[datetime | None] = mapped_column()
    banned_until: Mapped[datetime | None] = mapped_column()  # may read, not write
    ban_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    closed_at: Mapped[datetime | None] = mapped_column()  # by the editor: no login
    BANNED_FOR_GOOD: ClassVar[datetime] = datetime(9000, 1, 1, tzinfo=UTC)
    consented_at: Mapped[datetime] = mapped_column(default=now)  # to the documents that all agree to
    wants_reply_mail: Mapped[bool] = mapped_column(default=False)
    wants_digest: Mapped[bool] = mapped_column(default=True)  # editors only: what waits at the desk
    wants_news: Mapped[bool] = mapped_column(default=False)  # as the consent "marketing" says

    logins: Mapped[list["Login"]] = relationship(back_populates="member", cascade="all, delete-orphan")

    login_token: str = ""  # of the current request's login; not a column

    def get_id(self) -> str:
        """What Flask-Login stores in the cookie: the token of this login, not the member's id."""
        return self.login_token

    def name_as(self, username: str, nickname: str, email: str) -> None:
        """Set the three unique names, with the normalised keys that they are compared by."""
        self.username, self.username_key = username, plain.key(username)
        self.nickname, self.nickname_key = nickname, plain.key(nickname)
        self.email, self.email_key = email, names.email_key(email)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.left_at is None and self.closed_at is None

    @property
    def is_banned(self) -> bool:
        return self.banned_until is not None and self.banned_until > now()

    @property
    def shown_name(self) -> str:
        """The nickname. Of those who have left it is not to be read."""
        return _("Former member") if self.left_at else self.nickname

    def leave(self) -> None:
        """회원탈퇴: erase the names, which others may take then, and end every login. Comments stay."""
        placeholder = f"left-{self.id}"
        self.name_as(placeholder, placeholder, f"{placeholder}@invalid")
        self.password_hash = ""
        self.shown_online_at = self.email_confirmed_at = self.banned_until = None
        self.wants_reply_mail = self.wants_digest = self.wants_news = False
        self.ban_reason = ""
        self.left_at = now()
        self.logins.clear()

    __table_args__ = (
        Index("ix_members_banned", "id", sqlite_where=banned_until.is_not(None)),
        Index("ix_members_closed", "id", sqlite_where=closed_at.is_not(None)),
        Index("ix_members_editors", "id", sqlite_where=is_editor),
    )


class Login(Model):
    """A browser that is logged in. Logging out deletes the row."""

    __tablename__ = "logins"
    LASTS: ClassVar[timedelta] = timedelta(days=1)
    LASTS_REMEMBERED: ClassVar[timedelta] = timedelta(days=30)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(String(40), default="", server_default="")  # "Chrome · Android"

    member: Mapped[Member] = relationship(back_populates="logins")

    @classmethod
    def start(cls, member: Member, *, remember: bool, device: str = "") -> str:
        """Add a login. Returns its token; only the digest is stored."""
        token = secrets.token_urlsafe(32)
        lifetime = cls.LASTS_REMEMBERED if remember else cls.LASTS
        member.logins.append(cls(token_digest=digest(token), expires_at=now() + lifetime, device=device))
        return token

    @classmethod
    def member_of(cls, token: str) -> Member | None:
        """The member who is logged in with this token; None if the login has ended or the member has left."""
        member = db.session.scalar(_LOGGED_IN, {"digest": digest(token), "now": now()})
        return member if member and member.is_active else None


class Page(Model):
    """One version of a company page or of one that the editor added. Shown is the newest in effect."""

    __tablename__ = "pages"
    # In the order of the footer.
    SLUGS: ClassVar[tuple[str, ...]] = ("about", "terms", "privacy", "youth", "email-refusal", "advertising")

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)  # cleaned HTML, with the placeholders of domain/paper
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")  # what is new in it
    created_at: Mapped[datetime] = mapped_column(default=now)
    effective_at: Mapped[datetime] = mapped_column(default=now)  # until then it is announced
    is_unfavourable: Mapped[bool] = mapped_column(default=False, server_default=false())  # to members
    __table_args__ = (UniqueConstraint("slug", "version"),)


class PostState:
    """What readers may see of an article. For Post, and for rows that select only these columns of it."""

    published_at: Any
    deleted_at: Any

    @property
    def state(self) -> str:
        """draft, scheduled, published or deleted."""
        return self.state_at(now())

    def state_at(self, at: datetime) -> str:
        """The state at a moment."""
        if self.deleted_at:
            return "deleted"
        if self.published_at is None:
            return "draft"
        return "published" if self.published_at <= at else "scheduled"


class Post(PostState, Model):
    """An article, or a shop of 우리동네 업소소개. Scheduled ones appear by a where clause, not a job."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    # The section's group, or a hidden section itself: the list of a group walks one index.
    group_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    subtitle: Mapped[str] = mapped_column(String(200), default="")
    # Cleaned HTML. The last column: SQLite reads through a long value to reach the columns behind it.
    body: Mapped[str] = mapped_column(Text, default="", sort_order=1)
    summary: Mapped[str] = mapped_column(String(300), default="")
    byline: Mapped[str] = mapped_column(String(80), default="")
    origin: Mapped[str] = mapped_column(String(20), default="")  # of provenance.ORIGINS; empty: not chosen
    # The weightiest kind among its corrections, for lists; empty: it has none.
    correction_kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    is_unpaid: Mapped[bool] = mapped_column(default=False, server_default=false())  # a shop: no payment
    sponsor: Mapped[str] = mapped_column(String(80), default="", server_default="")  # who pays, for readers
    credit_line: Mapped[str] = mapped_column(String(200), default="")
    video_id: Mapped[str] = mapped_column(String(20), default="")  # of YouTube; shown above the text
    has_video: Mapped[bool] = mapped_column(default=False)  # above the text or in it
    telephone: Mapped[str] = mapped_column(String(40), default="")  # these three are for shops only
    address: Mapped[str] = mapped_column(String(200), default="")
    opening_hours: Mapped[str] = mapped_column(String(200), default="")
    internal_note: Mapped[str] = mapped_column(Text, default="", server_default="")  # no reader sees it
    cover_id: Mapped[int | None] = mapped_column(
        ForeignKey("photos.id", ondelete="SET NULL", use_alter=True), index=True
    )
    comment_count: Mapped[int] = mapped_column(default=0, server_default="0")  # public comments only
    like_count: Mapped[int] = mapped_column(default=0, server_default="0")  # 추천
    idempotency_key: Mapped[str | None] = mapped_column("once_key", String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None] = mapped_column()  # the last edit after publication
    published_at: Mapped[datetime | None] = mapped_column()  # None: a draft; in the future: scheduled
    pinned_at: Mapped[datetime | None] = mapped_column()
    comments_closed_at: Mapped[datetime | None] = mapped_column()  # what is written stays; nobody adds to it
    deleted_at: Mapped[datetime | None] = mapped_column()
    erased_at: Mapped[datetime | None] = mapped_column()  # deleted for good: no texts, the address is 410

    section: Mapped[Section] = relationship(foreign_keys=[section_id])
    group: Mapped[Section] = relationship(foreign_keys=[group_id])
    cover: Mapped["Photo | None"] = relationship(foreign_keys=[cover_id], post_update=True)
    photos: Mapped[list["Photo"]] = relationship(
        back_populates="post",
        foreign_keys="Photo.post_id",
        order_by="(Photo.position, Photo.id)",
        passive_deletes=True,
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="post", order_by="Attachment.id", cascade="all, delete-orphan"
    )
    corrections: Mapped[list["Correction"]] = relationship(
        back_populates="post", order_by="Correction.id", cascade="all, delete-orphan"
    )
    tagged: Mapped[list["PostTag"]] = relationship(
        back_populates="post", order_by="PostTag.position", cascade="all, delete-orphan", passive_deletes=True
    )
    comments: Mapped[list["Comment"]] = relationship(back_populates="post", cascade="all, delete-orphan")

    @classmethod
    def is_visible(cls, at: datetime) -> ColumnElement[bool]:
        """The where clause for what readers may see at this time.

        `at` has no default: a query built at import would keep the time of the import for ever.
        """
        return and_(cls.published_at <= at, cls.deleted_at.is_(None))

    @property
    def revised_at(self) -> datetime | None:
        """The last edit as readers are told of it: none within ten minutes of publication."""
        if self.edited_at and self.published_at and self.edited_at - self.published_at > SETTLING:
            return self.edited_at
        return None

    @hybrid_property
    def is_advertisement(self) -> bool:
        """Whether lists mark it: it was chosen as one, or it is a shop that is not unpaid."""
        is_shop = self.section is not None and self.section.kind == "shop"  # a draft may be without one
        return self.origin == "advertisement" or (is_shop and not self.is_unpaid)

    @is_advertisement.inplace.expression
    @classmethod
    def _is_advertisement(cls) -> ColumnElement[bool]:
        is_shop = cls.section_id.in_(select(Section.id).where(Section.kind == "shop"))
        return or_(cls.origin == "advertisement", and_(is_shop, cls.is_unpaid.is_(False)))

    @property
    def version(self) -> str:
        """A hash of what the writing page shows, photos by content. A form with another is out of date."""
        texts = (self.section_id, self.title, self.subtitle, self.body, self.summary, self.byline)
        details = (self.origin, self.credit_line, self.video_id)
        later = (self.internal_note, self.sponsor, self.is_unpaid)  # older versions did not have them
        details += (self.telephone, self.address, self.opening_hours, *filter(None, later))
        tags = [tag.name for tag in self.tags]
        photos = dict.fromkeys(
            (photo.digest, photo.caption, photo.credit, *photo.details.items()) for photo in self.gallery
        )
        state = (bool(self.pinned_at), self.published_at, self.deleted_at)
        state += (True,) if self.comments_closed_at else ()
        return digest(repr((*texts, *details, *tags, *photos, *state)))[:16]

    @property
    def gallery(self) -> list["Photo"]:
        """The photos shown beside the text, without those inside it."""
        return [photo for photo in self.photos if not photo.in_text]

    @property
    def tags(self) -> list["Tag"]:
        """Its tags, in the order in which the editor wrote them."""
        return [tagged.tag for tagged in self.tagged]

    def file_under(self, section: Section) -> None:
        self.section, self.section_id, self.group_id = section, section.id, section.list_id

    def publish(self, at: datetime | None = None) -> None:
        """Publish now, or schedule it; a published article keeps its time unless a new one is passed."""
        if at is None and self.state == "published":
            return
        self.published_at = at or now()

    def withdraw(self) -> None:
        """Turn it into a draft again."""
        self.published_at = None

    def pin(self, pinned: bool) -> None:
        self.pinned_at = (self.pinned_at or now()) if pinned else None

    def close_comments(self, closed: bool) -> None:
        self.comments_closed_at = (self.comments_closed_at or now()) if closed else None

    def delete(self) -> None:
        """Delete it for readers: its address answers 410. The row stays and can be restored."""
        self.deleted_at = now()

    def restore(self) -> None:
        self.deleted_at = None

    def correct(self, kind: str, body: str, title: str = "") -> "Correction":
        correction = Correction(kind=kind, body=body, title=title)
        self.corrections.append(correction)
        self.mark_corrected()
        return correction

    def mark_corrected(self) -> None:
        """Copy the weightiest kind among its corrections: lists show it before the title."""
        kinds = {correction.kind for correction in self.corrections}
        self.correction_kind = next((kind for kind in Correction.KINDS if kind in kinds), "")

    def comment(
        self,
        body: str,
        by: Member,
        reply_to: "Comment | None" = None,
        *,
        secret: bool = False,
        idempotency_key: str | None = None,
    ) -> "Comment":
        """Add a comment; a reply to a secret one is secret. domain/moderation/counting.py counts it.

        :param reply_to: a comment that has its id already (was flushed)
        :raises ParentGone: the author may not answer `reply_to`
        """
        if reply_to and not reply_to.may_be_answered(self, by):
            raise ParentGone
        comment = Comment(
            post=self,
            member=by,
            parent=reply_to,
            root_id=(reply_to.root_id or reply_to.id) if reply_to else None,
            body=body,
            secret=secret or bool(reply_to and reply_to.secret),
            idempotency_key=idempotency_key,
        )
        db.session.add(comment)  # not appended to `comments`: that would load all of them first
        return comment

    # The migrations add `postgresql_where`: named here, it would load that dialect at every start.
    _not_deleted: ClassVar[dict[str, ColumnElement[bool]]] = {"sqlite_where": deleted_at.is_(None)}
    _draft: ClassVar[dict[str, Any]] = {"sqlite_where": and_(published_at.is_(None), deleted_at.is_(None))}
    _deleted: ClassVar[dict[str, Any]] = {"sqlite_where": and_(deleted_at.is_not(None), erased_at.is_(None))}
    _pinned: ClassVar[dict[str, ColumnElement[bool]]] = {"sqlite_where": pinned_at.is_not(None)}
    __table_args__ = (
        Index("ix_posts_section_published", "section_id", "published_at", "id", **_not_deleted),
        Index("ix_posts_group_published", "group_id", "published_at", "id", **_not_deleted),
        Index("ix_posts_published", "published_at", "id", **_not_deleted),
        Index("ix_posts_draft", "published_at", "created_at", "id", **_draft),
        Index("ix_posts_section_draft", "section_id", "published_at", "created_at", "id", **_draft),
        Index("ix_posts_deleted", "deleted_at", "id", **_deleted),
        Index("ix_posts_section_deleted", "section_id", "deleted_at", "id", **_deleted),
        Index("ix_posts_section_pinned", "section_id", "pinned_at", **_pinned),
        Index("ix_posts_group_pinned", "group_id", "pinned_at", **_pinned),
        Index("ix_posts_video", "published_at", "id", sqlite_where=has_video.is_(True)),
        Index("ix_posts_photo", "published_at", "id", sqlite_where=cover_id.is_not(None)),
    )


class Tag(Model):
    """A tag of articles (#느티천). Its key is the same however the name is typed."""

    __tablename__ = "tags"
    MOST: ClassVar[int] = 10  # of one article
    LENGTH: ClassVar[int] = 30  # characters

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(600), unique=True)

    def name_as(self, name: str) -> None:
        """Set the name as it is shown, with the key that it is found by."""
        self.name, self.key = name, names.tag_key(name)


class PostTag(Model):
    """A tag of an article, with the publication time that the tag's list is sorted by."""

    __tablename__ = "post_tags"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    # Copied from the article by domain/desk/tagging.py; None while the article is deleted.
    published_at: Mapped[datetime | None] = mapped_column()

    post: Mapped[Post] = relationship(back_populates="tagged")
    tag: Mapped[Tag] = relationship()

    __table_args__ = (Index("ix_post_tags_tag_published", "tag_id", "published_at", "post_id"),)


class Photo(PhotoFiles, Model):
    """A re-encoded picture of an article, or one that was uploaded and is in no article yet."""

    __tablename__ = "photos"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int] = mapped_column()  # pixels, of the largest file
    height: Mapped[int] = mapped_column()
    caption: Mapped[str] = mapped_column(String(300), default="")
    credit: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(default=0)
    alt: Mapped[str] = mapped_column(String(300), default="")  # empty: the caption serves
    is_decorative: Mapped[bool] = mapped_column(default=False)  # has no alternative text, on purpose
    focus_x: Mapped[int] = mapped_column(default=50)  # percent: what stays in sight where it is cropped
    focus_y: Mapped[int] = mapped_column(default=50)
    is_cover: Mapped[bool] = mapped_column(default=False)  # chosen as the cover; else the first one is
    in_text: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)

    post: Mapped[Post | None] = relationship(back_populates="photos", foreign_keys=[post_id])

    WORDS: ClassVar[tuple[str, ...]] = ("caption", "credit", "alt")
    # What else the editor says of it, with what stands where nothing was said.
    DETAILS: ClassVar[dict[str, Any]] = {
        "alt": "", "is_decorative": False, "focus_x": 50, "focus_y": 50, "is_cover": False,
    }  # fmt: skip
    __table_args__ = (Index("ix_photos_created", "created_at", "id"),)

    @property
    def details(self) -> dict[str, Any]:
        """Those of DETAILS that say something."""
        values = {name: getattr(self, name) for name in self.DETAILS}
        return {name: value for name, value in values.items() if value not in (None, self.DETAILS[name])}

    def copy(self, **columns: Any) -> "Photo":
        """Another row for the same picture. It is not in the session."""
        return Photo(digest=self.digest, width=self.width, height=self.height, **columns)


class Attachment(Model):
    """A file to download with an article, stored unchanged under the hash of its content."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column()  # bytes
    created_at: Mapped[datetime] = mapped_column(default=now)

    post: Mapped[Post] = relationship(back_populates="attachments")


class Correction(Model):
    """정정, 반론, 추후보도, 고침: shown above the text of its article, with what it said before."""

    __tablename__ = "corrections"
    KINDS: ClassVar[tuple[str, ...]] = ("correction", "rebuttal", "follow-up", "fix")  # the weightiest first
    REMOVABLE_FOR: ClassVar[timedelta] = timedelta(hours=1)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="correction")  # one of KINDS
    title: Mapped[str] = mapped_column(String(120), default="", server_default="")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

    post: Mapped[Post] = relationship(back_populates="corrections")
    revisions: Mapped[list["CorrectionRevision"]] = relationship(
        back_populates="correction", order_by="CorrectionRevision.id", cascade="all, delete-orphan"
    )

    __table_args__ = (Index("ix_corrections_created", "created_at", "id"),)

    def edit(self, kind: str, body: str, title: str = "") -> None:
        """Change it; readers can still read what it said before."""
        if (kind, body, title) != (self.kind, self.body, self.title):
            self.revisions.append(CorrectionRevision(kind=self.kind, body=self.body, title=self.title))
            self.kind, self.body, self.title = kind, body, title
            self.post.mark_corrected()

    @property
    def may_be_removed(self) -> bool:
        return now() - self.created_at < self.REMOVABLE_FOR

    def remove(self) -> None:
        """Delete it with its revisions.

        :raises Refused: it has stood for too long
        """
        if not self.may_be_removed:
            raise Refused(_("A notice that readers have seen for an hour stays. It can be changed."), 409)
        post = self.post
        post.corrections.remove(self)
        post.mark_corrected()


class CorrectionRevision(Model):
    """What a correction said until it was changed."""

    __tablename__ = "correction_revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120), default="", server_default="")
    body: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime] = mapped_column(default=now)

    correction: Mapped[Correction] = relationship(back_populates="revisions")


class CommentAddress:
    """The permalink of a comment, for Comment and for lists that select only some of its columns."""

    id: Any
    post_id: Any

    @property
    def address(self) -> str:
        """The page of the threads that holds this comment, at its anchor."""
        return f"/posts/{self.post_id}?comment={self.id}#comment-{self.id}"


class CommentAccess:
    """Who may read a comment. For Comment, and for rows that select only these columns of it."""

    secret: Any
    held_at: Any
    hidden_for: Any
    member_id: Any
    is_by_editor: Any
    parent: Any  # the comment it answers, or None

    def may_read(self, member: Member | None) -> bool:
        """Whether its text is for this member: that of a hidden one only for its author and the editor."""
        return self._is_of(member) or (not self.hidden_for and self.may_see(member))

    def may_see(self, member: Member | None) -> bool:
        """Whether this member may know of it: may read it, or the notice in place of a hidden one.

        A held one and a secret one are for their author and the editor. A secret answer of the editor to a
        secret comment is also for the author of that.
        """
        if self._is_of(member) or not (self.secret or self.held_at):
            return True
        parent = self.parent if self.is_by_editor and member and not self.held_at else None
        return parent is not None and parent.secret and parent.member_id == member.id

    def _is_of(self, member: Member | None) -> bool:
        return member is not None and (member.is_editor or self.member_id == member.id)


class Comment(CommentAddress, CommentAccess, Model):
    """Plain text under an article. Replies of any depth are shown in one level below their root."""

    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    # The comment it answers, and that of its thread, which has none itself.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    body: Mapped[str] = mapped_column(Text)
    # Start and end of each web address in the body; None if it has none.
    links: Mapped[list[list[int]] | None] = mapped_column(JSON(none_as_null=True))
    secret: Mapped[bool] = mapped_column(default=False)
    like_count: Mapped[int] = mapped_column(default=0, server_default="0")  # 공감
    idempotency_key: Mapped[str | None] = mapped_column("once_key", String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None] = mapped_column()  # set by edits later than QUIET_EDIT
    deleted_at: Mapped[datetime | None] = mapped_column()
    # Waits for the editor's approval, and why. domain/moderation/comments.py changes these five.
    held_at: Mapped[datetime | None] = mapped_column()
    held_for: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # Hidden by the editor: when, one of HIDDEN_FOR (empty: it is not), the sentence that readers are told.
    hidden_at: Mapped[datetime | None] = mapped_column()
    hidden_for: Mapped[str] = mapped_column(String(20), default="", server_default="")
    hidden_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")

    HIDDEN_FOR: ClassVar[tuple[str, ...]] = ("rules", "hold", "spam")  # hold: 임시조치. The last one is shown

    post: Mapped[Post] = relationship(back_populates="comments")
    member: Mapped[Member] = relationship()
    parent: Mapped["Comment | None"] = relationship(foreign_keys=[parent_id], remote_side="Comment.id")

    @classmethod
    def is_public_now(cls) -> ColumnElement[bool]:
        """The where clause for comments that everybody may read, if their article is visible."""
        states = (cls.deleted_at, cls.held_at, cls.hidden_at)
        return and_(cls.secret.is_(False), *(state.is_(None) for state in states))

    @property
    def is_public(self) -> bool:
        return not (self.secret or self.deleted_at or self.held_at or self.hidden_at)

    @property
    def is_by_editor(self) -> bool:
        return self.member.is_editor

    @validates("body")
    def _find_links(self, _name: str, body: str) -> str:
        """Find the links of a new body, so that showing it costs next to nothing."""
        self.links = [[start, end] for start, end in find_links(body)] or None
        return body

    def may_be_answered(self, post: Post, member: Member) -> bool:
        """Whether this member may reply to it under this article."""
        is_there = not (self.deleted_at or self.held_at or self.hidden_at)
        return self.post_id == post.id and is_there and self.may_read(member)

    def may_edit(self, member: Member) -> bool:
        return self.member_id == member.id and not self.hidden_at

    def may_delete(self, member: Member) -> bool:
        return self.member_id == member.id or member.is_editor

    def edit(self, body: str) -> None:
        """Change the text; after QUIET_EDIT it is marked as edited."""
        if self.deleted_at:
            raise Refused(_("This comment was deleted."), 410)
        if body == self.body:
            return
        if now() - self.created_at > QUIET_EDIT:
            self.edited_at = now()
        self.body, self.idempotency_key = body, None  # sent again, the first text is a new comment

    def delete(self) -> None:
        """Erase the text; a comment with replies is shown as deleted."""
        if self.deleted_at:
            return
        self.deleted_at = now()
        self.body, self.idempotency_key = "", None

    _there: ClassVar[Any] = (deleted_at.is_(None), hidden_at.is_(None))
    _public: ClassVar[Any] = {"sqlite_where": and_(secret.is_(False), held_at.is_(None), *_there)}
    _held: ClassVar[Any] = {"sqlite_where": and_(held_at.is_not(None), *_there)}
    _hidden: ClassVar[Any] = {"sqlite_where": and_(deleted_at.is_(None), hidden_at.is_not(None))}
    __table_args__ = (
        Index("ix_comments_post_root", "post_id", "root_id", "id"),
        Index("ix_comments_newest", "created_at", "id", **_public),
        Index("ix_comments_public", "post_id", **_public),
        Index("ix_comments_held", "held_at", "id", **_held),
        Index("ix_comments_hidden", "hidden_for", "hidden_at", "id", **_hidden),
        UniqueConstraint("member_id", "once_key"),
    )


# Login.member_of, which every request of a member calls: built once, when all classes are there. It loads
# what pages ask of their reader; the other columns are loaded when they are read.
_OF_A_READER = load_only(
    Member.nickname, Member.is_editor, Member.left_at, Member.closed_at, Member.banned_until,
    Member.consented_at,
)  # fmt: skip
_LOGGED_IN = (
    select(Member)
    .join(Login)
    .options(_OF_A_READER)
    .where(Login.token_digest == bindparam("digest"), Login.expires_at > bindparam("now", type_=UTCDateTime))
)
