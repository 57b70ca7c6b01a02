"""A short list with a cursor: what Textual's OptionList lacks is the house's keys and the terminal's cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from imi_tui.i18n import N_
from imi_tui.widgets.text import plain


class Choices(OptionList):
    """A list of at most a few hundred lines; each an `Option` with an id, its prompt a Content."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", N_("Up"), show=False),
        Binding("down,j", "cursor_down", N_("Down"), show=False),
        Binding("pageup", "page_up", N_("Page up"), show=False),
        Binding("pagedown", "page_down", N_("Page down"), show=False),
        Binding("home", "first", N_("First"), show=False),
        Binding("end,G", "last", N_("Last"), show=False),
        Binding("enter", "select", N_("Open"), show=False),
    ]
    DEFAULT_CSS = """
    Choices {
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted { color: $foreground; background: $cursor-blurred; text-style: none; }
        &:focus > .option-list--option-highlighted {
            color: $cursor-foreground; background: $cursor-background; text-style: bold;
        }
    }
    """

    def __init__(self, *options: Option, id: str | None = None) -> None:
        super().__init__(*options, id=id, markup=False, compact=True)

    @property
    def chosen(self) -> str:
        """The id of the line under the cursor; empty where there is none."""
        if self.highlighted is None or not self.option_count:
            return ""
        return self.get_option_at_index(self.highlighted).id or ""

    def replace(self, options: list[Option]) -> None:
        """Show other lines, the cursor on the same id where it is still there, else on the same place."""
        at, place = self.chosen, self.highlighted or 0
        self.clear_options()
        self.add_options(options)
        ids = [option.id for option in options]
        if options:
            self.highlighted = ids.index(at) if at in ids else min(place, len(options) - 1)

    def on_focus(self) -> None:
        self._terminal_cursor()

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Keep the terminal's cursor on the line (B11)."""
        super().watch_highlighted(highlighted)
        if self.has_focus:
            self.call_after_refresh(self._terminal_cursor)

    def _terminal_cursor(self) -> None:
        region = self.content_region
        self.app.cursor_position = Offset(region.x, region.y + (self.highlighted or 0) - self.scroll_offset.y)


def line(text: str, option_id: str) -> Option:
    """A line of plain text."""
    return Option(plain(text), id=option_id)
