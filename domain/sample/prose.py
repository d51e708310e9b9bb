"""Reads the sample articles: TOML files with bodies in plain paragraphs.

A blank line ends a paragraph. `## ` begins a heading, `> ` a quotation, `- ` a list; a block that begins with
`<` is HTML. Ages: `40m`, `5h`, `3d 14:30` (three days ago at half past two in the paper's time zone),
`+2d 09:00` (in the future).
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from models import now, paper_zone, today

FOLDER = Path(__file__).parent / "articles"
AGE = re.compile(r"(?:(\d+)m|(\d+)h|(\+?)(\d+)d (\d\d):(\d\d))")


def articles() -> Iterator[dict[str, Any]]:
    """Every article of every file. The section of an article that names none is that of its file."""
    for path in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        for article in content["article"]:
            texts = {name: quoted(article[name]) for name in ("title", "subtitle", "body") if name in article}
            yield {"section": path.stem, **article, **texts}


def quoted(prose: str) -> str:
    """Replace typewriter quotation marks by typographic ones. Both of a pair are on the same line."""
    return re.sub(r"'([^'\n<>]*)'", "‘\\1’", re.sub(r'"([^"\n<>]*)"', "“\\1”", prose))


def html(prose: str) -> str:
    """Convert a body to HTML."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", prose.strip())]
    return "\n".join(_block(block) for block in blocks if block)


def _block(block: str) -> str:
    if block.startswith("<"):
        return block
    if block.startswith("## "):
        return f"<h2>{block[3:]}</h2>"
    if block.startswith("> "):
        return f"<blockquote><p>{_joined(block.replace('> ', ''))}</p></blockquote>"
    if block.startswith("- "):
        items = [f"<li>{line.removeprefix('- ')}</li>" for line in block.splitlines()]
        return f"<ul>{''.join(items)}</ul>"
    return f"<p>{_joined(block)}</p>"


def _joined(block: str) -> str:
    return " ".join(block.split())


def moment(age: str, since: datetime | None = None) -> datetime:
    """The moment of an age: that long ago or, for minutes and hours, that long after `since`.

    :raises ValueError: not an age
    """
    match = AGE.fullmatch(age)
    if match is None:
        raise ValueError(f"not an age: {age}")
    minutes, hours, ahead, days, hour, minute = match.groups()
    if days is None:
        duration = timedelta(minutes=int(minutes or 0), hours=int(hours or 0))
        return since + duration if since else now() - duration
    day = today() + timedelta(days=int(days) if ahead else -int(days))
    return datetime.combine(day, time(int(hour), int(minute)), paper_zone()).astimezone(UTC)
