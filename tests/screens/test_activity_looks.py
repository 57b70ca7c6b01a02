"""How Activity looks, in both languages and sizes. A picture is only accepted after somebody has looked at it."""

from __future__ import annotations

import pytest

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.verbs import Verb
from tests.activity_house import acted
from tests.record import write
from tests.screens.conftest import Snap
from tests.screens.harness import Steps, TestApp, cases, steps
from tests.world import Clock, World

PICTURES: dict[str, Steps] = {
    "list": steps("g", "l", "j", "j", "j", "j"),
    "deleted": steps("g", "l", "j"),
    "filtered": steps("g", "l", "f", "p", "p"),
    "nothing": steps("g", "l", "slash", "q", "q"),
    "person": steps("4", "j", "h"),
    "manager": steps("g", "l"),
    "hostile": steps("g", "l"),
    "help": steps("g", "l", "f1"),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("language", "size"), cases())
def test_activity_looks_as_it_should(
    snap: Snap, ctx: Context, world: World, clock: Clock, name: str, language: str, size: str
) -> None:
    home = acted(ctx, world, clock)
    if name == "hostile":
        with ctx.store.writing():
            User.update(first_name="[/x]").where(User.username == "kalnijan").execute()
        values = {"address": ("[red]a[/red]", "\x1b[31mb\u202e"), "town": ("", "=1+1")}
        write(ctx, Verb.AUTHORITY_EDITED, None, authority_id=home.authority, by=home.anna, **values)
    snap(TestApp(ctx, home.maris if name == "manager" else home.anna, language), size, PICTURES[name])
