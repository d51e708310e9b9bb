"""Static files behind one prefix that changes with their content: browsers may cache them for ever."""

import gzip
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

from lib.files import private

COMPRESSED = {".css", ".js", ".svg"}


class Assets:
    """The static folder behind `/static/<hash>/`, with joined stylesheets and one joined script.

    Readers load maeul.css; the desk also desk.css, which has the folders named desk of the layers.
    Joined and compressed files are in `<cache>/<hash>/`. They are written again when they are missing.

    :param folder: holds `css/<layer>/<block>.css`, `css/<layer>/desk/<block>.css`, `js/app.js` and
        `js/behaviours/<name>.js`
    :param layers: the cascade layers, lowest first
    :param cache: a folder for built files only; those of other versions are deleted
    """

    def __init__(self, folder: Path, layers: tuple[str, ...], cache: Path):
        self.folder, self.layers = folder, layers
        version = _version(folder, layers)
        self.prefix, self.built = f"/static/{version}/", cache / version
        self.build()
        for other in cache.iterdir():
            if other != self.built:
                shutil.rmtree(other, ignore_errors=True)

    def build(self) -> None:
        """Write those files that are missing."""
        styles, layers = self.folder / "css", self.layers
        _write_compressed(self.built / "maeul.css", lambda: _join(styles, layers))
        _write_compressed(self.built / "desk.css", lambda: _join(styles, layers, "desk"))
        _write_compressed(self.built / "maeul.js", lambda: _join_scripts(self.folder / "js"))
        for path in (*(self.folder / "js").rglob("*"), *(self.folder / "vendor").rglob("*")):
            if path.suffix in COMPRESSED:
                _write_compressed(self.built / path.relative_to(self.folder), path.read_bytes)

    def url(self, path: str) -> str:
        return self.prefix + path

    def wrap(self, wsgi: Any) -> Callable[..., Any]:
        """Return a WSGI application that serves the files and passes other requests on to `wsgi`."""
        whitenoise = WhiteNoise(wsgi, max_age=31536000, immutable_file_test=lambda path, url: True)
        whitenoise.add_files(str(self.folder), prefix=self.prefix)
        whitenoise.add_files(str(self.built), prefix=self.prefix)

        def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            try:
                return whitenoise(environ, start_response)
            except FileNotFoundError:
                if not environ["PATH_INFO"].startswith(self.prefix):
                    raise
                self.build()
                return whitenoise(environ, start_response)

        return serve


@cache
def _version(folder: Path, layers: tuple[str, ...]) -> str:
    """The hash of all files and of the order of layers, computed once in a process even for several apps."""
    digest = hashlib.sha256(_join(folder / "css", layers) + _join_scripts(folder / "js"))
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _join(folder: Path, layers: tuple[str, ...], part: str = "") -> bytes:
    """Join the stylesheets in layer order, without comments and indentation.

    :param part: the folder of each layer that is meant; by default the layer itself
    """
    parts = [f"@layer {', '.join(layers)};"]
    for layer in layers:
        blocks = "\n".join(path.read_text("utf-8") for path in sorted((folder / layer / part).glob("*.css")))
        parts.append(f"@layer {layer} {{\n{blocks}}}")
    return re.sub(r"/\*.*?\*/\s*|^\s+", "", "\n".join(parts), flags=re.DOTALL | re.MULTILINE).encode()


def _join_scripts(folder: Path) -> bytes:
    """Join app.js and all behaviours, each in its own function scope, so that a page loads one script."""
    parts = [(folder / "app.js").read_text("utf-8")]
    for path in sorted((folder / "behaviours").glob("*.js")):
        behaviour = re.sub(
            r"^export default ", "const behaviour = ", path.read_text("utf-8"), count=1, flags=re.M
        )
        parts.append(f'define("{path.stem}", () => {{\n{behaviour}\nreturn behaviour\n}})')
    return "\n".join([*parts, "start(document.body)\n"]).encode()


def _write_compressed(path: Path, read: Callable[[], bytes]) -> None:
    """Write a file and its compressed form unless both are there."""
    compressed = path.with_name(path.name + ".gz")
    if path.is_file() and compressed.is_file():
        return
    content = read()
    private.make_folder(path.parent)
    _write(path, content)
    _write(compressed, gzip.compress(content, 9, mtime=0))


def _write(path: Path, content: bytes) -> None:
    """Write a file at once: other processes see all of it or nothing."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
    private.follow_folder(path.parent, Path(file.name))
    Path(file.name).replace(path)
