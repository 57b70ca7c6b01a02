"""Two texts or more beside each other, each wrapped in its own column; scrolls where they are long."""

from __future__ import annotations

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

BETWEEN = " │ "
"""Stands between the columns."""


class SideBySideLines(Widget):
    """The lines themselves: in each column a heading, if any has one, and a text."""

    DEFAULT_CSS = "SideBySideLines { height: auto; width: 1fr; }"

    def __init__(self, *sides: tuple[str, Content]) -> None:
        super().__init__()
        self._sides = sides

    def show(self, left: tuple[str, Content], right: tuple[str, Content]) -> None:
        """Show other headings and texts."""
        self._sides = (left, right)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the longest of them needs at this width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """All the texts."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        number = len(self._sides)
        each = max(8, (width - len(BETWEEN) * (number - 1)) // number)
        headed = any(heading for heading, _text in self._sides)
        columns = [
            [
                *([Content.styled(heading, "bold $primary").truncate(each, ellipsis=True)] if headed else []),
                *_wrapped(text, each),
            ]
            for heading, text in self._sides
        ]
        rule = Content.styled(BETWEEN, "$rule")
        return [
            rule.join([*(one + " " * (each - cell_len(one.plain)) for one in row[:-1]), row[-1]])
            for row in zip_longest(*columns, fillvalue=Content(""))
        ]


def _wrapped(text: Content, width: int) -> list[Content]:
    return [line.rstrip() for paragraph in text.split("\n", allow_blank=True) for line in _paragraph(paragraph, width)]


def _paragraph(text: Content, width: int) -> list[Content]:
    return list(text.wrap(width)) or [Content("")]


class SideBySide(VerticalScroll, can_focus=True):
    """Two texts beside each other. It takes the focus only where there is something to scroll to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", N_("Up"), show=False),
        Binding("down,j", "scroll_down", N_("Down"), show=False),
        Binding("pageup", "page_up", N_("Page up"), show=False),
        Binding("pagedown", "page_down", N_("Page down"), show=False),
        Binding("home", "first", N_("First"), show=False),
        Binding("end,G", "scroll_end", N_("Last"), show=False),
    ]
    DEFAULT_CSS = "SideBySide { scrollbar-size-vertical: 1; height: auto; }"

    def __init__(self, left: tuple[str, Content], right: tuple[str, Content], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sides = (left, right)

    def compose(self) -> ComposeResult:
        yield SideBySideLines(*self._sides)

    def watch_virtual_size(self) -> None:
        """Tab passes by where everything is in sight."""
        self.can_focus = self.max_scroll_y > 0

    def on_resize(self) -> None:
        self.watch_virtual_size()

    def action_first(self) -> None:
        """To the top."""
        self.scroll_home(animate=False)

    def on_focus(self) -> None:
        self.app.cursor_position = Offset(self.content_region.x, self.content_region.y)
