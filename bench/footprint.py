"""What the server takes: memory after every kind of page, time to start, bytes sent for an article."""

import io
import random
import re
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import archive
from pages import addresses
from report import Row, Table
from serving import Server, Session, sessions

from lib.sqlite.driver import sqlite3

MEMORY, START, WEIGHT = 150, 2.5, 30  # MB, seconds, KB
STARTS = 3
ARTICLES = 20  # whose size is looked at
PHOTO = 12  # megapixels
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
EXPECTED = {200, 201, 422}  # 422: the login with a wrong password


def measure_start(table: Table, data: Path) -> None:
    table.progress("start")
    taken = []
    for _ in range(STARTS):
        with Server(data) as server:
            taken.append(server.seconds_to_first_page)
    seconds = statistics.median(taken)
    table.add(Row("start to the first page", f"{seconds:.2f} s", f"≤ {START} s", seconds <= START))


def measure_weight(table: Table, data: Path) -> None:
    """HTML, stylesheets and scripts of an article of middle size, as a browser receives them."""
    table.progress("weight of an article")
    count = archive.known(data).posts
    with Server(data) as server:
        numbers = random.Random(1).sample(range(1, count + 1), ARTICLES)
        pages = [f"/posts/{number}" for number in numbers]
        path = sorted(pages, key=lambda page: len(_compressed(server, page)))[ARTICLES // 2]
        html = server.get(path)[1].decode()
        parts = re.findall(r'<link[^>]* rel="stylesheet"[^>]*>|<script[^>]* src="[^"]+"', html)
        paths = [path, *(re.findall(r'(?:href|src)="([^"]+)"', part)[0] for part in parts)]
        kilobytes = sum(len(_compressed(server, part)) for part in paths) / 1000
    title = "article: HTML, CSS and JS, compressed"
    table.add(Row(title, f"{kilobytes:.1f} KB", f"≤ {WEIGHT} KB", kilobytes <= WEIGHT and len(paths) > 2))


def _compressed(server: Server, path: str) -> bytes:
    return server.get(path, Accept_Encoding="gzip")[1]


def measure_memory(table: Table, data: Path, folder: Path) -> None:
    table.progress("memory")
    editor, members = sessions(data, 1)
    files = addresses(data, folder)
    try:
        with Server(data) as server:
            time.sleep(1)
            idle = server.megabytes()
            statuses = _visit(server, files, editor, members[0])
            time.sleep(1)
            after = server.megabytes()
    finally:
        with sqlite3.connect(data / "maeul.db") as news:  # type: ignore[attr-defined]
            news.execute("DELETE FROM photos WHERE post_id IS NULL")
    wrong = {path: status for path, status in statuses.items() if status not in EXPECTED}
    measured = f"{after:.0f} MB (idle {idle:.0f})" + (f", wrong answers: {wrong}" if wrong else "")
    table.add(
        Row("memory after every kind of page", measured, f"≤ {MEMORY} MB", after <= MEMORY and not wrong)
    )


def _visit(server: Server, files: dict[str, Path], editor: Session, member: Session) -> dict[str, int]:
    """Request pages of every kind, then captchas, passwords and photos, the largest. Statuses by path."""
    lines = {kind: file.read_text().splitlines() for kind, file in files.items()}
    article = lines["one article"][0]
    guest = ["/", article, "/sections/news?oldest=1", "/visitors", "/join", "/login", "/tips/new"]
    guest += [
        "/pages/terms",
        "/feed.xml",
        "/robots.txt",
        "/sitemap.xml",
        *lines["list"][:20],
        *lines["search"][::50],
    ]
    desk = ["", "posts/new", "statistics", "sections", "paper"]
    statuses = {path: server.get(path)[0] for path in guest}
    statuses |= {
        f"member {path}": server.get(path, member)[0] for path in ("/", article, "/me", "/me/leaving")
    }
    statuses |= {f"editor {path}": server.get(f"/desk/{path}", editor)[0] for path in desk}
    statuses["editor edit"] = server.get(f"/desk{article}/edit", editor)[0]
    page = server.get("/join")[1].decode()
    for kind in ("png", "wav"):
        for address in set(re.findall(rf'"(/captcha/[^"]+\.{kind})"', page)):
            statuses[f"captcha {kind}"] = server.get(address)[0]
    statuses["login"] = _at_once(4, lambda: _log_in(server, member))
    picture = _photo(PHOTO)
    statuses["photo"] = _at_once(2, lambda: _upload(server, editor, picture))
    return statuses


def _at_once(count: int, send: Callable[[], int]) -> int:
    """The highest status of several simultaneous requests."""
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(send())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(statuses, default=0)


def _log_in(server: Server, member: Session) -> int:
    """With a wrong password, which costs as much as the right one."""
    body = f"username=reader{random.randint(2, 1000)}&password=not+this+one&csrf_token={member.token}"
    return server.send("POST", "/login", member, body.encode(), **FORM)[0]


def _upload(server: Server, editor: Session, picture: bytes) -> int:
    mark = "bench-boundary"
    part = f"--{mark}\r\nContent-Disposition: form-data; name="
    body = f'{part}"csrf_token"\r\n\r\n{editor.token}\r\n'
    body += f'{part}"file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    sent = body.encode() + picture + f"\r\n--{mark}--\r\n".encode()
    kind = {"Content_Type": f"multipart/form-data; boundary={mark}"}
    return server.send("POST", "/desk/photos", editor, sent, **kind)[0]


def _photo(megapixels: int) -> bytes:
    """A JPEG, four to three, as heavy as a phone's."""
    from PIL import Image

    width = round((megapixels * 1_000_000 * 4 / 3) ** 0.5)
    size = width // 16, width * 3 // 64
    small = Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))
    file = io.BytesIO()
    small.resize((width, width * 3 // 4), Image.Resampling.BICUBIC).save(file, "JPEG", quality=92)
    return file.getvalue()
