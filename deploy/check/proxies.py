"""Try deploy/Caddyfile and deploy/nginx.conf with the real programs in front of a real paper.

    .venv/bin/python deploy/check/proxies.py [caddy] [nginx]

As root, with caddy, nginx-light and openssl installed. The proxies run as users of their own who share only a
group with the paper, so rights of files are tried too. Prints a line for each question; ends with 1 if an
answer is wrong.
"""

import contextlib
import http.client
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PAPER = 54321  # a group that nobody else has
SPELLINGS = [f"X{a}Forwarded{b}{name}" for a in "-_" for b in "-_" for name in ("For", "Host", "Proto")]
UNREACHABLE = (
    "/-/media/../secret-key", "/-/media/", "/static/../../secret-key", "/static/..%2f..%2fsecret-key",
    "/media/../secret-key", "/static/", "/maeul.db", "/static/%2e%2e/%2e%2e/maeul.db",
)  # fmt: skip
wrong: list[str] = []


def check(is_right: object, question: str, seen: object = "") -> None:
    print(("ok     " if is_right else "WRONG  ") + question, "" if is_right else seen, flush=True)
    if not is_right:
        wrong.append(question)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        self.text = self.body.decode("utf-8", "replace")


def ask(port: int, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """Over https; the certificate is one of our own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("localhost", port, timeout=30, context=context)
    connection.request(method, path, body, {"Host": f"localhost:{port}", **headers})
    return Answer(connection.getresponse())


def ask_paper(port: int, path: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    return Answer(connection.getresponse())


def until_open(question: Any, port: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if question(port, "/healthz").status == 200:
                return
        assert time.monotonic() < deadline, "it does not open"
        time.sleep(0.2)


def start(words: list[Any], log: Path, user: int, group: int, **options: Any) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(words, stdout=file, stderr=file, user=user, group=group, **options)


def start_paper(folder: Path, port: int, proxy_port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "HOME": str(folder),
        "MAEUL_DATA": str(folder / "data"),
        "MAEUL_PORT": str(port),
        "MAEUL_SITE_URL": f"https://localhost:{proxy_port}",
        "MAEUL_PROXIES": "1",
        "MAEUL_FILES_BY_PROXY": "true",
    }
    options = {"cwd": ROOT, "env": environment, "extra_groups": [], "start_new_session": True}
    return start([ROOT / ".venv/bin/python", "server.py"], folder / "paper.log", 0, PAPER, **options)


def start_caddy(folder: Path, data: Path, paper_port: int, port: int) -> subprocess.Popen[bytes]:
    """The certificate comes from an authority of Caddy's own (tls internal), all else is as in the file."""
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    text = text.replace("paper.example {", f"localhost:{port} {{\n\ttls internal", 1)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{paper_port}").replace("/var/lib/maeul", str(data))
    for_the_test = f"\tadmin off\n\thttp_port {free_port()}\n\tskip_install_trust\n"
    (folder / "Caddyfile").write_text(text.replace("{\n\tservers", f"{{\n{for_the_test}\tservers", 1))
    user = pwd.getpwnam("caddy")
    os.chown(folder, user.pw_uid, user.pw_gid)
    environment = os.environ | dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(folder))
    words = ["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]
    log, options = folder / "caddy.log", {"env": environment, "extra_groups": [PAPER]}
    return start(words, log, user.pw_uid, user.pw_gid, **options)


def start_nginx(folder: Path, data: Path, paper_port: int, port: int) -> subprocess.Popen[bytes]:
    names = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem", "-subj", "/CN=localhost"]
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run(words, check=True, capture_output=True)
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"    listen \[.*\n", "", text).replace("listen 443", f"listen {port}")
    text = text.replace("listen 80;", f"listen {free_port()};")
    text = text.replace("/etc/letsencrypt/live/paper.example", str(folder)).replace(
        "paper.example", "localhost"
    )
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{paper_port}").replace("/var/lib/maeul", str(data))
    (folder / "site.conf").write_text(text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/nginx.log;\nevents {{}}\nhttp {{\n"
        f"  include /etc/nginx/mime.types; access_log off;\n{places}  include {folder}/site.conf;\n}}\n"
    )
    user = pwd.getpwnam("www-data")
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    words = ["nginx", "-p", folder, "-e", folder / "nginx.log", "-c", folder / "nginx.conf"]
    return start(words, folder / "out.log", user.pw_uid, user.pw_gid, extra_groups=[PAPER])


def ask_everything(port: int, paper_port: int, data: Path) -> None:
    front = ask(port, "/")
    check(front.status == 200 and "</html>" in front.text, "the front page, over https", front.status)
    again = ask(port, "/", **{"Accept-Encoding": "gzip"})
    check(again.headers["X-Maeul-Page"] == "hit", "the second time it comes from the page cache of the paper")
    check(again.headers["Content-Encoding"] == "gzip", "compressed by the paper", again.headers)
    check(again.headers["Strict-Transport-Security"], "https for ever")
    tag = {"If-None-Match": again.headers["ETag"]}
    check(ask(port, "/", **tag).status == 304, "304 with the ETag of the paper")
    ask_forwarded(port)
    ask_static(port, front.text)
    ask_media(port, paper_port, front.text)
    for path in UNREACHABLE:
        check(ask(port, path).status in (400, 403, 404), f"nothing at {path}")
    check(data.stat().st_mode & 0o777 == 0o710, "the group passes through the data folder, and lists nothing")
    secrets = [data / name for name in ("maeul.db", "visitors.db", "secret-key")]
    check(not any(path.stat().st_mode & 0o077 for path in secrets), "and reads neither databases nor key")


def ask_forwarded(port: int) -> None:
    form = ask(port, "/login")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)
    fields = f"csrf_token={token[1] if token else ''}&username=nobody&password=wrong-password"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": (form.headers["Set-Cookie"] or "").partition(";")[0],
        "Origin": f"https://localhost:{port}",
    }
    sent = ask(port, "/login", "POST", fields, **headers)
    check(sent.status in (200, 401, 422, 429), "a form of the site's own is accepted", sent.status)
    for name in SPELLINGS:
        if name.endswith("Host"):
            page = ask(port, "/feed.xml", **{name: "evil.example"})
            check("evil.example" not in page.text, f"{name} is not believed")
        if name.endswith("For"):
            statuses = [ask(port, "/captcha/new", **{name: f"192.0.2.{n}"}).status for n in range(40)]
            check(429 in statuses, f"{name} invents no address", set(statuses))


