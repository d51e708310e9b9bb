"""Templates compiled for a small server: an `{% include %}` costs no more than its text, and a page is put together at once.

Jinja makes a new context for every included part, hands on each piece of text by itself through every part that it stands in, and
finds out at every call what it calls. A page of a hundred small parts is then mostly that.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import jinja2
import markupsafe
from jinja2 import Environment, FileSystemBytecodeCache, Template, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_escape = markupsafe._escape_inner  # type: ignore[attr-defined] # of a str; what else `escape` does is to make Markup of it
_PLAIN = (FunctionType, MethodType, BuiltinFunctionType)


def said(value: Any) -> str:
    """What stands on the page for a value: as `escape`, but for the Markup around it."""
    kind = type(value)
    if kind is str:
        return _escape(value)
    if kind is int:
        return str(value)
    return value if kind is Markup else escape(value)


class _Context(Context):
    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Most of what templates call is a macro, or a function that wants nothing of Jinja."""
        kind = type(called)
        if kind is not Macro and (kind not in _PLAIN or hasattr(called, "jinja_pass_arg")):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(self.eval_ctx, *args, **kwargs) if kind is Macro else called(*args, **kwargs)


class _Template(Template):
    def _get_default_module(self, ctx: Any = None) -> TemplateModule:
        """What is imported is the same for all who import it: no template here has globals that are its own."""
        if self._module is None:
            self._module = self.make_module()
        return self._module


class _Generator(CodeGenerator):
    """Every template and every block gathers its text and gives it in one piece."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("said = environment.said")

    def blockvisit(self, nodes: Any, frame: Frame) -> None:
        is_whole = frame.buffer is None and (frame.rootlevel or frame.block_frame)
        if is_whole:
            self.buffer(frame)
        super().blockvisit(nodes, frame)
        if is_whole:
            self.writeline(f"yield concat({frame.buffer})")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Asked of the thing itself; only what it does not have is left to Jinja, which looks for a key of that name."""
        self.write("(_found if (_found := getattr((_of := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr(_of, {node.attr!r}))")

    def _output_child_pre(self, node: Any, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("said(")


class _Inliner(NodeTransformer):
    """Puts what is included by a fixed name in its place, in a scope of its own; not what has blocks, or a parent."""

    def __init__(self, environment: Environment):
        self.environment = environment

    def visit_Include(self, node: nodes.Include) -> nodes.Node:
        if not isinstance(node.template, nodes.Const) or not node.with_context or node.ignore_missing:
            return node
        source, _filename, _is_fresh = self.environment.loader.get_source(self.environment, node.template.value)  # type: ignore[union-attr]
        part = self.environment.parse(source, node.template.value)  # what it includes itself is in its place already
        if part.find((nodes.Extends, nodes.Block)):
            return node
        inlined = nodes.Scope(part.body, lineno=node.lineno)
        return inlined.set_lineno(node.lineno, override=True)  # a mistake is told at the line that includes it

    def visit_ScopedEvalContextModifier(self, node: nodes.Node) -> nodes.Node:
        return node  # what is included is escaped as its own name asks, whatever stands around it


class KeptBytecode(FileSystemBytecodeCache):
    """Compiled templates, kept between starts in the system's folder for what may be lost, where only we may write: to compile them
    takes a quarter of a second and four megabytes.

    :param folder: of the templates
    :param others: files that a compiled template depends on beside the templates, such as translations
    :param said: whatever else it depends on
    :param directory: another one to keep it in
    :raises OSError, RuntimeError: there is no such place that is only ours
    """

    def __init__(self, folder: Path, others: Iterable[Path], said: str, directory: str | None = None):
        super().__init__(directory)
        digest = hashlib.blake2b(f"{jinja2.__version__} {said}".encode(), digest_size=16)
        for path in (*sorted(folder.rglob("*.html")), *others, Path(__file__)):
            digest.update(f"{path}\0".encode() + path.read_bytes())
        self.digest = digest.hexdigest()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk, a folder swept away: then it is compiled again next time
            super().dump_bytecode(bucket)

    def get_source_checksum(self, source: str) -> str:
        return self.digest  # what is included stands in a template too: none is good when one of them has changed


class QuickEnvironment(Environment):
    """Jinja's environment, to be mixed in before a framework's own. While templates are being changed (`auto_reload`), an included
    part is read each time, as ever."""

    code_generator_class = _Generator
    context_class = _Context
    template_class = _Template
    said = staticmethod(said)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        return parsed if self.auto_reload else _Inliner(self).visit(parsed)
