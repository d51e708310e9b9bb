"""A successful example of each act at the desk, in an order in which all of them succeed.

Who adds a POST route under /desk adds an example here, or an exception with its reason.
"""

from io import BytesIO
from typing import Any

from pdfs import pdf

from domain.paper import page_versions, pages

# What leaves no line in the log of activity, and why.
EXCEPTIONS = {
    "desk_checks.show": "looks at what is typed",
    "desk_checks.create": "puts words into the form, and saves nothing",
    "desk_documents.create": "reads a file into the form, and saves nothing",
    "desk_proposals.create": "proposes parts of what is typed",
    "desk_preview.create": "shows what is typed",
    "desk_photos.create": "part of writing an article, which is logged when it is saved",
    "desk_media.create": "part of writing an article, which is logged when it is saved",
    "desk_working_copies.create": "stored by itself while an article is typed",
    "desk_working_copies.update": "stored by itself while an article is typed",
    "start.create": "the first account is made by it: it says itself that the paper was started",
    "desk_settings.update": "says what was changed, if anything was: tests/views/test_desk_settings.py",
    "desk_mail.test": "changes nothing of the paper",
    "desk_backups.download": "logged, and needs a password and a file: tests/views/test_desk_backups.py",
    "desk_members.visit": "is an entry of the log of accesses",
}
ARTICLE = {"section_id": "3", "title": "새 글", "origin": "own", "publish": "draft"}
BANNER = {
    "advertiser": "두현국수",
    "slot": "foot",
    "link": "https://shop.example/",
    "kind": "text",
    "text": "국수",
}
BANNER |= {"starts_on": "2026-12-01", "ends_on": "2026-12-31"}
LINE = {"text": "잠시 쉽니다.", "starts_at": "2026-12-01T09:00", "ends_at": "2026-12-02T09:00"}


def printed() -> tuple[BytesIO, str]:
    """A file as a form sends it."""
    return BytesIO(pdf(1)), "paper.pdf"


def version() -> str:
    """The version of the page that the example below changes."""
    return page_versions.key(pages.current("history"))