def ask_static(port: int, front: str) -> None:
    style = re.search(r'href="(/static/[^"]+/maeul\.css)"', front)
    assert style
    plain, packed = ask(port, style[1]), ask(port, style[1], **{"Accept-Encoding": "gzip"})
    check(plain.status == 200 and plain.headers["Content-Type"].startswith("text/css"), "the style sheet")
    check(
        "immutable" in (plain.headers["Cache-Control"] or ""), "is kept by browsers for ever", plain.headers
    )
    is_packed = packed.headers["Content-Encoding"] == "gzip" and packed.body[:2] == b"\x1f\x8b"
    check(is_packed, "is sent compressed", packed.headers)
    part = ask(port, style[1], Range="bytes=0-9")
    check(part.status == 206 and part.body == plain.body[:10], "in parts", part.status)
    check("X-Frame-Options" not in plain.headers, "and not by the paper, which adds other headers")
    check(ask(port, style[1].replace("maeul.css", "nothing.css")).status == 404, "what is not there is 404")
    icon = re.search(r'(/static/[^"]+\.(?:svg|png|ico))', front)
    check(icon and ask(port, icon[1]).status == 200, "a picture of the program", icon)


def ask_media(port: int, paper_port: int, front: str) -> None:
    photo = re.search(r"/media/[0-9a-f]{64}-\d+\.webp", front)
    assert photo
    own = ask_paper(paper_port, photo[0])
    check(
        own.headers["X-Accel-Redirect"] and not own.body, "the paper only says where a photo lies", own.status
    )
    whole = ask(port, photo[0])
    check(whole.status == 200 and whole.body[8:12] == b"WEBP", "the photo is sent", whole.status)
    check(whole.headers["Content-Type"] == "image/webp", "as what it is", whole.headers)
    check("X-Accel-Redirect" not in whole.headers, "its place is told to nobody", whole.headers)
    check("immutable" in (whole.headers["Cache-Control"] or ""), "kept by browsers for ever", whole.headers)
    check(whole.headers["X-Content-Type-Options"] == "nosniff", "nosniff", whole.headers)
    check(len(whole.headers.get_all("Content-Length") or []) == 1, "one length", whole.headers)
    part = ask(port, photo[0], Range="bytes=100-199")
    check(part.status == 206 and part.body == whole.body[100:200], "a part of it", part.status)
    tag = {"If-None-Match": whole.headers["ETag"] or '"none"'}
    check(ask(port, photo[0], **tag).status == 304, "304 with its ETag", tag)
    check(ask(port, photo[0], "HEAD").body == b"", "HEAD")
    check(ask(port, "/media/" + "0" * 64 + "-480.webp").status == 404, "a photo that is none")


def ask_while_it_starts(
    folder: Path, paper: subprocess.Popen[bytes], paper_port: int, port: int, *, waits: bool
) -> subprocess.Popen[bytes]:
    """Stop the paper: static files go on. Ask while it starts again. Returns the new process."""
    style = re.search(r'href="(/static/[^"]+/maeul\.css)"', ask(port, "/").text)
    os.killpg(paper.pid, 15)
    paper.wait(20)
    check(style and ask(port, style[1]).status == 200, "the style sheet is there while the paper is not")
    paper = start_paper(folder, paper_port, port)
    if waits:
        check(ask(port, "/").status == 200, "who asks while the paper starts waits, and is answered")
    until_open(ask_paper, paper_port)
    return paper


def try_proxy(name: str, folder: Path) -> None:
    port, paper_port, own = free_port(), free_port(), folder / name
    own.mkdir(mode=0o700)
    paper = start_paper(folder, paper_port, port)
    until_open(ask_paper, paper_port)
    starts = {"caddy": start_caddy, "nginx": start_nginx}
    proxy = starts[name](own, folder / "data", paper_port, port)
    try:
        until_open(ask, port)
        ask_everything(port, paper_port, folder / "data")
        paper = ask_while_it_starts(folder, paper, paper_port, port, waits=name == "caddy")
    except BaseException:
        for log in (*own.glob("*.log"), folder / "paper.log"):
            print(f"-- {log.name}", *log.read_text("utf-8", "replace").splitlines()[-15:], sep="\n")
        raise
    finally:
        proxy.terminate()
        os.killpg(paper.pid, 15)
        proxy.wait(20)
        paper.wait(20)


@contextlib.contextmanager
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="maeul-proxies-"))
    folder.chmod(0o755)
    try:
        (folder / "data").mkdir(mode=0o700)
        os.chown(folder / "data", 0, PAPER)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


for proxy_name in sys.argv[1:] or ("caddy", "nginx"):
    print(f"== {proxy_name}")
    with place() as scratch:
        try_proxy(proxy_name, scratch)
sys.exit(f"{len(wrong)} wrong" if wrong else 0)
