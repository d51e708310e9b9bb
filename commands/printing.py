"""The job that draws the pages of printed issues."""

import time

from flask import current_app

from commands.transactions import news_transaction
from database import end_transaction
from domain.paper import printing
from lib.files.store import Store

SECONDS = 20  # for which one run begins further pages: other jobs wait in the same thread


def draw_printed_pages() -> dict[str, int]:
    """Draw page after page, each in a process of its own, until none waits or the time is over."""
    store, deadline = Store(current_app.config["SETTINGS"].media), time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        end_transaction()
        if not printing.is_waiting():
            break
        with news_transaction():
            task = printing.begin_page()
        if task is None:
            break
        try:
            result = printing.draw(store, task)
        except OSError:  # a full disk
            with news_transaction():
                printing.release_page(task)
            raise
        with news_transaction():
            printing.finish_page(task, result)
    return {}
