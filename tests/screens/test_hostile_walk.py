"""Every screen, with hostile values in every column of every table: nothing crashes, nothing of it is obeyed.

The way to each screen is that of its pictures, so that a screen with a picture is walked; one without fails here.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import unicodedata
from collections.abc import Iterator

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen

import imi_tui.screens
from db.models import Authority, User
from imi_tui.cli.demo import logins
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.verbs import Verb
from tests.activity_house import acted
from tests.record import write
from tests.screens import (
    test_access_looks,
    test_drafts_looks,
    test_find_looks,
    test_looks,
    test_session_looks,
    test_translation_looks,
)
from tests.screens.harness import SIZES, Steps, TestApp, fill, press, running, settle, steps
from tests.screens.poison import MARK, WORST, poison
from tests.screens.test_access_looks import INESE, desk
from tests.screens.test_drafts_looks import anna
from tests.screens.test_looks import ANNA
from tests.screens.test_translation_looks import _translator, demo_desk
from tests.world import Clock, World

__all__ = ["anna", "demo_desk", "desk"]

PAINTED = True


def _meanwhile(**values: object) -> Steps:
    """The town is typed, and somebody changes the authority's row in the store: then it is to be saved (B7)."""

    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        assert isinstance(pilot.app, TestApp)
        with pilot.app._ctx.store.writing():
            Authority.update(**values).where(Authority.id == 1).execute()
        await press(pilot, "ctrl+s", "ctrl+s")

    return run


WAYS: dict[str, tuple[Actor | None, Steps]] = {
    **{f"looks-{name}": way for name, way in test_looks.LOGGED_IN.items()},
    **{f"find-{name}": way for name, way in test_find_looks.PICTURES.items()},
    **{f"access-{name}": (INESE, way) for name, way in test_access_looks.SCREENS.items()},
    **{f"out-{name}": (None, way) for name, way in test_looks.LOGGED_OUT.items()},
    "merge": (ANNA, _meanwhile(town=f"{WORST[:60]} x")),
    "kept": (ANNA, _meanwhile(status="inactive")),
    "role": (INESE, steps("g", "a", "down", "enter", "5", "down", "down", "down", "r")),
    "access_coordinator": (INESE, steps("g", "a", "down", "enter", "5", "down", "down", "down", "c")),
}

REACHED = {
    "AccessCoordinatorSearch": "access_coordinator",
    "AccessScreen": "access-desk",
    "AccountScreen": "looks-account",
    "ActivityScreen": "activity",
    "ChoosePasswordScreen": "out-choose_password",
    "CompareScreen": "drafts-compare",
    "CoordinatorSearch": "looks-coordinator_search",
    "DeskFilter": "access-desk_filter",
    "Dialog": "looks-authority_leaving",
    "DraftsScreen": "drafts-offer",
    "EntryScreen": "find-entry",
    "FilterDialog": "find-filters",
    "FindScreen": "find-empty",
    "GoTo": "looks-go_to",
    "HelpScreen": "looks-help",
    "LockScreen": "locked",
    "LoginScreen": "out-login",
    "KeptScreen": "kept",
    "ManagerSearch": "access-handing_over",
    "MergeScreen": "merge",
    "MyAuthorityScreen": "looks-authority",
    "OfferDialog": "access-offer",
    "OthersLikeMine": "find-others",
    "Palette": "looks-commands",
    "PreviewScreen": "find-preview",
    "Registering": "access-registering_twins",
    "ReviewScreen": "looks-review",
    "RoleChoice": "role",
    "SessionsScreen": "sessions",
    "TaskScreen": "translations-task_name",
    "TranslationsScreen": "translations-list",
    "UserForm": "looks-user_registering",
    "UsernamePage": "looks-user_registered",
}
"""Each class of screens → the way that leads to it; a new one fails until it has its way."""

EVERY_WAY = "IMI_TEST_EVERY_WAY" in os.environ
"""Whether each way to a screen is walked, for which there is time now and then; else one to each screen."""

BASES = {"Section", "AuthorityTabs", "AuthoritySearch"}
"""Never shown themselves."""


@pytest.fixture(autouse=True)
def no_rest_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.screens.find.aside.REST", 0)


