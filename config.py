"""Deployment settings, typed, read once at the start: defaults < maeul.toml < MAEUL_* environment.

What the editor sets at the desk is laid over the defaults later: domain/paper/settings.py.
"""

import gettext
import os
import re
import secrets
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typed_settings
from typed_settings.exceptions import TsError

ROOT = Path(__file__).resolve().parent
PREFIX = "MAEUL_"

N_ = str  # marks a sentence that is translated where it is printed


class WrongSettings(Exception):
    """One line that says what is wrong, in the language of the settings."""


@dataclass(frozen=True)
class Problem:
    """A setting whose value cannot be used. The sentence is in English, with places for the values."""

    name: str
    sentence: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """Each field is a key of maeul.toml and, in capitals behind MAEUL_, an environment variable."""

    data: Path = ROOT / "instance"  # the folder of all data
    sample: bool = True  # an empty folder is filled with the sample; else its paper is begun at /desk/start
    host: str = "127.0.0.1"
    port: int = 8000
    site_url: str = ""  # the public address, as in https://paper.example; links in feeds come from here
    proxies: int = 0  # reverse proxies in front whose X-Forwarded-* headers count
    files_by_proxy: bool = False  # the proxy reads photos and static files itself, as one of our group
    workers: int = 1
    threads: int = 256  # requests one worker answers at once; started on demand
    connections: int = 24  # database connections one worker opens at most, of each database
    rate_storage: str = "memory://"  # a Redis address where there are several workers
    locale: str = "ko"
    timezone: str = "Asia/Seoul"
    upload_megabytes: int = 64  # the largest request accepted
    photo_megapixels: int = 60  # larger pictures are refused before they are decoded
    taken_down_days: int = 30  # after which an article that was taken down is deleted for good; 0: never
    hold_without_objection: Literal["delete", "restore"] = "delete"  # how a temporary measure ends
    presence_minutes: int = 10  # seen this recently is "here now"
    correction_front_hours: int = 48  # for which a correction stands on the front page
    new_visitors_per_minute: int = 60  # new visitors one address may bring
    joins_per_day: int = 5  # new members one address may bring
    unconfirmed_may_comment: bool = False  # before the e-mail address is confirmed; never asked without mail
    join_seconds: int = 3  # a join form that is filled in faster comes from a program
    join_work: int = 0  # numbers a browser tries before somebody joins (50000: a second); 0: none
    request_log: Literal["none", "plain", "addresses"] = "plain"  # a line for each request; of whom
    robots: Literal["all", "no-training", "none"] = "no-training"  # which programs may read the paper
    robots_lines: str = ""  # of robots.txt, after ours
    page_cache_megabytes: int = 64  # for cached guest pages, in each worker; 0: no cache
    smtp_host: str = ""  # the mail server that takes our mail; empty: no mail is sent
    smtp_port: int = 0  # 0: 587, with tls 465, with none 25
    smtp_user: str = ""  # empty: no login
    smtp_password: str = field(default="", repr=False)
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    mail_from: str = ""  # the sender's address; empty: smtp_user, if that is one
    backups: str = ""  # the folder of backups; empty: `backups` in the data folder
    nightly_backup: bool = True  # after three in the morning; a drill once a week
    backup_hook: str = ""  # a command of the shell that carries a backup elsewhere, run after each
    secret_key: str = field(default="", repr=False)  # empty: generated once, stored in the data folder

    # The least and the most of each number.
    RANGES: ClassVar[dict[str, tuple[int, int]]] = {
        "port": (1, 65535), "proxies": (0, 10), "workers": (1, 64), "threads": (1, 4096),
        "connections": (2, 1000), "upload_megabytes": (1, 2000), "photo_megapixels": (1, 500),
        "taken_down_days": (0, 3650), "presence_minutes": (1, 120), "correction_front_hours": (0, 720),
        "new_visitors_per_minute": (1, 100_000), "joins_per_day": (1, 100_000), "join_seconds": (0, 60),
        "join_work": (0, 1_000_000), "page_cache_megabytes": (0, 4000), "smtp_port": (0, 65535),
    }  # fmt: skip
    SECRET: ClassVar[tuple[str, ...]] = ("smtp_password", "secret_key")  # never shown

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the values, one for each setting at most."""
        for name, (least, most) in self.RANGES.items():
            if not least <= getattr(self, name) <= most:
                limits = {"least": least, "most": most}
                yield Problem(name, N_("a whole number from %(least)s to %(most)s is wanted."), limits)
        for name, (sentence, is_right) in _CHECKS.items():
            if not is_right(getattr(self, name)):
                yield Problem(name, sentence, {})

    @property
    def news_file(self) -> Path:
        return self.data / "maeul.db"

    @property
    def visitors_file(self) -> Path:
        return self.data / "visitors.db"

    @property
    def database_url(self) -> str:
        """The news: posts, members, comments."""
        return f"sqlite:///{self.news_file}"

    @property
    def visitors_url(self) -> str:
        """Who is here and how many were: small, busy, and never in the way of the news."""
        return f"sqlite:///{self.visitors_file}"

    @property
    def media(self) -> Path:
        """Photos and attachments, named by the hash of their content."""
        return self.data / "media"

    @property
    def claims(self) -> Path:
        """The files of claims, which no address leads to."""
        return self.data / "claims"

    @property
    def file_folders(self) -> list[Path]:
        """Every folder of files that are named by their content and belong to the paper: in each backup."""
        return [self.media, self.claims]

    @property
    def backup_folder(self) -> Path:
        return self.data / (self.backups or "backups")

    @property
    def settings_file(self) -> Path:
        return self.data / "maeul.toml"

    @property
    def cache(self) -> Path:
        """What is made again when it is missing."""
        return self.data / "cache"

    @property
    def private_paths(self) -> list[Path]:
        """What only its owner may read: the data folder and what the program writes into it."""
        databases = [
            file.with_name(file.name + suffix)
            for file in (self.news_file, self.visitors_file)
            for suffix in ("", "-wal", "-shm", "-journal")
        ]
        shared = () if self.files_by_proxy else (self.data, self.media, self.cache)
        return [*shared, *databases, self.key_file, self.claims]

    @property
    def update_lock(self) -> Path:
        """Held by bin/update until the new version has answered; meanwhile nothing is written."""
        return self.data / "update.lock"

    @property
    def key_file(self) -> Path:
        return self.data / "secret-key"


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name at all; a folder of names
        return False
    return True


def _is_language(name: str) -> bool:
    known = (ROOT / "translations").glob("*/LC_MESSAGES/messages.mo")
    return name in ("en", *(path.parent.parent.name for path in known))


def _is_site(address: str) -> bool:
    """Whether this is the address of a whole site, as in https://paper.example; or empty."""
    try:
        parts = urlsplit(address)
        is_host = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|\w[\w.-]*)(:[0-9]+)?", parts.netloc) and parts.port != 0
        is_web = address.startswith(("http://", "https://"))
        return not address or bool(is_web and is_host and _has_no_path(parts))
    except ValueError:  # a port that is none
        return False


