"""A list in memory of any length, read by key as the services read theirs, and an app that shows it."""

from __future__ import annotations

import asyncio
import bisect
from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.message import Message
from textual.strip import Strip

from imi_tui.rules.refusals import Refused
from imi_tui.themes import DARK, THEMES
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import Cell, Column, Position, Request, Row, Tone

COLUMNS = (
    Column("Name", flex=3, sort="name"),
    Column("Username", width=13, sort="username", wide_only=True),
    Column("E-mail", flex=3, wide_only=True),
    Column("Status", width=9),
    Column("Password", width=16, sort="password"),
)
"""The usual columns; a person's `password` sorts the other way round than the name, so that a sort is seen."""

STATES = (("✓ valid", Tone.OK), ("◔ temporary 9 d", Tone.WARN), ("✖ blocked", Tone.BAD), ("✓ valid 23 d", Tone.PLAIN))


class People:
    """`count` people, numbered from 0. It records what it is asked; held back, answers come when they are let go."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.gone: set[int] = set()
        self.names: dict[int, str] = {}
        self.requests: list[Request] = []
        self.refusal: Refused | None = None
        self.hold = False
        self.held: list[asyncio.Future[None]] = []

    async def fetch(self, wanted: Request) -> Sequence[Row] | None:
        """A page, as `users_page` gives one: a position holds even when its row is gone."""
        self.requests.append(wanted)
        if self.hold:
            answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.held.append(answer)
            await answer
        if self.refusal is not None:
            raise self.refusal
        return self.page(wanted)

    def page(self, wanted: Request) -> list[Row]:
        """The rows of a request."""
        numbers = range(self.count - 1, -1, -1) if wanted.descending else range(self.count)
        key = (lambda n: -self._key(wanted.sort, n)) if wanted.descending else (lambda n: self._key(wanted.sort, n))
        if wanted.sort == "password":
            numbers = numbers[::-1]

        def place(position: Position, *, behind: bool) -> int:
            """How many rows stand before the position (`behind`: or at it)."""
            (value,) = position  # a position of another sort has no place in this one
            assert value[0] == wanted.sort, "a position of another sort was asked for"
            found = -value[1] if wanted.descending else value[1]
            return (bisect.bisect_right if behind else bisect.bisect_left)(numbers, found, key=key)

        if wanted.after is not None:
            start, step = place(wanted.after, behind=True), 1
        elif wanted.at is not None:
            start, step = place(wanted.at, behind=False), 1
        elif wanted.before is not None:
            start, step = place(wanted.before, behind=False) - 1, -1
        else:
            start, step = (self.count - 1, -1) if wanted.last else (0, 1)
        rows: list[Row] = []
        while 0 <= start < self.count and len(rows) < wanted.limit:
            if numbers[start] not in self.gone:
                rows.append(self.row(numbers[start], wanted.sort))
            start += step
        return rows[::step]

    def row(self, number: int, sort: str = "name") -> Row:
        """A person as a row."""
        state, tone = STATES[number % 4]
        name = self.names.get(number, f"Person {number:06}")
        cells = (name, f"user{number}", f"person{number}@vdi.example", "● active", state)
        tones = (Tone.PLAIN, Tone.PLAIN, Tone.PLAIN, Tone.PLAIN, tone)
        return Row(number, ((sort, self._key(sort, number)),), tuple(map(Cell, cells, tones)))

    def let_go(self, index: int = 0) -> None:
        """Answer one of the requests held back."""
        self.held.pop(index).set_result(None)

    @staticmethod
    def _key(sort: str, number: int) -> int:
        return -number if sort == "password" else number


class Watched(PagedTable):
    """The table, counting the lines that it paints."""

    painted: list[int]

    def render_line(self, y: int) -> Strip:
        self.painted.append(y)
        return super().render_line(y)


class ListApp(App[None]):
    """The table alone on the screen."""

    def __init__(self, people: People, columns: Sequence[Column] = COLUMNS, empty: str = "Nobody.") -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self.animation_level = "none"
        self.people = people
        self.posted: list[Message] = []
        self.table = Watched(columns, people.fetch, empty=empty)
        self.table.painted = []

    def compose(self) -> ComposeResult:
        yield self.table

    async def on_mount(self) -> None:
        self.table.focus()
        self.run_worker(self.table.reload(keep=False))

    def on_paged_table_highlighted(self, event: PagedTable.Highlighted) -> None:
        self.posted.append(event)

    def on_paged_table_selected(self, event: PagedTable.Selected) -> None:
        self.posted.append(event)

    def on_paged_table_fetch_failed(self, event: PagedTable.FetchFailed) -> None:
        self.posted.append(event)
