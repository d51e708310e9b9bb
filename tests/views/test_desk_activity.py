"""The log of what was changed at the desk, as its page shows it."""

from database import db
from domain.keeping import activity


def test_the_log_says_who_did_what_and_links_to_it(client, paper, editor, make_post):
    post, desk = make_post(title="벚꽃이 피었습니다"), client.log_in(editor)
    desk.send(f"/desk/posts/{post.id}/deletion", action="delete")
    page = desk.get("/desk/activity").text
    assert f'<a href="/desk/posts/{post.id}/revisions">벚꽃이 피었습니다</a>' in page
    assert "기사 내림" in page
    assert editor.nickname in page
    assert desk.send("/desk/activity").status_code == 405


def test_a_long_log_has_pages(client, paper, editor):
    for number in range(activity.PAGE + 1):
        activity.record(editor, "section-changed", f"{number}번째")
    db.session.commit()
    desk = client.log_in(editor)
    first = desk.get("/desk/activity").text
    assert "50번째" in first
    assert "작업 기록" in first
    following = first.split('rel="next" href="')[1].split('"')[0]
    assert "0번째" in desk.get(following).text
    for odd in ("?before=x", "?before=-1", "?before=" + "9" * 30):
        assert desk.get(f"/desk/activity{odd}").status_code == 200


def test_of_a_member_the_log_names_the_number_only(client, paper, editor, alice):
    desk = client.log_in(editor)
    desk.send(f"/desk/members/{alice.id}/ban", length="day", reason="욕설")
    page = desk.get("/desk/activity").text.split("<h1>")[1]
    assert f"회원 {alice.id}번" in page
    assert alice.nickname not in page
