"""Pages of the desk's lists, newest first."""

import pytest
from flask import Flask
from sqlalchemy import select

from database import db
from domain.neighbours.models import Tip
from lib.web.paging import LARGEST_ID, newest_first


@pytest.mark.parametrize(
    ("before", "ids", "more"),
    [
        (None, [5, 4], True), (0, [5, 4], True), (4, [3, 2], True), (3, [2, 1], False), (2, [1], False),
        (1, [], False), (LARGEST_ID, [5, 4], True),
    ],
)  # fmt: skip
def test_pages_follow_one_another_without_a_gap(
    app: Flask, before: int | None, ids: list[int], more: bool
) -> None:
    db.session.add_all(Tip(id=id, name="이웃", contact="없음", title="제보", body="글") for id in range(1, 6))
    db.session.flush()
    found, follow = newest_first(db.session, select(Tip), Tip.id, before, 2)
    assert ([tip.id for tip in found], follow) == (ids, more)
