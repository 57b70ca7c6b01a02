"""Move a deployment from one database to another, whatever the engines: every row, compared, the record verified (B12).

The target is refused by the app until all of it holds. A run that was killed goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from db import backup as files
from db import copy as rows
from db import in_use
from db.catalogue import load
from db.engine import Store
from db.files import write_beside
from db.models import Entry
from db.probe import StoreError, StoreKind, probe, shown_url
from imi_tui.context import Context
from imi_tui.rules.chain import checkpoint_line
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import NotAllowed, Refused, StoreAway
from imi_tui.rules.script import INDEXED
from imi_tui.services import record_check, record_kept, record_key, search_index
from imi_tui.services.door import read
from imi_tui.services.hashing import Hasher
from imi_tui.services.steps import Step, Told, untold
from imi_tui.settings import Settings

OF_THE_ENGINE = frozenset({INDEXED})
"""Facts that are not copied: each engine's index is made anew."""


@dataclass(frozen=True)
class Copied:
    """A copy that is whole: the tables with their rows and digests, the record's entries, where its key is now."""

    tables: tuple[rows.Compared, ...]
    entries: int
    key: Path


def copy(
    settings: Settings, actor: Actor, source_url: str, target_url: str, now: Callable[[], datetime], *,
    fresh: bool = False, told: Told = untold,
) -> Copied:  # fmt: skip
    """Copy everything; `fresh`: a half copy that is there is thrown away. System actors only.

    Raises `Refused`: `copy_itself`, `copy_in_use`, `copy_exists`, `copy_of_another`, `copy_source_changed`,
    `copy_other_key`, `copy_unfit`, `copy_differs`, `copy_record_broken`; `StoreAway`, `NotAllowed`.
    """
    if not actor.system:
        raise NotAllowed("not_allowed")
    if source_url == target_url:
        raise Refused("copy_itself")
    try:
        probe(source_url)
        _nobody_at(source_url)
        here, there = (replace(settings, database=url) for url in (source_url, target_url))
        with files.second_store(source_url) as store:
            return _into(_context(here, store, now), there, actor, fresh, told)
    except rows.Unfit as unfit:
        raise Refused("copy_unfit", table=unfit.table, key=unfit.key) from unfit
    except rows.Differs as differs:
        raise Refused("copy_differs", table=differs.table, key=differs.key) from differs
    except StoreError as error:
        raise _refusal(error, shown_url(target_url)) from error


def _into(source: Context, there: Settings, actor: Actor, fresh: bool, told: Told) -> Copied:
    target_url = there.database_url()
    with read(source, actor, May.OPERATE, None):
        end = Entry.select(Entry.id, Entry.digest).order_by(Entry.id.desc()).limit(1).tuples().first() or (0, "")
    if end[0]:
        record_key.load(source.settings)
    if fresh:
        rows.drop(target_url)
    if rows.state_of(target_url) == "other":
        raise Refused("copy_exists", target=shown_url(target_url))
    _bring_key(source.settings, there)
    rows.begin(target_url, f"{shown_url(source.store.url)} {end[0]} {end[1]}")
    with files.second_store(target_url) as store:
        target = replace(source, store=store, settings=there)
        with source.store.reading():
            rows.run(source.store, store, OF_THE_ENGINE, partial(told, Step.COPY))
            search_index.complete(target, partial(told, Step.INDEX), anew=True)
            with store.reading():
                compared = rows.compare(source.store, store, OF_THE_ENGINE, partial(told, Step.COMPARE))
        verdict = record_check.verify(
            target, actor, checkpoint=_expected(source.settings), progress=partial(told, Step.RECORD)
        )
        if verdict.broken is not None:
            raise Refused("copy_record_broken", entry=verdict.broken.entry_id)
        _unchanged(source, end)
        rows.finish(store)
        store.settle()
    return Copied(tuple(compared), verdict.entries, there.record_key_path())


def _context(settings: Settings, store: Store, now: Callable[[], datetime]) -> Context:
    hasher = Hasher(settings.hash_memory_kib, settings.hash_time)
    return Context(store, load(), settings, hasher, now, staged=True)


def _nobody_at(url: str) -> None:
    if process := in_use.other(url):
        raise Refused("copy_in_use", path=shown_url(url), process=process)


def _unchanged(source: Context, end: tuple[int, str]) -> None:
    """Nobody wrote to the source meanwhile: that would not be in the copy."""
    with files.second_store(source.store.url) as store, store.reading():
        now = Entry.select(Entry.id, Entry.digest).order_by(Entry.id.desc()).limit(1).tuples().first() or (0, "")
    if tuple(now) != tuple(end):
        raise Refused("copy_source_changed")


def _bring_key(here: Settings, there: Settings) -> None:
    """The key of the record goes along, with what is kept beside it. Raises `Refused("copy_other_key")`."""
    old, new = here.record_key_path(), there.record_key_path()
    try:
        if old == new or not old.exists():
            return
        if new.exists():
            if new.read_bytes() != old.read_bytes():
                raise Refused("copy_other_key", path=new)
            return
        new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for suffix in (".checkpoint", ".erasures", ""):
            one = old.with_name(old.name + suffix)
            if one.exists():
                write_beside(new.with_name(new.name + suffix), one.read_bytes())
    except OSError as error:
        raise StoreAway("record_key_unusable", path=new) from error


def _expected(here: Settings) -> str:
    """The checkpoint that is kept beside the source's key, as a line."""
    if not here.record_key_path().exists():
        return ""
    key = record_key.load(here)
    kept = record_kept.kept(here, key)
    return "" if kept is None else checkpoint_line(key, kept)


def _refusal(error: StoreError, target: str) -> Refused:
    if error.kind is StoreKind.EXISTS:
        return Refused("copy_exists", target=target)
    if error.kind is StoreKind.REPLACED:
        return Refused("copy_of_another", target=target)
    return StoreAway(error.kind.value, path=error.detail)
