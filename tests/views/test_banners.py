"""Banners: what readers see of them, what is counted, and the desk's pages."""

import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from client import Client
from PIL import Image
from sqlalchemy import select

from database import db, visitors_transaction
from domain.counter import clicks
from domain.keeping import housekeeping
from domain.paper import banners
from domain.paper.models import Banner
from lib.files.store import Store
from models import Member, Paper, Post

MakePost = Callable[..., Post]
DAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)  # in Seoul


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(client: Client, editor: Member, paper: Paper) -> Client:
    return client.log_in(editor)


def banner(**columns: Any) -> Banner:
    usual = {
        "advertiser": "두현국수",
        "slot": "foot",
        "link": "https://shop.example/?a=1&b=2",
        "text": "국수 한 그릇",
    }
    row = Banner(**{"starts_on": DAY, "ends_on": DAY} | usual | columns)
    db.session.add(row)
    db.session.commit()
    return row


def picture(width: int = 800, height: int = 200) -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(file, "PNG")
    return io.BytesIO(file.getvalue()), "banner.png"


def fields(**changes: Any) -> dict[str, Any]:
    usual = {
        "advertiser": "두현국수",
        "slot": "front",
        "link": "https://shop.example/",
        "kind": "text",
        "text": "국수",
    }
    return {"starts_on": "2026-12-01", "ends_on": "2026-12-31"} | usual | changes


def total(id: int) -> int:
    return clicks.sums([id]).get(id, 0)


def test_each_place(client: Client, make_post: MakePost) -> None:
    post = make_post()
    for slot in Banner.SLOTS:
        banner(slot=slot, text=f"자리 {slot}", advertiser="<b>")
    shown = {
        "/": {"front", "foot"},
        "/sections/local": {"list", "foot"},
        "/sections/news": {"list", "foot"},
        f"/posts/{post.id}": {"article", "foot"},
        "/pages/how-we-count": {"foot"},
    }
    for path, slots in shown.items():
        text = client.get(path).text
        assert {slot for slot in Banner.SLOTS if f"자리 {slot}" in text} == slots, path
        assert text.count("/clicks") == len(slots)
        link = text.split('class="banners')[1].split("</a>")[0]
        assert 'rel="sponsored noopener nofollow"' in link
        assert 'href="https://shop.example/?a=1&amp;b=2"' in link
        assert "광고" in link
    for path in ("/feed.xml", "/sitemap.xml", "/news-sitemap.xml"):
        assert "자리" not in client.get(path).text


