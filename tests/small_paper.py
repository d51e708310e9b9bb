"""A paper with a little of everything, and the addresses that it answers."""

from datetime import date, timedelta
from typing import Any

from flask import Flask

from database import db
from domain.desk.models import Claim
from domain.mail.models import Mail, Notice
from domain.moderation import hold_decisions
from domain.moderation.hold_decisions import Decision
from domain.moderation.models import Hold, Report
from domain.neighbours.models import Tip
from domain.paper.models import PrintIssue, PrintPage
from models import Attachment, Comment, Member, Page, Paper, Photo, Post, Section, now

READING = (
    "/",
    "/sections/news",
    "/sections/local",
    "/sections/local?page=1",
    "/sections/food",
    "/posts/1",
    "/posts/2",
    "/pages/about",
    "/pages/terms",
    "/pages/advertising",
    "/pages/terms/versions",
    "/pages/terms/versions/1",
    "/papers",
    "/papers?year=2026",
    "/papers/1",
    "/papers/1?page=2",
    "/visitors",
    "/corrections",
    "/corrections/feed.xml",
    "/feed.xml",
    "/sections/local/feed.xml",
    "/sitemap.xml",
    "/sitemaps/posts-1.xml",
    "/news-sitemap.xml",
    "/robots.txt",
    "/healthz",
    "/favicon.ico",
    "/nowhere",
    "/posts/999",
    "/sections/nowhere",
    "/comments/1",
)
FORMS = (
    "/join",
    "/login",
    "/password/reset",
    "/password/reset/sent",
    "/tips/new",
    "/tips/sent",
    "/advertising/new",
    "/advertising/sent",
    "/captcha/new",
    "/corrections/claims/new?post=1",
    "/corrections/claims/20261130-7KQ2M9XD",
    "/comments/1/reports/new",
    "/posts/1/reports/new",
    "/reports/sent",
    "/holds/new?comment=1",
    "/holds/20261130-9KQ2M9XD?key=k",
)
MEMBERS = (
    "/me",
    "/me/notices",
    "/me/email",
    "/me/two-step",
    "/me/nickname",
    "/me/notifications",
    "/me/visibility",
    "/me/password",
    "/me/logins",
    "/me/comments",
    "/me/scraps",
    "/me/reports",
    "/me/consents",
    "/me/data",
    "/me/leaving",
    "/posts/1/like",
    "/comments/1/edit",
    "/comments/1/replies/new",
    "/holds/20261130-9KQ2M9XD",
    "/holds/20261130-9KQ2M9XD/objection",
)
DESK = (
    "/desk/",
    "/desk/posts/new",
    "/desk/posts/1/edit",
    "/desk/posts/1/preview",
    "/desk/posts/1/preview/page",
    "/desk/posts/1/published",
    "/desk/posts/1/revisions",
    "/desk/posts/1/corrections/1/edit",
    "/desk/posts/1/corrections/new?claim=1",
    "/desk/claims",
    "/desk/claims/1",
    "/desk/claims/1/decisions/new?kind=refused",
    "/desk/claims/1/decisions/new?kind=refused&ground=5",
    "/desk/reports",
    "/desk/holds",
    "/desk/holds/1",
    "/desk/holds/1/decisions/new?kind=held",
    "/desk/comments?tab=all",
    "/desk/letters",
    "/desk/letters/1",
    "/desk/reporters",
    "/desk/papers/1/edit",
    "/desk/sections",
    "/desk/sections/new",
    "/desk/sections/3/edit",
    "/desk/sections/3/merger",
    "/desk/paper",
    "/desk/pages",
    "/desk/pages/new",
    "/desk/pages/privacy",
    "/desk/mail",
    "/desk/settings",
    "/desk/activity",
    "/desk/inbox",
    "/desk/inbox?all=1",
    "/desk/incidents",
    "/desk/members/log",
)


