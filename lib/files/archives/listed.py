"""A tar archive that begins with a manifest and a list of the files that follow, with their hashes.

The list has the lines of `sha256sum`, in the order of the files: neither writing nor reading keeps more than
one line and one block of a file in memory, however many files there are.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from lib.files.archives import sealed
from lib.files.archives.sealed import BLOCK, Damaged

MANIFEST, LIST = "manifest.json", "files.sha256"
MOST_MANIFEST = 1_000_000  # bytes
MOST_LINE = 1000  # characters
Progress = Callable[[int], Any]


def digest(path: Path, progress: Progress = lambda _size: None) -> str:
    """The SHA-256 of a file's content."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            sha256.update(block)
            progress(len(block))
    return sha256.hexdigest()


def line(sha256: str, name: str) -> str:
    return f"{sha256}  {name}\n"


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """The hash and the name in each line of a list.

    :raises Damaged: it is none
    """
    with path.open(encoding="ascii", errors="replace") as file:
        while text := file.readline(MOST_LINE):
            sha256, _space, name = text.rstrip("\n").partition("  ")
            if not (len(sha256) == 64 and name and text.endswith("\n")):
                raise Damaged(path.name)
            yield sha256, name


def write(
    target: Path,
    scratch: Path,
    names: Iterable[str],
    find: Callable[[str], Path],
    manifest: dict[str, Any],
    progress: Progress = lambda _size: None,
) -> None:
    """Write an archive. It is on the disk when this returns.

    :param scratch: a folder where the list is made
    :param find: returns the file of a name
    :param manifest: what it begins with; numbers of files and bytes are added
    :raises OSError: the disk is full, or a file has vanished or become shorter meanwhile
    """
    files = size = 0
    with (scratch / LIST).open("w", encoding="ascii") as listed:
        for name in names:
            listed.write(line(digest(find(name), progress), name))
            files, size = files + 1, size + find(name).stat().st_size
    numbers = {"files": files, "bytes": size, "list": digest(scratch / LIST)}
    with sealed.writing(target) as file, tarfile.open(fileobj=file, mode="w|", bufsize=BLOCK) as tar:
        text = json.dumps(manifest | numbers, ensure_ascii=False, indent=1).encode()
        tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
        _add(tar, LIST, scratch / LIST)
        for _sha256, name in lines(scratch / LIST):
            _add(tar, name, find(name))
            progress(find(name).stat().st_size)


def _add(tar: tarfile.TarFile, name: str, path: Path) -> None:
    with path.open("rb") as file:
        tar.addfile(_member(name, path.stat().st_size), file)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def read_manifest(path: Path) -> dict[str, Any]:
    """What an archive begins with. Nothing else of the file is read, and the seal is not compared.

    :raises Damaged: it cannot be read
    """
    with _opened(path) as tar:
        return _manifest(tar)


def unpack(
    path: Path,
    folder: Path,
    is_name: Callable[[str], bool],
    is_kept: Callable[[str], bool] = lambda _name: True,
    progress: Progress = lambda _size: None,
) -> None:
    """Write the files of an archive into an empty folder, each compared with its hash.

    Refused are names that are not listed, not in order or not of ours, and whatever is no plain file.

    :param is_name: whether a name may stand in such an archive
    :param is_kept: whether it is to be written; the others are compared only
    :raises Damaged: something in it is not as the manifest and the list say
    """
    with _opened(path) as tar:
        manifest = _manifest(tar)
        if _extract(tar, _next(tar, LIST), folder / LIST, progress) != manifest["list"]:
            raise Damaged(LIST)
        files, left = 0, manifest["bytes"]
        for sha256, name in lines(folder / LIST):
            if not is_name(name):
                raise Damaged(name)
            member = _next(tar, name)
            files, left = files + 1, left - member.size
            if left < 0:  # more than the manifest says, for which there may be no space
                raise Damaged(name)
            if _extract(tar, member, folder / name if is_kept(name) else None, progress) != sha256:
                raise Damaged(name)
        if tar.next() is not None or files != manifest["files"]:
            raise Damaged(path.name)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with sealed.reading(path) as file, tarfile.open(fileobj=file, mode="r|", bufsize=BLOCK) as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise Damaged(path.name) from error


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    member = _next(tar, MANIFEST)
    if member.size > MOST_MANIFEST:
        raise Damaged(MANIFEST)
    manifest = json.loads(_content(tar, member).read())
    kinds = {"files": int, "bytes": int, "list": str}
    if not isinstance(manifest, dict) or any(
        type(manifest.get(key)) is not kind for key, kind in kinds.items()
    ):
        raise Damaged(MANIFEST)
    return manifest


def _next(tar: tarfile.TarFile, name: str) -> tarfile.TarInfo:
    """The next member, which has to be a plain file of this name."""
    member = tar.next()
    if member is None or member.name != name or member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise Damaged(name)
    if member.sparse is not None:
        raise Damaged(name)
    return member


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    content = tar.extractfile(member)
    if content is None:
        raise Damaged(member.name)
    return content


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path | None, progress: Progress) -> str:
    """Write a member to `path`, if that is wanted. Returns the SHA-256 of its content."""
    content = _content(tar, member)
    if path is None:
        return _pour(content, None, progress)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        return _pour(content, file, progress)


def _pour(content: Any, file: BinaryIO | None, progress: Progress) -> str:
    sha256 = hashlib.sha256()
    while block := content.read(BLOCK):
        sha256.update(block)
        if file:
            file.write(block)
        progress(len(block))
    return sha256.hexdigest()