def test_a_text_is_escaped(client: Client, paper: Paper) -> None:
    banner(text='<script>alert(1)</script>"')
    text = client.get("/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;" in text
    assert "<script>alert(1)" not in text


def test_days_begin_and_end_at_midnight(client: Client, paper: Paper, noon: time_machine.Traveller) -> None:
    banner(starts_on=DAY + timedelta(days=1), ends_on=DAY + timedelta(days=2))
    midnight = NOON + timedelta(hours=12)
    moments = [
        (midnight - timedelta(seconds=1), False),
        (midnight + timedelta(seconds=10), True),
        (midnight + timedelta(days=2, seconds=-1), True),
        (midnight + timedelta(days=2, seconds=10), False),
    ]
    for moment, is_shown in moments:
        noon.move_to(moment, tick=False)
        assert ("국수 한 그릇" in client.get("/").text) == is_shown, moment
        assert bool(banners.shown("foot")) == is_shown


def test_clicks_are_sums_by_day(client: Client, paper: Paper, noon: time_machine.Traveller) -> None:
    row = banner(ends_on=DAY + timedelta(days=5))
    for _ in range(2):
        answer = client.post(f"/banners/{row.id}/clicks")
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (204, None)
    noon.move_to(NOON + timedelta(days=1), tick=False)
    client.post(f"/banners/{row.id}/clicks", headers={"Origin": "http://localhost"})
    assert clicks.by_day(row.id) == [(DAY + timedelta(days=1), 1), (DAY, 2)]
    assert total(row.id) == 3


def test_clicks_that_do_not_count(
    client: Client, editor: Member, paper: Paper, noon: time_machine.Traveller
) -> None:
    row, ended = banner(), banner(ends_on=DAY - timedelta(days=1))
    robot = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
    for headers in (robot, {"User-Agent": ""}):
        assert client.post(f"/banners/{row.id}/clicks", headers=headers).status_code == 204
    for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(f"/banners/{row.id}/clicks", headers=foreign).status_code == 400
    for id in (ended.id, 0, 999, 10**30):
        assert client.post(f"/banners/{id}/clicks").status_code == 204
    assert client.get(f"/banners/{row.id}/clicks").status_code == 405
    client.log_in(editor)
    assert client.post(f"/banners/{row.id}/clicks").status_code == 204
    assert total(row.id) == total(ended.id) == 0


def test_one_sender_clicks_only_so_often(client: Client, paper: Paper) -> None:
    row = banner()
    codes = {client.post(f"/banners/{row.id}/clicks").status_code for _ in range(25)}
    assert codes == {204, 429}
    assert total(row.id) == 20


def test_a_picture_is_encoded_anew_and_has_words(desk: Client, app: Any, paper: Paper) -> None:
    sent = fields(kind="picture", alt="국수집", slot="foot", picture=picture())
    assert desk.send("/desk/banners", **sent).status_code == 303
    row = db.session.scalars(select(Banner)).one()
    assert (row.width, row.height, row.alt, row.text) == (800, 200, "국수집", "")
    address = f"/media/{row.digest}-480.webp"
    guest = app.test_client()
    assert 'alt="국수집"' in guest.get("/").text
    assert guest.get(address).status_code == 200
    store = Store(app.config["SETTINGS"].media)
    for file in store.folder.rglob("*.*"):
        os.utime(file, (0, 0))
    assert housekeeping.purge_files(store) == 0
    row.ends_on = row.starts_on = DAY - timedelta(days=1)
    db.session.commit()
    assert guest.get(address).status_code == 404
    assert desk.get(address).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "picture"}, "그림을 골라"),
        ({"kind": "picture", "picture": picture()}, "그림 설명을 적어"),
        ({"kind": "picture", "alt": "국수", "picture": (io.BytesIO(b"%PDF"), "a.pdf")}, "읽을 수 없는"),
        ({"text": " "}, "글을 적어"),
        ({"link": "javascript:alert(1)"}, "https://"),
        ({"link": "//shop.example"}, "https://"),
        ({"link": "https://"}, "https://"),
        ({"link": "https://a@shop.example/"}, "https://"),
        ({"link": 'https://shop.example/"onclick='}, "https://"),
        ({"link": "https://" + "가" * 600}, "500"),
        ({"slot": "top"}, ""),
        ({"advertiser": ""}, ""),
        ({"starts_on": ""}, "날짜를 적어"),
        ({"ends_on": "9999-12-31"}, "날짜를"),
        ({"ends_on": "2026-11-30"}, "첫날보다"),
    ],
)  # fmt: skip
def test_bad_input(desk: Client, changes: dict[str, Any], sentence: str) -> None:
    answer = desk.send("/desk/banners", **fields(**{"advertiser": "적어 둔 이름"} | changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "적어 둔 이름" in answer.text or "advertiser" in changes
    assert db.session.scalars(select(Banner)).all() == []


def test_a_full_place(desk: Client) -> None:
    for _ in range(Banner.MOST):
        assert desk.send("/desk/banners", **fields()).status_code == 303
    answer = desk.send("/desk/banners", **fields(starts_on="2026-12-31", ends_on="2027-01-31"))
    assert (answer.status_code, "다 찼습니다" in answer.text) == (409, True)
    assert (
        desk.send("/desk/banners", **fields(starts_on="2027-01-01", ends_on="2027-01-31")).status_code == 303
    )
    first = db.session.scalars(select(Banner)).first()
    assert first
    assert (
        desk.send(f"/desk/banners/{first.id}", **fields(text="고친 글")).status_code == 303
    )  # not its own rival
    assert "고친 글" in desk.get("/").text or first.text == "고친 글"


def test_the_desk_lists_changes_and_removes(desk: Client) -> None:
    row, ended = banner(advertiser="이번 달"), banner(advertiser="지난달", ends_on=DAY - timedelta(days=1))
    with visitors_transaction() as connection:
        clicks.count(connection, row.id)
    page = desk.get("/desk/banners").text
    assert "클릭 1" in page
    assert page.index("이번 달") < page.index("끝난 것") < page.index("지난달")
    assert "2026-12-01" in desk.get(f"/desk/banners/{row.id}/edit").text
    assert desk.get("/desk/banners/new").status_code == 200
    assert desk.send(f"/desk/banners/{ended.id}/removal").status_code == 303
    assert desk.send(f"/desk/banners/{row.id}/removal").status_code == 303
    assert db.session.scalars(select(Banner)).all() == []
    assert total(row.id) == 0


def test_wrong_method_wrong_role_missing(
    client: Client, app: Any, alice: Member, editor: Member, paper: Paper
) -> None:
    row = banner()
    forms = [f"/desk/banners/{row.id}", f"/desk/banners/{row.id}/removal", "/desk/banners"]
    pages = ["/desk/banners", "/desk/banners/new", f"/desk/banners/{row.id}/edit"]
    assert {client.get(path).status_code for path in pages} == {302}
    client.log_in(alice)
    assert {client.get(path).status_code for path in pages} == {403}
    assert {client.send(path, **fields()).status_code for path in forms} == {403}
    desk = app.test_client().log_in(editor)
    assert {desk.get(path).status_code for path in forms[:2]} == {405}
    for id in (0, 999, 10**30):
        assert desk.get(f"/desk/banners/{id}/edit").status_code == 404
        assert desk.send(f"/desk/banners/{id}", **fields()).status_code == 404
        assert desk.send(f"/desk/banners/{id}/removal").status_code == 404
    assert desk.post(forms[0], data=fields()).status_code == 400
    assert db.session.scalars(select(Banner.text)).all() == ["국수 한 그릇"]