def _has_no_path(parts: Any) -> bool:
    return parts.path in ("", "/") and not (parts.query or parts.fragment)


def _is_storage(address: str) -> bool:
    if address == "memory://":
        return True
    from limits.storage import storage_from_string  # imported here: server.py starts quicker

    try:
        storage_from_string(address)
    except Exception:  # an unknown kind, a library that is missing, an address that cannot be read
        return False
    return True


def _is_host(name: str) -> bool:
    is_name = re.fullmatch(r"[\w.:-]{0,253}", name) is not None
    return is_name and name.count(":") != 1  # the port has a setting of its own; an IPv6 address has several


def _is_sender(text: str) -> bool:
    address = r"[^\s<>@,:;]+@[^\s<>@,:;]+"
    is_address = re.fullmatch(f"{address}|[^<>@]*<{address}>", text) is not None
    return text == "" or (is_address and text.isprintable())


def _is_line(text: str) -> bool:
    return text.isprintable()


_CHECKS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "timezone": (N_("the name of a time zone is wanted, as in Asia/Seoul."), _is_timezone),
    "locale": (N_("the pages are not translated into this language."), _is_language),
    "site_url": (N_("the address of the site is wanted, as in https://paper.example."), _is_site),
    "rate_storage": (N_("memory:// or an address that the library limits can use is wanted."), _is_storage),
    "smtp_host": (N_("the name of a mail server is wanted, as in smtp.example.com."), _is_host),
    "smtp_user": (N_("one line is wanted."), _is_line),
    "smtp_password": (N_("one line is wanted."), _is_line),
    "mail_from": (N_("an e-mail address is wanted, as in news@paper.example."), _is_sender),
}


_KINDS: dict[Any, tuple[str, Callable[[Any, Any], bool]]] = {
    bool: (N_("true or false is wanted."), lambda value, _type: str(value).lower() in _BOOLEANS),
    int: (N_("a whole number is wanted."), lambda value, _type: str(value).strip("+-").isdecimal()),
    Literal: (N_("one of these is wanted: %(choices)s."), lambda value, type: value in get_args(type)),
}
_BOOLEANS = ("true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0")


