"""The entry above a list that filters it as one types."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from imi_tui.i18n import N_
from imi_tui.widgets.entry import Entry


class ListFilter(Entry):
    """Down or Enter goes on to the list, Esc empties the filter first. Posts `ToList`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_list", N_("To the list"), key_display="Enter"),
        Binding("down", "to_list", N_("To the list"), show=False),
        Binding("escape", "empty", N_("Clear the filter"), key_display="Esc"),
    ]

    class ToList(Message):
        """The list is wanted."""

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(value, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def action_to_list(self) -> None:
        """Ask for the list."""
        self.post_message(self.ToList())

    def action_empty(self) -> None:
        """Show everything again; on an empty filter back to the list."""
        if self.value:
            self.value = ""
        else:
            self.action_to_list()
