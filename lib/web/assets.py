"""Static files behind one prefix that changes with their content: browsers may cache them for ever."""

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
    """The static folder behind `/static/<hash>/`, with one joined stylesheet and one joined script.

    :param folder: holds `css/<layer>/<block>.css`, `js/app.js` and `js/behaviours/<name>.js`
    :param layers: the cascade layers, lowest first
    """

    def __init__(self, folder: Path, layers: tuple[str, ...]):
        self.folder = folder
        stylesheet, script = _join(folder / "css", layers), _join_scripts(folder / "js")
        self.prefix = f"/static/{_hash(folder, stylesheet + script)}/"
        self._built = tempfile.TemporaryDirectory(prefix="maeul-assets-")  # deleted together with this object
        built = Path(self._built.name)
        _write_compressed(built / "maeul.css", stylesheet)
        _write_compressed(built / "maeul.js", script)
        for path in (*(folder / "js").rglob("*"), *(folder / "vendor").rglob("*")):
            if path.suffix in COMPRESSED:
                _write_compressed(built / path.relative_to(folder), path.read_bytes())

    @classmethod
    @cache
    def of(cls, folder: Path, layers: tuple[str, ...]) -> "Assets":
        """Return the assets of this folder, built once in a process even for several apps."""
        return cls(folder, layers)

    def url(self, path: str) -> str:
        return self.prefix + path

    def wrap(self, wsgi: Any) -> WhiteNoise:
        """Return a WSGI application that serves the files and passes other requests on to `wsgi`."""
        whitenoise = WhiteNoise(wsgi, max_age=31536000, immutable_file_test=lambda path, url: True)
        whitenoise.add_files(str(self.folder), prefix=self.prefix)
        whitenoise.add_files(self._built.name, prefix=self.prefix)
        return whitenoise


def _join(folder: Path, layers: tuple[str, ...]) -> bytes:
    """Join the stylesheets in layer order, without comments and indentation."""
    parts = [f"@layer {', '.join(layers)};"]
    for layer in layers:
        blocks = "\n".join(path.read_text("utf-8") for path in sorted((folder / layer).glob("*.css")))
        parts.append(f"@layer {layer} {{\n{blocks}}}")
    return re.sub(r"/\*.*?\*/\s*|^\s+", "", "\n".join(parts), flags=re.DOTALL | re.MULTILINE).encode()


def _join_scripts(folder: Path) -> bytes:
    """Join app.js and all behaviours, each in its own function scope, so that a page loads one script."""
    parts = [(folder / "app.js").read_text("utf-8")]
    for path in sorted((folder / "behaviours").glob("*.js")):
        behaviour = re.sub(
            r"^export default ", "const behaviour = ", path.read_text("utf-8"), count=1, flags=re.M
        )
        parts.append(f'behaviours["{path.stem}"] = (() => {{\n{behaviour}\nreturn behaviour\n}})()')
    return "\n".join([*parts, "start(document.body)\n"]).encode()


def _hash(folder: Path, joined: bytes) -> str:
    digest = hashlib.sha256(joined)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _write_compressed(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
