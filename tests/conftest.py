"""Fixtures: a new paper for every test (one app, on a data folder as new), and the cast.

The cast: `editor` (편집인), the members `alice` (느티나무) and `bob` (은행나무), `banned` (가시나무), who may
not write for a week, and `client`, a guest.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parent.parent))

from client import BROWSER, Client
from mail_server import MailServer

from app import create_app
from commands.preparation import attach_migrations
from config import ROOT
from database import DataVersion, db, write_intent
from domain.mail import settings as mail_settings
from domain.neighbours import membership
from domain.paper import page_texts
from domain.sample import composing, loading
from lib.files.store import Store
from models import Member, Paper, Photo, Post, Section, now
from views.web import page_cache

# A busy machine may take any time for one example. What is to be fast has a test that measures CPU time.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with empty, complete databases, copied for each test."""
    folder = tmp_path_factory.mktemp("stage")
    app = create_app(data=folder, secret_key="test", site_url="http://localhost")
    attach_migrations(app)
    with app.app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"))
        _close()
    return folder


@pytest.fixture(scope="session")
def sample_stage(stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample, whose pictures are a few bytes, copied for each test that wants it."""
    data = tmp_path_factory.mktemp("sample") / "data"
    shutil.copytree(stage, data)
    app = _make(data)
    with pytest.MonkeyPatch.context() as patch, app.app_context():
        patch.setattr(composing, "take_picture", _take_tiny_picture)
        membership.create_editor("editor", "편집인", "editor@paper.example", "나루터의 큰 배 한 척")
        list(loading.load(Store(app.config["SETTINGS"].media)))
        page_texts.keep(app.config["SETTINGS"])
        db.session.commit()
        db.session.remove()
        _close()
    return data


def _take_tiny_picture(name: str, store: Store, _megapixels: int) -> Photo:
    digest = (name.encode().hex() * 64)[:64]
    store.put(f"{digest}-480.webp", name.encode())
    return Photo(digest=digest, width=480, height=320)


def _close() -> None:
    """Put everything into the database files, and close them: the folder can be copied."""
    for engine in db.engines.values():
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()


@pytest.fixture
def sample_paper(app: Flask, sample_stage: Path) -> Flask:
    """The app with the sample, and an editor."""
    for engine in db.engines.values():
        engine.dispose()
    shutil.copytree(sample_stage, app.config["SETTINGS"].data, dirs_exist_ok=True)
    return app


def _make(data: Path, **settings: Any) -> Flask:
    usual = {"data": data, "secret_key": "test", "site_url": "http://localhost", "join_seconds": 0}
    usual["nightly_backup"] = False  # tests that want one make it
    app = create_app(**(usual | settings))
    app.test_client_class = Client
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # what a reader would see, not a traceback
    return app


@pytest.fixture
def make_app(stage: Path, tmp_path: Path) -> Callable[..., Flask]:
    """Apps on this test's own copy of the data folder, with other settings where a test wants them."""
    data = tmp_path / "data"
    shutil.copytree(stage, data)
    return partial(_make, data)


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One app for the tests of this process: to make one takes longer than most of them."""
    app = _make(tmp_path_factory.mktemp("shared"))
    app.config["MAIL"] = mail_settings.current()  # of the process: another app may change it
    app.extensions["opened"].set()  # no test but those of the first start begins without a paper
    return app


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The shared app with a data folder and caches as new; an app of its own where the test makes more."""
    if "make_app" in request.fixturenames:
        app = request.getfixturevalue("make_app")()
    else:
        app = request.getfixturevalue("shared_app")
        _renew(app, request.getfixturevalue("stage"))
    config = dict(app.config)
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    app.config.clear()
    app.config.update(config)


def _renew(app: Flask, stage: Path) -> None:
    """Give the app a copy of the empty databases, and take away what it remembers of the test before."""
    settings = app.config["SETTINGS"]
    for path in settings.data.iterdir():
        if path != settings.cache:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(stage, settings.data, dirs_exist_ok=True)
    log: Any = app.wsgi_app  # the outermost part: around the page cache
    app.wsgi_app = app.extensions["page_cache"].wsgi  # type: ignore[method-assign]
    version = app.extensions["data_version"] = DataVersion(settings.news_file)
    page_cache.init_app(app, version)
    log.wsgi, app.wsgi_app = app.wsgi_app, log  # type: ignore[method-assign]
    app.extensions["settings"].watch(version)
    for name in ("fragments", "search_fragments"):
        app.extensions[name].entries.clear()
    app.extensions["rates"].storage.reset()
    mail_settings.use(app.config["MAIL"])


@pytest.fixture
def set_settings(app: Flask) -> Callable[..., None]:
    """Give the app other settings until the test is over."""

    def change(**values: Any) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], **values)

    return change


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """An app whose databases are empty files."""
    app = create_app(data=tmp_path / "bare", secret_key="test")
    attach_migrations(app)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(autouse=True)
