"""Templates in the one language of a site: fixed sentences are translated when a template is compiled, not each time it is rendered."""

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
