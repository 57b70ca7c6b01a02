"""The table for long lists: pages by key, a bounded window, and no more repainted than must be."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from imi_tui.rules.refusals import StoreAway
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import HELD, PAGE, Cell, Column, Request, Row, Tone
from imi_tui.widgets.table_lines import _pieces

COLUMNS = [
    Column("Name", flex=2, sort="name"),
    Column("Number", width=8, sort="number"),
    Column("More", flex=1, wide_only=True),
]


class Rows:
    """A list of so many rows in memory, asked as a service is: by key. It keeps what it was asked."""

    def __init__(self, number: int) -> None:
        self.rows = [(f"name {value:06}", value) for value in range(number)]
        self.asked: list[Request] = []
        self.wait: asyncio.Event | None = None
        self.fails = False

    async def __call__(self, wanted: Request) -> Sequence[Row]:
        self.asked.append(wanted)
        if self.wait is not None:
            await self.wait.wait()
        await asyncio.sleep(0)
        if self.fails:
            raise StoreAway("store_locked")
        key = (lambda row: row) if wanted.sort == "name" else (lambda row: (row[1],))
        rows = sorted(self.rows, key=key, reverse=wanted.descending)

        def beyond(position: tuple[object, ...], *, down: bool, there: bool = False) -> list[tuple[str, int]]:
            down = down != wanted.descending
            return [
                row
                for row in rows
                if (key(row) > position if down else key(row) < position) or (there and key(row) == position)
            ]

        if wanted.after is not None:
            rows = beyond(wanted.after, down=True)[: wanted.limit]
        elif wanted.before is not None:
            rows = beyond(wanted.before, down=False)[-wanted.limit :]
        elif wanted.at is not None:
            rows = beyond(wanted.at, down=True, there=True)[: wanted.limit]
        elif wanted.last:
            rows = rows[-wanted.limit :]
        else:
            rows = rows[: wanted.limit]
        return [Row(value, key((name, value)), (Cell(name), Cell(str(value), Tone.OK))) for name, value in rows]


class TableApp(App[None]):
    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield PagedTable(COLUMNS, self.rows, empty="Nothing here")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {
            **dict.fromkeys(("muted", "cursor-foreground"), "#ffffff"),
            **dict.fromkeys(("cursor-background", "cursor-blurred"), "#000080"),
        }

    async def on_mount(self) -> None:
        table = self.query_one(PagedTable)
        table.focus()
        await table.reload(keep=False)

    def on_paged_table_highlighted(self, event: PagedTable.Highlighted) -> None:
        self.told.append(event)

    def on_paged_table_selected(self, event: PagedTable.Selected) -> None:
        self.told.append(event)

    def on_paged_table_fetch_failed(self, event: PagedTable.FetchFailed) -> None:
        self.told.append(event)


async def _press(pilot: Pilot[None], *keys: str) -> PagedTable:
    for key in keys:
        await pilot.press(key)
        for _round in range(3):
            await pilot.pause(0)
    return pilot.app.query_one(PagedTable)


async def _calm(pilot: Pilot[None]) -> None:
    """Wait until nothing is asked for any more."""
    await pilot.pause()
    while any(not worker.is_finished for worker in pilot.app.workers):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


def _at(table: PagedTable) -> int:
    assert table.row is not None
    return table.row.id


def _lines(table: PagedTable) -> list[str]:
    return [table.render_line(y).text for y in range(table.size.height)]


async def test_the_cursor_moves_by_line_by_page_and_to_both_ends() -> None:
    async with TableApp(Rows(1000)).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot, "down", "j", "k")
        assert _at(table) == 1
        await _press(pilot, "pagedown", "pagedown")
        assert 30 <= _at(table) <= 40
        await _press(pilot, "end")
        assert _at(table) == 999
        await _press(pilot, "pageup")
        assert 975 <= _at(table) <= 985
        await _press(pilot, "home")
        assert _at(table) == 0
        await _press(pilot, "up")
        assert _at(table) == 0
        await _press(pilot, "G", "down")
        assert _at(table) == 999


@pytest.mark.parametrize("number", [10, 1000, 20_000])
async def test_every_row_is_passed_once_and_no_more_are_held_than_allowed(number: int) -> None:
    rows = Rows(number)
    async with TableApp(rows).run_test(size=(80, 40)) as pilot:
        table = await _press(pilot)
        seen = [_at(table)]
        for _page in range(60):
            await _press(pilot, "pagedown")
            assert len(table._window.rows) <= HELD
            ids = [row.id for row in table._window.rows]
            assert ids == list(range(ids[0], ids[0] + len(ids)))
            seen.append(_at(table))
        assert seen == sorted(seen)
        assert seen[-1] == min(number - 1, 60 * 38)
        for _page in range(61):
            await _press(pilot, "pageup")
        assert _at(table) == 0
    assert all(request.limit == PAGE for request in rows.asked)


async def test_an_arrow_repaints_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    async with TableApp(Rows(1000)).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot, "down", "down")
        painted: list[int] = []
        render = PagedTable.render_line

        def counted(self: PagedTable, y: int) -> object:
            painted.append(y)
            return render(self, y)

        monkeypatch.setattr(PagedTable, "render_line", counted)
        await _press(pilot, "down")
        assert sorted(set(painted)) == [3, 4]
        assert _at(table) == 3


async def test_at_the_edge_of_the_screen_half_a_page_comes_at_once() -> None:
    async with TableApp(Rows(1000)).run_test(size=(80, 21)) as pilot:
        table = await _press(pilot, *["down"] * 19)
        assert table._top == 0
        await _press(pilot, "down")
        assert (_at(table), table._top) == (20, 10)


async def test_sorting_and_turning_the_sort() -> None:
    rows = Rows(300)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot, "S")
        assert _at(table) == 299
        assert "Name ▼" in _lines(table)[0]
        await _press(pilot, "s")
        assert _at(table) == 0
        assert "Number ▲" in _lines(table)[0]
        await _press(pilot, "end")
        assert _at(table) == 299


async def test_the_place_is_kept_over_a_reload_and_found_again_when_its_row_is_gone() -> None:
    rows = Rows(1000)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot, "end", "pageup")
        at = _at(table)
        place = table.place
        await table.reload()
        assert _at(table) == at
        rows.rows = [row for row in rows.rows if row[1] != at]
        await table.reload()
        assert _at(table) == at + 1
        await _press(pilot, "home")
        await table.restore(place)
        assert _at(table) == at + 1
        rows.rows = rows.rows[:5]
        await table.reload()
        assert _at(table) == 4


async def test_an_empty_list_says_so_and_no_key_harms_it() -> None:
    async with TableApp(Rows(0)).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot, "down", "pagedown", "end", "home", "enter", "s", "S", "G")
        assert table.row is None
        assert "Nothing here" in _lines(table)[2]
    app = pilot.app
    assert isinstance(app, TableApp)
    assert not any(isinstance(told, PagedTable.Selected) for told in app.told)


async def test_an_answer_to_an_older_question_is_dropped() -> None:
    rows = Rows(100)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot)
        rows.wait = asyncio.Event()
        old = asyncio.create_task(table.reload(keep=False))
        await pilot.pause(0)
        held, rows.wait = rows.wait, None
        rows.rows = rows.rows[50:]
        await table.reload(keep=False)
        rows.rows = []
        held.set()
        await old
        assert _at(table) == 50


async def test_what_cannot_be_fetched_is_told_and_the_rows_stay() -> None:
    rows = Rows(1000)
    app = TableApp(rows)
    async with app.run_test(size=(80, 20)) as pilot:
        table = await _press(pilot, "down")
        rows.fails = True
        await _press(pilot, "end")
        assert any(isinstance(told, PagedTable.FetchFailed) for told in app.told)
        assert _at(table) == 1
        rows.fails = False
        await _press(pilot, "end")
        assert _at(table) == 999


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 2), (95, 10), (200, 50)])
async def test_hostile_text_and_any_width_stay_within_the_line(size: tuple[int, int]) -> None:
    hostile = [
        "[/x][bold]",
        "\x1b[31mred\x07",
        "\u202eabc",
        "漢字かな" * 40,
        "e" + "\u0301" * 500,
        "👩‍👩‍👧" * 30,
        "",
    ]

    async def fetch(_wanted: Request) -> list[Row]:
        return [Row(place, (place,), (Cell(text), Cell(text), Cell(text))) for place, text in enumerate(hostile)]

    app = TableApp(Rows(0))
    app.rows = fetch
    async with app.run_test(size=size) as pilot:
        table = await _press(pilot, "down", "down")
        for y in range(table.size.height):
            strip = table.render_line(y)
            assert strip.cell_length == table.size.width
            assert not any(letter in strip.text for letter in "\x1b\x07\u202e\u200d")


async def test_the_mouse_goes_to_a_row_opens_it_and_sorts() -> None:
    app = TableApp(Rows(300))
    async with app.run_test(size=(100, 20)) as pilot:
        table = await _press(pilot)
        await pilot.click(PagedTable, offset=(5, 6))
        assert _at(table) == 5
        await pilot.click(PagedTable, offset=(5, 6))
        await pilot.pause(0)
        assert any(isinstance(told, PagedTable.Selected) for told in app.told)
        await pilot.click(PagedTable, offset=(3, 0))
        await _press(pilot)
        assert _at(table) == 299


async def test_a_key_held_down_ends_with_its_last_repeat() -> None:
    rows = Rows(5000)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        for _repeat in range(90):
            pilot.app.simulate_key("down")
        table = await _press(pilot)
        for _round in range(10):
            await pilot.pause(0)
        assert _at(table) == 90
    assert len(rows.asked) < 4


async def test_of_sorts_in_quick_succession_the_last_one_counts() -> None:
    rows = Rows(1000)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        rows.wait = asyncio.Event()
        table = await _press(pilot, "S", "S", "S")
        rows.wait.set()
        await _calm(pilot)
        assert _at(table) == 999
        assert "Name ▼" in _lines(table)[0]


@pytest.mark.parametrize(
    ("key", "begin", "end"), [("down", "home", 250), ("up", "end", 749), ("pagedown", "home", 999)]
)
async def test_keys_that_come_faster_than_the_rows_are_made_good(key: str, begin: str, end: int) -> None:
    rows = Rows(1000)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot, begin)
        rows.wait = asyncio.Event()
        for _repeat in range(250):
            pilot.app.simulate_key(key)
        await pilot.pause()
        assert abs(_at(table) - end) > 100
        rows.wait.set()
        await _calm(pilot)
        assert _at(table) == end


async def test_keys_that_led_nowhere_are_forgotten() -> None:
    rows = Rows(1000)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot)
        rows.fails = True
        for _repeat in range(150):
            pilot.app.simulate_key("down")
        await _calm(pilot)
        assert _at(table) == 99
        rows.fails = False
        await _press(pilot, "up", "up")
        assert _at(table) == 97
        await _press(pilot, *["end"] * 2, "down", "down", "up")
        assert _at(table) == 998


async def test_home_while_rows_are_on_their_way_stays_at_home() -> None:
    rows = Rows(5000)
    async with TableApp(rows).run_test(size=(80, 20)) as pilot:
        table = await _press(pilot)
        await _press(pilot, *["pagedown"] * 20)
        assert len(table._window.rows) == HELD
        rows.wait = asyncio.Event()
        asked = len(rows.asked)
        await _press(pilot, "pagedown", "pagedown", "home")
        assert len(rows.asked) == asked + 1
        rows.wait.set()
        await _calm(pilot)
        assert _at(table) == 0
        assert table._window.index_of(0) == 0


async def test_the_terminal_cursor_follows_through_a_change_of_size() -> None:
    async with TableApp(Rows(1000)).run_test(size=(80, 40)) as pilot:
        table = await _press(pilot, "pagedown")
        for size in ((80, 10), (80, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            line = next(y for y, text in enumerate(_lines(table)) if text.startswith("┃"))
            assert pilot.app.cursor_position == (0, line)


async def test_what_is_not_known_is_not_claimed() -> None:
    rows = Rows(3)
    rows.wait = asyncio.Event()
    async with TableApp(Rows(0)).run_test(size=(80, 20)) as pilot:
        table = PagedTable(COLUMNS, rows, empty="Nothing here")
        await pilot.app.query_one(PagedTable).remove()
        await pilot.app.mount(table)
        reading = asyncio.create_task(table.reload(keep=False))
        await pilot.pause()
        assert not any("Nothing here" in line for line in _lines(table))
        table._say_busy()
        assert "Loading…" in _lines(table)[2]
        rows.fails = True
        rows.wait.set()
        await reading
        assert not any(words in line for line in _lines(table) for words in ("Nothing here", "Loading"))


@pytest.mark.parametrize(
    ("cell", "width", "shown"),
    [
        (Cell("Darba inspekcija", marks=((0, 5),)), 18, [("Darba", True), (" inspekcija  ", False)]),
        (
            Cell("Darba inspekcija", marks=((2, 4), (6, 9))),
            16,
            [("Da", 0), ("rb", 1), ("a ", 0), ("ins", 1), ("pekcija", 0)],
        ),
        (Cell("Darba inspekcija", marks=((6, 16),)), 10, [("Darba ", False), ("ins", True), ("…", False)]),
        (Cell("Darba inspekcija", marks=((12, 16),)), 8, [("Darba i…", False)]),
        (Cell("Darba", marks=()), 7, [("Darba  ", False)]),
        (Cell("東京都", marks=((1, 2),)), 6, [("東", False), ("京", True), ("都", False)]),
        (Cell("a\u0301b", marks=((1, 3),)), 4, [("áb  ", False)]),
    ],
)
def test_what_was_found_stands_out_within_its_cell(cell: Cell, width: int, shown: list[tuple[str, bool]]) -> None:
    pieces = [
        ("".join(text for text, _marked in same), marked)
        for marked, same in itertools.groupby(_pieces(cell, width), key=lambda piece: piece[1])
    ]
    assert pieces == [(text, bool(marked)) for text, marked in shown]
    assert sum(cell_len(text) for text, _marked in pieces) == width


async def test_a_mark_is_underlined_and_the_cursor_stays_on_its_line() -> None:
    rows = Rows(2)
    app = TableApp(rows)
    async with app.run_test(size=(40, 6)) as pilot:
        await pilot.pause()
        table = app.query_one(PagedTable)
        plain = table._row(Row(1, (1,), (Cell("name"), Cell("1", Tone.OK))), True, 40)
        marked = table._row(Row(1, (1,), (Cell("name", marks=((0, 2),)), Cell("1", Tone.OK))), True, 40)
        assert marked.text == plain.text
        underlined = [segment.text for segment in marked if segment.style and segment.style.underline]
        assert underlined == ["na"]
        backgrounds = {segment.style.bgcolor for segment in marked if segment.style}
        assert len(backgrounds) == 1
