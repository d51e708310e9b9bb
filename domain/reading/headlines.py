"""Titles of articles with the marks in front of them."""

from typing import Any

from flask_babel import gettext as _


def headline(article: Any) -> str:
    """The title of an article, after a mark if it is an advertisement, and after one if it was corrected.

    :param article: a Post, or any object with a title, is_advertisement and a correction_kind
    """
    marks = [_("Advertisement")] if article.is_advertisement else []
    marks += [correction_mark(article.correction_kind)] if article.correction_kind else []
    return " ".join([*(f"[{mark}]" for mark in marks), article.title])


def correction_mark(kind: str) -> str:
    """The word for one of Correction.KINDS before a title: 정정, 반론, 추후보도, 고침."""
    words = {"rebuttal": _("Right of reply"), "follow-up": _("Follow-up report")}
    return words.get(kind) or (_("Small correction") if kind == "fix" else _("Correction notice"))
