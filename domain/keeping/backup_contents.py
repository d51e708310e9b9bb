"""What a backup holds: both databases at one moment each, settings and files. And what it leaves out.

Left out of the databases is what is worth nothing on the next day but would harm whoever's it is: logins
(one that was ended since would be valid again), links to new passwords, digits to copy, and what the counter
promises to forget when the day is over.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from domain.counter.models import Captcha, DailySeen, DaySalt, Presence, Visitor
from domain.keeping.models import JobRun
from domain.mail.models import Mail
from domain.neighbours.models import AccountLink, PendingLogin, ResetRequest
from domain.paper.models import StoredSetting
from lib.sqlite import copying
from models import Login

NEWS, VISITORS, SETTINGS, KEY, BESIDE = (
    "maeul.db", "visitors.db", "maeul.toml", "secret-key", "beside.sha256",
)  # fmt: skip
DATABASES = (VISITORS, NEWS)  # the visitors first: they speak of articles, never the other way round
_EMPTIED = (
    Login, AccountLink, ResetRequest, PendingLogin, Captcha, Presence, Visitor, DailySeen, DaySalt, JobRun,
)  # fmt: skip
_SEGMENT = r"[0-9A-Za-z][\w.-]{0,200}"


class Places(Protocol):
    """Where the paper lies: see config.Settings."""

    @property
    def data(self) -> Path: ...
    @property
    def news_file(self) -> Path: ...
    @property
    def visitors_file(self) -> Path: ...
    @property
    def file_folders(self) -> list[Path]: ...
    @property
    def key_file(self) -> Path: ...
    @property
    def settings_file(self) -> Path: ...
    @property
    def backup_folder(self) -> Path: ...


def is_name(places: Places, name: str) -> bool:
    """Whether a file of this name may stand in a backup, or beside it."""
    folders = "|".join(re.escape(folder.name) for folder in places.file_folders)
    single = "|".join(map(re.escape, (*DATABASES, SETTINGS, KEY, BESIDE)))
    return re.fullmatch(rf"(?:{single}|(?:{folders})(?:/{_SEGMENT}){{1,3}})", name, re.ASCII) is not None


def folders(places: Places) -> Iterator[Path]:
    """Every folder in which files of the paper lie, in a fixed order."""
    for top in places.file_folders:
        for folder, below, _files in os.walk(top):
            below.sort()
            yield Path(folder)


def files(folder: Path) -> list[str]:
    """The names of the files in one folder, without partial ones and what else is not ours."""
    with os.scandir(folder) as entries:
        found = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    return sorted(name for name in found if re.fullmatch(_SEGMENT, name, re.ASCII))


def copy_databases(places: Places, scratch: Path, key: str, progress: Callable[[int], Any]) -> None:
    """Copy both databases, without what is left out.

    :param key: that of the cookies, if secrets go into the backup; else empty
    """
    for file, name in ((places.visitors_file, VISITORS), (places.news_file, NEWS)):
        copying.copy(file, scratch / name, progress)
        copying.erase(scratch / name, list(_erasures(set(copying.tables(scratch / name)), key)))


def _erasures(tables: set[str], key: str) -> Iterator[str]:
    for name in (model.__tablename__ for model in _EMPTIED):
        if name in tables:
            yield f"DELETE FROM {name}"  # noqa: S608 - a name of ours
    if Mail.__tablename__ in tables:  # letters with a link that leads into an account
        yield "DELETE FROM mails WHERE expires_at IS NOT NULL AND content IS NOT NULL"
    if StoredSetting.__tablename__ in tables and not key:
        yield "DELETE FROM settings WHERE name = 'smtp_password'"


def write_settings(scratch: Path, values: dict[str, Any], key: str) -> None:
    """Write the settings and, if asked for, the key, as files of a data folder.

    :param values: those that files and environment set, without secrets unless they are asked for
    """
    lines = [f"{name} = {_toml(value)}" for name, value in sorted(values.items())]
    head = "# The settings of the paper when it was backed up, from files and environment."
    (scratch / SETTINGS).write_text("\n".join([head, "[maeul]", *lines, ""]), "utf-8")
    if key:
        (scratch / KEY).write_text(key, "ascii")


def _toml(value: Any) -> str:
    """A value in TOML, whose strings can be written as those of JSON."""
    return json.dumps(value if isinstance(value, bool | int) else str(value), ensure_ascii=False)


def counts(scratch: Path) -> dict[str, dict[str, int]]:
    """How many rows each table of the copies has."""
    return {name: copying.counts(scratch / name) for name in DATABASES}
