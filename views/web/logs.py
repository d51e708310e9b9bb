"""The log: each line of the program itself carries the number of its request (lib/web/request_log.py)."""

import logging

from flask import Flask, has_request_context, request
from flask.logging import default_handler

from lib.web import request_log


class RequestFormatter(logging.Formatter):
    """Fills `request_id`, as the documentation of Flask shows it; `-` outside of requests.

    The path, which Flask writes with an error, stands there as in the line of the request: without secrets.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id() or "-"
        line = super().format(record)
        if has_request_context() and (shown := request_log.written(request.path)) != request.path:
            line = line.replace(request.path, shown)
        return line


def init_app(_app: Flask) -> None:
    default_handler.setFormatter(RequestFormatter("%(asctime)s %(levelname)s %(request_id)s %(message)s"))


def request_id() -> str:
    """The number of this request; empty outside of requests, and where no middleware gave it one."""
    return request.environ.get(request_log.ID, "") if has_request_context() else ""
