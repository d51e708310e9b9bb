"""The invented paper of an invented town: imprint, sections, company pages and members."""

import re
from datetime import date, timedelta
from pathlib import Path

from database import db
from lib.text import markup
from models import Member, Page, Paper, Section, now

HERE = Path(__file__).parent
NO_PASSWORD = "!"  # noqa: S105 - a hash that no password has
IMPRINT = {
    "name": "느티마을신문",
    "tagline": "느티나무 아래에서 듣고, 골목을 걸어서 씁니다",
    "company_name": "느티마을신문사",
    "registrations": [
        {"medium": "weekly", "number": "예시다00000", "registered_on": "2015-01-02"},
        {"medium": "internet", "number": "예시아00000", "registered_on": "2015-03-09"},
    ],
    "publisher": "홍길동",
    "editors": "홍길동",
    "youth_officer": "김느티",
    "address": "예시시 느티로 1",
    "telephone": "000-0000-0000",
    "email": "editor@example.com",
    "business_number": "000-00-00000",
    "published_on": date(2015, 1, 5),
    "copyright_from": 2015,
}

# Group: (slug, name, look), then its sections: (slug, name, look, kind).
SECTIONS = (
    (
        ("news", "마을뉴스", "webzine"),
        ("local", "지역뉴스", "list", "news"),
        ("education", "교육/사회복지", "webzine", "news"),
        ("culture", "문화/스포츠", "webzine", "news"),
        ("safety", "치안/안보/소방", "list", "news"),
        ("sharing", "나눔/단체", "list", "news"),
        ("video", "동영상뉴스", "gallery", "video"),
    ),
    (
        ("city", "시정", "list"),
        ("hall", "시정", "list", "news"),
        ("council", "시의회", "list", "news"),
        ("residents", "주민자치", "list", "news"),
    ),
    (
        ("people", "인터뷰", "webzine"),
        ("politics", "정치인", "webzine", "news"),
        ("business", "경제인", "webzine", "news"),
        ("artists", "예술인", "gallery", "news"),
        ("leaders", "단체장", "list", "news"),
    ),
    (
        ("shops", "우리동네 업소소개", "gallery"),
        ("food", "음식", "gallery", "shop"),
        ("services", "서비스", "list", "shop"),
        ("retail", "판매", "gallery", "shop"),
        ("medical", "의료", "list", "shop"),
        ("learning", "교육", "list", "shop"),
        ("trade", "매매", "list", "shop"),
    ),
)

# Username, nickname, days since joining. They have no passwords.
NEIGHBOURS = (
    ("galdae", "갈대밭", 64),
    ("dorian", "도리안길", 61),
    ("bbangjip", "빵굽는이웃", 55),
    ("haneul3", "하늘세평", 48),
    ("moksu", "목수아저씨", 40),
    ("byeolbit", "별빛교실", 33),
    ("nungum", "능금나무", 21),
    ("achim", "아침산책", 12),
)


def fill_imprint() -> Paper:
    """Fill the row of the paper, with all details that the law requires."""
    paper = db.session.merge(Paper.get())
    for column, value in IMPRINT.items():
        setattr(paper, column, value)
    return paper


def add_sections() -> dict[str, Section]:
    """Add the groups and sections whose slugs do not exist yet. Returns all of them by slug."""
    found = {section.slug: section for section in db.session.scalars(db.select(Section))}
    for group_position, (group, *sections) in enumerate(SECTIONS, 1):
        slug, name, look = group
        parent = found.get(slug) or _add_section(
            found, Section(slug=slug, name=name, look=look, position=group_position)
        )
        for position, (slug, name, look, kind) in enumerate(sections, 1):
            if slug not in found:
                _add_section(
                    found,
                    Section(
                        slug=slug, name=name, look=look, kind=kind, position=position, parent_id=parent.id
                    ),
                )
    return found


def _add_section(found: dict[str, Section], section: Section) -> Section:
    db.session.add(section)
    db.session.flush()
    found[section.slug] = section
    return section


def add_neighbours() -> dict[str, Member]:
    """Add the members who comment. Returns them by username."""
    found = {}
    for username, nickname, days in NEIGHBOURS:
        member = Member(password_hash=NO_PASSWORD, joined_at=now() - timedelta(days=days, hours=days % 7))
        member.name_as(username, nickname, f"{username}@example.com")
        db.session.add(member)
        found[username] = member
    db.session.flush()
    return found


def add_pages() -> int:
    """Add a first version of every company page that has none. Returns how many were added."""
    slugs = [slug for slug in Page.SLUGS if Page.latest(slug) is None]
    for slug in slugs:
        title, body = read_page(slug)
        db.session.add(Page(slug=slug, title=title, body=body))
    return len(slugs)


def read_page(slug: str) -> tuple[str, str]:
    """Title (the h1) and cleaned body of a company page.

    :raises FileNotFoundError: there is no such page
    :raises ValueError: the page has no h1
    """
    source = (HERE / "pages" / f"{slug}.html").read_text("utf-8")
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", source, re.DOTALL)
    if heading is None:
        raise ValueError(f"pages/{slug}.html has no h1")
    return heading[1].strip(), markup.clean(source.replace(heading[0], "", 1).strip())
