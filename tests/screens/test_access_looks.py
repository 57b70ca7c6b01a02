"""How access management looks, in both languages and sizes: the desk, registering, an authority's access."""

from __future__ import annotations

import pytest

from db.models import Authority, Handover, LinkedCoordinator, User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from tests.screens.conftest import Snap
from tests.screens.harness import Steps, TestApp, cases, steps
from tests.screens.test_looks import _typed
from tests.world import NOW, World

INESE = Actor(13)

SCREENS: dict[str, Steps] = {
    "desk": steps("g", "a", "down"),
    "desk_problem": steps("g", "a", "i", "down", "enter"),
    "desk_filter": steps("g", "a", "f"),
    "desk_nobody_found": _typed(("g", "a", "slash"), "nobody", ("down",)),
    "offer": steps("g", "a", "i", "enter"),
    "acting": steps("g", "a", "down", "enter"),
    "acting_editing": _typed(("g", "a", "down", "enter", "e"), "x"),
    "acting_user": steps("g", "a", "down", "enter", "4", "e"),
    "access": steps("g", "a", "end", "enter", "5", "down", "down", "down"),
    "access_whole": steps("g", "a", "down", "enter", "5"),
    "access_role": steps("g", "a", "end", "enter", "5", "down", "down", "down", "r"),
    "access_withdrawing": steps("g", "a", "end", "enter", "5", "down", "down", "down", "d"),
    "access_relied_upon": steps("5", "down", "down", "down", "d"),
    "access_suspending": steps("g", "a", "end", "enter", "5", "down", "down", "down", "s"),
    "deactivating": steps("g", "a", "down", "enter", "5", "x"),
    "handing_over": steps("g", "a", "down", "enter", "5", "h"),
    "own_access": steps("5", "down", "down"),
    "registering_twins": _typed(("g", "a", "a"), "Mazpilsetas buvwalde"),
    "registering_twin": _typed(("g", "a", "a"), "Mazpilsetas buvwalde", ("tab", "tab", "tab", "tab", "enter")),
    "registering_form": _typed(("g", "a", "a"), "Ventas dome", ("ctrl+s",)),
    "registering_wrong": _typed(("g", "a", "a"), "Ventas dome", ("ctrl+s", "tab", "tab"), "x", ("ctrl+s",)),
    "registering_modules": _typed(
        ("g", "a", "a"), "Ventas dome", ("ctrl+s", *["tab"] * 11, "home", "space", "r", "down", "space")
    ),
    "help": steps("g", "a", "question_mark"),
}


@pytest.fixture
def desk(cast: Context) -> Context:
    """The cast, with something for the inbox: a blocked administrator, doubtful data, an authority that is offered."""
    world = World(cast)
    with cast.store.writing():
        Authority.update(confirmed_at=NOW.replace(year=2025)).where(Authority.id == 1).execute()
        Authority.update(manager=4, access_manager=False).where(Authority.id == 5).execute()
        Authority.update(access_manager=True).where(Authority.id == 4).execute()
        Handover.create(authority=5, to_manager=2, offered_by=16, offered_at=NOW)
        User.update(password_temporary=False).where(User.id == INESE.user_id).execute()
    place = world.authority("Ogres novada dome", manager=2, modules=["gdpr"], email="dome@ogre.example")
    world.user(place, "Ilga", "Ogriņa", administrator=True, blocked=True)
    with cast.store.writing():
        LinkedCoordinator.delete().execute()
        LinkedCoordinator.create(authority=3, module="services", coordinator=2)
    return cast


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize(("language", "size"), cases())
def test_access_management_looks_as_it_should(snap: Snap, desk: Context, name: str, language: str, size: str) -> None:
    snap(TestApp(desk, INESE, language), size, SCREENS[name])
