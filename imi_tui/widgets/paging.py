"""What a long list is made of, and the window of rows that the table holds of it: pages by key, never by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Position = tuple[Any, ...]
"""Where a row stands in the sort, as the service understands it; opaque here."""

PAGE = 100
"""Rows that are fetched at once."""

HELD = 400
"""Rows that are held at most, whatever the length of the list (on a screen of unusual height a few screens more)."""


class Tone(StrEnum):
    """How a cell is meant; colour comes on top of its words, never instead of them."""

    PLAIN = ""
    QUIET = "quiet"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Column:
    """A column: `width` in cells, or a share (`flex`) of what is left. `sort` is the service's code, empty: none.

    A `wide_only` column is left out where there is little room.
    """

    title: str
    width: int = 0
    flex: int = 0
    sort: str = ""
    wide_only: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in one place: text from data, cleaned when it is shown.

    `marks` are the places in it that stand out, from and to in characters, in order: what a search found.
    """

    text: str
    tone: Tone = Tone.PLAIN
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Row:
    """A row by id, with its position in the present sort and its cells, one per column."""

    id: int
    position: Position
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Request:
    """Which rows are wanted: after a position, before it, from it on; the last ones; without any of it the first."""

    sort: str
    descending: bool
    after: Position | None = None
    before: Position | None = None
    at: Position | None = None
    last: bool = False
    limit: int = PAGE


@dataclass(frozen=True)
class Place:
    """Where somebody was in the list: the sort, the row's position, and how far from the top it stood."""

    sort: str
    descending: bool
    position: Position | None
    line: int


@dataclass
class Window:
    """The rows that are held; `whole_start` and `whole_end` say that there is nothing before or after them."""

    rows: list[Row] = field(default_factory=list)
    whole_start: bool = True
    whole_end: bool = True

    @classmethod
    def of(cls, request: Request, rows: Sequence[Row]) -> Window:
        """The answer to a request that was not for more of the same."""
        short = len(rows) < request.limit
        whole_start = request.at is None and (not request.last or short)
        return cls(list(rows), whole_start=whole_start, whole_end=request.last or short)

    def join(self, request: Request, rows: Sequence[Row], cursor: int, held: int = HELD) -> int:
        """Add rows at the end that was asked for; returns by how much the row under the cursor moved.

        What is over `held` is let go of at the end farther from the cursor, wherever that has gone meanwhile.
        """
        short = len(rows) < request.limit
        moved = 0
        if request.before is not None:
            self.rows[:0] = rows
            self.whole_start = short
            moved = len(rows)
        else:
            self.rows += rows
            self.whole_end = short
        over = max(0, len(self.rows) - held)
        if over and cursor + moved < len(self.rows) // 2:
            del self.rows[-over:]
            self.whole_end = False
        elif over:
            del self.rows[:over]
            self.whole_start = False
            moved -= over
        return moved

    def index_of(self, row_id: int) -> int | None:
        """Where a row stands in the window, or None."""
        return next((index for index, row in enumerate(self.rows) if row.id == row_id), None)
