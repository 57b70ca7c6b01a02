"""The frame of every section: where one is, the ways to go on, and all of it without a single F-key."""

from __future__ import annotations

import re
import threading

import pytest

from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.screens.account import AccountScreen
from imi_tui.screens.help import HelpScreen
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.screens.palette import Palette
from imi_tui.themes import THEMES
from tests.screens.harness import TestApp, press, running, texts, toasts, type_text, wait_for
from tests.world import World

PAINTED = True


@pytest.fixture
def app(ctx: Context, world: World) -> TestApp:
    authority = world.authority()
    return TestApp(ctx, Actor(world.user(authority, "Anna", "Bērziņa", administrator=True, language="en")))


async def test_letters_and_function_keys_lead_to_the_sections(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "g")
        assert "g m My authority   g f Find an authority   g l Activity   g p My account" in texts(pilot)
        await press(pilot, "p")
        assert isinstance(app.screen, AccountScreen)
        await press(pilot, "f2")
        assert isinstance(app.screen, MyAuthorityScreen)
        await press(pilot, "f6")
        assert isinstance(app.screen, AccountScreen)
        await press(pilot, "g", "x")
        assert isinstance(app.screen, AccountScreen)


async def test_a_tab_that_is_asked_for_before_the_authority_is_there_is_shown(app: TestApp) -> None:
    answer = threading.Event()
    app.backend._read.submit(answer.wait)
    async with app.run_test(size=(120, 40)) as pilot:
        while not (isinstance(app.screen, MyAuthorityScreen) and app.screen.is_mounted):
            await pilot.pause(0)
        await app.screen.action_tab(4)
        answer.set()
        await wait_for(pilot, "Bērziņa, Anna")
    app.backend.close()


async def test_the_palette_has_every_action_that_works_here(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "ctrl+p")
        await wait_for(pilot, "Add user")
        shown = texts(pilot)
        for words in ("Add user", "Edit", "Reset password", "Delete", "Filter"):
            assert words in shown
        assert "Screenshot" not in shown
        await type_text(pilot, "light")
        await press(pilot, "enter")
        assert app.theme == "imi-light"
        await press(pilot, "ctrl+p")
        await type_text(pilot, "my acc")
        await press(pilot, "enter")
        assert isinstance(app.screen, AccountScreen)


