"""Settings that the editor sets at the desk: rows laid over the defaults.

What the environment, maeul.toml or the caller of create_app sets wins over them.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import SQLAlchemyError

from database import db
from domain.paper.models import StoredSetting

MAIL = ("smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password", "mail_from")
AT_THE_DESK = (
    "site_url", *MAIL, "joins_per_day", "join_seconds", "join_work", "unconfirmed_may_comment",
    "taken_down_days", "hold_without_objection", "correction_front_hours", "presence_minutes",
    "new_visitors_per_minute", "upload_megabytes", "photo_megapixels",
    "robots", "robots_lines",
)  # fmt: skip
_OF_THE_SERVER = MAIL[:-1]  # where the password goes


class LiveSettings:
    """The settings of this process. They follow what is stored, as soon as a request or a job asks.

    :param base: a config.Settings, as the process started with
    :param given: the settings that are set elsewhere, each with the place that does
    :param use: called with the settings after each change
    """

    def __init__(self, engine: Engine, base: Any, given: Mapping[str, str], use: Callable[[Any], None]):
        self.engine, self.base, self.use = engine, base, use
        self.given = dict(given)
        if place := given.get("smtp_password"):  # goes nowhere but where it was set for
            self.given |= {name: given.get(name, place) for name in _OF_THE_SERVER}

    def watch(self, version: Callable[[], Hashable | None]) -> None:
        """Begin with what the process started with.

        :param version: returns another value after every commit to the news (database.DataVersion)
        """
        self.version, self.seen = version, None
        self.rows: dict[str, Any] = {}

    def renew(self) -> None:
        """Lay the rows over the settings if the news have changed."""
        version = self.version()
        if version is None or version == self.seen:
            return
        try:
            with self.engine.connect() as connection:  # not the session: no lock is taken, none is held
                found = connection.execute(select(StoredSetting.name, StoredSetting.value))
                rows = {row.name: row.value for row in found}
        except SQLAlchemyError:
            return  # no such table yet, or too busy: the next request asks again
        if rows != self.rows:
            self.use(self.over(rows))
        self.seen, self.rows = version, rows

    def over(self, values: Mapping[str, Any]) -> Any:
        """The settings with these values, of those that are set at the desk only."""
        free = {name: values[name] for name in AT_THE_DESK if name in values and name not in self.given}
        return replace(self.base, **free)

    def changed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the values that differ from what holds now."""
        settings = self.over(self.rows)
        return {name: value for name, value in values.items() if value != getattr(settings, name)}

    def save(self, values: Mapping[str, Any]) -> None:
        """Store values. One that is as without a row needs none."""
        for name, value in values.items():
            if value == getattr(self.base, name):
                db.session.execute(delete(StoredSetting).where(StoredSetting.name == name))
            else:
                db.session.merge(StoredSetting(name=name, value=value))
