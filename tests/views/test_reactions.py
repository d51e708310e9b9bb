"""공감, 추천, 스크랩 over HTTP, and the order of comments."""

import pytest
from sqlalchemy import func, select

from database import db
from domain.neighbours import reactions
from domain.neighbours.models import CommentLike, PostLike, Scrap
from models import Comment, Post, now

JSON = {"Accept": "application/json"}


@pytest.fixture
def comment(post, bob):
    comment = post.comment("동네 도서관이 새로 열린대요", bob)
    db.session.commit()
    return comment


def addresses(post, comment):
    return [f"/comments/{comment.id}/like", f"/posts/{post.id}/like", f"/posts/{post.id}/scrap"]


def rows():
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(table)) for table in (CommentLike, PostLike, Scrap)
    ]


def pressed(page, address):
    return f'formaction="{address}" value="off" aria-pressed="true"' in page


def test_a_press_and_the_same_press_takes_it_back(client, alice, post, comment):
    page = f"/posts/{post.id}"
    client.log_in(alice)
    for address in addresses(post, comment):
        assert f'formaction="{address}" value="on" aria-pressed="false"' in client.get(page).text
        assert client.get(address).status_code == 200
        answer = client.send(address, set="on")
        assert (answer.status_code, answer.location.split("#")[0].split("?")[0]) == (303, page)
        assert pressed(client.get(page).text, address)
        assert client.send(address, set="on").status_code == 303  # from a page that was open before
    assert rows() == [1, 1, 1]
    assert (
        db.session.get_one(Comment, comment.id).like_count,
        db.session.get_one(Post, post.id).like_count,
    ) == (1, 1)
    for address in addresses(post, comment):
        client.send(address)
        assert not pressed(client.get(page).text, address)
    assert rows() == [0, 0, 0]
    for address in addresses(post, comment):
        assert client.send(address, set="maybe").status_code == 422


def test_counts_are_shown_above_zero_to_everybody(client, app, alice, post, comment):
    page = f"/posts/{post.id}"
    assert 'press__count"></span>' in client.get(page).text
    other = app.test_client().log_in(alice)
    other.send(f"/comments/{comment.id}/like", set="on")
    other.send(f"/posts/{post.id}/like", set="on")
    assert client.get(page).text.count('press__count">1</span>') == 2


def test_scripts_get_json(client, alice, post, comment):
    client.log_in(alice)
    token = client.get(f"/posts/{post.id}").text.split('name="csrf_token" value="')[1].split('"')[0]
    for address, count in zip(addresses(post, comment), (1, 1, 0), strict=True):
        answer = client.post(address, data={"csrf_token": token, "set": "on"}, headers=JSON)
        assert answer.json["pressed"] is True
        assert answer.json["count"] == count
        assert answer.json["words"]


def test_a_guest_is_led_to_the_login_and_gets_no_cookie(client, post, comment):
    page = client.get(f"/posts/{post.id}")
    assert "Set-Cookie" not in page.headers
    assert "csrf_token" not in page.text
    for address in addresses(post, comment):
        assert f'href="{address}"' in page.text
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (302, f"/login?next={address}")
        assert client.send(address, set="on").status_code == 401
    assert rows() == [0, 0, 0]


def test_who_may_not(client, app, alice, bob, banned, editor, post, make_post, comment):
    secret = post.comment("비밀", bob, secret=True)
    gone = post.comment("지운 글", bob)
    draft = make_post(published_at=None)
    taken_down = make_post(deleted_at=now())
    below = taken_down.comment("내려간 기사의 댓글", bob)
    db.session.commit()
    gone.delete()
    db.session.commit()
    asked = (
        (bob, f"/comments/{comment.id}/like", 403), (banned, f"/comments/{comment.id}/like", 403),
        (banned, f"/posts/{post.id}/like", 403), (alice, f"/comments/{secret.id}/like", 404),
        (editor, f"/comments/{secret.id}/like", 403), (alice, f"/comments/{gone.id}/like", 410),
        (alice, "/comments/999/like", 404), (alice, f"/comments/{2**80}/like", 404),
        (alice, "/posts/999/like", 404),
        (alice, f"/posts/{draft.id}/scrap", 404), (alice, f"/posts/{taken_down.id}/like", 410),
        (alice, f"/comments/{below.id}/like", 410),
    )  # fmt: skip
    for member, address, status in asked:
        browser = app.test_client().log_in(member)
        assert browser.send(address, set="on").status_code == status, address
    assert rows() == [0, 0, 0]
    assert client.log_in(bob).get(f"/posts/{post.id}").text.count(f"/comments/{comment.id}/like") == 0


def test_orders_of_comments(client, alice, bob, post):
    first, second, third = (post.comment(body, bob) for body in ("첫째 글", "둘째 글", "셋째 글"))
    db.session.flush()
    replies = [post.comment(body, bob, first) for body in ("답 하나", "답 둘")]
    db.session.flush()
    reactions.like_comment(second, alice)
    reactions.like_comment(replies[1], alice)
    db.session.commit()
    bodies = {"oldest": [first, *replies, second, third], "newest": [third, second, first, *replies]}
    bodies["likes"] = [second, first, *replies, third]
    for browser in (client, client.log_in(alice)):
        for order, comments in bodies.items():
            page = browser.get(f"/posts/{post.id}?order={order}").text
            found = sorted((comment.body for comment in comments), key=page.index)
            assert found == [comment.body for comment in comments], order
            assert f'?order={order}#comments" rel="nofollow" aria-current="true"' in page or order == "oldest"
    assert client.get(f"/posts/{post.id}?order=x").text.index("첫째 글") < page.index("셋째 글")
    assert client.get(f"/posts/{post.id}?order=newest&comment={first.id}").status_code == 200
    assert client.get("/me/comments").status_code == 200


def test_my_scraps_and_comments_are_listed_by_page(client, alice, bob, make_post):
    posts = [make_post(title=f"기사 {number}") for number in range(25)]
    for post in posts:
        post.comment(f"내 댓글 {post.id}.", alice)
        reactions.keep_post(post, alice, True)
    posts[0].comment("남의 댓글", bob)
    posts[3].delete()
    db.session.commit()
    client.log_in(alice)
    for path, amount in (("/me/comments", 25), ("/me/scraps", 24)):
        pages = [client.get(path).text]
        following = pages[0].split(f'href="{path}?before=')[1].split('"')[0]
        pages.append(client.get(f"{path}?before={following}").text)
        assert "남의 댓글" not in pages[0] + pages[1]
        assert sum(page.count("<article>" if "comments" in path else '/delete"') for page in pages) == amount
        assert client.get(f"{path}?before=x").text.count("기사 24") == pages[0].count("기사 24")
    assert "기사 3<" not in client.get("/me/comments").text + client.get("/me/scraps").text
    assert client.send(f"/me/scraps/{posts[9].id}/delete").status_code == 303
    assert client.send("/me/scraps/999/delete").status_code == 303
    assert rows()[2] == 24