@pytest.mark.parametrize(("language", "words"), [("en", "No command matches."), ("lv", "Neviena komanda neatbilst.")])
async def test_the_palette_says_that_nothing_matches_in_the_language_of_the_rest(
    app: TestApp, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setattr(app, "_speaks", language)
    monkeypatch.setattr(Palette, "_NO_MATCHES_COUNTDOWN", 0.001)
    async with running(app) as pilot:
        await press(pilot, "ctrl+p")
        await type_text(pilot, "qqqq")
        await wait_for(pilot, words)
        assert "No matches found" not in texts(pilot)
        await press(pilot, *["backspace"] * 4)
        await wait_for(pilot, "PgUp")


async def test_the_palette_changes_the_language(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "ctrl+p")
        await type_text(pilot, "latviesu")
        await press(pilot, "enter")
        await wait_for(pilot, "Administrācija › Mana iestāde")


async def test_help_shows_the_keys_that_work_here_and_the_guide(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        shown = texts(pilot)
        assert "Colleagues who leave are deleted" in " ".join(shown.split())
        for words in ("Add user", "Reset password", "Page down"):
            assert words in shown
        for keys in ("PgUp", "Home", "Enter", "Shift+Tab", "F2", "F1 ?"):
            assert f" {keys} " in shown
        await press(pilot, "escape", "1", "f1")
        assert "Edit authority" in texts(pilot)


async def test_g_g_goes_to_the_top(app: TestApp, world: World) -> None:
    for number in range(60):
        world.user(1, f"Vārds{number}", "Uzvārds")
    async with running(app) as pilot:
        await press(pilot, "4", "G")
        assert "Bērziņa, Anna" not in texts(pilot)
        await press(pilot, "g", "g")
        assert "Bērziņa, Anna" in texts(pilot)


@pytest.mark.parametrize("size", [(80, 24), (60, 12), (30, 8), (200, 60)])
async def test_every_section_stands_any_size(app: TestApp, size: tuple[int, int]) -> None:
    async with running(app, size) as pilot:
        for keys in (("1",), ("e", "ctrl+n", "ctrl+n", "escape"), ("2",), ("3",), ("4",), ("a", "escape"), ("g", "p")):
            await press(pilot, *keys)
        await pilot.resize_terminal(80, 24)
        assert "My account" in texts(pilot)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_words_stand_out_from_what_is_behind_them(theme: object) -> None:
    """At least 4.5 : 1 (WCAG 2.2, AA)."""
    colours = {
        name: getattr(theme, name)
        for name in ("primary", "accent", "warning", "error", "success", "foreground", "background", "panel")
    } | theme.variables
    on_background = ["foreground", "muted", "primary", "accent", "warning", "error", "success"]
    pairs = [(name, behind) for name in on_background for behind in ("background", "panel")]
    pairs += [("cursor-foreground", "cursor-background"), ("foreground", "cursor-blurred")]
    pairs += [("bar-foreground", "bar-background"), ("bar-muted", "bar-background")]
    for front, behind in pairs:
        light, dark = sorted((_luminance(colours[front]), _luminance(colours[behind])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (front, behind)


@pytest.mark.parametrize("language", ["en", "lv"])
async def test_help_and_palette_tell_of_our_own_keys_only(
    app: TestApp, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """What Textual itself binds has English words only, and would hide the keys that matter."""
    monkeypatch.setattr(app, "_speaks", language)
    async with running(app, (120, 60)) as pilot:
        await press(pilot, "e", "f1")
        shown = texts(pilot)
        for words in ("Scroll Up", "Move cursor", "Delete character"):
            assert words not in shown
        assert ("Review and save" if language == "en" else "Pārskatīt un saglabāt") in shown
        await press(pilot, "escape", "ctrl+p")
        await wait_for(pilot, "English")
        assert "Scroll Up" not in texts(pilot)


async def test_no_key_and_no_command_leads_out_of_the_app(app: TestApp) -> None:
    """Textual can suspend to a shell, write the screen to a file and open a browser: nothing of ours asks it to."""
    out = re.compile("suspend|screenshot|open_url|deliver|simulate_key|change_theme")
    async with running(app, (120, 80)) as pilot:
        bound = [str(one.binding.action) for one in pilot.app.screen.active_bindings.values()]
        assert [action for action in bound if out.search(action)] == []
        await press(pilot, "ctrl+p")
        await wait_for(pilot, "English")
        shown = texts(pilot)
        for words in ("Screenshot", "Save", "Maximize", "Keys"):
            assert words not in shown


@pytest.mark.parametrize("language", ["en", "lv"])
async def test_on_a_narrow_screen_the_keys_that_count_are_in_the_footer(
    app: TestApp, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(app, "_speaks", language)
    footers = {
        "en": ("a Add  e Edit  r Reset  d Delete", "Space Choose  ^s Save  Esc Leave  ^n Next tab  o Others"),
        "lv": ("a Pievienot  e Rediģēt  r Atiestatīt  d Dzēst", "Space Atlasīt  ^s Saglabāt  Esc Iziet  o Līdzīgas"),
    }
    users, tree = footers[language]
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "4")
        assert users in texts(pilot).splitlines()[-1]
        await press(pilot, "2", "e")
        assert tree in texts(pilot).splitlines()[-1]


async def test_in_a_filter_the_footer_names_no_key_that_is_typed_there(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "slash")
        footer = texts(pilot).splitlines()[-1]
        assert "/ Filter" not in footer
        assert "Enter To the list  Esc Clear the filter" in footer
        await press(pilot, "slash")
        assert " /" in texts(pilot).splitlines()[4]


async def test_what_is_told_in_passing_takes_the_place_of_what_was_told_before(app: TestApp) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await wait_for(pilot, "My authority")
        await press(pilot, "4", "d", "r")
        assert len(toasts(pilot)) == 1
        await wait_for(pilot, "under My account.")
        assert "under My account." in texts(pilot).splitlines()[1]
        await press(pilot, "e")
        assert toasts(pilot) == []
    app.backend.close()


async def test_ctrl_c_tells_how_to_leave(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "ctrl+c")
        assert toasts(pilot) == ["Ctrl+Q ends the program."]
