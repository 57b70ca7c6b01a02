"""The table for long lists: it goes anywhere, holds little, repaints little, and takes nothing at its word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import Input

from imi_tui.rules.refusals import StoreAway
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import HELD, Column, Place
from tests.widgets.people import COLUMNS, ListApp, People

ENOUGH = 250
"""People in a list that the first pages do not hold, and that is quickly walked through."""


class Hand:
    """A user at the table: presses keys, and reads the screen."""

    def __init__(self, app: ListApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.people, self.table = app, pilot, app.people, app.table

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until their rows are there."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        """Wait for whatever was asked; not for what is held back."""
        await self.pilot.pause()
        if not self.people.held:
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def let_go(self, index: int = 0) -> None:
        """Let an answer through that was held back."""
        self.people.let_go(index)
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def at(self) -> int | None:
        """The number of the person under the cursor, by the table; the screen has to show the same."""
        row = self.table.row
        marked = [line for line in self.lines if line.startswith("┃")]
        if row is None:
            assert not marked
            return None
        assert len(marked) == 1
        assert f"{row.id:06}" in marked[0]
        return row.id

    @property
    def line_of_cursor(self) -> int:
        """The line of the screen on which the cursor's row stands."""
        return next(y for y, line in enumerate(self.lines) if line.startswith("┃"))

    @property
    def shown(self) -> list[int]:
        """The numbers of the people on the screen, from the top."""
        return [int(line[1:].split()[1]) for line in self.lines[1:] if "Person" in line]


@asynccontextmanager
async def at_table(people: People, size: tuple[int, int] = (120, 40), **more: object) -> AsyncIterator[Hand]:
    app = ListApp(people, **more)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        hand = Hand(app, pilot)
        await hand.settle()
        yield hand


# Moving


@pytest.mark.parametrize("count", [1, 2, 10, 1_000, 100_000])
async def test_the_list_is_walked_to_both_ends_and_no_further(count: int) -> None:
    async with at_table(People(count)) as hand:
        assert hand.at == 0
        await hand.press("up")
        assert hand.at == 0
        await hand.press("down")
        assert hand.at == min(1, count - 1)
        await hand.press("end")
        assert hand.at == count - 1
        await hand.press("down", "pagedown")
        assert hand.at == count - 1
        await hand.press("up")
        assert hand.at == max(0, count - 2)
        await hand.press("home")
        assert hand.at == 0
        await hand.press("pageup")
        assert hand.at == 0


@pytest.mark.parametrize(("key", "same"), [("down", "j"), ("up", "k"), ("end", "G")])
async def test_letters_move_like_the_keys_they_stand_for(key: str, same: str) -> None:
    async with at_table(People(10)) as hand:
        for pressed in (key, same):
            await hand.press("home", "down", "down", pressed)
            hand.app.posted.append(hand.app.posted[-1])
        assert len({event.row.id for event in hand.app.posted[-2:] if isinstance(event, PagedTable.Highlighted)}) == 1


@pytest.mark.parametrize("count", [ENOUGH, 2_000])
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (80, 150)])
async def test_every_person_is_passed_once_by_pages_there_and_back(count: int, size: tuple[int, int]) -> None:
    async with at_table(People(count), size) as hand:
        seen: list[int] = []
        for _page in range(count):
            seen += [number for number in hand.shown if number not in seen]
            if hand.at == count - 1:
                break
            await hand.press("pagedown")
        assert seen == list(range(count))
        back: list[int] = []
        for _page in range(count):
            back += [number for number in reversed(hand.shown) if number not in back]
            if hand.at == 0:
                break
            await hand.press("pageup")
        assert back == list(reversed(range(count)))


async def test_a_page_moves_by_the_screen_less_one_line() -> None:
    async with at_table(People(ENOUGH), (120, 24)) as hand:
        await hand.press("pagedown")
        assert hand.at == 22
        await hand.press("pagedown")
        assert hand.at == 44
        await hand.press("pageup", "pageup")
        assert hand.at == 0


async def test_a_key_that_is_held_ends_where_the_last_one_leads() -> None:
    async with at_table(People(1_000)) as hand:
        asked = len(hand.people.requests)
        for _repeat in range(100):
            hand.app.simulate_key("down")
        await hand.settle()
        assert hand.at == 100
        assert len(hand.people.requests) - asked <= 2


