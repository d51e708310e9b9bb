"""Whether a database is in step with its migrations, without loading the migration tool: a start should be quick."""

import re
from pathlib import Path

from sqlalchemy import Engine, inspect, text

_REVISION = re.compile(r"^revision = ['\"](\w+)['\"]", re.MULTILINE)
_DOWN = re.compile(r"^down_revision = ['\"](\w+)['\"]", re.MULTILINE)


def known(folder: Path) -> tuple[str, set[str]]:
    """The newest revision among the migration files of a folder, and all of them.

    :raises ValueError: there is not exactly one newest
    """
    sources = [path.read_text("utf-8") for path in folder.glob("*.py")]
    revisions = {match[1] for source in sources if (match := _REVISION.search(source))}
    older = {match[1] for source in sources if (match := _DOWN.search(source))}
    (newest,) = revisions - older
    return newest, revisions


def current(engine: Engine) -> str | None:
    """The revision a database stands at; none for an empty one."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
