"""Deployment settings, typed, read once at the start: defaults < maeul.toml < MAEUL_* environment."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import typed_settings

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """Each field is a key of maeul.toml and, in capitals behind MAEUL_, an environment variable."""

    data: Path = ROOT / "instance"  # the folder of all data
    host: str = "127.0.0.1"
    port: int = 8000
    site_url: str = ""  # the public address, as in https://paper.example; links in feeds come from here
    proxies: int = 0  # reverse proxies in front whose X-Forwarded-* headers count
    workers: int = 1
    threads: int = 256  # requests one worker answers at once; started on demand
    connections: int = 24  # database connections one worker opens at most, of each database
    rate_storage: str = "memory://"  # a Redis address where there are several workers
    locale: str = "ko"
    timezone: str = "Asia/Seoul"
    upload_megabytes: int = 64  # the largest request accepted
    photo_megapixels: int = 60  # larger pictures are refused before they are decoded
    taken_down_days: int = 30  # after which an article that was taken down is deleted for good; 0: never
    hold_without_objection: str = "delete"  # or "restore": how a temporary measure ends, as the terms say
    presence_minutes: int = 10  # seen this recently is "here now"
    correction_front_hours: int = 48  # for which a correction stands on the front page
    new_visitors_per_minute: int = 60  # new visitors one address may bring
    joins_per_day: int = 5  # new members one address may bring
    unconfirmed_may_comment: bool = False  # before the e-mail address is confirmed; never asked without mail
    join_seconds: int = 3  # a join form that is filled in faster comes from a program
    join_work: int = 0  # numbers a browser tries before somebody joins (50000: a second); 0: none
    page_cache_megabytes: int = 64  # for cached guest pages, in each worker; 0: no cache
    smtp_host: str = ""  # the mail server that takes our mail; empty: no mail is sent
    smtp_port: int = 0  # 0: 587, with tls 465, with none 25
    smtp_user: str = ""  # empty: no login
    smtp_password: str = field(default="", repr=False)
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    mail_from: str = ""  # the sender's address; empty: smtp_user, if that is one
    secret_key: str = field(default="", repr=False)  # empty: generated once, stored in the data folder

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
        return [self.data, *databases, self.key_file, self.media, self.claims, self.cache]

    @property
    def key_file(self) -> Path:
        return self.data / "secret-key"


def load(**overrides: object) -> Settings:
    """Read the settings; keyword arguments (the tests' way) win over everything."""
    data = Path(str(overrides.get("data") or os.environ.get("MAEUL_DATA") or Settings.data))
    files = [ROOT / "maeul.toml", data / "maeul.toml"]
    settings = typed_settings.load(Settings, appname="maeul", config_files=files, env_prefix="MAEUL_")
    values = {**vars(settings), **overrides, "data": data.resolve()}
    return Settings(**values)


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
