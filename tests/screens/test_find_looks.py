"""How finding, the advice on keywords and the preview look, in both languages and sizes, on the demo's cast.

A picture is only accepted after somebody has looked at it.
"""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from tests.screens.conftest import Snap
from tests.screens.harness import Steps, TestApp, cases, press, settle, steps, type_text
from tests.world import World

ANNA, JANIS, ZOE = Actor(1), Actor(2), Actor(18)
"""An administrator, a user of the same authority, and one whose names are hostile."""


@pytest.fixture(autouse=True)
def no_rest_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.screens.find.aside.REST", 0)


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


TO_KEYWORD = ("g", "f", "escape", "f", "tab", "tab", "tab")

PICTURES: dict[str, tuple[Actor, Steps]] = {
    "empty": (JANIS, steps("g", "f")),
    "marked": (ANNA, _typed(("g", "f"), "darba", ("enter",))),
    "by_keyword": (JANIS, _typed(("g", "f"), "posted", ("enter", "down"))),
    "corrected": (JANIS, _typed(("g", "f"), "inspektorat")),
    "nothing": (ANNA, _typed(("g", "f"), "xyzzyplugh")),
    "filters": (ANNA, _typed(TO_KEYWORD, "posted w")),
    "filtered": (ANNA, _typed(TO_KEYWORD, "posted w", ("enter", "ctrl+s"))),
    "entry": (JANIS, _typed(("g", "f"), "mazpils", ("enter", "enter"))),
    "copied": (ANNA, _typed(("g", "f"), "mazpils", ("enter", "y"))),
    "tree_by_synonym": (ANNA, _typed(("e", "ctrl+n", "slash"), "posted w", ("down", "down", "down"))),
    "others": (ANNA, steps("e", "ctrl+n", "o", "space")),
    "others_reading": (JANIS, steps("2", "o")),
    "preview": (ANNA, _typed(("e", "tab"), " un arodveselība", ("tab", "space", "ctrl+o"))),
    "preview_poor": (ZOE, steps("v")),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("language", "size"), cases())
def test_finding_looks_as_it_should(snap: Snap, cast: Context, name: str, language: str, size: str) -> None:
    actor, run = PICTURES[name]
    with cast.store.writing():
        User.update(password_temporary=False, blocked_at=None).where(User.id == actor.user_id).execute()
        for one in range(4 if name.startswith("others") else 0):
            keywords = ("roofer", "tourist_guide", "recruitment")[: 1 + one]
            World(cast).authority(f"Līdzīga iestāde {one}", modules=("services",), keywords=keywords)
    snap(TestApp(cast, actor, language), size, run)
