"""Migrations create the tables that the models describe, and keep their rows."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import flask_migrate
import hostile_texts
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from old_database import FOLDER, MEMBER, MOMENT, POST, insert, write
from sqlalchemy import select

import config
from database import db
from domain.desk import archive, front_slots, library, reporters, tagging
from domain.desk import revisions as desk_revisions
from domain.desk.archive import ArchiveQuery
from domain.desk.library import LibraryQuery
from domain.desk.models import Claim, ClaimDecision, Revision
from domain.keeping import activity
from domain.moderation import comments as moderation
from domain.moderation import holds, rejoining, reports
from domain.moderation import settings as comment_settings
from domain.moderation.models import Hold, HoldEntry, Report
from domain.neighbours import membership, personal_data, reactions
from domain.reading import listings, masthead, tags, threads
from domain.sample import marks, removing
from domain.search import searching
from lib.sqlite import revisions
from lib.sqlite.driver import sqlite3
from lib.text import markup, plain
from lib.web.paging import PageRequest
from models import (
    Comment,
    Correction,
    CorrectionRevision,
    Member,
    Page,
    Paper,
    Photo,
    Post,
    PostTag,
    Section,
    Tag,
)

VERSIONS = config.ROOT / "migrations" / "versions"


@pytest.mark.parametrize("bind", [None, "visitors"])
def test_migrated_tables_match_the_models(bare: Flask, bind: str | None) -> None:
    flask_migrate.upgrade(FOLDER)
    with db.engines[bind].connect() as connection:
        opts = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or "_search" not in name,
        }
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, db.metadatas[bind]) == []


def test_revisions_match_those_of_alembic(bare: Flask) -> None:
    newest, known = revisions.known(VERSIONS)
    assert newest in known
    settings = bare.config["SETTINGS"]
    files = (settings.news_file, settings.visitors_file)
    assert {revisions.current(path) for path in files} == {None}
    flask_migrate.upgrade(FOLDER)
    assert {revisions.current(path) for path in files} == {newest}


def test_second_upgrade_keeps_everything(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    path = bare.config["SETTINGS"].data / "maeul.db"
    with sqlite3.connect(path) as connection:
        insert(connection, "sections", slug="local", name="지역뉴스", position=1, look="list", kind="news")
    flask_migrate.upgrade(FOLDER)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sections").fetchall() == [("지역뉴스",)]


def test_downgrade_leaves_nothing(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    flask_migrate.downgrade(FOLDER, revision="base")
    for engine in db.engines.values():
        with engine.connect() as connection:
            tables = (
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
                .scalars()
                .all()
            )
            assert set(tables) <= {"alembic_version"}


def test_foreign_keys_hold_again_after_a_migration(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_flask_db_check_finds_no_difference(tmp_path: Path) -> None:
    for arguments in (["upgrade"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "db", *arguments],
            cwd=config.ROOT,
            env=os.environ | {"MAEUL_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def counts(query: str) -> dict[str, int]:
    found = searching.find(searching.SearchQuery(query), PageRequest())
    assert found
    db.session.rollback()
    return found.counts


@pytest.mark.parametrize("revision", ["0003", "head"])
def test_articles_older_than_the_search_index_are_found(bare: Flask, revision: str) -> None:
    flask_migrate.upgrade(FOLDER, revision="0002")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER, revision=revision)
    flask_migrate.upgrade(FOLDER)
    assert counts("가로등") == counts("노을") == {"posts": 1, "comments": 0}
    assert counts("반가") == {"posts": 0, "comments": 1}


def test_articles_older_than_tags_can_be_tagged(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0003")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    tagging.put(db.session.get_one(Post, 1), ["하천정비"])
    db.session.commit()
    assert counts("하천정비") == {"posts": 1, "comments": 0}
    assert db.session.scalar(select(PostTag.published_at)) is not None
    db.session.rollback()


def test_downgrade_of_tags_loses_only_tags(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    file = bare.config["SETTINGS"].news_file
    write(file)
    tagging.put(db.session.get_one(Post, 1), ["하천정비"])
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0003")
    with db.engine.connect() as connection:
        ask = lambda question: connection.exec_driver_sql(question).scalars().all()  # noqa: E731
        assert "tags" not in ask("SELECT name FROM pragma_table_info('post_search')")
        assert ask("SELECT rowid FROM post_search WHERE post_search MATCH '가로 AND captions : 노을'") == ask(
            "SELECT place FROM post_search_places"
        )
        assert ask("SELECT rowid FROM post_search WHERE post_search MATCH '하천'") == []
        assert ask("SELECT name FROM sqlite_master WHERE name IN ('tags', 'post_tags')") == []
        assert ask("SELECT count(*) FROM posts") == [3]
    flask_migrate.upgrade(FOLDER)
    assert counts("가로등") == {"posts": 1, "comments": 0}
    assert counts("하천정비") == {"posts": 0, "comments": 0}


def listed(**of: Any) -> list[int]:
    """The ids in the desk's list of all articles."""
    ids = [line.id for line in archive.find(ArchiveQuery(**of)).lines]
    db.session.rollback()
    return ids


