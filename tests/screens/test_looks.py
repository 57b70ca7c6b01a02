"""How every screen and dialog looks, in both languages and sizes, on the demo's cast and a fixed clock.

A picture is only accepted after somebody has looked at it.
"""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from db.models import User
from imi_tui.cli.demo import logins
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from tests.screens.conftest import Snap
from tests.screens.harness import Steps, TestApp, cases, press, settle, steps, type_text

ANNA, JANIS, GUNA, ZOE = Actor(1), Actor(2), Actor(15), Actor(18)
"""Administrator of a large authority; a user; the only administrator of a small one; one whose names are hostile."""


def _typed(*parts: str | tuple[str, ...]) -> Steps:
    """Text is typed, tuples of keys are pressed."""

    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        for part in parts:
            if isinstance(part, tuple):
                await press(pilot, *part)
            else:
                await type_text(pilot, part)

    return run


FIRST_NAME = "Aleksandra"

LOGGED_IN: dict[str, tuple[Actor, Steps]] = {
    "authority": (ANNA, steps()),
    "authority_hostile": (ZOE, steps()),
    "authority_editing": (
        ANNA,
        _typed(("e",), " (LV)", *[("tab",)] * 10, "x", *[("tab",)] * 3, ("end", "backspace"), "@", ("ctrl+s",)),
    ),
    "authority_significant": (ANNA, _typed(("e", "tab"), " un arodveselība", ("tab", "space"))),
    "authority_leaving": (ANNA, _typed(("e",), "x", ("escape",))),
    "classification": (ANNA, steps("2")),
    "classification_editing": (ANNA, _typed(("e", "ctrl+n", "slash"), "ener", ("down", "down", "space"))),
    "modules": (ANNA, steps("3", "down", "down")),
    "modules_editing": (ANNA, steps("e", "ctrl+n", "ctrl+n", "down", "down", "tab", "tab", "space")),
    "coordinator_search": (ANNA, steps("e", "ctrl+n", "ctrl+n", "down", "down", "tab", "tab", "a")),
    "review": (ANNA, _typed(("e",), " (LV)", ("ctrl+n", "down", "space", "ctrl+s"))),
    "users": (ANNA, steps("4", "down", "down", "down")),
    "users_mail_given_up": (ANNA, steps("4", *["down"] * 5)),
    "users_nobody_found": (ANNA, _typed(("4", "slash"), "nobody", ("down",))),
    "users_read_only": (JANIS, steps("4")),
    "users_lone_administrator": (GUNA, steps("4")),
    "user_registering": (ANNA, _typed(("4", "a"), FIRST_NAME, ("tab",), "Ķirse", ("tab", "tab"), "x", ("ctrl+s",))),
    "user_registered": (
        ANNA,
        _typed(("4", "a"), FIRST_NAME, ("tab",), "Ķirse", ("tab", "tab"), "a.kirse@vdi.example", ("ctrl+s",)),
    ),
    "user_editing": (ANNA, _typed(("4", "down", "down", "down", "e", "tab"), "a", *[("tab",)] * 4, ("down", "space"))),
    "user_resetting": (ANNA, steps("4", "down", "down", "down", "r")),
    "user_deleting": (ANNA, steps("4", "down", "down", "down", "d")),
    "account": (ANNA, steps("g", "p")),
    "account_editing": (ANNA, _typed(("g", "p", "e", "tab"), "x")),
    "account_password": (ANNA, steps("g", "p", "p")),
    "help": (ANNA, steps("4", "question_mark")),
    "commands": (ANNA, steps("4", "ctrl+p")),
    "go_to": (ANNA, steps("g")),
}


@pytest.mark.parametrize("name", LOGGED_IN)
@pytest.mark.parametrize(("language", "size"), cases())
def test_a_section_looks_as_it_should(snap: Snap, cast: Context, name: str, language: str, size: str) -> None:
    actor, run = LOGGED_IN[name]
    with cast.store.writing():  # whoever looks has a password in order
        User.update(password_temporary=False).where(User.id == actor.user_id).execute()
    snap(TestApp(cast, actor, language), size, run)


LOGGED_OUT: dict[str, Steps] = {
    "login": steps(),
    "login_refused": _typed("berziann", ("tab",), "wrong", ("enter",)),
    "choose_password": _typed("kalnijan", ("tab",), "Demo-Parole-2026", ("enter",), "parole", ("tab",), "x"),
}


@pytest.mark.parametrize("name", LOGGED_OUT)
@pytest.mark.parametrize(("language", "size"), cases())
def test_the_way_in_looks_as_it_should(snap: Snap, cast: Context, name: str, language: str, size: str) -> None:
    snap(TestApp(cast, None, language, demo=logins()), size, LOGGED_OUT[name])
