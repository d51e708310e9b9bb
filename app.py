"""create_app(): wiring only. Read it from top to bottom to know what Maeul is made of."""

from datetime import timedelta
from typing import Any

from babel.support import Translations
from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

import cli
import config
import database
from lib.files import private
from lib.web.assets import Assets
from lib.web.body_limit import BodyLimit
from lib.web.request_log import RequestLog
from lib.web.security_headers import SecurityHeaders
from views import (
    account,
    addresses,
    banners,
    captchas,
    claims,
    comments,
    consents,
    corrections,
    desk,
    feeds,
    front,
    holds,
    incidents,
    logins,
    mail,
    media,
    members,
    notices,
    own_logins,
    own_writing,
    pages,
    papers,
    passwords,
    personal_data,
    posts,
    reactions,
    reports,
    robots,
    search,
    second_steps,
    sections,
    sitemaps,
    tags,
    theme,
    tips,
    two_step,
    visitors,
)
from views.web import (
    csrf,
    errors,
    filters,
    live_settings,
    logs,
    mail_settings,
    network_blocks,
    opening,
    page_cache,
    page_context,
    password_queue,
    rates,
    request_limits,
    sessions,
    write_lock,
)

BLUEPRINTS = (
    front, feeds, sitemaps, sections, search, tags, posts, media, pages, papers, comments, corrections,
    claims, tips, reactions, members, logins, second_steps, passwords, addresses, account, two_step, consents,
    own_logins, own_writing, personal_data, mail, notices, reports, holds, incidents, captchas, visitors,
    banners, theme, robots, *desk.VIEWS, *desk.FOR_NOBODY_YET,
)  # fmt: skip
# Of views/web, in the order of what they check before a request.
PARTS = (
    live_settings, request_limits, write_lock, rates, password_queue, opening, csrf, sessions, network_blocks,
    filters, mail_settings, page_context, logs, errors,
)  # fmt: skip
CSS_LAYERS = ("reset", "tokens", "base", "components", "pages", "utilities")


def create_app(**overrides: Any) -> Flask:
    """The whole newspaper as one WSGI application.

    :param overrides: settings that win over maeul.toml and the environment (see config.Settings)
    """
    settings = config.load_or_exit(**overrides)
    config.make_folder(settings)
    private.create_private_files_only()
    private.make_private(settings.private_paths)
    if settings.files_by_proxy:
        private.share_with_group(settings.data, (settings.media, settings.cache))
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SETTINGS=settings,
        GIVEN_SETTINGS=config.given(**overrides),
        ASSETS=Assets(config.ROOT / "static", CSS_LAYERS, settings.cache / "assets"),
        SECRET_KEY=config.secret_key(settings),
        MAX_FORM_MEMORY_SIZE=4_000_000,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="maeul",
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_NAME="maeul_remember",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may stay open overnight
        BABEL_DEFAULT_LOCALE=settings.locale,
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    database.configure(app, settings.database_url, settings.visitors_url, settings.connections)
    Babel(app)
    # A paper has one language: templates need not look up that of the request for each string.
    catalog = Translations.load(config.ROOT / "translations", [settings.locale])
    app.jinja_env.install_gettext_translations(  # pyright: ignore[reportAttributeAccessIssue]
        catalog, newstyle=True
    )
    app.extensions["data_version"] = database.DataVersion(settings.news_file)
    for part in PARTS:
        part.init_app(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    cli.init_app(app)

    app.wsgi_app = app.config["ASSETS"].wrap(app.wsgi_app)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
    app.wsgi_app = BodyLimit(app.wsgi_app, most=max(1, settings.threads * 3 // 4))
    app.wsgi_app = SecurityHeaders(app.wsgi_app, is_secure=lambda: app.config["SESSION_COOKIE_SECURE"])
    page_cache.init_app(app, app.extensions["data_version"])
    is_logged, with_addresses = settings.request_log != "none", settings.request_log == "addresses"
    log = RequestLog(app.wsgi_app, is_on=is_logged, with_addresses=with_addresses)
    app.wsgi_app = app.extensions["request_log"] = log
    return app
