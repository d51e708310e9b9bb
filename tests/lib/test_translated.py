"""Fixed sentences are part of the compiled template, in the language of the app; what is filled in is not."""

import flask.templating
import pytest
from flask import Flask, render_template_string
from flask_babel import Babel

from lib.translated import TranslatedEnvironment


class Environment(TranslatedEnvironment, flask.templating.Environment):
    """As an app has it."""


@pytest.fixture
def make_site():
    def make(locale):
        app = Flask(__name__)
        app.jinja_environment = Environment
        app.config.update(BABEL_DEFAULT_LOCALE=locale, BABEL_TRANSLATION_DIRECTORIES="../../translations")
        Babel(app)
        return app

    return make


@pytest.mark.parametrize(
    ("template", "korean", "english"),
    [
        ('{{ _("Home") }}', "홈", "Home"),
        ("<a title=\"{{ _('Home') }}\">", '<a title="홈">', '<a title="Home">'),
        ('{% set home = _("Home") %}{{ home | length }}', "1", "4"),
        ('{{ _("nobody has translated <b>this</b> & 100%% that") }}',) + ("nobody has translated <b>this</b> & 100% that",) * 2,
        ('{{ _("%(n)s of us", n="<i>") }}', "&lt;i&gt; of us", "&lt;i&gt; of us"),
        ('{{ _("<b>%(n)s</b> of %(of)s, 100%%", n=1, of=none) }}|',) + ("<b>1</b> of None, 100%|",) * 2,
        ('{{ _("%(n)s and %(n)s", n="&") }}{{ _("%(n)05d%%", n=7) }}{{ "%s%%" % 3 }}',) + ("&amp; and &amp;00007%3%",) * 2,
        ('{{ _("Comments %(n)s", n=n) }}{{ _("Comments %(n)s", n=3) | length }}', "댓글 4", "Comments 10"),
        ('{% set said %}{{ _("%(a)s before %(b)s", b=nothing, a="x" ~ 1) }}{% endset %}{{ said }}', "x1 before ", "x1 before "),
        ('{% autoescape false %}{{ _("<%(n)s>", n="<i>") }}{% endautoescape %}', "<<i>>", "<<i>>"),
        ('{% set word = "Home" %}{{ _(word) }}', "홈", "Home"),
    ],
)
def test_a_sentence_is_said_in_the_language_of_the_app(make_site, template, korean, english):
    for locale, expected in (("ko", korean), ("en", english)):
        with make_site(locale).test_request_context():
            assert render_template_string(template) == expected
