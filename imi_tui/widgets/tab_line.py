"""The tabs of a section on one line: number, name, a dot where something changed, a word at the right end.

One widget that paints one line; the section owns what the tabs show. Reached by the numbers, by click, and by the
arrow keys while it has the focus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from imi_tui.i18n import N_


class TabLine(Widget, can_focus=True):
    """Tabs by number from 1. Posts `Chosen`; shows what it is told by `show`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", N_("Previous tab"), show=False),
        Binding("right", "step(1)", N_("Next tab"), show=False),
    ]

    class Chosen(Message):
        """The user wants another tab."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, names: Sequence[str], current: int = 1) -> None:
        super().__init__()
        self._names = list(names)
        self._current = current
        self._dots: frozenset[int] = frozenset()
        self._note = ""

    def show(self, current: int, dots: frozenset[int] = frozenset(), note: str = "") -> None:
        """Show which tab is open, which ones have changes, and a word at the right end."""
        if (current, dots, note) != (self._current, self._dots, self._note):
            self._current, self._dots, self._note = current, dots, note
            self.refresh()

    def render(self) -> Content:
        """The line; the open tab stands out by weight and reverse, not by colour alone."""
        line = Content.assemble(*self._parts())
        room = self.size.width - cell_len(line.plain) - cell_len(self._note)
        return line + Content.assemble(" " * max(1, room), (self._note, "bold $accent"))

    def _parts(self) -> list[Content]:
        parts: list[Content] = []
        for number, name in enumerate(self._names, 1):
            style = "bold reverse" if number == self._current and self.has_focus else "bold underline $primary"
            dot = ("•", "bold $accent") if number in self._dots else " "
            parts.append(
                Content.assemble((f"{number} {name}", style if number == self._current else "$muted"), dot, "  ")
            )
        return parts

    def action_step(self, by: int) -> None:
        """The tab beside this one."""
        self.post_message(self.Chosen((self._current - 1 + by) % len(self._names) + 1))

    def on_click(self, event: events.Click) -> None:
        """A click on a tab opens it."""
        x = 0
        for number, part in enumerate(self._parts(), 1):
            x += cell_len(part.plain)
            if event.x < x:
                self.post_message(self.Chosen(number))
                return

    def on_focus(self) -> None:
        self.app.cursor_position = Offset(self.region.x, self.region.y)
