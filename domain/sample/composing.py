"""Creates posts from the sample articles: text, photos, video, attachment, corrections, comments."""

import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from database import db
from domain.desk import attachments, photos, publishing, tagging
from domain.sample import prose
from lib.files.store import Store
from models import Comment, Member, Photo, Post, Section, now

PHOTOS = Path(__file__).parent / "photos"
CREDIT = "그림 느티마을신문"  # drawn, as all pictures of the sample are
COLUMNS = ("subtitle", "byline", "origin", "credit_line", "video_id", "telephone", "address", "opening_hours")
COLUMNS += ("is_unpaid", "sponsor")
LONGEST_ATTACHMENT = 100_000  # bytes


@dataclass
class Cast:
    """Rows and pictures that the articles refer to by name."""

    sections: dict[str, Section]
    members: dict[str, Member]
    editor: Member
    pictures: dict[str, Photo]
    store: Store


def take_picture(name: str, store: Store, megapixels: int) -> Photo:
    """Put a picture into the store. Returns a Photo that is not in the session."""
    with (PHOTOS / f"{name}.jpg").open("rb") as file:
        return photos.take(store, file, megapixels)


def compose(article: dict[str, Any], cast: Cast) -> Post:
    """Create a post with everything that belongs to it, in the session and flushed."""
    post = Post(title=article["title"], author_id=cast.editor.id)
    section = cast.sections[article["section"]]
    post.file_under(section)
    db.session.add(post)
    columns = {"byline": "" if section.kind == "shop" else "느티 기자", "origin": "own"} | {
        name: article[name] for name in COLUMNS if name in article
    }
    publishing.revise(post, section, body=prose.html(article.get("body", "")), **columns)
    db.session.flush()
    tagging.put(post, article.get("tags", []))
    publishing.add_photos(
        post,
        [
            cast.pictures[shown["name"]].copy(caption=shown.get("caption", ""), credit=CREDIT)
            for shown in article.get("photos", [])
        ],
    )
    _date(post, article)
    _attach(post, article, cast)
    db.session.flush()
    _discuss(post, article, cast)
    return post


def _date(post: Post, article: dict[str, Any]) -> None:
    """Set its moments as if it had been written shortly before it was published."""
    if "when" not in article:
        return
    appears = prose.moment(article["when"])
    post.publish(appears)
    post.created_at = min(appears, now()) - timedelta(minutes=37)
    if "edited" in article:
        post.edited_at = min(prose.moment(article["edited"], appears), now())
    if article.get("pinned"):
        post.pinned_at = appears
    for notice in article.get("corrections", []):
        correction = post.correct(notice["kind"], notice["body"], notice.get("title", ""))
        correction.created_at = min(prose.moment(notice["after"], appears), now())


def _attach(post: Post, article: dict[str, Any], cast: Cast) -> None:
    if "attachment" in article:
        stream = io.BytesIO(article["attachment"]["text"].strip().encode() + b"\n")
        filename = article["attachment"]["filename"]
        post.attachments.append(attachments.take(cast.store, filename, stream, LONGEST_ATTACHMENT))


def _discuss(post: Post, article: dict[str, Any], cast: Cast) -> None:
    """Add its comments in order. `reply` is the number, from 1, of the comment that is answered."""
    comments: list[Comment] = []
    for line in article.get("comments", []):
        member = cast.editor if line["by"] == "editor" else cast.members[line["by"]]
        comment = post.comment(
            line["body"],
            member,
            comments[line["reply"] - 1] if "reply" in line else None,
            secret=line.get("secret", False),
        )
        comment.created_at = min(prose.moment(line["after"], post.published_at), now())
        if line.get("edited"):
            comment.edited_at = min(comment.created_at + timedelta(minutes=48), now())
        db.session.flush()  # one by one: the count is an SQL expression, and a reply needs its parent's id
        comments.append(comment)
    for line, comment in zip(article.get("comments", []), comments, strict=True):
        if line.get("deleted"):
            comment.delete()
            comment.deleted_at = min(comment.created_at + timedelta(hours=2), now())
            db.session.flush()
