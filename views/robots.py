"""robots.txt: which programs may read the paper, as the editor has chosen."""

from collections.abc import Iterator

from flask import Blueprint, Response, current_app

from views.web.page_context import absolute_url

blueprint = Blueprint("robots", __name__)

DISALLOWED = (
    "/desk/", "/login", "/join", "/logout", "/me$", "/me/", "/captcha/", "/tips/new", "/advertising/new",
    "/corrections/new", "/corrections/claims/", "/comments/", "/posts/*/like", "/posts/*/scrap",
    "/visitors/beat", "/visitors/pixel.gif", "/banners/",
)  # fmt: skip
# Robots that collect texts to train language models with, or names that stand for that use of a robot.
TRAINING = (
    "AI2Bot", "Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot",
    "cohere-training-data-crawler", "Diffbot", "FacebookBot", "Google-Extended", "GPTBot", "ImagesiftBot",
    "meta-externalagent", "omgili", "PanguBot", "Timpibot", "Webzio-Extended",
)  # fmt: skip
SITEMAPS = ("/sitemap.xml", "/news-sitemap.xml")


@blueprint.get("/robots.txt")
def show() -> Response:
    settings = current_app.config["SETTINGS"]
    lines = [*_rules(settings.robots), *_own_lines(settings.robots_lines)]
    text = "\n".join([*lines, ""])
    return Response(text, 200, {"Cache-Control": "public, max-age=3600"}, mimetype="text/plain")


def _rules(preset: str) -> Iterator[str]:
    """:param preset: one of the values of config.Settings.robots"""
    if preset == "none":
        yield from ("User-agent: *", "Disallow: /")
        return
    yield from ("User-agent: *", *(f"Disallow: {path}" for path in DISALLOWED), "Allow: /", "")
    if preset == "no-training":
        yield from (*(f"User-agent: {name}" for name in TRAINING), "Disallow: /", "")
    yield from (f"Sitemap: {absolute_url(path)}" for path in SITEMAPS)


def _own_lines(lines: str) -> Iterator[str]:
    """The editor's own lines, as they are."""
    if lines.strip():
        yield from ("", *lines.strip().splitlines())