@pytest.fixture(autouse=True)
def never_markup(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever Textual parses as markup is ours."""
    parse = Content.from_markup

    def watched(markup: str | Content, **variables: object) -> Content:
        assert MARK not in str(markup), f"parsed as markup: {markup!r}"
        return parse(markup, **variables)

    monkeypatch.setattr(Content, "from_markup", watched)
    yield


def _obeyed(pilot: Pilot[None]) -> list[str]:
    """What stands on the screen, its title included, that a terminal would obey, and links that data brought."""
    app = pilot.app
    found: list[str] = []
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            found += [
                f"U+{ord(letter):04X} in {segment.text!r}"
                for letter in segment.text
                if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
            ]
            style = segment.style
            if style is not None and (style.link or "@click" in style.meta):
                found.append(f"{style.meta} on {segment.text!r}")
    return found


async def _walk(pilot: Pilot[None], name: str, way: Steps) -> None:
    await way(pilot)
    shown = {type(screen).__name__ for screen in pilot.app.screen_stack}
    assert {screen for screen, its in REACHED.items() if its == name} <= shown
    assert _obeyed(pilot) == []
    assert "pwned" not in f"{pilot.app.title}{pilot.app.sub_title}"


@pytest.mark.parametrize(
    ("name", "codes"),
    [(name, codes) for codes in (False, True) for name in WAYS if EVERY_WAY or name in REACHED.values()],
)
async def test_nothing_of_it_is_obeyed(desk: Context, name: str, codes: bool) -> None:
    actor, way = WAYS[name]
    with desk.store.writing():
        User.update(password_temporary=False, blocked_at=None).where(User.id == getattr(actor, "user_id", 0)).execute()
    assert poison(desk, codes=codes) > (5 if codes else 15)
    size = SIZES["80x24" if codes else "120x40"]
    async with running(TestApp(desk, actor, demo=logins() if actor is None else ()), size, notifications=True) as pilot:
        await _walk(pilot, "" if codes else name, way)


@pytest.mark.parametrize("name", test_translation_looks.LOOKS)
async def test_nothing_of_it_is_obeyed_at_the_translation_desk(demo_desk: Context, name: str) -> None:
    actor = _translator(demo_desk)
    assert poison(demo_desk) > 15
    async with running(TestApp(demo_desk, actor), notifications=True) as pilot:
        await _walk(pilot, f"translations-{name}", test_translation_looks.LOOKS[name])


@pytest.mark.parametrize("name", test_drafts_looks.LOOKS)
async def test_nothing_of_it_is_obeyed_in_drafts(cast: Context, anna: Actor, name: str) -> None:
    assert poison(cast) > 15
    async with running(TestApp(cast, anna), notifications=True) as pilot:
        await _walk(pilot, f"drafts-{name}", test_drafts_looks.LOOKS[name])


async def _locked(pilot: Pilot[None]) -> None:
    await settle(pilot)
    assert isinstance(pilot.app, TestApp)
    await pilot.app.guard.lock()
    await settle(pilot)


@pytest.mark.parametrize(("name", "way"), [("locked", _locked), ("sessions", steps("g", "p", "s", "down"))])
async def test_nothing_of_it_is_obeyed_about_sessions(cast: Context, name: str, way: Steps) -> None:
    actor = test_session_looks._opened(cast)
    assert poison(cast) > 15
    async with running(TestApp(cast, actor), notifications=True) as pilot:
        await _walk(pilot, name, way)


async def test_nothing_of_it_is_obeyed_where_there_is_no_room(cast: Context) -> None:
    test_session_looks._opened(cast)
    assert poison(cast) > 15
    async with running(TestApp(cast), notifications=True) as pilot:
        await _walk(pilot, "too_many", test_session_looks.at_the_door)


async def test_nothing_of_it_is_obeyed_in_activity(ctx: Context, world: World, clock: Clock) -> None:
    home = acted(ctx, world, clock)
    write(ctx, Verb.AUTHORITY_EDITED, None, authority_id=home.authority, by=home.anna, address=(WORST, "a"))
    assert poison(ctx) > 15
    async with running(TestApp(ctx, home.anna), notifications=True) as pilot:
        await _walk(pilot, "activity", steps("g", "l", "j"))


def _screens() -> Iterator[type[Screen[object]]]:
    """All our classes of screens."""
    for module in pkgutil.walk_packages(imi_tui.screens.__path__, "imi_tui.screens."):
        importlib.import_module(module.name)
    below: list[type[Screen[object]]] = [Screen]
    for cls in below:
        below += cls.__subclasses__()
        if cls.__module__.startswith("imi_tui.screens"):
            yield cls


def test_every_screen_is_walked() -> None:
    assert {cls.__name__ for cls in _screens()} - BASES == set(REACHED)
