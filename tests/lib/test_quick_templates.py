"""Compiled for speed, a template says what Jinja would say."""

from types import SimpleNamespace

import jinja2
import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader, UndefinedError, pass_context, pass_eval_context
from markupsafe import Markup, escape

from lib.templates import KeptBytecode, QuickEnvironment, said

PARTS = {
    "part.html": "{% set word = word or 'none' %}[{{ word }}{% if inner %}{% include 'inner.html' %}{% endif %}]",
    "inner.html": "{{ n }}:{{ given }}",
    "macros.html": "{% macro bold(text) %}<b>{{ text }}{% if caller %}{{ caller() }}{% endif %}</b>{% endmacro %}",
    "macro part.html": "{% from 'macros.html' import bold %}{{ bold(word) }}",
    "base.html": "<{% block title %}base{% endblock %}>{% include 'part.html' %}{% block main %}{% endblock %}",
    "with blocks.html": "{% block title %}of its own{% endblock %}",
}
PAGES = [
    "{{ given }}{{ 1 }}{{ none }}{{ 2.5 }}{{ '<i>' }}{{ markup }}{{ true }}{{ nothing }}",
    "{% include 'part.html' %}{{ word }}",
    "{% set word = 'outer' %}{% include 'part.html' %}{{ word }}",
    "{% for n in numbers %}{% with inner = true %}{% include 'part.html' %}{% endwith %}{{ loop.index }}{% else %}-{% endfor %}",
    "{% for word in given %}{% include 'part.html' %}{% include 'macro part.html' %}{% endfor %}{{ word }}",
    "{% extends 'base.html' %}{% set word = 'child' %}{% block main %}{% include 'part.html' %}{{ super() }}{% endblock %}",
    "{% extends 'base.html' %}{% block title %}{{ super() }} & more{% endblock %}",
    "{% from 'macros.html' import bold %}{% call bold('a&b') %}{% include 'part.html' %}{{ given }}{% endcall %}",
    "{% include 'with blocks.html' %}{% include ['missing.html', 'part.html'] %}{% include 'missing.html' ignore missing %}",
    "{% include 'inner.html' without context %}",
    "{% filter upper %}{% include 'part.html' %}{% endfilter %}{% set kept %}{{ given }}{% endset %}{{ kept }}",
    "{% autoescape false %}{{ given }}{% include 'inner.html' %}{% endautoescape %}",
    "{{ call(1, key=2) }}{{ whole('n') }}{{ marked() }}{{ numbers.count(2) }}{{ 'ab'.upper() }}",
    "{% for x in numbers %}{% set y = x %}{{ whole('y') }}{% endfor %}",
    "{{ thing.name }}{{ thing.inner.name }}{{ thing.missing is defined }}{{ keys.name }}{{ keys.items }}{{ nothing.name }}",
    "{{ thing.inner.name or keys.other.name }}{% for x in numbers if thing.name %}{{ x.real }}{{ keys.inner.name }}{% endfor %}",
    "{% set at = namespace(n=1) %}{% for x in numbers %}{% set at.n = at.n + thing.inner.n %}{% endfor %}{{ at.n }}{{ thing['name'] }}",
]
INNER = SimpleNamespace(name="<in>", n=3)
THING = SimpleNamespace(name="<out>", inner=INNER)
KEYS = {"name": "key", "items": "an item of this name", "inner": INNER, "other": {"name": "other"}}
GIVEN = {"thing": THING, "keys": KEYS, "given": '<&">', "numbers": [1, 2], "markup": Markup("<b>"), "word": "", "n": 7, "nothing": None}


def call(*args, **kwargs):
    return f"{args}{kwargs}"


@pass_context
def whole(context, name):
    return context[name]


@pass_eval_context
def marked(eval_context):
    return Markup("<u>") if eval_context.autoescape else "<u>"


def rendered(kind: type[Environment], source: str, **options) -> str:
    environment = kind(loader=DictLoader(PARTS), autoescape=True, auto_reload=False, **options)
    environment.globals |= {"call": call, "whole": whole, "marked": marked}
    return environment.from_string(source).render(GIVEN)


@pytest.mark.parametrize("page", PAGES)
def test_it_says_what_jinja_says(page):
    assert rendered(QuickEnvironment, page) == rendered(Environment, page)


@pytest.mark.parametrize("value", ["<a>&'\"", Markup("<b>"), 7, -1, True, None, 2.5, [1, "<"], jinja2.Undefined()])
def test_a_value_stands_as_escaped(value):
    assert said(value) == escape(value)


def test_a_change_to_a_part_is_seen_while_templates_are_changed():
    parts = dict(PARTS)
    environment = QuickEnvironment(loader=DictLoader(parts), autoescape=True, auto_reload=True)
    template = environment.from_string("{% include 'inner.html' %}")
    assert template.render(n=1, given="a") == "1:a"
    parts["inner.html"] = "changed"
    assert template.render() == "changed"


def test_a_mistake_is_told_at_the_line_that_includes_it():
    environment = QuickEnvironment(
        loader=DictLoader(PARTS | {"broken.html": "\n\n\n{{ missing.attribute }}", "page.html": "one\n{% include 'broken.html' %}"}),
        auto_reload=False,
    )
    with pytest.raises(UndefinedError) as failed:
        environment.get_template("page.html").render()
    assert 2 in [entry.lineno + 1 for entry in failed.traceback if "template" in str(entry.path)]


def test_what_is_missing_is_missed():
    with pytest.raises(jinja2.TemplateNotFound):
        rendered(QuickEnvironment, "{% include 'missing.html' %}")
    with pytest.raises(UndefinedError):
        rendered(QuickEnvironment, "{{ missing() }}")


@pytest.fixture
def start(tmp_path):
    """An environment as after a start, over a page that includes a part."""
    folder, kept = tmp_path / "templates", tmp_path / "kept"
    folder.mkdir()
    kept.mkdir()
    (folder / "page.html").write_text("{% include 'part.html' %}")
    (folder / "part.html").write_text("one")

    def begin(said=""):
        cache = KeptBytecode(folder, [], said, str(kept))
        return QuickEnvironment(loader=FileSystemLoader(folder), auto_reload=False, bytecode_cache=cache), folder, kept

    return begin


def test_what_was_compiled_is_kept(start, monkeypatch):
    environment, _folder, kept = start()
    assert environment.get_template("page.html").render() == "one"
    assert [path.suffix for path in kept.iterdir()] == [".cache"]
    monkeypatch.setattr(QuickEnvironment, "compile", lambda *_: pytest.fail("it was compiled again"))
    assert start()[0].get_template("page.html").render() == "one"


@pytest.mark.parametrize("change", ["part", "said", "others"])
def test_it_is_compiled_again_when_anything_has_changed(start, change):
    environment, folder, _kept = start()
    environment.get_template("page.html").render()
    if change == "part":
        (folder / "part.html").write_text("two")
    again = KeptBytecode(folder, [folder / "page.html"] * (change == "others"), "x" * (change == "said"))
    assert again.digest != environment.bytecode_cache.digest
    assert start()[0].get_template("page.html").render() == ("two" if change == "part" else "one")


def test_a_place_that_is_gone_is_no_mistake(start):
    environment, _folder, kept = start()
    kept.rmdir()
    assert environment.get_template("page.html").render() == "one"


def test_a_broken_file_is_compiled_again(start):
    environment, _folder, kept = start()
    environment.get_template("page.html").render()
    for path in kept.iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    assert start()[0].get_template("page.html").render() == "one"
