"""How a table's lines are painted: header, cells, the cursor's row, what stands out; apart from how rows are got.

A repaint is few segments: neighbours of one look are one, since each change of look costs bytes on the line.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from imi_tui.rules.text import visible
from imi_tui.widgets.paging import Cell, Column, Row, Tone, Window

WIDE = 96
"""Cells from which on the `wide_only` columns are shown."""

GAP = 2
"""Cells between columns."""

LONGEST_CELL = 200
"""Characters of a cell that are looked at."""


class TableLines(Widget, can_focus=True):
    """The lines of a table: a header and the rows of a window from `_top` on, the cursor on one of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paged-table--header",
        "paged-table--cursor",
        "paged-table--cursor-blurred",
        "paged-table--mark",
        "paged-table--cursor-mark",
        "paged-table--cursor-blurred-mark",
        *(f"paged-table--{tone.value}" for tone in Tone if tone.value),
    }
    DEFAULT_CSS = """
    TableLines {
        height: 1fr;
        & > .paged-table--header { color: $muted; text-style: bold; }
        & > .paged-table--cursor { color: $cursor-foreground; background: $cursor-background; text-style: bold; }
        & > .paged-table--cursor-blurred { background: $cursor-blurred; text-style: bold; }
        & > .paged-table--mark { color: $accent; text-style: bold underline; }
        & > .paged-table--cursor-mark {
            color: $cursor-foreground; background: $cursor-background; text-style: bold underline;
        }
        & > .paged-table--cursor-blurred-mark { background: $cursor-blurred; text-style: bold underline; }
        & > .paged-table--quiet { color: $muted; }
        & > .paged-table--ok { color: $success; }
        & > .paged-table--warn { color: $warning; }
        & > .paged-table--bad { color: $error; }
    }
    """

    def __init__(self, columns: Sequence[Column], *, empty: str, widget_id: str | None) -> None:
        super().__init__(id=widget_id)
        self._columns = columns
        self._empty = empty
        self._window = Window()
        self._cursor = 0
        self._top = 0
        self._answered = False
        self._loading_words = ""
        self._sort = next((column.sort for column in columns if column.sort), "")
        self._descending = False
        self._plain: Style | None = None

    @property
    def _lines(self) -> int:
        return max(1, self.size.height - 1)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region; how plain text looks is found out once for all of them."""
        self._plain = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The header, a row, or nothing."""
        width = self.size.width
        if y == 0:
            return self._strip([(self._header(width), "header")], width)
        rows, index = self._window.rows, self._top + y - 1
        if not rows:
            words = (self._loading_words or (self._empty if self._answered else "")) if y == 2 else ""
            return self._strip([(" " + _fitted(visible(words), max(0, width - 2)), "quiet")], width)
        if index >= len(rows):
            return Strip.blank(width, self.rich_style)
        return self._row(rows[index], index == self._cursor, width)

    def _row(self, row: Row, under_cursor: bool, width: int) -> Strip:
        cursor = ("cursor" if self.has_focus else "cursor-blurred") if under_cursor else ""
        parts = [("", cursor)]
        for place, column_width in self._widths(width):
            cell = row.cells[place] if place < len(row.cells) else Cell("")
            plain_look, mark_look = cursor or cell.tone.value, f"{cursor}-mark" if cursor else "mark"
            for text, marked in _pieces(cell, column_width):
                parts.append((text, mark_look if marked else plain_look))
            parts.append((" " * GAP, plain_look))
        return self._strip(parts, width, lead="┃" if cursor else " ")

    def _header(self, width: int) -> str:
        sign = "▼" if self._descending else "▲"
        titles = []
        for place, column_width in self._widths(width):
            column = self._columns[place]
            title = column.title
            if column.sort and column.sort == self._sort:
                title = f"{_cut(title, column_width - 2)} {sign}"
            titles.append(_fitted(title, column_width) + " " * GAP)
        return "".join(titles)

    def _strip(self, parts: Sequence[tuple[str, str]], width: int, lead: str = " ") -> Strip:
        """Parts with the names of their looks as one line; neighbours of one look become one segment."""
        segments: list[Segment] = []
        text, look = lead, parts[0][1] if parts else ""
        for more, name in parts:
            if name != look:
                segments.append(Segment(text, self._look(look)))
                text, look = "", name
            text += more
        # The rest of the line is of the last look, not one of its own, which would cost bytes.
        text += " " * max(0, width - sum(segment.cell_length for segment in segments) - cell_len(text))
        segments.append(Segment(text, self._look(look)))
        return Strip(segments).adjust_cell_length(width, self._look(look if look.startswith("cursor") else ""))

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"paged-table--{name}") if name else (self._plain or self.rich_style)

    def _widths(self, width: int) -> list[tuple[int, int]]:
        """The columns that are shown, by their place, with their widths."""
        shown = [(i, column) for i, column in enumerate(self._columns) if width >= WIDE or not column.wide_only]
        fixed = sum(column.width for _place, column in shown) + GAP * len(shown)
        shares = sum(column.flex for _place, column in shown)
        left = max(0, width - 1 - fixed)
        return [(place, column.width or max(4, left * column.flex // max(1, shares))) for place, column in shown]


def _pieces(cell: Cell, width: int) -> list[tuple[str, bool]]:
    """The cell's text in exactly so many cells, in pieces that stand out or do not."""
    whole = visible(cell.text, LONGEST_CELL)
    fitted = _fitted(whole, width)
    if not cell.marks:
        return [(fitted, False)]
    starts = [0, *(place for mark in cell.marks for place in mark), len(cell.text)]
    cleaned = [visible(cell.text[start:end], LONGEST_CELL) for start, end in itertools.pairwise(starts)]
    if "".join(cleaned) != whole:  # what is painted is not what was searched: then nothing stands out
        return [(fitted, False)]
    seen = len(fitted) - 1 if len(_cut(whole, width)) < len(whole) else len(fitted)
    pieces, at = [], 0
    for number, piece in enumerate(cleaned):
        text = fitted[at : min(at + len(piece), seen)]
        pieces.append((text, number % 2 == 1))
        at += len(piece)
    shown = sum(len(text) for text, _marked in pieces)
    return [piece for piece in (*pieces, (fitted[shown:], False)) if piece[0]]


def _fitted(text: str, width: int) -> str:
    """The text in exactly so many cells, with an ellipsis where it is cut."""
    return set_cell_size(_cut(text, width), max(0, width))


def _cut(text: str, width: int) -> str:
    """The text in at most so many cells, with an ellipsis where it is cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""
