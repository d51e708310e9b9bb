"""robots.txt: its presets, and the editor's own lines."""

from collections.abc import Callable
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest


def rules(client: Any) -> RobotFileParser:
    answer = client.get("/robots.txt")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    parser = RobotFileParser()
    parser.parse(answer.text.splitlines())
    return parser


@pytest.mark.parametrize(
    ("preset", "search", "training"),
    [("all", True, True), ("no-training", True, False), ("none", False, False)],
)
def test_presets(make_app: Callable[..., Any], preset: str, search: bool, training: bool) -> None:
    parser = rules(make_app(robots=preset).test_client())
    assert parser.can_fetch("Googlebot", "/posts/1") is search
    assert parser.can_fetch("GPTBot", "/posts/1") is training
    assert not parser.can_fetch("Googlebot", "/desk/")


def test_without_a_choice_nobody_trains_with_the_paper(client: Any, paper: Any) -> None:
    assert not rules(client).can_fetch("CCBot", "/")


def test_own_lines_stand_at_the_end_as_they_are(make_app: Callable[..., Any]) -> None:
    text = (
        make_app(robots_lines="User-agent: Beispiel\nDisallow: /photos").test_client().get("/robots.txt").text
    )
    assert text.endswith("\n\nUser-agent: Beispiel\nDisallow: /photos\n")


def test_the_editor_chooses_at_the_desk(client: Any, editor: Any, paper: Any) -> None:
    desk = client.log_in(editor)
    form = {"robots": "none", "robots_lines": "# 우리 줄"}
    numbers = {
        "smtp_port": "0",
        "joins_per_day": "5",
        "join_seconds": "3",
        "join_work": "0",
        "taken_down_days": "30",
    }
    others = {"correction_front_hours": "48", "presence_minutes": "10", "new_visitors_per_minute": "60"}
    files = {"upload_megabytes": "64", "photo_megapixels": "60"}
    choices = {"smtp_security": "starttls", "hold_without_objection": "delete"}
    assert desk.send("/desk/settings", **form, **numbers, **others, **files, **choices).status_code == 303
    text = desk.get("/robots.txt").text
    assert "User-agent: *\nDisallow: /\n" in text
    assert text.endswith("# 우리 줄\n")
    wrong = desk.send("/desk/settings", **form | {"robots": "some"}, **numbers, **others, **files, **choices)
    assert wrong.status_code == 422
    assert "# 우리 줄" in wrong.text