async def test_keys_do_not_wait_for_rows() -> None:
    async with at_table(People(1_000)) as hand:
        hand.people.hold = True
        await hand.press("pagedown", "pagedown", "pagedown", "pagedown")
        assert len(hand.people.held) == 1
        ahead = hand.at
        assert ahead is not None
        await hand.press("up", "up")
        assert hand.at == ahead - 2
        await hand.let_go()
        assert hand.at == ahead - 2


# What is held, and what is asked for


@pytest.mark.parametrize("size", [(120, 40), (120, 90), (80, 24)])
async def test_the_window_stays_small_in_a_long_list(size: tuple[int, int]) -> None:
    async with at_table(People(100_000), size) as hand:
        for keys in (["pagedown"] * 40, ["pageup"] * 20, ["end"], ["pageup"] * 30, ["pagedown"] * 10):
            await hand.press(*keys)
            assert len(hand.table._window.rows) <= max(HELD, 6 * size[1])
            ids = [row.id for row in hand.table._window.rows]
            assert ids == list(range(ids[0], ids[-1] + 1))


async def test_a_list_of_any_length_is_opened_by_the_same_requests() -> None:
    asked = []
    for count in (1_000, 100_000):
        async with at_table(People(count)) as hand:
            asked.append(hand.people.requests)
    assert asked[0] == asked[1]
    assert len(asked[0]) == 1


async def test_a_terminal_of_unusual_height_is_filled_and_asks_no_more_than_it_needs() -> None:
    async with at_table(People(100_000), (80, 260)) as hand:
        assert hand.shown == list(range(259))
        for key in ("down", "pagedown", "pagedown", "up", "pageup"):
            asked = len(hand.people.requests)
            await hand.press(key)
            assert len(hand.people.requests) - asked <= 6


async def test_home_while_more_is_being_fetched_stays_at_home() -> None:
    async with at_table(People(100_000)) as hand:
        while len(hand.table._window.rows) < HELD:
            await hand.press("pagedown")
        hand.people.hold = True
        while not hand.people.held:
            await hand.press("pagedown")
        await hand.press("home")
        assert hand.at == 0
        await hand.let_go()
        assert hand.at == 0
        assert hand.shown[:3] == [0, 1, 2]


async def test_end_while_more_is_being_fetched_stays_at_the_end() -> None:
    async with at_table(People(100_000)) as hand:
        await hand.press("end")
        while len(hand.table._window.rows) < HELD:
            await hand.press("pageup")
        hand.people.hold = True
        while not hand.people.held:
            await hand.press("pageup")
        await hand.press("end")
        assert hand.at == 99_999
        await hand.let_go()
        assert hand.at == 99_999
        assert hand.shown[-1] == 99_999


# Repainting


@pytest.mark.parametrize("count", [30, 100_000])
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_an_arrow_key_repaints_two_lines(count: int, size: tuple[int, int]) -> None:
    async with at_table(People(count), size) as hand:
        for key in ("down", "down", "up"):
            hand.table.painted.clear()
            await hand.press(key)
            assert len(set(hand.table.painted)) == 2


async def test_rows_that_arrive_out_of_sight_repaint_nothing() -> None:
    async with at_table(People(100_000)) as hand:
        await hand.press("end", "pageup")
        for _page in range(20):
            asked = len(hand.people.requests)
            hand.table.painted.clear()
            await hand.press("up")
            if len(hand.people.requests) > asked and hand.line_of_cursor > 1:
                assert len(set(hand.table.painted)) == 2
                break
            await hand.press("pageup")
        else:
            raise AssertionError("nothing was fetched on the way")


async def test_at_the_edge_the_view_jumps_by_half_a_page() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press(*["down"] * 39)
        assert hand.at == 39
        assert hand.shown[0] == 20
        hand.table.painted.clear()
        await hand.press("down")
        assert len(set(hand.table.painted)) == 2


