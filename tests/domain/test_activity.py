"""The log of what was changed at the desk."""

from datetime import timedelta

import pytest

from database import db
from domain.keeping import activity, housekeeping
from domain.keeping.models import ActivityEntry
from models import now


def test_an_entry_says_who_did_what_to_what(editor):
    activity.record(editor, "article-published", "벚꽃 " * 80, "/posts/1")
    activity.record(None, "imprint-changed")
    db.session.commit()
    entries, more = activity.newest()
    assert [(entry.actor, entry.act, entry.path) for entry in entries] == [
        (None, "imprint-changed", ""),
        (editor, "article-published", "/posts/1"),
    ]
    assert len(entries[1].subject) == 200
    assert not more


def test_what_is_no_act_is_refused(editor):
    with pytest.raises(KeyError):
        activity.record(editor, "something")


def test_the_log_is_read_page_by_page(editor):
    for number in range(activity.PAGE + 1):
        activity.record(editor, "section-changed", str(number))
    db.session.commit()
    entries, more = activity.newest()
    assert (len(entries), more, entries[0].subject) == (activity.PAGE, True, str(activity.PAGE))
    rest, more = activity.newest(entries[-1].id)
    assert ([entry.subject for entry in rest], more) == (["0"], False)


def test_entries_are_deleted_after_three_years(editor):
    activity.record(editor, "section-changed", "지역뉴스")
    activity.record(editor, "section-changed", "사람들")
    db.session.flush()
    activity.newest()[0][1].created_at = now() - ActivityEntry.KEPT - timedelta(minutes=1)
    housekeeping.purge_rows("key")
    db.session.commit()
    assert [entry.subject for entry in activity.newest()[0]] == ["사람들"]
