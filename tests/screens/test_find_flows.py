"""Find an authority as it is used: typing, filters, details, copying, coming back; advice on keywords; the preview."""

from __future__ import annotations

import base64
import threading

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import OptionList

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.screens.clipboard import LONGEST, wrapped_for_tmux
from imi_tui.screens.find import FindScreen
from imi_tui.screens.find.details import EntryScreen
from imi_tui.screens.find.filters import FilterDialog
from imi_tui.screens.find.screen import SearchEntry
from imi_tui.screens.my_authority.others_like_mine import OthersLikeMine
from imi_tui.services.directory_search import DirectoryQuery
from imi_tui.widgets.paged_table import PagedTable
from tests.screens.harness import TestApp, press, running, settle, texts, toasts, type_text, wait_for
from tests.world import World

ANNA, JANIS = Actor(1), Actor(2)
"""An administrator, and a user, of the labour inspectorate."""


@pytest.fixture(autouse=True)
def no_rest_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.screens.find.aside.REST", 0)


@pytest.fixture
def cast(cast: Context) -> Context:
    """The demo's cast, whose passwords are in order."""
    with cast.store.writing():
        User.update(password_temporary=False, blocked_at=None).execute()
    return cast


def _rows(pilot: Pilot[None]) -> list[str]:
    return [row.cells[0].text for row in pilot.app.screen.query_one(PagedTable)._window.rows]


def _query(pilot: Pilot[None]) -> DirectoryQuery:
    assert isinstance(pilot.app.screen, FindScreen)
    return pilot.app.screen._query


@pytest.mark.parametrize("actor", [ANNA, JANIS])
@pytest.mark.parametrize("way", [("g", "f"), ("f3",)])
async def test_every_user_finds_and_the_entry_waits_for_a_word(cast: Context, actor: Actor, way: tuple[str]) -> None:
    async with running(TestApp(cast, actor)) as pilot:
        await press(pilot, *way)
        assert isinstance(pilot.app.focused, SearchEntry)
        assert len(_rows(pilot)) == 7
        assert "7 authorities" in texts(pilot)
        await type_text(pilot, "mazpils")
        assert _rows(pilot) == ["Mazpilsētas būvvalde"]
        assert "1 found" in texts(pilot)
        assert "buvvalde@mazpilseta.example" in texts(pilot), "details follow without another key"


async def test_enter_goes_to_the_list_and_opens_esc_goes_back_step_by_step(cast: Context) -> None:
    async with running(TestApp(cast, JANIS), (80, 24)) as pilot:
        await press(pilot, "g", "f")
        await type_text(pilot, "inspekcija")
        await press(pilot, "enter")
        assert isinstance(pilot.app.focused, PagedTable)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, EntryScreen)
        await press(pilot, "end")
        await wait_for(pilot, "Linked coordinators")
        await press(pilot, "escape")
        assert isinstance(pilot.app.focused, PagedTable)
        await press(pilot, "escape")
        assert isinstance(pilot.app.focused, SearchEntry)
        await press(pilot, "escape")
        assert pilot.app.focused.value == "" and len(_rows(pilot)) == 7
        await press(pilot, "escape")
        assert isinstance(pilot.app.focused, PagedTable)


async def test_enter_that_is_faster_than_the_answer_opens_what_was_typed(cast: Context) -> None:
    app = TestApp(cast, JANIS)
    async with running(app) as pilot:
        await press(pilot, "g", "f")
        answer = threading.Event()
        app.backend._read.submit(answer.wait)
        for key in (*"mazpils", "enter", "enter"):
            await pilot.press(key)
        assert isinstance(app.screen, FindScreen), "what stands there is not yet what was typed"
        answer.set()
        await settle(pilot)
        assert isinstance(app.screen, EntryScreen)
        assert "Mazpilsētas būvvalde" in texts(pilot)


async def test_keys_typed_ahead_go_where_the_focus_will_be(cast: Context) -> None:
    async with running(TestApp(cast, JANIS)) as pilot:
        await press(pilot, "g", "f")
        assert pilot.app._driver is not None
        for key in ("enter", "down", "down"):
            event = Key(key, None)
            event.set_sender(pilot.app)
            pilot.app._driver.send_message(event)
        await settle(pilot)
        assert pilot.app.screen.query_one(PagedTable)._cursor == 2


async def test_nothing_found_says_what_was_tried_and_what_helps(cast: Context) -> None:
    async with running(TestApp(cast, ANNA), (80, 24)) as pilot:
        await press(pilot, "g", "f")
        await type_text(pilot, "xyzzyplugh")
        shown = texts(pilot)
        assert "Nothing was found." in shown and "0 found" in shown
        assert "Looked for in all languages" in shown and "fewer words" in shown
        await press(pilot, "down")
        assert isinstance(pilot.app.focused, SearchEntry), "an empty list is nowhere to go"


