"""Templates in the one language of a site: fixed sentences are translated when a template is compiled, not each time it is rendered."""

import re
from typing import Any

from flask_babel import gettext
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer


class TranslatedEnvironment(Environment):
    """Jinja's environment for a site whose language never changes while it runs.

    A framework that has an environment of its own mixes this in before it.
    """

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _Translator().visit(super()._parse(source, name, filename))


_FILLED = re.compile(r"%\((\w+)\)s")


class _Translator(NodeTransformer):
    """Writes what `_("a sentence")` would give in its place; where there is something to fill in, what is left of the call is that."""

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:
        self.generic_visit(node, *args, **kwargs)
        is_sentence = isinstance(node.node, nodes.Name) and node.node.name == "_" and len(node.args) == 1
        if not is_sentence or node.dyn_args or node.dyn_kwargs or not isinstance(node.args[0], nodes.Const):
            return node
        # As Jinja's own does it: %% is a percent sign, a translation may hold markup, and what is filled in is escaped.
        said = nodes.MarkSafeIfAutoescape(nodes.Const(gettext(node.args[0].value)), lineno=node.lineno)
        pairs = [nodes.Pair(nodes.Const(filled.key), filled.value) for filled in node.kwargs]
        return nodes.Mod(said, nodes.Dict(pairs), lineno=node.lineno)

    def visit_Output(self, node: nodes.Output, *args: Any, **kwargs: Any) -> nodes.Node:
        self.generic_visit(node, *args, **kwargs)
        node.nodes = [piece for said in node.nodes for piece in _pieces(said)]
        return node


def _pieces(said: nodes.Expr) -> list[Any]:
    """A sentence that is said as it is, not put into another: its words stand in the template, and between them what is filled in."""
    if not isinstance(said, nodes.Mod) or not isinstance(said.left, nodes.MarkSafeIfAutoescape) or not isinstance(said.right, nodes.Dict):
        return [said]
    parts: list[Any] = _FILLED.split(said.left.expr.value)  # type: ignore[attr-defined] # a Const, above
    words, names = [part.replace("%%", "") for part in parts[::2]], parts[1::2]
    filled = {pair.key.value: pair.value for pair in said.right.items}  # type: ignore[attr-defined]
    if "%" in "".join(words) or len(set(names)) < len(names) or not filled.keys() >= set(names):
        return [said]  # something else than a word to fill in, or one of them twice
    parts[::2] = [nodes.MarkSafeIfAutoescape(nodes.Const(part.replace("%%", "%")), lineno=said.lineno) for part in parts[::2]]
    parts[1::2] = [filled[name] for name in names]
    return parts
