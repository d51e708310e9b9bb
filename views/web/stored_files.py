"""Photos and attachments: sent by us, or by the proxy in front, which reads them itself (files_by_proxy)."""

from flask import Response, abort, current_app, send_file

from lib.files.store import Store


def send(name: str, mimetype: str, max_age: int | None = 0) -> Response:
    """Answer with a file of the media folder, or 404. Whether the reader may see it was asked before.

    The proxy is told its path in X-Accel-Redirect (nginx, and handle_response in our Caddyfile); parts of the
    file and what the browser has already are its business then.

    :param max_age: seconds for which browsers may keep it
    """
    settings = current_app.config["SETTINGS"]
    path = Store(settings.media).path(name)
    if not path.is_file():
        abort(404)
    if not settings.files_by_proxy:
        return send_file(path, mimetype, etag=name, max_age=max_age)
    response = Response(mimetype=mimetype)
    response.headers["X-Accel-Redirect"] = f"/-/media/{path.relative_to(settings.media)}"
    response.cache_control.max_age = max_age
    return response
