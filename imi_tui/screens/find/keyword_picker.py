"""One keyword out of all of them, by type-to-filter: found by any word for it, in any language (S2.6, S2.7)."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _
from imi_tui.rules.keywords import Forest
from imi_tui.rules.text import fold
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.form import Field
from imi_tui.widgets.text import plain

OFFERED = 50
"""Keywords offered at once; a longer list is for typing on."""


class _KeywordEntry(Entry):
    """The arrows move in the list below, Enter takes what is under its cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", N_("Down"), show=False),
        Binding("up", "move(-1)", N_("Up"), show=False),
        Binding("enter", "take", N_("Choose"), key_display="Enter"),
    ]

    def action_move(self, by: int) -> None:
        """Move in the list."""
        offered = self.query_ancestor(KeywordPicker).query_one(Choices)
        offered.action_cursor_down() if by > 0 else offered.action_cursor_up()

    def action_take(self) -> None:
        """Choose the keyword under the list's cursor."""
        picker = self.query_ancestor(KeywordPicker)
        picker.take(picker.query_one(Choices).chosen)


class KeywordPicker(Widget):
    """One keyword, or none: typed, then chosen from what matches by any word for it."""

    DEFAULT_CSS = """
    KeywordPicker {
        height: auto;
        & Choices { height: auto; max-height: 5; display: none; background: $panel; }
        &.-open Choices { display: block; }
    }
    """

    def __init__(self, forest: Forest, chosen: str) -> None:
        super().__init__()
        self._forest = forest
        self.code = chosen

    def compose(self) -> ComposeResult:
        entry = _KeywordEntry(
            self._chosen_name,
            placeholder=_("any; type to find one"),
            compact=True,
            select_on_focus=False,
            id="keyword-entry",
        )
        entry.cursor_blink = False
        yield entry
        offered = Choices()
        offered.can_focus = False
        yield offered

    def on_descendant_blur(self) -> None:
        """Whoever goes on has chosen what stood under the cursor."""
        self.settle()

    def take(self, code: str) -> None:
        """Choose a keyword; without one nothing is chosen."""
        if code:
            self.code = code
            self._close(self._forest.name(code))

    def settle(self) -> None:
        """Choose what is offered first; where nothing is, what was typed goes."""
        if self.has_class("-open"):
            self.take(self.query_one(Choices).chosen)
        elif self.query_one(_KeywordEntry).value != self._chosen_name:
            self._close(self._chosen_name)

    @property
    def _chosen_name(self) -> str:
        return self._forest.name(self.code) if self.code else ""

    def _close(self, name: str) -> None:
        entry = self.query_one(_KeywordEntry)
        with entry.prevent(Input.Changed):
            entry.value = name
        self.remove_class("-open")
        entry.cursor_position = len(name)
        self.post_message(Input.Changed(entry, name))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if not event.value.strip():
            self.code = ""
            self.remove_class("-open")
        elif event.value != self._chosen_name:
            event.stop()
            self._offer(event.value)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.take(event.option.id or "")

    def _offer(self, text: str) -> None:
        matches = self._forest.matches(text) or {}
        codes = [code for code in self._forest.in_order(matches) if not code.startswith("module:")]
        codes.sort(key=lambda code: (bool(matches[code]), not fold(self._forest.name(code)).startswith(fold(text))))
        offered = self.query_one(Choices)
        offered.replace([Option(self._line(code, matches[code]), id=code) for code in codes[:OFFERED]])
        if codes:
            offered.highlighted = 0
        self.set_class(bool(codes), "-open")

    def _line(self, code: str, by: str) -> Content:
        path = self._forest.path(code)
        found = plain(path[-1]) + (plain(f" ({by})", "$muted") if by else "")
        found += plain(f" · {' › '.join(path[:-1])}", "$muted") if path[:-1] else Content("")
        return found.truncate(max(10, self.size.width - 2), ellipsis=True)


class KeywordField(Field):
    """The picker with its label; the value is the keyword's code."""

    def __init__(self, forest: Forest, chosen: str) -> None:
        self._picker = KeywordPicker(forest, chosen)
        super().__init__("keyword", _("Keyword"), self._picker)

    @property
    def value(self) -> str:
        """The code of the keyword chosen, or nothing."""
        return self._picker.code

    def focus(self, scroll_visible: bool = True) -> KeywordField:
        """Focus the entry."""
        self.screen.set_focus(self._picker.query_one(_KeywordEntry), scroll_visible)
        return self
