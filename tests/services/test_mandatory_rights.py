"""Mandatory rights keep a holder (S4.3), and seeing to that costs the same however many users there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from peewee import SqliteDatabase

from db.models import database
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import ADMINISTRATOR
from imi_tui.services import authorities
from imi_tui.services.mandatory_rights import mandatory_held
from tests.world import World

HANDLER = Right("services", "request_handler")


@contextmanager
def _asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []
    kind = type(database.obj)
    run = kind.execute_sql

    def listen(self: Any, sql: str, params: Any = None, *more: Any) -> Any:
        asked.append((sql, params))
        return run(self, sql, params, *more)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "execute_sql", listen)
        yield asked


def test_each_mandatory_right_of_each_module_is_held_or_not(ctx: Context, world: World) -> None:
    authority = world.authority(modules=["services"])
    world.user(authority, rights=[Right("services", "basic_user")])
    elsewhere = world.authority("Cita", modules=["services"])
    world.user(elsewhere, rights=[HANDLER])
    with ctx.store.reading():
        assert mandatory_held(ctx.catalogue, authority) == {ADMINISTRATOR: False, HANDLER: False}
    world.user(authority, administrator=True, rights=[HANDLER])
    with ctx.store.reading():
        assert mandatory_held(ctx.catalogue, authority) == {ADMINISTRATOR: True, HANDLER: True}


def test_a_write_looks_at_no_more_rights_than_it_must(
    ctx: Context, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = world.authority(modules=["services", "gdpr"])
    anna = world.administrator(authority)
    authorities.confirm(ctx, anna, authority)  # the record's first checkpoint looks at none before it
    counts = []
    for more in (1, 30):
        for _ in range(more):
            world.user(authority, rights=[HANDLER, Right("services", "basic_user")])
        with _asked(monkeypatch) as asked:
            authorities.confirm(ctx, anna, authority)
        looks = [(sql, params) for sql, params in asked if '"user_right"' in sql]
        counts.append(len(asked))
        assert len(looks) == 3  # the actor's own rights, and what is held before and after
        for sql, params in looks[1:]:
            if not isinstance(database.obj, SqliteDatabase):
                continue  # the server's plan goes by how many rows there are
            plan = [row[-1] for row in database.execute_sql("EXPLAIN QUERY PLAN " + sql, params)]
            of_rights = [line for line in plan if "user_right" in line]
            assert of_rights and all("(authority_id=? AND module=? AND right=?)" in line for line in of_rights), plan
    assert counts[0] == counts[1]