def test_drafts_and_deleted_articles_of_an_older_database_are_found_by_words(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0014")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    assert listed() == [3, 2, 1]
    assert sorted(listed(text="가로등 산책길")) == [2, 3]  # written past the index, 1 is not in it
    assert listed(text="가로등", state="draft") == [2]
    assert listed(text="가로등", state="deleted") == [3]
    assert counts("가로등") == {"posts": 0, "comments": 0}
    tagging.put(db.session.get_one(Post, 3), ["하천정비"])
    db.session.commit()
    assert listed(text="하천정비") == [3]
    flask_migrate.downgrade(FOLDER, revision="0014")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3
    flask_migrate.upgrade(FOLDER)
    assert listed(text="하천정비", state="deleted") == [3]


def test_desk_of_an_older_database_lists_deleted_articles(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0005")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    assert listed(state="deleted") == [3]
    db.session.rollback()
    flask_migrate.downgrade(FOLDER, revision="0005")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3


def test_tables_in_older_texts_are_wrapped(bare: Flask) -> None:
    nested = (
        "<table><tbody><tr><td>가<table><tbody><tr><td>나</td></tr></tbody></table></td></tr></tbody></table>"
    )
    texts = {
        1: f"<p>표</p>\n{nested}\n{nested}",
        2: "<p>&lt;table 없음</p>",
        3: f"<ul><li>{nested}</li></ul>",
    }
    flask_migrate.upgrade(FOLDER, revision="0006")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        for id, body in texts.items():
            connection.execute("UPDATE posts SET body = ? WHERE id = ?", (body, id))
        insert(connection, "pages", slug="about", version=1, title="소개", body=nested, created_at=MOMENT)
    flask_migrate.upgrade(FOLDER)
    posts = {post.id: post.body for post in db.session.scalars(select(Post))}
    assert posts == {id: markup.clean(body) for id, body in texts.items()}
    assert db.session.scalar(select(Page.body)) == markup.clean(nested)
    db.session.rollback()
    flask_migrate.downgrade(FOLDER, revision="0006")
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, body FROM posts").all()
        assert {row.id: row.body for row in rows} == texts
        assert connection.exec_driver_sql("SELECT body FROM pages").scalar() == nested


def test_links_of_older_comments_are_found(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0007")
    file = bare.config["SETTINGS"].news_file
    write(file)
    bodies = {1: "여기 https://naver.me/xYz12ㅋㅋ", 2: "3.5 그래요.", 3: "", 4: hostile_texts.WORST}
    many = {number: f"{number}번 maeul.kr" for number in range(5, 1205)}
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM comments")
        for id, body in (bodies | many).items():
            comment = {"id": id, "post_id": 1, "member_id": 1, "secret": 0, "created_at": MOMENT}
            insert(connection, "comments", body=body, **comment)
    flask_migrate.upgrade(FOLDER)
    links = {row.id: row.links for row in db.session.execute(select(Comment.id, Comment.links))}
    assert (links[1], links[2], links[3]) == ([[3, 25]], None, None)
    assert all(links[number] for number in many)
    db.session.rollback()
    flask_migrate.downgrade(FOLDER, revision="0007")
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, body FROM comments").all()
        assert {row.id: row.body for row in rows} == bodies | many


def test_older_comments_are_neither_held_nor_hidden(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0025")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    assert [comment.is_public for comment in db.session.scalars(select(Comment))] == [True, False]
    assert [comment.body for comment in threads.newest(9)] == ["반가워요"]
    held = db.session.get_one(Comment, 1)
    moderation.hold(held, "reports")
    moderation.hide(held, "rules", "욕설")
    db.session.commit()
    assert (held.post.comment_count, threads.newest(9)) == (0, [])
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0025")
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT body, secret FROM comments ORDER BY id").all()
        assert [tuple(row) for row in rows] == [("반가워요", 0), ("반가워요", 1)]


def test_older_articles_get_an_empty_note_for_the_desk(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0015")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        before = connection.execute("SELECT id, title, body FROM posts ORDER BY id").fetchall()
    flask_migrate.upgrade(FOLDER)
    posts = db.session.scalars(select(Post).order_by(Post.id)).all()
    assert [(post.id, post.title, post.body, post.internal_note) for post in posts] == [
        (*row, "") for row in before
    ]
    db.session.rollback()
    flask_migrate.downgrade(FOLDER, revision="0015")
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, title, body FROM posts ORDER BY id").all()
        assert [tuple(row) for row in rows] == before


def test_spellings_of_one_address_get_one_key_and_the_older_member_has_it(bare: Flask) -> None:
    addresses = {
        1: ("sora@example.com", "sora@example.com"),
        2: ("s.ora@gmail.com", "sora@gmail.com"),
        3: ("so.ra+x@googlemail.com", "so.ra+x@googlemail.com"),  # the same mailbox as 2
        4: ("bada+news@naver.com", "bada@naver.com"),
        5: ("ba.da@naver.com", "ba.da@naver.com"),
        6: ("left-6@invalid", "left-6@invalid"),
    }
    flask_migrate.upgrade(FOLDER, revision="0008")
    file = bare.config["SETTINGS"].news_file
    with sqlite3.connect(file) as connection:
        for id, (address, _key) in addresses.items():
            member = dict.fromkeys(MEMBER, f"name{id}") | {"email": address, "email_key": address}
            insert(connection, "members", id=id, password_hash="!", is_editor=0, joined_at=MOMENT, **member)
        insert(connection, "login_failures", name_digest="a", failed_at=MOMENT)
    flask_migrate.upgrade(FOLDER)
    keys = dict(db.session.execute(select(Member.id, Member.email_key)).all())
    assert keys == {id: key for id, (_address, key) in addresses.items()}
    assert all(membership.find(address).id == id for id, (address, _key) in addresses.items())
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0008")
    with db.engine.connect() as connection:
        keys = dict(connection.exec_driver_sql("SELECT id, email_key FROM members").all())
    assert keys == {id: address for id, (address, _key) in addresses.items()}


REPEALED = (
    "「정보통신망 이용촉진 및 정보보호 등에 관한 법률」 제50조의2(전자우편주소의 무단 수집행위 등 금지) 등"
)
IN_FORCE = "「정보통신망 이용촉진 및 정보보호 등에 관한 법률」 제50조제5항 및 제50조의7 등"


@pytest.mark.parametrize(
    ("slug", "bodies", "after"),
    [
        ("email-refusal", [f"<p>{REPEALED}</p>"], [f"<p>{REPEALED}</p>", f"<p>{IN_FORCE}</p>"]),
        ("email-refusal", [f"<p>{REPEALED}</p>", "<p>고친 글</p>"], [f"<p>{REPEALED}</p>", "<p>고친 글</p>"]),
        ("email-refusal", ["<p>제50조의2를 보라</p>"], ["<p>제50조의2를 보라</p>"]),
        ("about", [f"<p>{REPEALED}</p>"], [f"<p>{REPEALED}</p>"]),
        ("about", [], []),
    ],
)
def test_a_page_with_the_samples_old_citation_gets_a_new_version(
    bare: Flask, slug: str, bodies: list[str], after: list[str]
) -> None:
    flask_migrate.upgrade(FOLDER, revision="0009")
    with sqlite3.connect(bare.config["SETTINGS"].news_file) as connection:
        for version, body in enumerate(bodies, 1):
            page = {"slug": slug, "version": version, "title": "제목", "body": body, "created_at": MOMENT}
            insert(connection, "pages", **page)
    flask_migrate.upgrade(FOLDER)
    pages = db.session.scalars(select(Page).order_by(Page.version)).all()
    assert [page.body for page in pages] == after
    assert {page.title for page in pages} <= {"제목"}
    if len(after) > len(bodies):
        assert pages[-1].created_at > pages[0].created_at


def test_the_lead_story_gets_the_first_place_of_the_front(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0010")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE papers SET lead_post_id = 2, name = '시험신문'")
        group = {"name": "인터뷰", "position": 2, "look": "list"}
        insert(connection, "sections", id=2, slug="people", kind="news", **group)
        insert(
            connection,
            "sections",
            id=3,
            slug="artists",
            parent_id=2,
            kind="news",
            **group | {"name": "예술인"},
        )
    flask_migrate.upgrade(FOLDER)
    assert [(slot.post_id, slot.position) for slot in front_slots.slots()] == [(2, 1)]
    assert Paper.get().name == "시험신문"
    kinds = dict(db.session.execute(select(Section.id, Section.kind)).all())
    assert kinds == {1: "news", 2: "interview", 3: "interview"}
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0010")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT lead_post_id, name FROM papers").one() == (2, "시험신문")
        assert set(connection.exec_driver_sql("SELECT kind FROM sections").scalars()) == {"news"}
    flask_migrate.upgrade(FOLDER)
    assert [slot.post_id for slot in front_slots.slots()] == [2]


def test_lists_know_which_articles_of_an_older_database_were_corrected(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0017")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        rows = "SELECT id, title, body, published_at, origin FROM posts ORDER BY id"
        before = connection.execute(rows).fetchall()
        for post_id, kind in ((1, "follow-up"), (1, "rebuttal"), (3, "correction")):
            notice = {"kind": kind, "body": "글", "created_at": MOMENT}
            insert(connection, "corrections", post_id=post_id, **notice)
    flask_migrate.upgrade(FOLDER)
    posts = db.session.scalars(select(Post).order_by(Post.id)).all()
    assert [post.correction_kind for post in posts] == ["rebuttal", "", "correction"]
    assert [notice.title for notice in posts[0].corrections] == ["", ""]
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0017")
    with db.engine.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(rows)] == before
        assert connection.exec_driver_sql("SELECT count(*) FROM corrections").scalar() == 3


def test_claims_can_be_made_in_an_older_database(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0021")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    claim = Claim(
        receipt="a", post_id=1, kind="correction", name="a", contact="a", article="a", reason="a", wanted="a"
    )
    claim.decisions.append(ClaimDecision(kind="accepted"))
    db.session.add(claim)
    db.session.commit()
    assert db.session.scalars(select(Claim)).one().state == "new"
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0021")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3


def test_members_of_an_older_database_are_not_banned(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0022")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    members = db.session.scalars(select(Member)).all()
    assert members
    assert {(member.is_banned, member.ban_reason, member.closed_at) for member in members} == {
        (False, "", None)
    }
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0022")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM members").scalar() == len(members)
        assert connection.exec_driver_sql("SELECT count(*) FROM comments").scalar() == 2


def test_a_paper_without_a_lead_story_has_no_slots(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0010")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    assert front_slots.slots() == []
    db.session.remove()


def test_corrections_are_kept_and_can_be_changed(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0011")
    with sqlite3.connect(bare.config["SETTINGS"].news_file) as connection:
        insert(
            connection, "sections", id=1, slug="local", name="지역뉴스", position=1, look="list", kind="news"
        )
        post = dict.fromkeys(POST, "") | {"origin": "own", "has_video": 0, "created_at": MOMENT}
        insert(connection, "posts", id=1, section_id=1, group_id=1, title="제목", body="", **post)
        notice = {"kind": "rebuttal", "body": "처음 글", "created_at": MOMENT}
        insert(connection, "corrections", id=1, post_id=1, **notice)
    flask_migrate.upgrade(FOLDER)
    correction = db.session.get_one(Correction, 1)
    assert (correction.kind, correction.body, correction.revisions) == ("rebuttal", "처음 글", [])
    correction.edit("correction", "고친 글")
    db.session.commit()
    revision = db.session.scalars(select(CorrectionRevision)).one()
    assert (revision.kind, revision.body, revision.correction) == ("rebuttal", "처음 글", correction)
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0011")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT body FROM corrections").scalar() == "고친 글"


def write_tags(file: Path, names: dict[int, str], posts: dict[int, list[int]]) -> None:
    """Insert published articles with tags, as revision 0012 would: tag id -> name, article id -> tag ids."""
    with sqlite3.connect(file) as connection:
        for id, name in names.items():
            insert(connection, "tags", id=id, name=name, key=plain.key(name))
        post = {"section_id": 1, "group_id": 1, "origin": "own", "has_video": 0, "created_at": MOMENT}
        post |= {"body": "<p>읍ㆍ면 10 km</p>", "published_at": MOMENT} | dict.fromkeys(POST, "")
        for id, tag_ids in posts.items():
            insert(connection, "posts", id=id, title=f"Café 초ㆍ중ㆍ고 {id}", **post)
            for position, tag_id in enumerate(tag_ids, 1):
                row = {"post_id": id, "tag_id": tag_id, "position": position, "published_at": MOMENT}
                insert(connection, "post_tags", **row)
            place = 1_767_225_600 * 1024 + id
            insert(connection, "post_search_places", place=place, source_id=id)
            insert(connection, "post_search", rowid=place, title=f"café 초ㆍ중ㆍ고 {id}", place="·s1 ·g1")


def test_tags_that_differ_in_a_dot_become_one(bare: Flask) -> None:
    names = {
        1: "느티천",
        2: "3ㆍ1만세",
        3: "3·1만세",
        4: "3.1만세",
        5: "Café",
        6: "cafe",
        7: "ㆍ",
        8: "3・1만세",
    }
    flask_migrate.upgrade(FOLDER, revision="0012")
    file = bare.config["SETTINGS"].news_file
    write(file)
    write_tags(file, names, {10: [1, 2], 11: [3, 2, 1], 12: [4, 8], 13: [6, 3], 14: [5, 6]})
    flask_migrate.upgrade(FOLDER)
    assert dict(db.session.execute(select(Tag.id, Tag.name)).all()) == {id: names[id] for id in (1, 2, 5, 7)}
    tagged = db.session.execute(select(PostTag.post_id, PostTag.tag_id)).all()
    assert sorted(tagged) == [(10, 1), (10, 2), (11, 1), (11, 2), (12, 2), (13, 2), (13, 5), (14, 5)]
    assert tags.find(names[7]) is None  # no article has it
    for name in set(names.values()) - {names[7]}:
        tag = tags.find(name)
        assert tag
        listing = listings.of_tag(tag, PageRequest())
        assert listing
        assert len(listing.posts) == tag_counts(tag.id)
    post = db.session.get_one(Post, 10)
    db.session.rollback()
    tagging.put(db.session.get_one(Post, 10), ["3•1만세"])
    assert [tag.name for tag in post.tags] in (["3ㆍ1만세"], ["3•1만세"])
    db.session.rollback()
    assert counts("3·1만세") == {"posts": 4, "comments": 0}
    flask_migrate.downgrade(FOLDER, revision="0012")
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, key FROM tags").all()
        assert {row.key for row in rows} == {plain.key(row.name) for row in rows}
        assert len(rows) == 4


def tag_counts(tag_id: int) -> int:
    return len(db.session.scalars(select(PostTag).where(PostTag.tag_id == tag_id)).all())


def test_the_search_index_is_built_anew(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0012")
    file = bare.config["SETTINGS"].news_file
    write(file)
    write_tags(file, {1: "3ㆍ1만세"}, {id: [1] for id in range(10, 460)})  # several batches
    with sqlite3.connect(file) as connection:
        insert(connection, "comment_search_places", place=1_767_225_600 * 1024, source_id=1)
        connection.execute("UPDATE comments SET body = '걸어서 5 명' WHERE id = 1")
    flask_migrate.upgrade(FOLDER)
    for query in ("cafe", "초·중·고", "초ㆍ중", "10km", "읍·면", "3·1만세"):
        assert counts(query) == {"posts": 450, "comments": 0}, query
    assert counts("5명") == {"posts": 0, "comments": 1}
    with db.engine.connect() as connection:
        rowids = connection.exec_driver_sql("SELECT rowid FROM post_search").scalars().all()
        places = connection.exec_driver_sql("SELECT place FROM post_search_places").scalars().all()
        assert sorted(rowids) == sorted(places)


def test_an_article_older_than_its_versions_is_kept_when_it_is_changed(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0013")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    post = db.session.get_one(Post, 3)
    with desk_revisions.recorded(post, None):
        post.restore()
        post.body = "<p>고친 글</p>"
    kept = db.session.scalars(select(Revision).order_by(Revision.id)).all()
    assert [(revision.body, revision.state) for revision in kept] == [
        ("<p>가로등</p>", "deleted"),
        ("<p>고친 글</p>", "published"),
    ]
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0013")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3


def test_comments_are_open_until_the_editor_closes_them(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0018")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    assert not any(db.session.scalars(select(Post.comments_closed_at)))
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0018")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3


def test_photos_of_an_older_database_keep_their_captions_and_are_found_by_words(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0019")
    file = bare.config["SETTINGS"].news_file
    write(file)
    digest = "c" * 64
    caption = "<figcaption>강가의 <b>왜가리</b></figcaption>"
    body = f'<figure><img src="/media/{digest}-480.webp" alt="">{caption}</figure>'
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE posts SET body = ? WHERE id = 1", (body,))
        photo = {"post_id": 1, "digest": digest, "width": 480, "height": 320, "credit": "김느티"}
        insert(connection, "photos", **photo, caption="", position=0, in_text=1, created_at=MOMENT)
        before = connection.execute("SELECT id, caption, credit, in_text FROM photos ORDER BY id").fetchall()
    flask_migrate.upgrade(FOLDER)
    rows = db.session.scalars(select(Photo).order_by(Photo.id)).all()
    assert [(row.caption, row.details) for row in rows] == [(before[0][1], {}), ("강가의 왜가리", {})]
    found = library.find(LibraryQuery("왜가리"))
    assert [row.id for row in found.photos] == [rows[1].id]
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0019")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM photos").scalar() == 2


def test_the_list_of_reporters_comes_and_goes(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0020")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    reporters.save(None, "홍길동 기자", "hong@paper.example")
    db.session.commit()
    assert [reporter.name for reporter in reporters.named_in("홍길동", masthead.masthead().reporters)] == [
        "홍길동 기자"
    ]
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0020")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3


def test_members_of_an_older_database_count_as_confirmed(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0023")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        login = {"token_digest": "d", "member_id": 1, "created_at": MOMENT, "expires_at": MOMENT}
        insert(connection, "logins", **login)
    flask_migrate.upgrade(FOLDER, revision="0024")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT email_confirmed_at FROM members").fetchall() == [(MOMENT,)]
        assert connection.execute("SELECT device FROM logins").fetchall() == [("",)]
    flask_migrate.downgrade(FOLDER, revision="0023")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM logins").fetchone() == (1,)


def test_an_older_database_gets_an_outbox_and_keeps_its_comments(bare: Flask) -> None:
    mail = next(path.name.split("_")[1] for path in VERSIONS.glob("*_mail.py"))
    before = f"{int(mail) - 1:04}"
    flask_migrate.upgrade(FOLDER, revision=before)
    file = bare.config["SETTINGS"].news_file
    write(file)
    flask_migrate.upgrade(FOLDER, revision=mail)
    with sqlite3.connect(file) as connection:
        columns = {"topic": "", "created_at": MOMENT, "due_at": MOMENT, "attempts": 0, "error": ""}
        insert(connection, "mails", event="a", address="a@example.com", **columns)
        with pytest.raises(sqlite3.IntegrityError):
            insert(connection, "mails", event="a", address="a@example.com", **columns)
        insert(connection, "notices", member_id=1, comment_id=1, created_at=MOMENT)
        assert connection.execute("SELECT count(*) FROM comments").fetchone() == (2,)
    flask_migrate.downgrade(FOLDER, revision=before)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM comments").fetchone() == (2,)


def test_reports_and_requests_come_and_go(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0022")
    file = bare.config["SETTINGS"].news_file
    write(file)
    flask_migrate.upgrade(FOLDER, revision="0031")
    with sqlite3.connect(file) as connection:
        rules = {
            "closed_after_days": 0,
            "closed_sections": "[]",
            "words": "[]",
            "policy": "",
            "policy_page": "",
        }
        insert(connection, "comment_rules", id=1, first_comments=2, **rules)
    flask_migrate.upgrade(FOLDER)
    assert comment_settings.read().reports_to_hold == 3
    assert comment_settings.read().first_comments == 2
    db.session.add(Report(comment_id=1, person="guest", text_digest="d", reason="spam"))
    columns = dict.fromkeys(("number", "key", "target", "text", "kind", "name", "contact", "reason"), "a")
    db.session.add(Hold(comment_id=1, explanation="a", entries=[HoldEntry(kind="received")], **columns))
    db.session.commit()
    assert (reports.open_count(), holds.waiting()) == (1, 1)
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0027")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM comments").scalar() == 2


def test_members_of_an_older_database_like_nothing_and_agreed_when_they_joined(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0026")
    file = bare.config["SETTINGS"].news_file
    write(file)
    later = "2026-02-02 00:00:00"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE members SET joined_at = ?", (MOMENT,))
        connection.execute(
            "INSERT INTO consents (member_id, document, version, agreed_at) VALUES (1, 'terms', 1, ?)",
            (later,),
        )
    flask_migrate.upgrade(FOLDER)
    member = db.session.get_one(Member, 1)
    assert f"{member.consented_at:%Y-%m-%d}" == "2026-02-02"
    assert (member.wants_reply_mail, member.wants_digest, member.wants_news) == (False, True, False)
    comment = db.session.scalars(select(Comment).where(Comment.secret.is_(False))).first()
    assert comment
    other = Member(password_hash="!")
    other.name_as("other", "다른이웃", "other@example.com")
    db.session.add(other)
    db.session.flush()
    assert reactions.like_comment(comment, other)
    db.session.commit()
    assert comment.like_count == 1
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0026")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM comments").scalar() == 2
        assert connection.exec_driver_sql("SELECT count(*) FROM consents").scalar() == 1


def test_members_of_an_older_database_are_barred_when_they_leave_banned(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0033")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    member = db.session.get_one(Member, 1)
    email, member.is_editor, member.banned_until = member.email, False, Member.BANNED_FOR_GOOD
    personal_data.erase(member, comments="keep", secret="key")
    db.session.commit()
    assert rejoining.problem_with(email, "key")
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0033")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM comments").scalar() == 2


def test_an_older_database_begins_a_log_of_the_desk(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0034")
    write(bare.config["SETTINGS"].news_file)
    flask_migrate.upgrade(FOLDER)
    activity.record(db.session.get_one(Member, 1), "section-changed", "지역뉴스")
    db.session.commit()
    assert [entry.subject for entry in activity.newest()[0]] == ["지역뉴스"]
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0034")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM comments").scalar() == 2


def test_the_sample_of_an_older_database_is_marked(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0037")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        names = {"username": "galdae", "nickname": "갈대밭", "email": "g"}
        keys = {f"{name}_key": value for name, value in names.items()}
        insert(connection, "members", id=2, password_hash="!", is_editor=0, joined_at=MOMENT, **names, **keys)
        connection.execute("UPDATE posts SET title = '두현국수' WHERE id = 2")
        connection.execute("UPDATE comments SET member_id = 2 WHERE id = 2")
        photo = {"width": 1, "height": 1, "caption": "", "position": 0, "in_text": 0, "created_at": MOMENT}
        insert(connection, "photos", post_id=2, digest="e", credit="그림 느티마을신문", **photo)
        insert(connection, "photos", post_id=2, digest="f", credit="편집인", **photo)
    flask_migrate.upgrade(FOLDER)
    assert [post.id for post in marks.rows(Post)] == [2]
    assert [member.username for member in marks.rows(Member)] == ["galdae"]
    assert [comment.id for comment in marks.rows(Comment)] == [2]
    assert [photo.digest for photo in marks.rows(Photo)] == ["e"]
    assert [section.slug for section in marks.rows(Section)] == ["news"]
    assert marks.files() == {"e"}
    removing.remove()
    db.session.commit()
    assert [post.title for post in db.session.scalars(select(Post))] == ["느티천 산책길"] * 2


def test_a_database_without_the_sample_has_no_marks(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0037")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE posts SET title = '두현국수' WHERE id = 2")
    flask_migrate.upgrade(FOLDER)
    assert not marks.are_there()


def test_older_shops_are_advertisements_and_older_slots_do_not_expire(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER, revision="0038")
    file = bare.config["SETTINGS"].news_file
    write(file)
    with sqlite3.connect(file) as connection:
        shops = {"slug": "shops", "name": "업소", "position": 2, "look": "list", "kind": "shop"}
        insert(connection, "sections", id=2, **shops)
        connection.execute("UPDATE posts SET section_id = 2 WHERE id = 2")
        insert(connection, "front_slots", post_id=1, position=1, placed_at=MOMENT)
        indexes = "SELECT sql FROM sqlite_master WHERE tbl_name = 'posts' AND sql IS NOT NULL ORDER BY name"
        before = connection.execute(indexes).fetchall()[1:]
    flask_migrate.upgrade(FOLDER)
    with sqlite3.connect(file) as connection:
        after = connection.execute(indexes).fetchall()
        assert [row for row in before if row not in after and "TABLE" not in row[0]] == []
    posts = db.session.scalars(select(Post).order_by(Post.id)).all()
    assert [post.is_advertisement for post in posts] == [False, True, False]
    assert [post.body for post in posts] == ["<p>가로등</p>"] * 3
    assert [slot.post_id for slot in front_slots.slots()] == [1]
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0038")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 3
        assert connection.exec_driver_sql("SELECT post_id FROM front_slots").scalars().all() == [1]
