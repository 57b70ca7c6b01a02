"""The lanes: of reads under one name the latest counts, and an interrupt that hits the wrong query does no harm."""

from __future__ import annotations

import asyncio
import threading

import pytest

from imi_tui.backend import Backend, Superseded
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May, system_actor
from imi_tui.rules.refusals import StoreAway
from imi_tui.services.door import read

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


async def test_a_stale_query_is_interrupted_and_the_latest_gets_its_answer(ctx: Context) -> None:
    backend, started = Backend(lambda: ctx), threading.Event()

    def search(ctx: Context, _actor: Actor, words: str) -> str:
        if words == "stale":
            with read(ctx, system_actor("test"), May.OPERATE, None):
                ctx.store.interrupter().create_function("begun", 0, lambda: started.set() or 0)
                ctx.store.database.execute_sql(ENDLESS)
        return words

    stale = asyncio.create_task(backend.latest("search", search, "stale"))
    await asyncio.to_thread(started.wait)
    assert await backend.latest("search", search, "latest") == "latest"
    with pytest.raises(Superseded):
        await stale
    backend.close()


async def test_what_an_interrupt_hit_by_mistake_is_asked_again(ctx: Context) -> None:
    backend, asked = Backend(lambda: ctx), []

    def hit_once(_ctx: Context, _actor: Actor) -> int:
        asked.append(1)
        if len(asked) == 1:
            raise StoreAway("store_interrupted")
        return 7

    assert await backend.latest("search", hit_once) == 7
    asked.clear()
    assert await backend.read(hit_once) == 7
    backend.close()
