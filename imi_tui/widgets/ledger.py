"""Labels and values in two columns that line up, painted by one widget: how things are shown that are only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Offset, Size
from textual.widget import Widget

from imi_tui.i18n import N_
from imi_tui.widgets.text import plain

LABEL = 29
"""Cells of the label column, as in the forms: reading and editing look alike."""

NARROW_LABEL = 18
"""The same where there is little room."""

NARROW = 60
"""Below this width the label column is the narrow one."""


@dataclass(frozen=True)
class Fact:
    """A label and its value; an empty value is shown as a quiet dash. Without a label it goes on from the last."""

    label: str
    value: str | Content = ""


@dataclass(frozen=True)
class Heading:
    """A heading over the facts that follow."""

    words: str


Line = Fact | Heading


class LedgerLines(Widget):
    """The lines themselves."""

    DEFAULT_CSS = "LedgerLines { height: auto; width: 1fr; }"

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__()
        self._lines = lines

    def update(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        self._lines = lines
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the values need at this width."""
        return len(self._content(width))

    def render(self) -> Content:
        """All the lines."""
        return Content("\n").join(self._content(self.size.width))

    def _content(self, width: int) -> list[Content]:
        label_width = LABEL if width >= NARROW else NARROW_LABEL
        shown: list[Content] = []
        for line in self._lines:
            if isinstance(line, Heading):
                shown += [Content("")] if shown else []
                shown += plain(line.words).stylize("bold $primary").wrap(max(8, width))
            else:
                shown += self._fact(line, label_width, max(8, width - label_width - 2))
        return shown

    def _fact(self, fact: Fact, label_width: int, value_width: int) -> list[Content]:
        labels = plain(fact.label).stylize("$muted").wrap(label_width) or [Content("")]
        if isinstance(fact.value, Content):
            value = fact.value
        else:
            value = _paragraphs(fact.value) if fact.value else Content.styled("—", "$muted")
        values = [part for paragraph in value.split("\n") for part in paragraph.wrap(value_width)] or [Content("")]
        return [
            " " * (label_width - cell_len(label.plain)) + label + "  " + part
            for label, part in zip_longest(labels, values, fillvalue=Content(""))
        ]


def _paragraphs(text: str) -> Content:
    return Content("\n").join(plain(paragraph, limit=5000) for paragraph in text.split("\n"))


class Ledger(VerticalScroll, can_focus=True):
    """Lines that scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", N_("Up"), show=False),
        Binding("down,j", "scroll_down", N_("Down"), show=False),
        Binding("pageup", "page_up", N_("Page up"), show=False),
        Binding("pagedown", "page_down", N_("Page down"), show=False),
        Binding("home", "first", N_("First"), show=False),
        Binding("end,G", "scroll_end", N_("Last"), show=False),
    ]
    DEFAULT_CSS = "Ledger { scrollbar-size-vertical: 1; }"

    def __init__(self, lines: Sequence[Line], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines = lines

    def compose(self) -> ComposeResult:
        yield LedgerLines(self._lines)

    def update(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        self._lines = lines
        self.query_one(LedgerLines).update(lines)

    def action_first(self) -> None:
        """To the top."""
        self.scroll_home(animate=False)

    def on_focus(self) -> None:
        self.app.cursor_position = Offset(self.content_region.x, self.content_region.y)
