from __future__ import annotations

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from tests.screens.harness import TestApp, press, running, texts


async def test_x(cast: Context):
    with cast.store.reading():
        u = User.get(User.username == "claesmar").id
    app = TestApp(cast, Actor(u))
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "g", "t")
        print(texts(pilot))
        await press(pilot, "down")
        print(texts(pilot))
        await press(pilot, "enter")
        print(texts(pilot))