async def test_at_rest_nothing_is_painted_and_nothing_is_asked() -> None:
    async with at_table(People(1_000)) as hand:
        hand.table.painted.clear()
        asked = len(hand.people.requests)
        await hand.pilot.pause(0.3)
        assert not hand.table.painted
        assert len(hand.people.requests) == asked


# Sorting


async def test_s_goes_through_the_columns_and_capital_s_turns_the_sort() -> None:
    async with at_table(People(ENOUGH)) as hand:
        assert "Name ▲" in hand.lines[0]
        await hand.press("s", "s")
        assert "Password ▲" in hand.lines[0]
        assert "Name ▲" not in hand.lines[0]
        assert hand.at == ENOUGH - 1
        await hand.press("S")
        assert "Password ▼" in hand.lines[0]
        assert hand.at == 0
        await hand.press("s", "S")
        assert "Name ▼" in hand.lines[0]
        assert hand.shown[:3] == [ENOUGH - 1, ENOUGH - 2, ENOUGH - 3]
        await hand.press("end")
        assert hand.at == 0


async def test_a_narrow_table_sorts_by_the_columns_it_shows() -> None:
    async with at_table(People(10), (80, 24)) as hand:
        assert "E-mail" not in hand.lines[0]
        await hand.press("s")
        assert "Password ▲" in hand.lines[0]
        await hand.press("s")
        assert "Name ▲" in hand.lines[0]


async def test_the_direction_is_seen_where_the_title_is_cut() -> None:
    columns = (Column("A title that is far too long", width=10, sort="name"), Column("B", width=9))
    async with at_table(People(3), columns=columns) as hand:
        assert "▲" in hand.lines[0]


async def test_a_list_without_sorts_takes_the_keys_calmly() -> None:
    async with at_table(People(10), columns=(Column("Name", flex=1),)) as hand:
        asked = len(hand.people.requests)
        await hand.press("s", "S")
        assert len(hand.people.requests) == asked
        assert "▼" not in hand.lines[0]


async def test_moving_while_a_sort_is_on_its_way_asks_nothing_of_the_old_one() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press("pagedown")
        hand.people.hold = True
        await hand.press("S", "pagedown", "down")
        assert len(hand.people.held) == 1
        await hand.let_go()
        assert hand.at == 999
        assert "Name ▼" in hand.lines[0]


async def test_a_sort_that_fails_leaves_rows_title_and_paging_as_they_were() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press("down")
        hand.people.refusal = StoreAway("store_away")
        await hand.press("s")
        assert isinstance(hand.app.posted[-1], PagedTable.FetchFailed)
        assert hand.at == 1
        hand.people.refusal = None
        assert "Name ▲" in hand.lines[0]
        await hand.press("pagedown", "pagedown", "pagedown")
        assert hand.at == 1 + 3 * 38


async def test_of_two_sorts_the_last_one_counts_whatever_order_they_arrive_in() -> None:
    async with at_table(People(1_000)) as hand:
        hand.people.hold = True
        await hand.press("S", "S", "S")
        for _answer in range(3):
            await hand.let_go(len(hand.people.held) - 1)
            if not hand.people.held:
                break
        assert "Name ▼" in hand.lines[0]
        assert hand.at == 999


# Answers that are late, empty or refused


async def test_an_answer_that_was_overtaken_is_dropped() -> None:
    people = People(1_000)
    people.hold = True
    async with at_table(people) as hand:
        hand.app.run_worker(hand.table.reload(keep=False))
        await hand.pilot.pause()
        assert len(people.held) == 2
        people.count = 5
        await hand.let_go(1)
        assert hand.shown == [0, 1, 2, 3, 4]
        people.count = 1_000
        await hand.let_go()
        assert hand.shown == [0, 1, 2, 3, 4]


async def test_rows_of_the_old_list_do_not_join_the_new_one() -> None:
    async with at_table(People(1_000)) as hand:
        hand.people.hold = True
        await hand.press("pagedown", "pagedown")
        assert len(hand.people.held) == 1
        hand.app.run_worker(hand.table.reload(keep=False))
        await hand.pilot.pause()
        hand.people.hold = False
        await hand.let_go(1)
        await hand.let_go()
        ids = [row.id for row in hand.table._window.rows]
        assert ids == list(range(len(ids)))
        await hand.press("end")
        assert hand.at == 999


