"""Protection against forged requests: a form carries the token of its session and comes from our pages."""

from flask import Flask, current_app, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from lib.web.addresses import origin
from views.web.guards import SAFE_METHODS

COUNTED_OTHERWISE = "visitors.beat"  # a foreign beat is answered, but not counted
SIGNED = "mail.stop"  # sent by mail programs and from anywhere: its address holds our signature

WITHOUT_REFERRER = ("passwords", "addresses")  # blueprints whose pages send no Referer

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Flask-WTF's own check of the Referer is switched off: many browsers send none (see `is_foreign`)."""
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.before_request(_refuse_foreign)
    csrf.init_app(app)


def is_foreign() -> bool:
    """Whether another site's page sent this request, by Sec-Fetch-Site, Origin or Referer.

    A header that is missing proves nothing. A null Origin is foreign unless Sec-Fetch-Site says that the page
    is ours: browsers send it where a reader has switched Referer off, but also for a sandboxed frame.
    """
    site = request.headers.get("Sec-Fetch-Site", "").strip().lower()
    if site not in ("", "same-origin", "none"):
        return True
    sources = [request.headers.get("Origin", "").strip(), request.headers.get("Referer", "").strip()]
    if sources[0] == "null" and (site == "same-origin" or _has_secret_address(site)):
        sources[0] = ""
    own = _own_origins()
    return any(source and origin(source) not in own for source in sources)


def _has_secret_address(site: str) -> bool:
    """Whether the form is on a page that sends no Referer: older browsers send a null Origin from it.

    The address of such a page holds a token that no other site knows.
    """
    return not site and request.blueprint in WITHOUT_REFERRER


def _own_origins() -> set[str | None]:
    """The configured address and the request's own, with https too: a proxy in front may be unknown to us.

    Where the configured address is https, plain http of the same host is none of ours.
    """
    site = origin(current_app.config["SETTINGS"].site_url)
    here, secure = (origin(f"{scheme}://{request.host}") for scheme in (request.scheme, "https"))
    return {site, secure} - {None} if site == secure else {site, secure, here} - {None}


def _refuse_foreign() -> None:
    if request.endpoint in (None, COUNTED_OTHERWISE, SIGNED) or request.method in SAFE_METHODS:
        return
    if is_foreign():
        current_app.logger.warning(
            "form of another site refused (Origin: %r, Host: %r); if it is yours, see site_url and proxies",
            request.headers.get("Origin", "")[:200],
            request.host[:200],
        )
        raise CSRFError("The request comes from another site.")
