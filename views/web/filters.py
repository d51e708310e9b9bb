"""Template filters and globals that need no request."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from json import JSONEncoder

from flask import Flask
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup, escape

from domain.reading.headlines import correction_mark, headline
from domain.search.searching import Piece
from lib.text.dates import Clock, zone
from lib.text.links import dial, linked
from lib.text.markup import sponsored
from lib.text.markup.pieces import with_pictures
from lib.text.plain import legal_xml


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    clock = app.extensions["clock"] = Clock(zone(settings.timezone))
    for name in ("moment", "short_moment", "clock", "day", "short_day", "iso"):
        app.add_template_filter(getattr(clock, name), name)
    app.add_template_filter(partial(when, clock), "when")
    for function in (filesize, legal_xml, linked, dial, marked, pressed, sponsored, with_pictures):
        app.add_template_filter(function)
    app.add_template_filter(headline)
    app.add_template_filter(correction_mark)
    app.add_template_filter(partial(format_date, format="full"), "long_day")
    app.add_template_filter(partial(format_date, format="long"), "written_day")
    app.add_template_filter("{:,}".format, "number")
    app.add_template_global(app.config["ASSETS"].url, "asset")
    app.add_template_global(settings.locale, "language")
    encoder = JSONEncoder(ensure_ascii=False, default=app.json.default)  # type: ignore[attr-defined]
    app.jinja_env.policies["json.dumps_function"] = lambda value, **_options: encoder.encode(value)


def when(clock: Clock, moment: datetime) -> str:
    """A moment as lists show it: `오늘 09:41`, `11.28` of this year, or `2025.11.28`."""
    if clock.is_today(moment):
        return _("Today %(time)s", time=clock.clock(moment))
    return clock.dotted_day(moment)


def filesize(value: int) -> str:
    """Format bytes as KB or MB."""
    return f"{value / 1_000_000:.1f} MB" if value >= 1_000_000 else f"{max(1, round(value / 1000))} KB"


def pressed(html: Markup, addresses: Iterable[str]) -> Markup:
    """Show the presses of these addresses as set, in HTML that serves all members (macros/reactions.html)."""
    unset = Markup('formaction="{}" value="on" aria-pressed="false"')
    is_set = Markup('formaction="{}" value="off" aria-pressed="true"')
    for address in addresses:
        html = html.replace(unset.format(address), is_set.format(address))
    return html


def marked(pieces: Iterable[Piece]) -> Markup:
    """Return text with the search terms in <mark>."""
    mark = Markup("<mark>{}</mark>")
    return Markup("").join(
        mark.format(piece.text) if piece.is_hit else escape(piece.text) for piece in pieces
    )
