"""Look whether the database is in order: the file, the schema, what is derived, the search index, the record (B13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from db import search, shape
from db.models import NEVER, Authority, Meta, User
from db.probe import StoreKind
from imi_tui.context import Context
from imi_tui.rules.chain import instant
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused
from imi_tui.services import record_check, search_index
from imi_tui.services.door import housekeeping, read
from imi_tui.services.steps import Step, Told, untold

CHECKED = "checked"
"""The fact of the store: when it was last found in order."""

_NOTHING_BEYOND = {"damaged", "table_missing", "column_missing"}
"""Faults with which nothing else can be looked at."""

FIRST = 5
"""Faults of a kind that are named; there may be more."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, as a code with the facts for its sentence."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


def check(ctx: Context, actor: Actor, told: Told = untold) -> list[Fault]:
    """Look all of it through; the first faults, none where it is in order (which is noted then). System actors only.

    Raises `NotAllowed`, `StoreAway` where it cannot be looked at.
    """
    faults = list(_of_file(ctx, actor, told))
    if not {fault.code for fault in faults} & _NOTHING_BEYOND:
        faults += [*_of_rows(ctx, actor), *_of_index(ctx, actor, told), *_of_record(ctx, actor, told)]
    if not faults:
        with housekeeping(ctx, actor) as now:
            Meta.put(CHECKED, instant(now))
    return faults


def _of_file(ctx: Context, actor: Actor, told: Told) -> Iterator[Fault]:
    told(Step.SOUND, 0, 1)
    with read(ctx, actor, May.OPERATE, None):
        for problem in shape.damage(ctx.store):
            yield Fault("damaged", {"problem": problem})
        for table, parent in shape.dangling(ctx.store):
            yield Fault("dangling", {"table": table, "parent": parent})
        for misfit in shape.misfits(ctx.store):
            yield Fault(f"{misfit.what}_missing", {"table": misfit.table, "name": misfit.name})
        for table in shape.behind(ctx.store):
            yield Fault("number_taken", {"table": table})
        if mode := shape.out_of_mode(ctx.store):
            yield Fault("out_of_mode", {"mode": mode})
    for path in shape.second_names(ctx.store):
        yield Fault("second_name", {"path": path})
    told(Step.SOUND, 1, 1)


def _of_rows(ctx: Context, actor: Actor) -> Iterator[Fault]:
    """What is derived from other columns says what they say."""
    open_still = User.blocked_at.is_null()
    lapses, at_once = User.attention_at != User.password_until, User.attention_at != NEVER
    wrong = {
        "attention_at": (open_still & lapses) | (User.blocked_at.is_null(False) & at_once),
        "logged_in": User.logged_in != (User.last_login_at != NEVER),
    }
    with read(ctx, actor, May.OPERATE, None):
        for name, condition in wrong.items():
            for (number,) in User.select(User.id).where(condition).order_by(User.id).limit(FIRST).tuples():
                yield Fault("derived", {"column": name, "number": number})


def _of_index(ctx: Context, actor: Actor, told: Told) -> Iterator[Fault]:
    with read(ctx, actor, May.OPERATE, None):
        total = Authority.select().count()
        named = 0
        for done, (number, fits) in enumerate(search_index.coherence(ctx), 1):
            if done % search_index.BITE == 0 or done == total:
                told(Step.INDEX, done, total)
            if not fits and named < FIRST:
                named += 1
                yield Fault("unindexed", {"number": number})
        strangers = search.strangers()
    if strangers:
        yield Fault("index_of_gone", {"number": strangers})
    with housekeeping(ctx, actor):
        whole = search.whole()
    if not whole:
        yield Fault("index_damaged")


def _of_record(ctx: Context, actor: Actor, told: Told) -> Iterator[Fault]:
    try:
        verdict = record_check.verify(ctx, actor, progress=partial(told, Step.RECORD))
    except Refused as refused:
        if refused.code in set(StoreKind):
            raise
        yield Fault("record_unverifiable", {"refused": refused})
        return
    if verdict.broken is not None:
        yield Fault("record_broken", {"how": verdict.broken.how, "entry": verdict.broken.entry_id})
