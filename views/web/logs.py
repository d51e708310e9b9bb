"""The log: each line of the program itself carries the number of its request (lib/web/request_log.py)."""

import logging

from flask import Flask, has_request_context, request
from flask.logging import default_handler

from lib.web import request_log


class RequestFormatter(logging.Formatter):
    """Fills `request_id`, as the documentation of Flask shows it; `-` outside of requests."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id() or "-"
        return super().format(record)


def init_app(_app: Flask) -> None:
    default_handler.setFormatter(RequestFormatter("%(asctime)s %(levelname)s %(request_id)s %(message)s"))


def request_id() -> str:
    """The number of this request; empty outside of requests, and where no middleware gave it one."""
    return request.environ.get(request_log.ID, "") if has_request_context() else ""
