"""Addresses of YouTube videos."""

import html as entities
import re

VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)
_LONGEST = 2000  # characters that are looked at
_ADDRESS = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:www|m|music)\.)?"
    r"(?:youtube(?:-nocookie)?\.com/(?:watch/?\?(?:[^#\s]*&)?v=|embed/|shorts/|live/|v/)|youtu\.be/)"
    r"(?!videoseries|live_stream)([\w-]{11})(?:[?&#/]\S*)?",
    re.ASCII | re.IGNORECASE,
)


def youtube_id(text: str) -> str | None:
    """The id of a video, 11 characters, from its address in any usual form; None for any other text."""
    match = _ADDRESS.fullmatch(entities.unescape(text[:_LONGEST]).strip())
    return match[1] if match else None