async def test_filters_narrow_are_told_and_cleared(cast: Context) -> None:
    async with running(TestApp(cast, ANNA)) as pilot:
        await press(pilot, "g", "f", "escape", "f")
        assert isinstance(pilot.app.screen, FilterDialog)
        await press(pilot, "enter", "up", "end")
        await press(pilot, "up", "up", "up", "enter")
        dialog = pilot.app.screen
        assert isinstance(dialog, FilterDialog)
        assert dialog.chosen.country in {"SE", "ES", "SI", "SK"}
        assert "0 found" in texts(pilot)
        await press(pilot, "escape")
        assert _query(pilot) == DirectoryQuery(), "Esc leaves all as it was"


async def test_a_keyword_is_chosen_by_a_word_of_another_language(cast: Context) -> None:
    async with running(TestApp(cast, ANNA, "lv")) as pilot:
        await press(pilot, "g", "f", "escape", "f", "tab", "tab", "tab")
        await type_text(pilot, "posted w")
        assert "Norīkotie darbinieki (Posted workers)" in texts(pilot)
        await press(pilot, "enter")
        assert "atrasts: 3" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert _query(pilot) == DirectoryQuery(keyword="posted_workers")
        assert len(_rows(pilot)) == 3
        assert "Atslēgvārds: Norīkotie darbinieki · n notīra" in texts(pilot)
        await press(pilot, "f", "tab", "tab", "tab", *["backspace"] * 30, "ctrl+s")
        assert _query(pilot) == DirectoryQuery()


async def test_what_was_typed_for_a_keyword_and_not_taken_is_taken_on_going_on(cast: Context) -> None:
    async with running(TestApp(cast, ANNA)) as pilot:
        await press(pilot, "g", "f", "escape", "f", "tab", "tab", "tab")
        await type_text(pilot, "undecl")
        await press(pilot, "tab")
        await press(pilot, "ctrl+s")
        assert _query(pilot).keyword == "undeclared_work"
        await press(pilot, "n", "f", "tab", "tab", "tab")
        await type_text(pilot, "undecl")
        await press(pilot, "ctrl+s")
        assert _query(pilot).keyword == "undeclared_work"
        await press(pilot, "f", "tab", "tab", "tab")
        await type_text(pilot, "zzz")
        await press(pilot, "ctrl+s")
        assert _query(pilot).keyword == "undeclared_work", "what is no keyword changes nothing"
        await press(pilot, "n")
        assert _query(pilot) == DirectoryQuery()


