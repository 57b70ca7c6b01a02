"""No widget is fed with text that did not come through the one helper: read off the source, sink by sink.

What a widget is given must be a literal of ours, translated words, or a `Content`, which is what `widgets.text` makes
of data. A bare string is markup to Textual, and its control characters go to the terminal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import imi_tui

PACKAGE = Path(imi_tui.__file__).parent
SHOWING = [*sorted((PACKAGE / "screens").rglob("*.py")), *sorted((PACKAGE / "widgets").rglob("*.py"))]

WIDGETS = {"Static", "Label", "Button", "Checkbox", "RadioButton", "Tab", "Option"}
"""What is constructed with a text that Textual parses."""

PARSED = {"border_title", "border_subtitle", "tooltip"}
"""Attributes whose text Textual parses."""

WORDS = {"_", "N_", "ngettext", "pgettext"}

Promises = dict[str, set[str]]
"""What functions of a name say that they return."""


def _promises(*trees: ast.AST) -> Promises:
    promised: Promises = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                promised.setdefault(node.name, set()).add(ast.unparse(node.returns) if node.returns else "")
    return promised


PROMISED = _promises(*(ast.parse(path.read_text(encoding="utf-8")) for path in SHOWING))
CONTENT = {"Content", "Content | None", "Option"}
OF_CONTENT = {"styled", "assemble", "join", "truncate", "append", "wrap", "from_text", "stylize"}


class _Function:
    """What is known inside one function: the names that hold a `Content`, by what is put into them."""

    def __init__(self, node: ast.AST, promised: Promises) -> None:
        self.promised = promised
        self.given: dict[str, list[ast.expr]] = {}
        self.contents: set[str] = set()
        for inner in ast.walk(node):
            if isinstance(inner, ast.arg) and inner.annotation is not None:
                if ast.unparse(inner.annotation) in {"Content", "Content | None", "list[Content]"}:
                    self.contents.add(inner.arg)
            elif isinstance(inner, ast.Assign):
                for target in inner.targets:
                    self._put(target, inner.value)
            elif isinstance(inner, ast.AnnAssign | ast.NamedExpr) and inner.value is not None:
                self._put(inner.target, inner.value)

    def _put(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.given.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=True):
                self._put(one, its)

    def safe(self, value: ast.expr, looked: frozenset[str] = frozenset()) -> bool:
        """Whether this expression is ours, or a `Content`."""
        match value:
            case ast.Constant():
                return True
            case ast.IfExp(
                test=ast.Call(func=ast.Name(id="isinstance"), args=[one, ast.Name(id="Content")]), body=body
            ):
                return ast.unparse(one) == ast.unparse(body) and self.safe(value.orelse, looked)
            case ast.IfExp():
                return self.safe(value.body, looked) and self.safe(value.orelse, looked)
            case ast.BinOp():
                return self.safe(value.left, looked) and self.safe(value.right, looked)
            case ast.BoolOp():
                return all(self.safe(one, looked) for one in value.values)
            case ast.Name(id=name):
                if name in looked:  # made from itself: as good as what else is put into it
                    return True
                put = self.given.get(name, [])
                return name in self.contents or (bool(put) and all(self.safe(one, looked | {name}) for one in put))
            case ast.Call(func=ast.Name(id=name)):
                return name == "Content" or name in WORDS or self._promises(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="Content"), attr=name)):
                return name in OF_CONTENT
            case ast.Call(func=ast.Attribute(value=of, attr=name)):
                return self._promises(name) or (name in OF_CONTENT and self.safe(of, looked))
        return False

    def _promises(self, name: str) -> bool:
        """Whether the function of this name gives a `Content`: the module's own one goes before those of others."""
        return bool(self.promised.get(name)) and self.promised[name] <= CONTENT


def _fed(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """Each place where a widget gets a text, with the expression for it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[text, *_rest]) if name in WIDGETS:
                yield node.lineno, text
            case ast.Call(func=ast.Attribute(value=of, attr="update"), args=[text]) if "query_one" in ast.unparse(of):
                if any(f"{widget})" in ast.unparse(of) for widget in ("Static", "Label")):
                    yield node.lineno, text
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=text) if name in PARSED:
                yield node.lineno, text


def _careless(source: str) -> list[tuple[int, str]]:
    found = []
    tree = ast.parse(source)
    promised = {**PROMISED, **_promises(tree)}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        known = _Function(function, promised)
        found += [(line, ast.unparse(text)) for line, text in _fed(function) if not known.safe(text)]
    return sorted(set(found))


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_widget_is_fed_by_data_without_the_helper(path: Path) -> None:
    assert _careless(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "Static(row.name)",
        "Static(f'{row.name}')",
        "Label(_('{name}').format(name=row.name))",
        "Option(words)",
        "self.border_title = row.name",
        "self.query_one('#count', Static).update(row.name)",
        "Static(_('a') + row.name)",
        "Static(plain(row.name) if row else row.name)",
    ],
)
def test_the_reading_finds_what_is_careless(line: str) -> None:
    assert _careless(f"def compose(self, row):\n    words = row.name\n    {line}\n") != []


@pytest.mark.parametrize(
    "line",
    [
        "Static(plain(row.name))",
        "Static(_('a') + ' ')",
        "Option(plain_lines(row.name).truncate(3), id=row.id)",
        "Static(Content('a').join([plain(row.name)]))",
        "self.query_one('#count', Static).update(plain(row.name))",
        "words = plain(row.name); Label(words)",
    ],
)
def test_the_reading_lets_the_helper_pass(line: str) -> None:
    assert _careless(f"def compose(self, row):\n    {line}\n") == []


def test_what_is_told_in_passing_is_never_markup() -> None:
    """Each `notify` says so, since a toast parses its text like any other."""
    for path in [*SHOWING, PACKAGE / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "notify":
                told = {one.arg: ast.unparse(one.value) for one in node.keywords}
                assert told.get("markup") == "False" or None in told, (path, node.lineno)