def load(**overrides: object) -> Settings:
    """Read the settings; keyword arguments (the tests' way) win over everything.

    :raises WrongSettings: a name is unknown, or a value cannot be used
    """
    data = Path(str(overrides.get("data") or os.environ.get("MAEUL_DATA") or Settings.data))
    files = _files(data)
    given(**overrides)
    try:
        settings = typed_settings.load(
            Settings, appname="maeul", config_files=files, config_files_var=None, env_prefix=PREFIX
        )
    except TsError as error:
        reason = "; ".join(map(str, getattr(error, "exceptions", [error])))
        raise _of_wrong_kind(files) or _unreadable(reason) from None
    settings = Settings(**{**vars(settings), **overrides, "data": data.resolve()})
    if problem := next(settings.problems(), None):
        raise _wrong(problem, getattr(settings, problem.name))
    return settings


def load_or_exit(**overrides: object) -> Settings:
    """Read the settings, or end the process with one line."""
    try:
        return load(**overrides)
    except WrongSettings as wrong:
        sys.exit(str(wrong))


def given(**overrides: object) -> dict[str, str]:
    """The settings that environment, files or keyword arguments set, each with the place that does.

    :raises WrongSettings: a name is unknown, or a file cannot be read
    """
    known = {field.name for field in fields(Settings)}
    data = Path(str(overrides.get("data") or os.environ.get("MAEUL_DATA") or Settings.data))
    if data.exists() and not data.is_dir():
        raise _unreadable(f"MAEUL_DATA={data}: " + _sentence(N_("a folder is wanted.")))
    found = {}
    for file in _files(data):
        found |= dict.fromkeys(_table(file, known), str(file))
    for variable in sorted(os.environ):
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            if name not in known or variable != variable.upper():
                raise _unreadable(_sentence(N_("there is no setting “%(name)s”."), name=variable))
            found[name] = variable
    return found | dict.fromkeys(overrides, "create_app")


def _files(data: Path) -> list[Path]:
    """Where settings may stand, the file that wins last."""
    return [ROOT / "maeul.toml", data / "maeul.toml"]


def _table(file: Path, known: set[str]) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable(f"{file}: {error}") from None
    table = content.pop("maeul", {})
    table = table if isinstance(table, dict) else {"maeul": table}
    for name in (*content, *table):
        if name in content or name not in known:
            raise _unreadable(f"{file}: " + _sentence(N_("there is no setting “%(name)s”."), name=name))
    return table


def _of_wrong_kind(files: list[Path]) -> WrongSettings | None:
    """Say which value is, for one, no number where a number is wanted."""
    kinds = {field.name: field.type for field in fields(Settings)}
    values: dict[str, Any] = {}
    for file in files:
        values |= _table(file, set(kinds))
    values |= {
        name: os.environ[variable] for name in kinds if (variable := PREFIX + name.upper()) in os.environ
    }
    for name, value in values.items():
        kind = _KINDS.get(get_origin(kinds[name]) or kinds[name])
        if kind and not kind[1](value, kinds[name]):
            choices = ", ".join(map(str, get_args(kinds[name])))
            return _wrong(Problem(name, kind[0], {"choices": choices}), value)
    return None


def _wrong(problem: Problem, value: Any) -> WrongSettings:
    value = "…" if problem.name in Settings.SECRET else value
    sentence = _sentence(problem.sentence, **problem.values)
    return _unreadable(f"{PREFIX}{problem.name.upper()}={value}: {sentence}")


def _unreadable(reason: str) -> WrongSettings:
    line = " ".join(_sentence(N_("The settings cannot be read: %(reason)s"), reason=reason).split())
    return WrongSettings(line)


def _sentence(english: str, **values: Any) -> str:
    return translation(os.environ.get("MAEUL_LOCALE", Settings.locale))(english) % values


def translation(locale: str) -> Callable[[str], str]:
    """Return the function that translates sentences before there is an app: into Korean where in doubt."""
    languages = [locale] if _is_language(locale) else [Settings.locale]
    return gettext.translation("messages", ROOT / "translations", languages, fallback=True).gettext


def make_folder(settings: Settings) -> None:
    """Make the data folder, or end the process with one line."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        words = _sentence(
            N_("The data folder %(folder)s cannot be used: %(reason)s"), folder=settings.data, reason=error
        )
        sys.exit(words)


def secret_key(settings: Settings) -> str:
    """Return the key that signs cookies: configured, or generated once and readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    try:
        descriptor = os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return settings.key_file.read_text("ascii").strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key
