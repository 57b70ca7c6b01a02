"""A save by one person: a colleague's phone number edited, against the same rows written by the bare driver.

The floor commits an update, an entry and its values, as durably. Fails on shape: statements that grow with the house.
"""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.services import authorities, user_edit
from imi_tui.services.user_edit import EditedUser
from imi_tui.services.user_view import user_detail
from tests.bench.bench import Bench
from tests.bench.house import context, somebody
from tests.bench.result import Result, growth, in_turns
from tests.statements import statements

ROUNDS = 60
COLLEAGUE = 2
GROWTH = 2.5


def measure(bench: Bench) -> Iterator[Result]:
    """A user saved, and an authority; in the smallest house and in the largest."""
    sizes = [1_000, *([bench.users] if bench.users > 1_000 else [])]
    taken: dict[str, list[list[float]]] = {}
    counted: dict[str, list[int]] = {}
    for users in sizes:
        with tempfile.TemporaryDirectory() as folder:
            ctx = context(bench.houses.fresh(users, Path(folder)))
            actor, home = somebody(ctx)
            floor = _floor(Path(folder))
            saves = {"a user": saver(ctx, actor, home), "an authority": authority_saver(ctx, actor, home)}
            for what, save in saves.items():
                with statements(ctx) as sent:
                    save()
                ours, raw = in_turns(bench.rounds(ROUNDS), save, floor, waits=True)
                taken.setdefault(what, []).append(ours)
                counted.setdefault(what, []).append(len(sent))
                broken = growth(taken[what][0], ours, GROWTH)
                if len(set(counted[what])) > 1:
                    broken = f"statements of saving {what}: {counted[what]}"
                yield Result(
                    "save",
                    f"{what}, {users:,} users ({len(sent)} statements)",
                    ours,
                    raw,
                    of_floor="the same rows by sqlite3",
                    broken=broken,
                )
            ctx.store.close()
        if bench.database:
            return


def saver(ctx: Context, actor: Actor, home: int, colleague: int = COLLEAGUE) -> Callable[[], object]:
    """Saves a colleague with another phone number at each call."""
    numbers = itertools.count(100)

    def save() -> object:
        detail = user_detail(ctx, actor, home, colleague)
        shown = (detail.version, detail.first_name, detail.surname, detail.language, detail.email, detail.phone)
        base = EditedUser(*shown, rights=frozenset(detail.rights))
        number = next(numbers)
        mine = replace(base, phone=f"+371 67 {number % 900 + 100} {number // 900 % 900 + 100}")
        return user_edit.edit(ctx, actor, home, colleague, mine, base)

    return save


def authority_saver(ctx: Context, actor: Actor, home: int) -> Callable[[], object]:
    """Saves the authority with another address at each call."""
    numbers = itertools.count(1)

    def save() -> object:
        view = authorities.view(ctx, actor, home)
        base = view.draft()
        mine = replace(base, address=f"Brīvības iela {next(numbers)}")
        return authorities.save(ctx, actor, home, view.version, mine, base)

    return save


def _floor(folder: Path) -> Callable[[], object]:
    """A commit of an update and two inserts, by the driver, on a file of its own."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for sql in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE person (id INTEGER PRIMARY KEY, phone TEXT)",
        "CREATE TABLE entry (id INTEGER PRIMARY KEY, verb TEXT, digest TEXT)",
        "CREATE TABLE value (entry INTEGER, told TEXT)",
        "INSERT INTO person VALUES (1, '')",
    ):
        connection.execute(sql)
    numbers = itertools.count(1)

    def write() -> None:
        number = next(numbers)
        with closing(connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("UPDATE person SET phone = ? WHERE id = 1", (str(number),))
            cursor.execute("INSERT INTO entry VALUES (?, 'user:edited', ?)", (number, "0" * 64))
            cursor.execute("INSERT INTO value VALUES (?, '{}')", (number,))
            cursor.execute("COMMIT")

    return write