async def test_y_copies_the_address_of_the_row_under_the_cursor(cast: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(TestApp(cast, ANNA)) as pilot:
        sent: list[str] = []
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", sent.append)
        await press(pilot, "g", "f")
        await type_text(pilot, "būvvalde")
        await press(pilot, "enter", "y")
        assert sent == ["buvvalde@mazpilseta.example"]
        assert toasts(pilot) == ["Sent to your terminal's clipboard:\nbuvvalde@mazpilseta.example"]
        await press(pilot, "Y")
        assert sent[1].startswith("Mazpilsētas būvvalde\n") and "Latvia (LV)" in sent[1]


async def test_y_copies_what_the_cursor_is_on_though_the_details_are_still_those_of_the_row_before(
    cast: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(TestApp(cast, ANNA)) as pilot:
        sent: list[str] = []
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", sent.append)
        await press(pilot, "g", "f")
        await type_text(pilot, "posted")
        monkeypatch.setattr("imi_tui.screens.find.aside.REST", 3600)
        await press(pilot, "enter", "down", "y")
        assert sent == ["imi@koordinacija.example"]


async def test_what_is_copied_is_clean_and_short_enough(cast: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    from imi_tui.screens.clipboard import copy

    async with running(TestApp(cast, ANNA)) as pilot:
        sent: list[str] = []
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", sent.append)
        copy(pilot.app, "\x1b[31mred" + "ā" * 5000)  # type: ignore[arg-type]  # the harness's app
        assert "\x1b" not in sent[0] and len(sent[0].encode()) <= LONGEST


def test_tmux_is_sent_the_wrapped_form() -> None:
    sequence = wrapped_for_tmux("pasts@vdi.example")
    assert sequence.startswith("\x1bPtmux;\x1b\x1b]52;c;") and sequence.endswith("\x07\x1b\\")
    assert base64.b64decode(sequence[len("\x1bPtmux;\x1b\x1b]52;c;") : -3]).decode() == "pasts@vdi.example"


async def test_place_text_and_filters_are_there_on_coming_back(cast: Context) -> None:
    async with running(TestApp(cast, ANNA)) as pilot:
        await press(pilot, "g", "f", "escape", "f", "tab", "tab", "tab")
        await type_text(pilot, "posted w")
        await press(pilot, "enter", "ctrl+s", "down", "down")
        row = pilot.app.screen.query_one(PagedTable).row
        await press(pilot, "g", "m", "g", "f")
        assert _query(pilot).keyword == "posted_workers"
        assert pilot.app.screen.query_one(PagedTable).row == row
        await type_text(pilot, "darba")
        await press(pilot, "f2", "f3")
        assert pilot.app.screen.query_one(SearchEntry).value == "darba"
        assert _query(pilot) == DirectoryQuery(text="darba", keyword="posted_workers")


async def test_another_language_asks_the_same_question_in_it(cast: Context) -> None:
    async with running(TestApp(cast, ANNA)) as pilot:
        await press(pilot, "g", "f")
        await type_text(pilot, "inspekcija")
        pilot.app.use_language("lv")  # type: ignore[attr-defined]  # ours
        await settle(pilot)
        assert _rows(pilot)[0] == "Valsts darba inspekcija"
        assert "atrasts: 3" in texts(pilot) and "Neoficiālais nosaukums" in texts(pilot)


async def test_a_window_that_grows_shows_the_details_beside_the_list(cast: Context) -> None:
    async with running(TestApp(cast, ANNA), (80, 24)) as pilot:
        await press(pilot, "g", "f")
        assert "Modules  " not in texts(pilot).splitlines()[3]
        await pilot.resize_terminal(180, 40)
        await settle(pilot)
        assert "Modules" in texts(pilot).splitlines()[3]
        assert "Official name" in texts(pilot)


# Keywords


async def _to_classification(pilot: Pilot[None], *keys: str) -> None:
    await settle(pilot)
    await press(pilot, *keys)


def _alike(world: World, number: int = 4) -> None:
    with world.ctx.store.writing():
        for one in range(number):
            world.authority(f"Līdzīga iestāde {one}", modules=("services",), keywords=("roofer", "tourism_general"))


async def test_the_tree_finds_by_any_word_and_tells_how_many_have_it(cast: Context) -> None:
    async with running(TestApp(cast, ANNA, "lv")) as pilot:
        await _to_classification(pilot, "e", "ctrl+n", "slash")
        await type_text(pilot, "posted w")
        await press(pilot, "down", "down", "down")
        assert "Norīkotie darbinieki (Posted workers)" in texts(pilot)
        assert "ir 3 iestādēm · Nodarbinātība un sociālās lietas › " in texts(pilot)


async def test_others_like_mine_are_chosen_into_the_session(cast: Context) -> None:
    _alike(World(cast))
    async with running(TestApp(cast, ANNA)) as pilot:
        await _to_classification(pilot, "e", "ctrl+n", "o")
        assert isinstance(pilot.app.screen, OthersLikeMine)
        assert "Compared with" in texts(pilot) and "Roofer" in texts(pilot)
        await press(pilot, "space")
        assert "[x]" in texts(pilot)
        await press(pilot, "enter", "enter", "escape")
        assert "1 change" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert "Roofer" in texts(pilot)


async def test_whoever_reads_sees_what_others_have_and_chooses_nothing(cast: Context) -> None:
    _alike(World(cast))
    async with running(TestApp(cast, JANIS)) as pilot:
        await _to_classification(pilot, "2", "o")
        assert "Roofer" in texts(pilot) and "[ ]" not in texts(pilot)
        await press(pilot, "space", "enter", "escape")
        assert not isinstance(pilot.app.screen, OthersLikeMine)
        assert pilot.app.screen.query(OptionList) is not None


async def test_others_are_compared_with_on_the_tab_classification_only(cast: Context) -> None:
    async with running(TestApp(cast, JANIS)) as pilot:
        await _to_classification(pilot, "o")
        assert not isinstance(pilot.app.screen, OthersLikeMine)


# The preview


async def test_the_preview_shows_what_is_typed_and_not_saved(cast: Context) -> None:
    async with running(TestApp(cast, ANNA, "lv")) as pilot:
        await _to_classification(pilot, "e", "tab")
        await type_text(pilot, " XYZ")
        await press(pilot, "tab", "space", "ctrl+o")
        shown = texts(pilot)
        assert "Darba inspekcija XYZ" in shown and "Labour Inspectorate" in shown
        assert "! jālabo" in shown and "tulkojums ir vecāks par oriģinālu" in shown
        await press(pilot, "escape", "ctrl+n", "v")
        assert "Darba inspekcija XYZ" in texts(pilot)
        await press(pilot, "escape")
        assert "Rediģēšana" in texts(pilot), "the session is as it was"


async def test_the_preview_in_english_stands_beside_the_authoritys_own_language(cast: Context) -> None:
    async with running(TestApp(cast, JANIS)) as pilot:
        await _to_classification(pilot, "v")
        line = texts(pilot).splitlines()[4]
        assert line.split() == ["English", "Latvian"]


async def test_the_letter_is_typed_where_one_types(cast: Context) -> None:
    async with running(TestApp(cast, ANNA)) as pilot:
        await _to_classification(pilot, "e")
        await type_text(pilot, "v")
        assert "1 change" in texts(pilot)


async def test_a_whole_entry_is_read_in_another_language(cast: Context) -> None:
    """B10: the names of modules, roles and keywords, too."""
    app = TestApp(cast, ANNA)
    async with running(app) as pilot:
        await press(pilot, "f3")
        await type_text(pilot, "mazpils")
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, EntryScreen) and "Building permits" in texts(pilot)
        app.use_language("lv")
        await settle(pilot)
        assert "Būvatļaujas" in texts(pilot) and "Building permits" not in texts(pilot)