async def test_an_empty_list_says_so_and_takes_every_key() -> None:
    async with at_table(People(0), empty="Nobody is here [yet].") as hand:
        assert any("Nobody is here [yet]." in line for line in hand.lines)
        assert hand.at is None
        await hand.press("down", "up", "pagedown", "pageup", "home", "end", "G", "enter", "s", "S")
        await hand.pilot.click(PagedTable, offset=(5, 1))
        assert hand.at is None
        assert all(event.row is None for event in hand.app.posted if isinstance(event, PagedTable.Highlighted))
        await hand.table.reload(empty="Really nobody.")
        await hand.settle()
        assert any("Really nobody." in line for line in hand.lines)


async def test_an_empty_list_fills() -> None:
    async with at_table(People(0)) as hand:
        hand.people.count = 3
        await hand.table.reload()
        await hand.settle()
        assert hand.shown == [0, 1, 2]
        assert hand.at == 0


async def test_busy_is_said_after_a_while_and_nothing_else_is_claimed() -> None:
    people = People(3)
    people.hold = True
    async with at_table(people) as hand:
        assert not any("Nobody" in line or "Loading" in line for line in hand.lines)
        await hand.pilot.pause(0.25)
        assert any("Loading…" in line for line in hand.lines)
        await hand.let_go()
        assert hand.shown == [0, 1, 2]
        assert not any("Loading…" in line for line in hand.lines)


async def test_a_first_page_that_fails_claims_neither_to_load_nor_that_nobody_is_there() -> None:
    people = People(3)
    people.hold = True
    async with at_table(people) as hand:
        await hand.pilot.pause(0.25)
        people.refusal = StoreAway("store_away")
        await hand.let_go()
        assert isinstance(hand.app.posted[-1], PagedTable.FetchFailed)
        assert not any("Nobody" in line or "Loading" in line for line in hand.lines)
        people.refusal, people.hold = None, False
        await hand.table.reload()
        await hand.settle()
        assert hand.at == 0


async def test_rows_stay_when_more_cannot_be_had() -> None:
    async with at_table(People(1_000)) as hand:
        hand.people.refusal = StoreAway("store_away")
        await hand.press("pagedown", "pagedown", "pagedown", "pagedown")
        assert isinstance(hand.app.posted[-1], (PagedTable.FetchFailed, PagedTable.Highlighted))
        assert any(isinstance(event, PagedTable.FetchFailed) for event in hand.app.posted)
        assert hand.at == 99
        await hand.press("end")
        assert hand.at == 99
        hand.people.refusal = None
        await hand.press("down", "end")
        assert hand.at == 999


# Reading anew


async def test_reading_anew_keeps_the_row_and_its_line() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press(*["pagedown"] * 9, *["up"] * 5)
        before, line = hand.at, hand.line_of_cursor
        hand.people.names[3] = "Person 000003 changed"
        await hand.table.reload()
        await hand.settle()
        assert (hand.at, hand.line_of_cursor) == (before, line)


@pytest.mark.parametrize("far", ["first", "middle", "last"])
async def test_where_the_row_is_gone_the_next_one_is_taken(far: str) -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press(*{"first": [], "middle": ["pagedown"] * 5, "last": ["end"]}[far])
        gone = hand.at
        assert gone is not None
        hand.people.gone.add(gone)
        await hand.table.reload()
        await hand.settle()
        assert hand.at == (gone - 1 if far == "last" else gone + 1)
        assert hand.shown == sorted(hand.shown)
        assert gone not in hand.shown


async def test_where_all_rows_are_gone_the_list_is_empty() -> None:
    async with at_table(People(5)) as hand:
        hand.people.gone.update(range(5))
        await hand.table.reload()
        await hand.settle()
        assert hand.at is None
        assert any("Nobody." in line for line in hand.lines)


async def test_keys_while_it_is_read_anew_move_in_what_is_there() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press(*["pagedown"] * 9)
        before = hand.at
        assert before is not None
        hand.people.hold = True
        hand.app.run_worker(hand.table.reload())
        await hand.pilot.pause()
        await hand.let_go()
        assert len(hand.people.held) == 1
        await hand.press("up")
        assert hand.at == before - 1
        hand.people.hold = False
        await hand.let_go()
        assert hand.at in (before, before - 1)
        assert hand.shown == list(range(hand.shown[0], hand.shown[-1] + 1))


