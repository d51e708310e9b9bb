"""Security headers on every response, including static files and errors."""

from collections.abc import Callable, Iterable
from typing import Any

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "frame-src https://www.youtube-nocookie.com",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SECURE = HEADERS | {"Strict-Transport-Security": "max-age=31536000"}
# A page that shows one of our own in a frame, and the page in that frame.
FRAMING = {"Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("frame-src ", "frame-src 'self' ")}
FRAMED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}


class SecurityHeaders:
    """WSGI middleware: adds each header that the response does not set itself.

    :param is_secure: whether the site uses https only; browsers are told so (Strict-Transport-Security)
    """

    def __init__(self, wsgi: Any, *, is_secure: Callable[[], bool]):
        self.wsgi, self.is_secure = wsgi, is_secure

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            present = {name.lower() for name, _ in headers}
            wanted = SECURE if self.is_secure() else HEADERS
            added = [(name, value) for name, value in wanted.items() if name.lower() not in present]
            return start_response(status, headers + added, *([exc_info] if exc_info else []))

        return self.wsgi(environ, start)
