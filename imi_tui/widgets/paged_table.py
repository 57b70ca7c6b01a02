"""The table for every list that can grow: a window of rows fetched by key, repainted line by line.

Textual's own DataTable wants every row at the start and repaints much per key; this one costs the same for ten rows
and for a million. It holds `paging.HELD` rows, asks for more before they are needed, and never waits for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.timer import Timer

from imi_tui.i18n import N_, _
from imi_tui.rules.refusals import Refused
from imi_tui.widgets.paging import HELD, Column, Place, Request, Row, Window
from imi_tui.widgets.table_lines import GAP, TableLines

Fetch = Callable[[Request], Awaitable[Sequence[Row] | None]]
"""Gets the rows of a request, or None where a newer request has made it pointless. May raise `Refused`."""

BUSY_AFTER = 0.15
"""Seconds without an answer after which an empty table says that it is loading."""


class PagedTable(TableLines):
    """A list by pages. Keys: arrows, j k, PageUp, PageDown, Home, End or G, Enter opens, s sorts, S turns the sort."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", N_("Up"), show=False),
        Binding("down,j", "move(1)", N_("Down"), show=False),
        Binding("pageup", "page(-1)", N_("Page up"), show=False),
        Binding("pagedown", "page(1)", N_("Page down"), show=False),
        Binding("home", "first", N_("First"), show=False),
        Binding("end,G", "last", N_("Last"), show=False),
        Binding("enter", "select", N_("Open"), show=False),
        Binding("s", "sort", N_("Sort"), show=False),
        Binding("S", "reverse", N_("Sort the other way round"), show=False),
    ]

    class Highlighted(Message):
        """The cursor is on another row, or on none."""

        def __init__(self, row: Row | None) -> None:
            super().__init__()
            self.row = row

    class Selected(Message):
        """Enter, or a click on the row under the cursor."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class FetchFailed(Message):
        """Rows could not be fetched; those that are there stay."""

        def __init__(self, refused: Refused) -> None:
            super().__init__()
            self.refused = refused

    def __init__(
        self, columns: Sequence[Column], fetch: Fetch, *, empty: str = "", widget_id: str | None = None
    ) -> None:
        super().__init__(columns, empty=empty, widget_id=widget_id)
        self._fetch = fetch
        self._owed = 0
        self._generation = 0
        self._beginning = False
        self._fetching = False
        self._busy: Timer | None = None
        self._held_sort = (self._sort, self._descending)

    # What the owner asks and tells

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        rows = self._window.rows
        return rows[self._cursor] if self._cursor < len(rows) else None

    @property
    def place(self) -> Place:
        """Where one is, for coming back with `restore`."""
        position = self.row.position if self.row else None
        return Place(self._sort, self._descending, position, self._cursor - self._top)

    @property
    def whole(self) -> int | None:
        """How many rows the list has, where all of it is held."""
        window = self._window
        return len(window.rows) if self._answered and window.whole_start and window.whole_end else None

    async def reload(self, *, keep: bool = True, empty: str | None = None) -> None:
        """Fetch anew: around the row under the cursor, or from the beginning. `empty` is said of an empty list."""
        if empty is not None:
            self._empty = empty
        if keep and self.row is not None:
            await self._begin_at(self.row.position, self._cursor - self._top, self.row.id)
        else:
            await self._begin_first()

    async def restore(self, place: Place) -> None:
        """Go to where one was."""
        self._sort, self._descending = place.sort, place.descending
        if place.position is None:
            await self.reload(keep=False)
        else:
            await self._begin_at(place.position, place.line, None)

    async def show_position(self, position: tuple[object, ...]) -> None:
        """Put the cursor on the row at a position, such as one that was just made; it stays on its screen line."""
        await self._begin_at(position, self._cursor - self._top, None)

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns from the next rows on; to be followed by a `reload`."""
        self._columns = columns

    # Moving

    async def on_key(self, event: events.Key) -> None:
        """Move at once, not after the key has gone up through all that lies around the table."""
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if binding.action.startswith(("move(", "page(")):
                event.stop()
                await self.app.run_action(binding.action, self)

    def action_move(self, by: int) -> None:
        """The row above or below."""
        self._step(by)

    def action_page(self, by: int) -> None:
        """A page on or back."""
        self._step(by * max(1, self._lines - 1), page=True)

    def action_first(self) -> None:
        """The first row of the list."""
        if self._window.whole_start:
            self._go(0)
        else:
            self.run_worker(self._begin_first(), group="table")

    def action_last(self) -> None:
        """The last row of the list."""
        if self._window.whole_end:
            self._go(len(self._window.rows) - 1)
        else:
            self.run_worker(self._begin_last(), group="table")

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(self.Selected(self.row))

    def action_sort(self) -> None:
        """Sort by the next column that can be sorted by."""
        sorts = [column.sort for _place, column in self._shown_columns() if column.sort]
        if sorts:
            at = sorts.index(self._sort) if self._sort in sorts else -1
            self._sort_by(sorts[(at + 1) % len(sorts)], False)

    def action_reverse(self) -> None:
        """The same sort the other way round."""
        if self._sort:
            self._sort_by(self._sort, not self._descending)

    def _sort_by(self, sort: str, descending: bool) -> None:
        """The row under the cursor is not followed: a new sort is read from its beginning."""
        self._generation += 1  # what is still on its way is in the old sort
        self._sort, self._descending = sort, descending
        self.run_worker(self._begin_first(), group="table")

    def _shown_columns(self) -> list[tuple[int, Column]]:
        return [(place, self._columns[place]) for place, _width in self._widths(self.size.width)]

    def _step(self, by: int, *, page: bool = False) -> None:
        """Move by so many rows, those that could not be gone yet included."""
        self._go(self._cursor + self._owed + by, page=page)

    def _go(self, index: int, *, page: bool = False) -> None:
        """Put the cursor on a row of the window, as near as there is one; repaint no more than must be."""
        rows = self._window.rows
        if not rows:
            return
        before, top = self._cursor, self._top
        self._cursor = max(0, min(index, len(rows) - 1))
        over = index - self._cursor
        ends = self._beginning or (self._window.whole_end if over > 0 else self._window.whole_start)
        self._owed = 0 if ends else over  # keys that came faster than the rows are made good when those arrive
        self._scroll_into_view(page=page)
        if top != self._top:
            self.refresh()
        elif before != self._cursor:
            self._repaint(before)
            self._repaint(self._cursor)
        if before != self._cursor:
            self._moved()
        self._prefetch()

    def _scroll_into_view(self, *, page: bool = False) -> None:
        """Half a page at once where the cursor left the screen, so that most keys repaint two lines only."""
        lines, rows = self._lines, len(self._window.rows)
        if page:
            self._top = self._cursor - (lines - 1 if self._cursor >= self._top + lines else 0)
        elif self._cursor < self._top or self._cursor >= self._top + lines:
            self._top = self._cursor - lines // 2
        self._top = max(0, min(self._top, rows - lines, self._cursor))

    def _repaint(self, index: int) -> None:
        self.refresh(Region(0, index - self._top + 1, self.size.width, 1))

    def _moved(self) -> None:
        self._terminal_cursor()
        self.post_message(self.Highlighted(self.row))

    def _terminal_cursor(self) -> None:
        """Screen readers and braille displays follow the terminal's cursor (B11)."""
        if self.has_focus:
            region = self.content_region
            self.app.cursor_position = Offset(region.x, region.y + 1 + self._cursor - self._top)

    # Fetching

    def _prefetch(self) -> None:
        """Ask for more where the window's edge is near; one request at a time, and none of a list on its way out."""
        window, near = self._window, 2 * self._lines
        if self._fetching or self._beginning or not window.rows:
            return
        if not window.whole_end and self._cursor + near >= len(window.rows):
            request = Request(self._sort, self._descending, after=window.rows[-1].position)
        elif not window.whole_start and self._cursor < near:
            request = Request(self._sort, self._descending, before=window.rows[0].position)
        else:
            return
        self._fetching = True
        self.run_worker(self._join(request, self._generation), group="more")

    async def _join(self, request: Request, generation: int) -> None:
        try:
            rows = await self._rows(request)
        finally:
            self._fetching = False
        if generation != self._generation:
            self._prefetch()
        elif rows is None:
            self._owed = 0
        else:
            shown = self._on_screen()
            moved = self._window.join(request, rows, self._cursor, max(HELD, 6 * self._lines))
            self._cursor += moved
            self._top = max(0, self._top + moved)
            if shown != self._on_screen():
                self.refresh()
            if self._owed:
                self._step(0)
            else:
                self._prefetch()

    def _on_screen(self) -> list[Row]:
        return self._window.rows[self._top : self._top + self._lines]

    async def _begin_first(self) -> None:
        """Hold the first rows."""
        request = Request(self._sort, self._descending)
        with self._replacing() as current:
            rows = await self._rows(request)
            if rows is not None and current():
                self._hold(Window.of(request, rows), 0, line=0)

    async def _begin_last(self) -> None:
        """Hold the last rows, the cursor on the very last."""
        request = Request(self._sort, self._descending, last=True)
        with self._replacing() as current:
            rows = await self._rows(request)
            if rows is not None and current():
                self._hold(Window.of(request, rows), len(rows) - 1, line=self._lines)

    async def _begin_at(self, position: tuple[object, ...], line: int, row_id: int | None) -> None:
        """Fetch around a position; the cursor goes to the row there, or to the nearest where it is gone."""
        at = Request(self._sort, self._descending, at=position)
        with self._replacing() as current:
            rows = await self._rows(at)
            if rows is None or not current():
                return
            if rows:
                before = Request(self._sort, self._descending, before=rows[0].position)
            else:
                before = Request(self._sort, self._descending, last=True)
            above = await self._rows(before)
            if above is None or not current():
                return
            if rows:
                window = Window.of(at, rows)
                cursor = window.join(before, above, 0)
            else:
                window = Window.of(before, above)
                cursor = len(above) - 1
            same = window.index_of(row_id) if row_id is not None else None
            self._hold(window, cursor if same is None else same, line=line)

    @contextmanager
    def _replacing(self) -> Iterator[Callable[[], bool]]:
        """Around fetching rows that replace all others; gives whether they are still wanted.

        Where they are not had, the rows that stay are those of the sort that they were fetched in.
        """
        self._generation += 1
        generation = self._generation
        self._beginning, self._owed = True, 0
        try:
            yield lambda: generation == self._generation
        finally:
            if generation == self._generation:
                self._beginning = False
                self._sort, self._descending = self._held_sort

    def _hold(self, window: Window, cursor: int, *, line: int) -> None:
        """Show other rows, the cursor on one of them and, where possible, on this line."""
        self._window = window
        self._held_sort = (self._sort, self._descending)
        self._answered, self._beginning = True, False
        self._cursor = max(0, cursor)
        self._top = self._cursor - max(0, min(line, self._lines - 1))
        self._top = max(0, min(self._top, len(window.rows) - self._lines))
        self.refresh()
        self._moved()
        self._prefetch()

    async def _rows(self, request: Request) -> Sequence[Row] | None:
        """The rows, or None where they could not be had (which the owner is told) or are no longer wanted."""
        if not self._window.rows and self._busy is None:
            self._busy = self.set_timer(BUSY_AFTER, self._say_busy)
        try:
            return await self._fetch(request)
        except Refused as refused:
            self.post_message(self.FetchFailed(refused))
            return None
        finally:
            if self._busy is not None:
                self._busy.stop()
                self._busy = None
            if self._loading_words:
                self._loading_words = ""
                self.refresh()

    def _say_busy(self) -> None:
        self._loading_words = _("Loading…")
        self.refresh()

    # Focus, size, mouse

    def on_focus(self) -> None:
        self._repaint(self._cursor)
        self._terminal_cursor()

    def on_blur(self) -> None:
        self._repaint(self._cursor)

    def on_resize(self) -> None:
        self._scroll_into_view()
        self.refresh()
        self._terminal_cursor()
        self._prefetch()

    def on_click(self, event: events.Click) -> None:
        """A click on a row goes there, on the row under the cursor opens it, on the header sorts."""
        if event.y > 0:
            index = self._top + event.y - 1
            if index == self._cursor:
                self.action_select()
            elif index < len(self._window.rows):
                self._go(index)
            return
        x = 1
        for place, width in self._widths(self.size.width):
            column = self._columns[place]
            if x <= event.x < x + width + GAP and column.sort:
                self._sort_by(column.sort, column.sort == self._sort and not self._descending)
            x += width + GAP

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._step(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._step(-3)