async def test_without_keeping_it_begins_at_the_first_row() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press("end")
        await hand.table.reload(keep=False)
        await hand.settle()
        assert hand.at == 0


async def test_one_comes_back_to_the_place_one_left() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press("S", *["pagedown"] * 7, *["up"] * 3)
        place, at, line = hand.table.place, hand.at, hand.line_of_cursor
    async with at_table(People(1_000)) as hand:
        await hand.table.restore(place)
        await hand.settle()
        assert (hand.at, hand.line_of_cursor) == (at, line)
        assert "Name ▼" in hand.lines[0]
        await hand.press("home")
        assert hand.at == 999


async def test_a_place_in_an_empty_list_is_a_place() -> None:
    async with at_table(People(0)) as hand:
        assert hand.table.place == Place("name", False, None, 0)
        hand.people.count = 2
        await hand.table.restore(hand.table.place)
        await hand.settle()
        assert hand.at == 0


async def test_a_row_that_was_edited_stays_on_its_line() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press("pagedown", "pagedown", "pagedown", "up", "up", "up")
        before, line = hand.at, hand.line_of_cursor
        assert before is not None
        await hand.table.show_position(hand.people.row(before).position)
        await hand.settle()
        assert (hand.at, hand.line_of_cursor) == (before, line)
        await hand.table.show_position(hand.people.row(700).position)
        await hand.settle()
        assert hand.at == 700


# What it tells


async def test_it_tells_where_the_cursor_is_and_what_is_opened() -> None:
    async with at_table(People(10)) as hand:
        await hand.press("down", "down", "enter")
        highlighted = [event.row.id for event in hand.app.posted if isinstance(event, PagedTable.Highlighted)]
        selected = [event.row.id for event in hand.app.posted if isinstance(event, PagedTable.Selected)]
        assert highlighted == [0, 1, 2]
        assert selected == [2]


async def test_the_terminal_cursor_follows() -> None:
    async with at_table(People(1_000), (80, 24)) as hand:
        for key in ("down", "down", "pagedown", "end", "up", "home"):
            await hand.press(key)
            assert hand.app.cursor_position == Offset(0, hand.line_of_cursor)
        await hand.press(*["down"] * 20)
        await hand.pilot.resize_terminal(80, 12)
        await hand.settle()
        assert hand.app.cursor_position == Offset(0, hand.line_of_cursor)


async def test_the_cursor_of_another_field_is_left_alone() -> None:
    async with at_table(People(10)) as hand:
        entry = Input()
        await hand.app.mount(entry)
        entry.focus()
        await hand.settle()
        before = hand.app.cursor_position
        await hand.table.reload()
        await hand.settle()
        assert hand.app.cursor_position == before


# Mouse


async def test_a_click_goes_there_and_a_second_one_opens() -> None:
    async with at_table(People(10)) as hand:
        await hand.pilot.click(PagedTable, offset=(20, 4))
        assert hand.at == 3
        assert not any(isinstance(event, PagedTable.Selected) for event in hand.app.posted)
        await hand.pilot.click(PagedTable, offset=(20, 4))
        assert isinstance(hand.app.posted[-1], PagedTable.Selected)
        await hand.pilot.click(PagedTable, offset=(20, 30))
        assert hand.at == 3


async def test_a_click_on_a_title_sorts_and_the_next_one_turns_it() -> None:
    async with at_table(People(10)) as hand:
        x = hand.lines[0].index("Password")
        await hand.pilot.click(PagedTable, offset=(x, 0))
        await hand.settle()
        assert "Password ▲" in hand.lines[0]
        await hand.pilot.click(PagedTable, offset=(x, 0))
        await hand.settle()
        assert "Password ▼" in hand.lines[0]
        await hand.pilot.click(PagedTable, offset=(hand.lines[0].index("Status"), 0))
        await hand.settle()
        assert "Password ▼" in hand.lines[0]


