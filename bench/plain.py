"""The reference "plain": the smallest honest Flask app, one ORM query of 50 rows in one Jinja template of 27 KB."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ROWS = 1000
SUMMARY = "느티나무 아래에서 듣고, 골목을 걸어서 씁니다. 주민들이 모여 다리와 도서관 이야기를 나눴습니다. "


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Article(db.Model):  # type: ignore[name-defined]
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(index=True)


def worker() -> Flask:
    """Loaded by granian in place of `server:worker`."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = (
        f"sqlite:///{Path(os.environ['MAEUL_DATA']).resolve() / 'plain.db'}"
    )
    # A connection for each client of the measurement: with the default of 5 most are opened anew.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 20}
    db.init_app(app)
    with app.app_context():
        db.create_all()
        if not db.session.scalar(select(Article.id).limit(1)):
            db.session.add_all(_article(number) for number in range(ROWS))
            db.session.commit()

    @app.get("/")
    def index() -> str:
        newest = select(Article).order_by(Article.published_at.desc()).limit(50)
        return render_template("plain.html", articles=db.session.scalars(newest).all())

    return app


def _article(number: int) -> Article:
    published_at = datetime(2026, 1, 1) + timedelta(hours=number)  # noqa: DTZ001
    return Article(title=f"마을 소식 {number}호", summary=SUMMARY * 2, published_at=published_at)
