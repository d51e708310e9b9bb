"""Statistics of visitors, as charts, tables and CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _

from domain.counter import statistics, visitors
from domain.counter.statistics import Period
from lib.text.dates import day_of
from models import today

blueprint = Blueprint("desk_statistics", __name__, url_prefix="/desk")

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")  # Korean spreadsheets read full-width signs too


@blueprint.get("/statistics")
def index() -> str:
    of = _period()
    bars = statistics.bars(of)
    earlier = statistics.compared(of, bars)
    return render_template(
        "desk/statistics/index.html",
        period=of,
        bars=bars,
        sums=statistics.sums(bars),
        before=earlier and earlier[0],
        sums_before=earlier and earlier[1],
        most={kind: statistics.most(kind, of) for kind in statistics.KINDS},
        names=_names(),
        label=lambda start: _label(of.unit, start),
        title=_title(of),
        imported=visitors.imported(),
        today=today(),
    )


@blueprint.get("/statistics.csv")
def download() -> Response:
    of, table, names = _period(), request.args.get("table", "sums"), _names()
    if table in ("sums", "days"):
        bars = statistics.bars(of) if table == "sums" else statistics.every_day()
        measures = statistics.MEASURES
        rows = ([bar.start, *(bar.counts.get(name, 0) for name in measures)] for bar in bars if bar.begun)
        start = _("Hour") if (table, of.unit) == ("sums", "hour") else _("Date")
        head = [start, *(names[name] for name in measures)]
    elif table in statistics.KINDS:
        rows = ([line.name, line.label, line.count] for line in statistics.most(table, of, limit=None))
        head = [_("Identifier"), names[table], _("Count")]
    else:
        abort(404)
    name = "days" if table == "days" else f"{table}-{of.unit}-{of.start}"
    return Response(
        _csv(chain([head], rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )


def _period() -> Period:
    """The period in the query string; by default the days of the current month."""
    unit = request.args.get("unit", "day")
    on = day_of(request.args.get("on", ""), statistics.FIRST_YEAR, statistics.LAST_YEAR) or today()
    return statistics.period(unit if unit in statistics.UNITS else "day", min(on, today()))


def _csv(rows: Iterable[list[Any]]) -> Iterator[str]:
    """CSV row by row, with a byte order mark for spreadsheets. Cells that look like formulas are quoted."""
    yield "\ufeff"
    for row in rows:
        cells = [f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell for cell in row]
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        yield line.getvalue()


def _names() -> dict[str, Any]:
    """Labels of the measures, kinds and units."""
    return {
        "visitors": _("Visitors"),
        "views": _("Views"),
        "members": _("Members who came"),
        "comments": _("Comments"),
        "joins": _("New members"),
        "robots": _("Robots"),
        "post": _("Articles"),
        "section": _("Sections"),
        "referrer": _("Where they came from"),
        "word": _("Searched for"),
        "device": _("Devices"),
        "language": _("Languages"),
        "robot": _("Robots by name"),
        "hour": _("by hour"),
        "day": _("by day"),
        "week": _("by week"),
        "month": _("by month"),
        "year": _("by year"),
    }


def _label(unit: str, start: Any) -> str:
    if unit == "hour":
        return _("%(n)s:00", n=f"{start:02}")
    return start.strftime({"day": "%m-%d", "week": "%m-%d", "month": "%Y-%m", "year": "%Y"}[unit])


def _title(of: Period) -> str:
    if of.unit == "hour":
        return format_date(of.start, "full")
    if of.unit == "day":
        return format_date(of.start, _("MMMM y"))
    first, last = of.start.year, today().year
    return f"{first}–{last}" if of.unit == "year" and first < last else str(first)