def reading() -> None:
    """Every test begins as a request that only reads, whatever a command before it ended in the middle of."""
    write_intent.set(False)


@pytest.fixture
def mail_on(app: Flask) -> None:
    """Letters are added to the outbox, and not sent: no server listens there."""
    server = replace(mail_settings.current(), host="127.0.0.1", port=1, sender="news@paper.example")
    mail_settings.use(replace(server, security="none"))


@pytest.fixture
def mail(app: Flask, paper: Paper) -> MailServer:
    """A mail server that the paper sends to. It does not run before a test says `with mail.running()`."""
    server = MailServer()
    mail_settings.use(server.settings())
    return server


@pytest.fixture
def client(app: Flask) -> Client:
    """A guest with an ordinary browser."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    return client  # type: ignore[return-value]


@pytest.fixture
def paper(app: Flask) -> Paper:
    """A paper with one group of two sections (local, video), and a group of shops with one (food)."""
    paper = Paper(id=1, name="시험신문", company_name="시험신문사", registrations=[])
    db.session.add(paper)
    news = Section(slug="news", name="마을뉴스", position=1)
    shops = Section(slug="shops", name="우리동네 업소소개", position=2)
    db.session.add_all([news, shops])
    db.session.flush()
    db.session.add_all(
        [
            Section(slug="local", name="지역뉴스", parent_id=news.id, position=1),
            Section(slug="video", name="동영상뉴스", parent_id=news.id, position=2, kind="video"),
            Section(slug="food", name="음식", parent_id=shops.id, position=1, kind="shop"),
        ]
    )
    db.session.commit()
    return paper


def _member(username: str, nickname: str, *, is_editor: bool = False) -> Member:
    member = Member(password_hash="!", is_editor=is_editor)
    member.name_as(username, nickname, f"{username}@example.com")
    db.session.add(member)
    db.session.commit()
    return member


@pytest.fixture
def editor(app: Flask) -> Member:
    return _member("editor", "편집인", is_editor=True)


@pytest.fixture
def alice(app: Flask) -> Member:
    return _member("alice", "느티나무")


@pytest.fixture
def bob(app: Flask) -> Member:
    return _member("bob", "은행나무")


@pytest.fixture
def banned(app: Flask) -> Member:
    member = _member("banned", "가시나무")
    member.banned_until, member.ban_reason = now() + timedelta(days=7), "욕설이 이어졌습니다."
    db.session.commit()
    return member


@pytest.fixture
def section(paper: Paper) -> Section:
    return db.session.scalars(select(Section).where(Section.slug == "local")).one()


@pytest.fixture
def make_post(section: Section) -> Callable[..., Post]:
    """Articles, published a moment ago unless told otherwise."""

    def make(**values: Any) -> Post:
        under = values.pop("section", section)
        post = Post(
            **(
                {
                    "title": "느티천 산책길",
                    "body": "<p>본문입니다.</p>",
                    "summary": "본문입니다.",
                    "origin": "own",
                    "published_at": now(),
                }
                | values
            )
        )
        post.file_under(under)
        db.session.add(post)
        db.session.commit()
        return post

    return make


@pytest.fixture
def post(make_post: Callable[..., Post]) -> Post:
    return make_post()