def fill(paper: Paper, section: Section, writer: Member) -> None:
    """Two articles, one with everything; threads of comments two deep; company pages; a letter.

    :param writer: author of the comments
    """
    paper.published_on, paper.youth_officer, paper.editors = date(2015, 1, 15), "임꺽정", "홍길동"
    long = Post(
        title="느티천 산책길이 새로 열렸습니다", subtitle="다리 둘이 놓였다", summary="요약",
        byline="김느티 기자", published_at=now(),
        body='<h2>새 길</h2><p>본문 <a href="https://paper.example/">이음</a></p><ul><li>하나</li></ul><blockquote><p>말</p></blockquote>',
        video_id="abcdefghijk", has_video=True,
    )  # fmt: skip
    long.file_under(section)
    shop = Post(
        title="느티 국수",
        body="<p>맛</p>",
        summary="맛",
        telephone="000-0000-0000",
        address="느티로 1",
        opening_hours="매일",
        origin="advertisement",
        published_at=now() - timedelta(days=2),
        pinned_at=now(),
    )
    shop.file_under(section)
    db.session.add_all([long, shop])
    db.session.flush()
    for position in range(2):
        long.photos.append(
            Photo(
                digest=f"{position}" * 64,
                width=1200,
                height=800,
                caption="다리",
                credit="김느티",
                position=position,
            )
        )
    db.session.flush()
    long.cover = long.photos[0]
    long.attachments.append(Attachment(filename="자료 하나.pdf", digest="0" * 64, size=12345))
    long.correct("correction", "이름을 바로잡습니다.")
    first = long.comment("첫 댓글 https://paper.example/", writer)
    db.session.flush()
    answer = long.comment("답글", writer, first)
    db.session.flush()
    held = long.comment("답글의 답글", writer, answer)
    long.comment("비밀글", writer, secret=True)
    db.session.flush()
    add_complaints(first, held, writer)
    for slug in Page.SLUGS:
        db.session.add(Page(slug=slug, title="회사", body="<h2>첫째</h2><p>본문</p>"))
    db.session.add(Tip(name="이웃", contact="000", title="제보", body="들어 보세요"))
    db.session.add(
        Claim(
            receipt="20261130-7KQ2M9XD", kind="rebuttal", name="이웃", contact="000", article="느티천",
            post_id=1, reason="틀렸습니다", wanted="맞습니다",
        )
    )  # fmt: skip
    db.session.add(Notice(member_id=writer.id, comment_id=answer.id))
    add_printed_issues()
    content = {"subject": "답글", "paragraphs": ["본문"]}
    lost = {"due_at": None, "failed_at": now(), "error": "550 no such user"}
    for event, state in (("a", {}), ("b", lost)):
        db.session.add(Mail(event=event, address="reader@example.com", content=content, **state))
    db.session.commit()


def add_printed_issues() -> None:
    """One with a page that could not be drawn, one whose cover is being made, one that failed."""
    for state in (
        {"page_count": 2, "title": "제1호", "done_at": now()},
        {},
        {"failed_at": now(), "error": "깨졌음"},
    ):
        issue = PrintIssue(published_on=date(2026, 11, 30), digest="0" * 64, size=1, **state)
        if issue.page_count:
            issue.pages = [PrintPage(number=1, digest="1" * 64, width=1600, height=2260)]
            issue.pages += [PrintPage(number=2, digest="")]
        db.session.add(issue)


def add_complaints(reported: Comment, held: Comment, writer: Member) -> None:
    """A report by a guest, and a temporary measure against another comment."""
    db.session.add(Report(comment_id=reported.id, person="guest", text_digest="d", reason="abuse"))
    hold = Hold(
        number="20261130-9KQ2M9XD", key="k", kind="privacy", target="/comments/3", text=held.body,
        name="이웃", contact="000", reason="이름", explanation="제 이름입니다", comment_id=held.id,
        writer_id=writer.id,
    )  # fmt: skip
    db.session.add(hold)
    db.session.flush()
    hold_decisions.decide(hold, None, Decision("held", "가렸습니다"))


def readable(app: Flask) -> list[str]:
    """Return every GET address of the app without parameters, and an example of each with parameters."""
    plain = {
        rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    }
    return sorted(plain | {*READING, *FORMS, *MEMBERS, *DESK})


def somewhere(rule: Any) -> str:
    """Return an address that this rule matches, with invented parameters."""
    values = {name: 1 for name in rule.arguments}
    path = rule.rule
    for name, value in values.items():
        for written in (f"<int:{name}>", f"<{name}>"):
            path = path.replace(written, str(value))
    return path
