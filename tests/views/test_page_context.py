"""Fragments around every page are shared between readers and never older than the news."""

from sqlalchemy import select

from database import db
from models import Paper, Section


def test_a_renamed_section_is_on_every_page_at_once(client, post, alice):
    member = client.application.test_client()
    member.environ_base.update(client.environ_base)
    member.log_in(alice)
    pages = ((client, "/"), (member, "/"), (client, f"/posts/{post.id}"), (member, f"/posts/{post.id}"))
    assert all("지역뉴스" in reader.get(path).text for reader, path in pages)
    section = db.session.scalars(select(Section).where(Section.slug == "local")).one()
    section.name = "골목소식"
    db.session.commit()
    for reader, path in pages:
        assert "골목소식" in reader.get(path).text
        assert "지역뉴스" not in reader.get(path).text


def test_a_changed_imprint_is_on_the_next_page(client, post, paper):
    assert "시험신문사" in client.get("/").text
    db.session.get(Paper, 1).company_name = "새 신문사"
    db.session.commit()
    assert "새 신문사" in client.get(f"/posts/{post.id}").text
    assert "시험신문사" not in client.get("/").text


def test_a_members_name_is_in_no_shared_fragment(client, post, alice):
    member = client.application.test_client()
    member.environ_base.update(client.environ_base)
    member.log_in(alice)
    assert alice.nickname in member.get(f"/posts/{post.id}").text
    assert alice.nickname not in client.get(f"/posts/{post.id}").text


def test_what_to_read_on_is_never_the_article_being_read(client, make_post):
    first, second = make_post(title="첫 기사"), make_post(title="둘째 기사")
    for post, other in ((first, second), (second, first), (first, second)):
        further = client.get(f"/posts/{post.id}").text.partition("further")[2].partition("</section>")[0]
        assert f'href="/posts/{other.id}"' in further
        assert f'href="/posts/{post.id}"' not in further
