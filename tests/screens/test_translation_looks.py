"""How the translation desk looks, in both languages and sizes, on the demo's data and a fixed clock.

A picture is only accepted after somebody has looked at it.
"""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from db import demo
from db.demo_cast import CAST, PASSWORD
from db.models import AuthorityText, TranslationTask, User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from tests.screens.conftest import Snap
from tests.screens.harness import Steps, TestApp, cases, field, press, settle, steps, type_text
from tests.world import NOW, demo_ways

AUTHORITIES = 60


@pytest.fixture
def demo_desk(ctx: Context) -> Context:
    """A demo large enough for a desk with something to do."""
    ways = demo_ways(ctx.hasher.hash(PASSWORD))
    users = len(CAST) + AUTHORITIES
    demo.make(ctx.store, ctx.catalogue, ways, NOW, authorities=AUTHORITIES, users=users, progress=lambda _rows: None)
    return ctx


def _first(kind: str, then: Steps) -> Steps:
    """Open the first task of a kind of text, then do more."""

    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "g", "t", *(["down"] if kind == "informal_name" else []), "enter")
        await then(pilot)

    return run


async def _wrong(pilot: Pilot[None]) -> None:
    """A correction, an addition, and a field left empty."""
    await type_text(pilot, " (AT)")
    field(pilot, "more").entry.value = "fr"  # type: ignore[attr-defined]  # a Select
    await settle(pilot)
    await type_text(pilot, "État civil, Innsbruck")
    entry = field(pilot, "informal_name.lv").entry
    entry.value = ""  # type: ignore[attr-defined]  # an Entry
    await press(pilot, "ctrl+s")


LOOKS: dict[str, Steps] = {
    "list": steps("g", "t", "down", "down"),
    "list_language": steps("g", "t", *["f"] * 6),
    "list_nothing_found": steps("g", "t", "slash", "x", "x", "x"),
    "task_name": _first("informal_name", settle),
    "task_description": _first("description", settle),
    "task_wrong": _first("informal_name", _wrong),
    "task_leaving": _first("informal_name", steps("x", "escape")),
    "help": _first("informal_name", steps("f1")),
}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize(("language", "size"), cases())
def test_the_desk_looks_as_it_should(snap: Snap, demo_desk: Context, name: str, language: str, size: str) -> None:
    snap(TestApp(demo_desk, _translator(demo_desk), language), size, LOOKS[name])


@pytest.mark.parametrize(("language", "size"), cases())
def test_a_desk_with_nothing_to_do_is_calm(snap: Snap, cast: Context, language: str, size: str) -> None:
    with cast.store.writing():
        TranslationTask.delete().execute()
    snap(TestApp(cast, _translator(cast), language), size, steps("g", "t"))


@pytest.mark.parametrize(("language", "size"), cases())
def test_a_text_without_translations_looks_as_it_should(snap: Snap, cast: Context, language: str, size: str) -> None:
    with cast.store.writing():
        AuthorityText.delete().where(AuthorityText.stale).execute()
    snap(TestApp(cast, _translator(cast), language), size, steps("g", "t", "enter"))


@pytest.mark.parametrize(("language", "size"), cases())
def test_what_went_and_what_came_looks_as_it_should(snap: Snap, demo_desk: Context, language: str, size: str) -> None:
    old = "Registeramt der Stadt Innsbruck"
    with demo_desk.store.writing():
        TranslationTask.update(old=old).where(TranslationTask.authority == 31).execute()
    snap(TestApp(demo_desk, _translator(demo_desk), language), size, LOOKS["task_name"])


def _translator(ctx: Context) -> Actor:
    with ctx.store.reading():
        return Actor(User.get(User.username == "claesmar").id)
