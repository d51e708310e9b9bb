"""Static files under one address that changes with their content, so that browsers may keep them for ever."""

import gzip
import hashlib
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

COMPRESSED = {".css", ".js", ".svg"}


class Assets:
    """The static folder, its stylesheets joined in layer order and its scripts into one, behind `/static/<hash of everything>/`.

    :param folder: the folder to serve; `css/` holds `<layer>/<block>.css` files, `js/` app.js and `behaviours/<name>.js`
    :param layers: the cascade layers, lowest first
    """

    def __init__(self, folder: Path, layers: tuple[str, ...]):
        self.folder = folder
        stylesheet, script = _join(folder / "css", layers), _join_scripts(folder / "js")
        self.prefix = f"/static/{_hash(folder, stylesheet + script)}/"
        self._made = tempfile.TemporaryDirectory(prefix="maeul-assets-")  # lives as long as these assets
        made = Path(self._made.name)
        _write_compressed(made / "maeul.css", stylesheet)
        _write_compressed(made / "maeul.js", script)
        for path in (*(folder / "js").rglob("*"), *(folder / "vendor").rglob("*")):
            if path.suffix in COMPRESSED:
                _write_compressed(made / path.relative_to(folder), path.read_bytes())

    @classmethod
    @cache
    def of(cls, folder: Path, layers: tuple[str, ...]) -> "Assets":
        """The assets of this folder, made once in a process however many apps it has."""
        return cls(folder, layers)

    def url(self, path: str) -> str:
        return self.prefix + path

    def wrap(self, wsgi: Any) -> WhiteNoise:
        """The WSGI application that answers for the files and passes everything else on."""
        served = WhiteNoise(wsgi, max_age=31536000, immutable_file_test=lambda path, url: True)
        served.add_files(str(self.folder), prefix=self.prefix)
        served.add_files(self._made.name, prefix=self.prefix)
        return served


def _join(folder: Path, layers: tuple[str, ...]) -> bytes:
    parts = [f"@layer {', '.join(layers)};"]
    for layer in layers:
        blocks = "\n".join(path.read_text("utf-8") for path in sorted((folder / layer).glob("*.css")))
        parts.append(f"@layer {layer} {{\n{blocks}}}")
    return "\n".join(parts).encode()


def _join_scripts(folder: Path) -> bytes:
    """app.js with every behaviour in its table, each in a scope of its own, so that a page waits for one file."""
    parts = [(folder / "app.js").read_text("utf-8")]
    for path in sorted((folder / "behaviours").glob("*.js")):
        behaviour = re.sub(
            r"^export default ", "const behaviour = ", path.read_text("utf-8"), count=1, flags=re.M
        )
        parts.append(f'behaviours["{path.stem}"] = (() => {{\n{behaviour}\nreturn behaviour\n}})()')
    return "\n".join([*parts, "start(document.body)\n"]).encode()


def _hash(folder: Path, stylesheet: bytes) -> str:
    seen = hashlib.sha256(stylesheet)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            seen.update(str(path.relative_to(folder)).encode())
            seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


def _write_compressed(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
