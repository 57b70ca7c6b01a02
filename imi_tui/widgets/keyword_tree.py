"""Choosing keywords: a filter, a tree with check boxes, and beside it the list of what is chosen, counted.

Under the tree stands where the keyword under the cursor belongs, and what the owner knows of it. Used for the
authority's classification and for the keywords of a module. It owns no selection of its own making: each toggle is
posted as `Changed`, and the session keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _, ngettext
from imi_tui.rules.keywords import Forest
from imi_tui.widgets.choices import Choices, line
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.text import plain
from imi_tui.widgets.tree_lines import TreeLines


class _Filter(Entry):
    """The filter's entry: Down goes on to the tree, Esc empties it first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_tree", N_("To the list"), key_display="Enter"),
        Binding("down", "to_tree", N_("To the list"), show=False),
        Binding("escape", "empty", N_("Clear the filter"), key_display="Esc"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the screen's where there is nothing to empty."""
        return action != "empty" or bool(self.value)

    def action_to_tree(self) -> None:
        """Focus the tree."""
        tree = self.query_ancestor(KeywordTree)
        tree.query_one(TreeLines).focus()

    def action_empty(self) -> None:
        """Show everything again."""
        self.value = ""


class _Chosen(Choices):
    """What is chosen: `d` takes a keyword away, Enter goes to it in the tree."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d,space", "drop", N_("Remove"))]

    def action_drop(self) -> None:
        """Take the keyword under the cursor out."""
        if self.chosen:
            tree = self.query_ancestor(KeywordTree)
            tree.choose(tree.chosen - {self.chosen})


class KeywordTree(Widget):
    """Filter, tree and list. `chosen` are the codes; posts `Changed`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", N_("Filter"), show=False),
        Binding("n", "clear", N_("Clear the filter"), show=False),
    ]
    DEFAULT_CSS = """
    KeywordTree {
        height: 1fr;
        & #tree-side { width: 3fr; }
        & #tree-note { width: 100%; height: 1; color: $muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & #chosen-side { width: 2fr; padding: 0 0 0 2; }
        & #tree-filter { height: 1; margin: 0 0 1 0; }
        & #tree-none { display: none; width: 100%; height: auto; color: $muted; }
        & TreeLines { height: 1fr; }
        & #chosen-count { height: 1; margin: 0 0 1 0; color: $primary; text-style: bold; }
        & _Chosen { height: 1fr; max-height: 100%; }
        &.-small #chosen-side { display: none; }
    }
    """

    class Changed(Message):
        """Other keywords are chosen now."""

        def __init__(self, tree: KeywordTree, chosen: frozenset[str]) -> None:
            super().__init__()
            self.tree = tree
            self.chosen = chosen

        @property
        def control(self) -> KeywordTree:
            """The tree."""
            return self.tree

    def __init__(self, forest: Forest, chosen: frozenset[str], *, id: str | None = None, small: bool = False) -> None:
        super().__init__(id=id, classes="-small" if small else "")
        self.forest = forest
        self.chosen = chosen
        self._small = small
        self._about: Callable[[str], str] = lambda _code: ""
        self._at = ""
        # Made here: what is told of the keywords may come before the tree is composed, or after it is gone.
        self._note = Label("", id="tree-note", markup=False)

    def compose(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="tree-side"):
                entry = _Filter(placeholder=_("/ filter"), id="tree-filter", compact=True, select_on_focus=False)
                entry.cursor_blink = False
                yield entry
                yield Label(plain(_("No keyword matches. Esc in the filter, or n, shows all again.")), id="tree-none")
                yield TreeLines(self.forest, self.chosen)
                yield self._note
            with Vertical(id="chosen-side"):
                yield Label(plain(self._count()), id="chosen-count")
                yield _Chosen(*self._options())

    def focus(self, scroll_visible: bool = True) -> KeywordTree:
        """Focus the tree's lines."""
        self.query_one(TreeLines).focus(scroll_visible)
        return self

    def choose(self, chosen: frozenset[str]) -> None:
        """Choose other keywords, and say so."""
        if chosen == self.chosen:
            return
        self.chosen = chosen
        self.query_one(TreeLines).show(chosen)
        self.query_one("#chosen-count", Label).update(plain(self._count()))
        self.query_one(_Chosen).replace(self._options())
        self.post_message(self.Changed(self, chosen))

    def toggle(self, code: str) -> bool:
        """Choose a keyword, or take it out; whether it is chosen now."""
        self.choose(self.chosen ^ {code})
        return code in self.chosen

    def tell(self, about: Callable[[str], str]) -> None:
        """Say of the keyword under the cursor what `about` knows of its code, such as by how many it was chosen."""
        self._about = about
        self._show_note()

    def action_filter(self) -> None:
        """To the filter, at once: what is typed ahead is the filter's."""
        self.screen.set_focus(self.query_one("#tree-filter", Input))

    def action_clear(self) -> None:
        """Show everything again."""
        self.query_one("#tree-filter", Input).value = ""

    @on(TreeLines.Toggled)
    def _toggled(self, event: TreeLines.Toggled) -> None:
        event.stop()
        self.choose(event.chosen)

    @on(TreeLines.Moved)
    def _moved(self, event: TreeLines.Moved) -> None:
        event.stop()
        self._at = event.code
        self._show_note()

    @on(Input.Changed, "#tree-filter")
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        lines = self.query_one(TreeLines)
        lines.filter(event.value)
        self.query_one("#tree-none").display = lines.empty

    @on(OptionList.OptionSelected)
    def _go_to(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_clear()
        lines = self.query_one(TreeLines)
        lines.filter("")
        lines.go_to(event.option.id or "")
        lines.focus()

    def _show_note(self) -> None:
        parts = [self._about(self._at), " › ".join(self.forest.path(self._at))] if self._at else []
        self._note.update(plain(" · ".join(part for part in parts if part)))

    def _count(self) -> str:
        number = len(self.chosen)
        return ngettext("{n} keyword chosen", "{n} keywords chosen", number).format(n=number)

    def _options(self) -> list[Option]:
        return [line(self.forest.name(code), code) for code in self.forest.in_order(self.chosen)]
