"""Databases as earlier versions of the program left them, for the tests of migrations."""

from pathlib import Path

import config
from lib.sqlite.driver import sqlite3

FOLDER = str(config.ROOT / "migrations")
MOMENT = "2026-01-01 00:00:00"
PAPER = (
    "name", "tagline", "company_name", "publisher", "editors", "address", "telephone", "email",
    "youth_officer", "business_number",
)  # fmt: skip
MEMBER = ("username", "username_key", "nickname", "nickname_key", "email", "email_key")
POST = (
    "subtitle", "summary", "byline", "credit_line", "video_id", "telephone", "address", "opening_hours",
)  # fmt: skip


def insert(connection: sqlite3.Connection, table: str, **columns: object) -> None:
    names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))


def write(file: Path) -> None:
    """Insert three articles, one of them published with two comments, one secret, and a photo.

    Uses only columns that every revision has.
    """
    with sqlite3.connect(file) as connection:
        insert(connection, "papers", id=1, registrations="[]", **dict.fromkeys(PAPER, ""))
        insert(
            connection, "sections", id=1, slug="news", name="마을뉴스", position=1, look="list", kind="news"
        )
        member = dict.fromkeys(MEMBER, "a")
        insert(connection, "members", id=1, password_hash="!", is_editor=0, joined_at=MOMENT, **member)
        post = {"section_id": 1, "group_id": 1, "title": "느티천 산책길", "body": "<p>가로등</p>"}
        post |= {"origin": "own", "has_video": 0, "created_at": MOMENT} | dict.fromkeys(POST, "")
        insert(connection, "posts", id=1, published_at=MOMENT, **post)
        insert(connection, "posts", id=2, **post)
        insert(connection, "posts", id=3, published_at=MOMENT, deleted_at="2026-01-02 00:00:00", **post)
        for secret in (0, 1):
            comment = {"post_id": 1, "member_id": 1, "body": "반가워요", "created_at": MOMENT}
            insert(connection, "comments", secret=secret, **comment)
        photo = {"digest": "d", "width": 1, "height": 1, "caption": "다리 위 노을", "credit": ""}
        insert(connection, "photos", post_id=1, position=0, in_text=0, created_at=MOMENT, **photo)
