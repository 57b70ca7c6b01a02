"""The entry above a list that filters it as one types."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from imi_tui.i18n import N_
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.paged_table import PagedTable


class ListFilter(Entry):
    """Down or Enter goes on to the list beside it, Esc empties the filter first.

    With priority, and the focus moved at once: what is typed ahead belongs to the list.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_list", N_("To the list"), key_display="Enter", priority=True),
        Binding("down", "to_list", N_("To the list"), show=False, priority=True),
        Binding("escape", "empty", N_("Clear the filter"), key_display="Esc", priority=True),
    ]

    def __init__(self, value: str = "") -> None:
        super().__init__(value, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def action_to_list(self) -> None:
        """Focus the nearest list."""
        for node in self.ancestors:
            for table in node.query(PagedTable):
                self.screen.set_focus(table)
                return

    def action_empty(self) -> None:
        """Show everything again; on an empty filter back to the list."""
        if self.value:
            self.value = ""
        else:
            self.action_to_list()