PAGE = {"title": "연혁", "body": "<p>글</p>", "in_footer": "y"}
ANNOUNCED = PAGE | {"body": "<p>더 쓴 글</p>", "effective_on": "2026-12-31", "version": version}
RULES = {"first_comments": "1", "closed_after_days": "0", "reports_to_hold": "3", "policy_page": ""}
SECTION = {"name": "동네", "look": "list", "kind": "news", "group_id": "1", "comments_from": "members"}
# Path (that of the example's route) and fields; a function is called for its value.
# The paper is that of small_paper.fill, and a little more.
EXAMPLES: list[tuple[str, dict[str, Any]]] = [
    (
        "/desk/posts",
        ARTICLE | {"body": "본문"},
    ),
    (
        "/desk/posts/3",
        ARTICLE | {"body": "고침"},
    ),
    ("/desk/posts/3/revisions/1/restoration", {}),
    ("/desk/posts/3/publication", {"publish": "now"}),
    ("/desk/posts/3/revisions/1/merging", {"whole": "theirs"}),
    ("/desk/posts/3/lead", {"lead": "1"}),
    ("/desk/front/slots", {"post_id": "1"}),
    ("/desk/front/slots/1", {"move": "up"}),
    ("/desk/front/slots/1/expiry", {"s1-expires_at": "2190-01-01T00:00"}),
    ("/desk/front/slots/1/removal", {}),
    ("/desk/posts/3/deletion", {"action": "delete"}),
    ("/desk/posts/selection", {"id": "3", "act": "restore"}),
    ("/desk/posts/3/deletion", {"action": "delete"}),
    ("/desk/posts/erasure", {"id": "3"}),
    ("/desk/working-copies/1/deletion", {}),
    ("/desk/posts/1/corrections", {"kind": "fix", "body": "날짜를 고칩니다."}),
    ("/desk/posts/1/corrections/2", {"kind": "fix", "body": "날짜를 다시 고칩니다."}),
    ("/desk/posts/1/corrections/2/deletion", {}),
    ("/desk/claims/1/election", {}),
    ("/desk/claims/1/article", {"article": "/posts/1"}),
    ("/desk/claims/1/decisions", {"kind": "talking", "reply": "이야기하고 있습니다."}),
    ("/desk/reports/1/decision", {"outcome": "fine"}),
    ("/desk/holds/1/decisions", {"kind": "restored", "reply": "다시 보입니다."}),
    ("/desk/comments/rules", RULES),
    ("/desk/comments/decisions", {"act": "hide-2", "reason-2": "insult"}),
    ("/desk/inbox/claims/1/note", {"note": "전화했습니다."}),
    ("/desk/letters/1/state", {"state": "taken-up"}),
    ("/desk/letters/1/delete", {}),
    ("/desk/members/log/checks", {"month": "2026-10-01"}),
    ("/desk/incidents", {"summary": "비밀번호가 새었다", "known_at": "2026-11-01T09:00", "is_leak": "y"}),
    ("/desk/incidents/1/steps", {"step": "stop"}),
    ("/desk/incidents/1", {"notice": "알려 드립니다."}),
    ("/desk/incidents/1/publication", {}),
    ("/desk/incidents/1/publication/removal", {}),
    ("/desk/incidents/1/closing", {}),
    ("/desk/members/1/ban", {"length": "day", "reason": "욕설"}),
    ("/desk/members/1/ban/lifting", {}),
    ("/desk/members/1/export", {"purpose": "본인의 요청"}),
    ("/desk/members/1/reset-link", {}),
    ("/desk/members/1/closing", {}),
    ("/desk/members/1/reopening", {}),
    ("/desk/members/1/spam", {}),
    ("/desk/members/1/spam/undoing", {}),
    ("/desk/blocks/networks", {"network": "192.0.2.0/24", "length": "day"}),
    ("/desk/blocks/networks/1/removal", {}),
    ("/desk/blocks/domains", {"domain": "spam.example"}),
    ("/desk/blocks/domains/1/removal", {}),
    ("/desk/blocks/origins/1", {"length": "day"}),
    ("/desk/mail/3/deletion", {}),
    ("/desk/mail/2/attempts", {}),
    ("/desk/mail/attempts", {}),
    ("/desk/paper", {"name": "새이름신문"}),
    ("/desk/paper/changes/1/registration", {}),
    ("/desk/pages", PAGE | {"slug": "history"}),
    (
        "/desk/pages/history",
        ANNOUNCED,
    ),
    ("/desk/pages/history/withdrawal", {}),
    ("/desk/pages/history/deletion", {}),
    ("/desk/sections", {"name": "새 그룹", "look": "list", "comments_from": "members"}),
    ("/desk/sections", SECTION | {"name": "마을 소식"}),
    ("/desk/sections/3", SECTION),
    ("/desk/sections/3/position", {"move": "up"}),
    ("/desk/sections/7/merger", {"into": "3"}),
    ("/desk/sections/6/deletion", {}),
    ("/desk/sections/proposals", {"proposal": "village"}),
    ("/desk/reporters", {"name": "홍길동 기자"}),
    ("/desk/reporters/1", {"r1-name": "임꺽정 기자"}),
    ("/desk/reporters/1/position", {"move": "up"}),
    ("/desk/reporters/1/removal", {}),
    ("/desk/hidden-words", {"word": "낱말"}),
    ("/desk/hidden-words/deletion", {"word": "낱말"}),
    ("/desk/imported-totals", {"total": "20", "peak": "10"}),
    ("/desk/papers", {"published_on": "2026-12-04", "file": printed}),
    ("/desk/papers/1", {"published_on": "2026-12-03"}),
    ("/desk/papers/1/attempts", {}),
    ("/desk/papers/1/deletion", {}),
    ("/desk/settings/look", {"accent": "#1a5c3a"}),
    ("/desk/sample/removal", {"sections": "keep", "is_sure": "y"}),
    ("/desk/banners", BANNER),
    ("/desk/banners/1", BANNER),
    ("/desk/banners/1/removal", {}),
    ("/desk/site-notices", LINE),
    ("/desk/site-notices/1", {f"n1-{name}": value for name, value in LINE.items()}),
    ("/desk/site-notices/1/removal", {}),
]
