"""Claims at the desk: clocks, decisions with their answers, the way to the correction, and the end."""

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

import cli
from database import db
from domain.desk.models import Claim, ClaimDecision
from domain.keeping import housekeeping
from lib.files.store import Store
from models import Correction, Member, Post

MOMENT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # 12:00 in Seoul


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make_claim(post: Post) -> Callable[..., Claim]:
    def make(**values: Any) -> Claim:
        number = db.session.scalar(select(func.count()).select_from(Claim)) or 0
        columns = {
            "receipt": f"20261125-{number:08}",
            "kind": "correction",
            "name": "한결",
            "contact": "000-0000-0000",
            "article": "느티천 산책길",
            "reason": "이름이 <b>틀렸습니다</b>",
            "wanted": "버들교가 맞습니다.",
            "post_id": post.id,
        } | values
        claim = Claim(**columns)
        db.session.add(claim)
        db.session.commit()
        return claim

    return make


@pytest.fixture
def claim(make_claim: Callable[..., Claim]) -> Claim:
    return make_claim()


@pytest.fixture
def desk(client: Any, editor: Member) -> Any:
    return client.log_in(editor)


def state(claim: Claim) -> str:
    db.session.expire_all()
    return db.session.get_one(Claim, claim.id).state


def decide(desk: Any, claim: Claim, kind: str, **fields: str) -> Any:
    return desk.send(f"/desk/claims/{claim.id}/decisions", kind=kind, reply=f"{kind} 답변", **fields)


def test_clocks(
    desk: Any, editor: Member, claim: Claim, make_claim: Callable[..., Claim], clock: Any
) -> None:
    page = desk.get("/desk/claims").text
    assert "2026-11-28 12:00" in page
    assert "3일 0시간 남음" in page
    assert ">1<span" in page.split("/desk/claims")[1]
    clock.shift(timedelta(days=2, hours=1))
    make_claim(is_election=True, name="선거")
    page = desk.log_in(editor).get("/desk/claims").text
    assert "12시간 0분 남음" in page
    assert page.index("선거</bdi>") < page.index("한결</bdi>")
    clock.shift(timedelta(hours=26))
    assert "기한이 3시간 0분 지났습니다" in desk.log_in(editor).get("/desk/claims").text
    decide(desk, claim, "accepted")
    page = desk.get(f"/desk/claims/{claim.id}").text
    assert "2026-12-02 12:00" in page
    assert "3일 21시간 남음" in page
    desk.send(f"/desk/claims/{claim.id}/election")
    assert "2026-11-26 00:00" in desk.get(f"/desk/claims/{claim.id}").text


def test_acceptance_leads_to_the_correction_that_closes_the_claim(
    desk: Any, claim: Claim, post: Post
) -> None:
    page = desk.get(f"/desk/claims/{claim.id}").text
    assert "이름이 &lt;b&gt;틀렸습니다" in page
    draft = desk.get(f"/desk/claims/{claim.id}/decisions/new?kind=accepted").text
    assert "한결 님께" in draft
    assert "버들교가 맞습니다." in draft
    answer = decide(desk, claim, "accepted")
    assert answer.location == f"/desk/posts/{post.id}/corrections/new?claim={claim.id}"
    form = desk.get(answer.location).text
    assert "버들교가 맞습니다." in form
    assert f'name="claim_id" type="hidden" value="{claim.id}"' in form
    fields = {
        "kind": "correction",
        "title": "다리 이름",
        "body": "버들교가 맞습니다.",
        "claim_id": str(claim.id),
    }
    assert desk.send(f"/desk/posts/{post.id}/corrections", **fields).status_code == 303
    assert state(claim) == "published"
    correction = db.session.scalars(select(Correction)).one()
    assert db.session.get_one(Claim, claim.id).correction_id == correction.id
    assert decide(desk, claim, "refused", ground="1").status_code == 409
    page = desk.get(f"/desk/claims/{claim.id}").text
    assert f"/corrections#correction-{correction.id}" in page
    assert "accepted 답변" in page
    assert desk.send(f"/desk/posts/{post.id}/corrections", **fields).status_code == 303  # sent twice
    assert db.session.scalars(select(Correction.id)).all() == [correction.id]
    other = fields | {"body": "다른 글"}
    assert desk.send(f"/desk/posts/{post.id}/corrections", **other).status_code == 409
    desk.send(f"/desk/posts/{post.id}/corrections/{correction.id}/deletion")
    assert state(claim) == "accepted"


