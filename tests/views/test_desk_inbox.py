"""The inbox: letters, claims, requests and reports in one list, with notes."""

from datetime import UTC, datetime, timedelta

import pytest
import small_paper
import time_machine

from database import db
from domain.desk import inbox
from domain.desk.models import Claim
from domain.moderation.models import Report
from domain.neighbours.models import Tip
from models import now

MOMENT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(client, paper, section, alice, editor):
    small_paper.fill(paper, section, alice)
    return client.log_in(editor)


def rows(page):
    return page.split('<ul class="letters">')[1].split("</ul>")[0]


def test_everything_that_is_open_stands_in_one_list_the_most_urgent_first(desk):
    page = rows(desk.get("/desk/inbox").text)
    places = [page.index(path) for path in ("/desk/claims/1", "/desk/holds/1", "/desk/letters/1")]
    assert places == sorted(places)
    assert 'href="/desk/reports"' in page
    assert "3일 0시간 남음" in page  # to answer a claim
    for kind, inside, outside in (("letters", "letters/1", "claims/1"), ("claims", "claims/1", "letters/1")):
        page = rows(desk.get(f"/desk/inbox?kind={kind}").text)
        assert f"/desk/{inside}" in page
        assert f"/desk/{outside}" not in page


def test_what_is_done_is_among_all_only(desk):
    desk.send("/desk/letters/1/state", state="done")
    desk.send("/desk/reports/1/decision", outcome="fine")
    assert "/desk/letters/1" not in rows(desk.get("/desk/inbox").text)
    page = rows(desk.get("/desk/inbox?all=1").text)
    assert "/desk/letters/1" in page
    assert "/desk/reports" in page


def test_a_note_is_kept_on_each_kind_and_typed_text_is_text(desk):
    for kind in inbox.KINDS:
        answer = desk.send(f"/desk/inbox/{kind}/1/note", note=f"<b>{kind}</b> 전화", next="/desk/inbox?all=1")
        assert (answer.status_code, answer.location) == (303, "/desk/inbox?all=1")
    page = desk.get("/desk/inbox").text
    assert all(f"&lt;b&gt;{kind}&lt;/b&gt; 전화" in page for kind in inbox.KINDS)
    assert "letters&lt;/b&gt; 전화" in desk.get("/desk/letters/1").text
    assert (
        desk.send("/desk/inbox/letters/1/note", note="x", next="https://evil.example").location
        == "/desk/inbox"
    )


def test_missing_and_wrong(desk):
    assert desk.send("/desk/inbox/letters/999/note", note="x").status_code == 404
    assert desk.send("/desk/inbox/papers/1/note", note="x").status_code == 404
    assert desk.send("/desk/inbox/letters/1/note", note="가" * 2001).status_code == 422
    assert desk.get("/desk/inbox/letters/1/note").status_code == 405
    for query in ("kind=papers", "all=1&after=x", "all=1&after=1-" + "9" * 40):
        assert desk.get(f"/desk/inbox?{query}").status_code == 404


def test_all_is_paged_and_nothing_is_lost(desk):
    who = {"name": "이웃", "contact": "000"}
    for number in range(inbox.PAGE):
        at = now() - timedelta(minutes=number // 2)  # two at each moment
        db.session.add(Tip(**who, title=f"제보 {number}", body="글", created_at=at))
        about = {"kind": "rebuttal", "article": f"청구 {number}", "reason": "r", "wanted": "w"}
        db.session.add(Claim(**who, **about, receipt=f"r{number}", received_at=at))
    db.session.commit()
    found, key, pages = [], None, 0
    while pages == 0 or key:
        lines, key = inbox.page("", key)
        found += [(line.kind, line.id) for line in lines]
        pages += 1
    assert pages > 1
    assert len(found) == len(set(found)) == 2 * inbox.PAGE + 4
    page = desk.get("/desk/inbox?all=1").text
    assert "all=1&amp;after=" in page
    assert desk.get(page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")).status_code == 200


def test_a_report_of_an_article_that_is_gone_has_a_line(desk):
    db.session.add(Report(post_id=1, person="p", text_digest="e", reason="other"))
    db.session.commit()
    assert "느티천 산책길" in rows(desk.get("/desk/inbox?kind=reports").text)
