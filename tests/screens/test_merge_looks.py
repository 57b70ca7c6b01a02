"""How choosing between theirs and mine, what was kept, and the line about who edits look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.services import authorities, presence, standing
from tests.screens.conftest import Snap
from tests.screens.harness import Steps, TestApp, cases, field, fill, press, settle
from tests.world import World

THEIRS = "Uzrauga darba tiesisko attiecību un darba aizsardzības prasību ievērošanu Latvijā un konsultē darba devējus."
MINE = "Uzrauga darba attiecību un darba aizsardzības normu ievērošanu visā Latvijā un konsultē darbiniekus."
Scene = tuple[Actor, int, Actor]


@pytest.fixture
def scene(world: World) -> Scene:
    """Anna at the screen, her authority, and Jānis, who edits it, too."""
    authority = world.authority()
    anna = world.administrator(authority, "Anna", "Bērziņa")
    return anna, authority, world.administrator(authority, "Jānis", "Kalniņš")


def _saves(ctx: Context, scene: Scene) -> None:
    _anna, authority, janis = scene
    seen = authorities.view(ctx, janis, authority)
    theirs = replace(
        seen.draft(),
        phone="+371 67 111 111",
        postcode="LV-3001",
        description={"lv": THEIRS},
        languages=frozenset({"lv"}),
    )
    authorities.save(ctx, janis, authority, seen.version, theirs)


def _editing(ctx: Context, scene: Scene, *keys: str, meanwhile: Callable[[Context, Scene], None] = _saves) -> Steps:
    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "e")
        await fill(pilot, phone="67 222 222", town="Cēsis")
        field(pilot, "description.lv").entry.text = MINE  # type: ignore[attr-defined]  # a TextArea
        await settle(pilot)
        meanwhile(ctx, scene)
        await press(pilot, "ctrl+s", *keys)

    return run


def _goes(ctx: Context, scene: Scene) -> None:
    standing.deactivate(ctx, system_actor("cli"), scene[1])


LOOKS: dict[str, Callable[[Context, Scene], Steps]] = {
    "merge": _editing,
    "merge_one_chosen": lambda ctx, scene: _editing(ctx, scene, "m", "tab"),
    "merge_reviewed": lambda ctx, scene: _editing(ctx, scene, "m", "tab", "t", "ctrl+s"),
    "kept": lambda ctx, scene: _editing(ctx, scene, meanwhile=_goes),
}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize(("language", "size"), cases())
def test_two_at_one_record_look_as_they_should(
    snap: Snap, ctx: Context, scene: Scene, name: str, language: str, size: str
) -> None:
    snap(TestApp(ctx, scene[0], language), size, LOOKS[name](ctx, scene))


@pytest.mark.parametrize(("language", "size"), cases())
@pytest.mark.parametrize("many", [False, True], ids=["one", "several"])
def test_who_else_edits_stands_in_the_top_line(
    snap: Snap, ctx: Context, world: World, scene: Scene, many: bool, language: str, size: str
) -> None:
    anna, authority, janis = scene
    if many:
        presence.keep(ctx, world.administrator(authority, "Zane", "Zile"), authority, "zane")
    presence.keep(ctx, janis, authority, "janis")
    snap(TestApp(ctx, anna, language), size)
