"""The reference "plain": the smallest honest Flask app.

One ORM query of 50 rows and one Jinja template of 27 KB, written as the documentation shows.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ROWS = 1000
SUMMARY = "느티나무 아래에서 듣고, 골목을 걸어서 씁니다. 주민들이 모여 다리와 도서관 이야기를 나눴습니다. "


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Article(db.Model):  # type: ignore[name-defined]
    id: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    byline: Mapped[str]
    comment_count: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(index=True)


def worker() -> Flask:
    """Loaded by granian in place of `server:worker`."""
    app = Flask(__name__)
    database = Path(os.environ["MAEUL_DATA"]).resolve() / "plain.db"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{database}"
    # One connection for each client of the measurement: beyond the default of 5, each request opens its own.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 20}
    db.init_app(app)
    app.add_url_rule("/", view_func=index)
    app.add_url_rule("/articles/<int:article_id>", view_func=show)
    app.add_url_rule("/sections/<name>", view_func=section)
    with app.app_context():
        db.create_all()
        if db.session.get(Article, 1) is None:
            db.session.add_all(_article(number) for number in range(1, ROWS + 1))
            db.session.commit()
    return app


def index() -> str:
    newest = db.select(Article).order_by(Article.published_at.desc()).limit(50)
    return render_template("plain.html", articles=db.session.scalars(newest))


def show(article_id: int) -> str:
    return db.get_or_404(Article, article_id).title


def section(name: str) -> str:
    return name


def _article(number: int) -> Article:
    return Article(
        section="마을",
        title=f"마을 소식 {number}호",
        summary=SUMMARY,
        byline="김마을 기자",
        comment_count=number % 7,
        published_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number),
    )