async def test_the_wheel_moves() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.pilot._post_mouse_events([events.MouseScrollDown], PagedTable, (5, 5), button=0)
        await hand.settle()
        assert hand.at == 3
        await hand.pilot._post_mouse_events([events.MouseScrollUp], PagedTable, (5, 5), button=0)
        await hand.settle()
        assert hand.at == 0


# Text from data, and little room

HOSTILE = {
    "markup": "[/x][bold red]a[/]",
    "escape": "\x1b[2J\x1b]0;title\x07a",
    "right to left": "\u202eevil\u2066a",
    "wide": "漢字" * 40,
    "wide, cut in the middle of a letter": "a" + "漢字" * 40,
    "marks": "e" + "\u0301" * 60 + "a" + "\u0336" * 60,
    "lines": "one\ntwo\r\nthree\tfour",
    "long": "a" * 100_000,
    "emoji": "👩‍👩‍👧‍👦🇱🇻" * 20,
    "invisible": "\u200b\ufeff\u3164",
    "none": "",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (41, 5)])
async def test_hostile_text_stays_in_its_cell(name: str, size: tuple[int, int]) -> None:
    people = People(4)
    people.names[1] = people.names[2] = name
    async with at_table(people, size) as hand:
        for _row in range(3):
            strips = hand.app.screen._compositor.render_strips()
            for strip in strips:
                assert cell_len(strip.text) == size[0]
                assert not any(letter in strip.text for letter in "\x1b\x07\n\r\t\u202e\u2066\u200b")
            where = [cell_len(line[: line.index("● active")]) for line in hand.lines if "● active" in line]
            assert len(where) >= 3
            assert len(set(where)) == 1
            await hand.press("down")


@pytest.mark.parametrize("width", [1, 2, 3, 5, 8, 20, 40, 95, 96, 97, 200])
@pytest.mark.parametrize("height", [1, 2, 3])
async def test_there_is_always_room_enough(width: int, height: int) -> None:
    async with at_table(People(ENOUGH), (width, height)) as hand:
        for key in ("down", "pagedown", "end", "up", "pageup", "home", "s", "S"):
            await hand.press(key)
        assert all(cell_len(strip.text) == width for strip in hand.app.screen._compositor.render_strips())
        assert hand.table.row is not None


async def test_an_empty_table_in_no_room() -> None:
    async with at_table(People(0), (1, 1)) as hand:
        await hand.press("down")
        await hand.pilot.resize_terminal(3, 4)
        await hand.settle()
        assert hand.at is None


async def test_the_cursor_stays_in_sight_when_the_terminal_changes() -> None:
    async with at_table(People(1_000)) as hand:
        await hand.press(*["pagedown"] * 4)
        before = hand.at
        for size in ((80, 24), (80, 6), (120, 40), (60, 150), (120, 40)):
            await hand.pilot.resize_terminal(*size)
            await hand.settle()
            assert hand.at == before
            assert len(hand.shown) == size[1] - 1


async def test_columns_for_wide_terminals_come_and_go() -> None:
    async with at_table(People(3), (96, 10)) as hand:
        assert all(column.title in hand.lines[0] for column in COLUMNS)
        await hand.pilot.resize_terminal(95, 10)
        await hand.settle()
        assert "E-mail" not in hand.lines[0]
        assert "user0" not in hand.lines[1]


async def test_the_cursor_is_shown_without_colour_and_without_focus() -> None:
    async with at_table(People(3)) as hand:
        entry = Input()
        await hand.app.mount(entry)
        entry.focus()
        await hand.settle()
        assert hand.at == 0
        hand.table.focus()
        await hand.settle()
        assert hand.at == 0


async def test_a_row_is_painted_in_few_pieces() -> None:
    async with at_table(People(10)) as hand:
        assert len(list(hand.table.render_line(1))) <= 2
        assert all(len(list(hand.table.render_line(y))) <= 3 for y in range(2, 11))


async def test_a_table_that_leaves_takes_its_questions_with_it() -> None:
    people = People(1_000)
    people.hold = True
    async with at_table(people) as hand:
        await hand.table.remove()
        for answer in people.held:
            if not answer.done():
                answer.set_result(None)
        people.held.clear()
        await asyncio.sleep(0)
        await hand.settle()