def test_a_refusal_needs_one_of_the_five_grounds(desk: Any, claim: Claim) -> None:
    where = f"/desk/claims/{claim.id}/decisions"
    page = desk.get(f"{where}/new?kind=refused").text
    assert page.count('name="ground"') == 5
    assert "공개재판절차" in page
    assert "제4호: 정정보도의 청구가 상업적인" in desk.get(f"{where}/new?kind=refused&ground=4").text
    for odd in ({}, {"ground": "6"}, {"ground": "x"}):
        answer = decide(desk, claim, "refused", **odd)
        assert answer.status_code == 422
        assert "refused 답변" in answer.text
    assert desk.send(where, kind="refused", ground="2", reply=" ").status_code == 422
    unfilled = desk.send(where, kind="refused", ground="2", reply="사유입니다.\n[구체적인 이유: ]\n안녕히")
    assert unfilled.status_code == 422
    assert "‘[구체적인 이유: ]’" in unfilled.text
    assert "사유입니다." in unfilled.text
    assert desk.send(where, kind="lost", reply="글").status_code == 422
    assert state(claim) == "new"
    assert decide(desk, claim, "refused", ground="2").status_code == 303
    assert state(claim) == "refused"
    assert "한결" in desk.get("/desk/claims").text.split("끝난 청구")[1]
    for query in ("kind=lost", "kind=refused&ground=9", ""):
        assert desk.get(f"{where}/new?{query}").status_code == 404


def test_what_was_decided_when_is_listed_and_once(desk: Any, claim: Claim, clock: Any) -> None:
    for kind in ("talking", "talking", "withdrawn"):
        decide(desk, claim, kind)
        clock.shift(timedelta(hours=1))
    assert [decision.kind for decision in db.session.scalars(select(ClaimDecision))] == [
        "talking",
        "withdrawn",
    ]
    page = desk.get(f"/desk/claims/{claim.id}").text
    assert "2026-11-25 12:00" in page
    assert "2026-11-25 14:00" in page
    assert state(claim) == "withdrawn"
    decide(desk, claim, "accepted")
    assert state(claim) == "accepted"


def test_an_article_is_named_by_its_address(desk: Any, make_claim: Callable[..., Claim], post: Post) -> None:
    claim = make_claim(post_id=None)
    assert decide(desk, claim, "accepted").location == f"/desk/claims/{claim.id}"
    where = f"/desk/claims/{claim.id}/article"
    for odd in ("제목", "/posts/999", "", f"/posts/{10**30}"):
        assert desk.send(where, article=odd).status_code == 422
    assert desk.send(where, article=f"http://localhost/posts/{post.id}").status_code == 303
    assert (
        f"/desk/posts/{post.id}/corrections/new?claim={claim.id}" in desk.get(f"/desk/claims/{claim.id}").text
    )


def test_the_file_is_only_downloaded(
    app: Flask, desk: Any, make_claim: Callable[..., Claim], alice: Member
) -> None:
    content = b"%PDF-1.7"
    digest = hashlib.sha256(content).hexdigest()
    Store(app.config["SETTINGS"].claims).put(digest, content)
    claim = make_claim(filename="증거.pdf", digest=digest, size=len(content))
    answer = desk.get(f"/desk/claims/{claim.id}/file")
    assert answer.data == content
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert desk.get(f"/desk/claims/{make_claim().id}/file").status_code == 404
    assert desk.log_in(alice).get(f"/desk/claims/{claim.id}/file").status_code == 403


def test_three_years_after_the_end_a_claim_is_deleted_with_its_file(
    app: Flask, desk: Any, make_claim: Callable[..., Claim], clock: Any
) -> None:
    store = Store(app.config["SETTINGS"].claims)
    claims = []
    for name in ("closed", "open"):
        digest = hashlib.sha256(name.encode()).hexdigest()
        path = store.put(digest, b"x")
        os.utime(path, (MOMENT.timestamp(), MOMENT.timestamp()))
        claims.append(make_claim(filename="a.pdf", digest=digest))
    decide(desk, claims[0], "withdrawn")
    for days, left in ((3 * 365 - 1, 2), (3, 1)):
        clock.shift(timedelta(days=days))
        cli.purge_news()
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Claim)) == left
        assert housekeeping.purge_claim_files(store) == 2 - left
    assert db.session.scalars(select(ClaimDecision)).all() == []


def test_closed_claims_are_paged(desk: Any, make_claim: Callable[..., Claim]) -> None:
    for number in range(32):
        make_claim(name=f"이름 {number:02}호", closed_at=MOMENT)
    first = desk.get("/desk/claims").text
    assert "이름 31호" in first
    assert "이름 00호" not in first
    assert "이름 00호" in desk.get("/desk/claims?before=3").text
    for odd in ("x", "-1", "9" * 40):
        assert desk.get(f"/desk/claims?before={odd}").status_code == 200


def test_missing_and_wrong_method(desk: Any, claim: Claim, post: Post) -> None:
    for number in ("999", str(10**30)):
        for path in ("", "/decisions/new?kind=accepted", "/file"):
            assert desk.get(f"/desk/claims/{number}{path}").status_code == 404
        for path in ("decisions", "election", "article"):
            assert desk.send(f"/desk/claims/{number}/{path}", kind="talking", reply="글").status_code == 404
    assert desk.get(f"/desk/claims/{claim.id}/election").status_code == 405
    assert desk.get(f"/desk/posts/{post.id}/corrections/new?claim=999").status_code == 404
