"""Plain objects that answer as their model does."""

import pytest

from lib.plain import maker, plain
from models import Photo, Post


def test_a_row_answers_as_its_model_does():
    made = maker(Photo, ("id", "digest", "width"))((7, "ab", 1000))
    assert (made.id, made.widths, made.address(480)) == (7, [480, 960, 1000], "/media/ab-480.webp")


def test_it_has_no_columns_of_its_own_but_those_it_was_given():
    made = maker(Photo, ("id",))((7,))
    with pytest.raises(AttributeError):
        _ = made.caption


def test_all_columns_in_the_order_of_the_table_where_none_are_named():
    columns = [column.key for column in Post.__table__.columns]
    made = maker(Post)(columns)
    assert [getattr(made, name) for name in columns] == columns


def test_a_row_too_short_is_a_mistake():
    with pytest.raises(ValueError, match="shorter"):
        maker(Photo, ("id", "digest"))((7,))


def test_the_class_is_made_once():
    assert plain(Post) is plain(Post)
