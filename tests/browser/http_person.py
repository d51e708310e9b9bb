"""A plain HTTP client: fetches pages, fills in their forms, follows redirects."""

import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

import html5lib

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
Upload = tuple[str, bytes, str]  # file name, content, media type


class Answer:
    """A response with its parsed HTML."""

    def __init__(self, response: Any):
        self.status: int = response.status
        self.url: str = response.url
        self.headers = response.headers
        self.body: bytes = response.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def words(self) -> str:
        """The visible text, with runs of spaces as one."""
        tree = html5lib.parse(self.text)
        return " ".join("".join(tree.find(f"{NAMESPACE}body").itertext()).split())

    def forms(self) -> list[Any]:
        return html5lib.parse(self.text).findall(f".//{NAMESPACE}form")

    def form(self, *names: str) -> Any:
        """The first form with all these fields."""
        for form in self.forms():
            present = {element.get("name") for element in form.iter() if element.get("name")}
            if present.issuperset(names):
                return form
        raise AssertionError(f"no form with {names} at {self.url}")


def values(form: Any) -> list[tuple[str, str]]:
    """The fields that the unchanged form would send, without its buttons."""
    found: list[tuple[str, str]] = []
    for element in form.iter():
        name, kind = element.get("name"), element.get("type", "text")
        if not name or kind in ("submit", "button", "file") or element.tag == f"{NAMESPACE}button":
            continue
        if element.tag == f"{NAMESPACE}textarea":
            found.append((name, "".join(element.itertext()).removeprefix("\n")))
        elif element.tag == f"{NAMESPACE}select":
            options = element.findall(f".//{NAMESPACE}option")
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            found += [(name, option.get("value", "")) for option in chosen]
        elif element.tag == f"{NAMESPACE}input" and (
            kind not in ("checkbox", "radio") or element.get("checked") is not None
        ):
            found.append((name, element.get("value", "on" if kind == "checkbox" else "")))
    return found


class Person:
    """A visitor with their own cookies."""

    def __init__(self, site: str):
        self.site = site
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("User-Agent", AGENT)]

    def request(self, path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        request = urllib.request.Request(urllib.parse.urljoin(self.site, path), data, headers or {})
        try:
            return Answer(self.opener.open(request, timeout=60))
        except urllib.error.HTTPError as error:
            return Answer(error)

    def get(self, path: str) -> Answer:
        return self.request(path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self.request(path, urllib.parse.urlencode(fields).encode())

    def fill(
        self, page: Answer, form: Any, files: list[tuple[str, Upload]] | None = None, **fields: str
    ) -> Answer:
        """Send a form of the page with these fields changed; as multipart if there are files."""
        sent = [(name, value) for name, value in values(form) if name not in fields] + list(fields.items())
        address = urllib.parse.urljoin(page.url, form.get("action") or page.url)
        if files is None and form.get("enctype") != "multipart/form-data":
            return self.request(address, urllib.parse.urlencode(sent).encode())
        body, kind = _multipart(sent, files or [])
        return self.request(address, body, {"Content-Type": kind})


def _multipart(fields: list[tuple[str, str]], files: list[tuple[str, Upload]]) -> tuple[bytes, str]:
    boundary = "----maeul-person"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    for name, (filename, content, kind) in files:
        disposition = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
        head = f"--{boundary}\r\n{disposition}\r\nContent-Type: {kind}\r\n\r\n"
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
