"""Three-way merge of a record's fields (B7): what two people changed of the same thing, each from the same base.

Texts change as a whole: a field that one of them changed is the changed one, a field that both changed to different
values is a clash, which a person decides. Sets change member by member: what either added is added, what either
removed is removed, so that they never clash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

M = TypeVar("M")


@dataclass(frozen=True)
class Clash:
    """A text that both changed: as it was, as it is stored now (by `who`, `at` an instant, where known), as typed."""

    field: str
    base: str
    theirs: str
    mine: str
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Choice:
    """What somebody decided of a clash. It holds for these two values alone: whatever moves on is asked anew."""

    field: str
    theirs: str
    mine: str
    keep_mine: bool


@dataclass(frozen=True)
class Theirs:
    """A field that somebody else changed meanwhile: `who`, and when, where the record knows it."""

    field: str
    who: str = ""
    at: datetime | None = None


def merge_texts(
    base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str], choices: Iterable[Choice] = ()
) -> tuple[dict[str, str], tuple[Clash, ...]]:
    """The texts that keep the changes of both, and the clashes nobody has decided; there `theirs` stands.

    A field that is not there counts as empty. The order is that of the stored fields, then of the others.
    """
    decided = {(one.field, one.theirs, one.mine): one.keep_mine for one in choices}
    merged: dict[str, str] = {}
    clashes = []
    for name in dict.fromkeys((*theirs, *mine, *base)):
        was, now, typed = (side.get(name, "") for side in (base, theirs, mine))
        if now in {was, typed}:
            merged[name] = typed
        elif typed == was:
            merged[name] = now
        elif (name, now, typed) in decided:
            merged[name] = typed if decided[name, now, typed] else now
        else:
            merged[name] = now
            clashes.append(Clash(name, was, now, typed))
    return merged, tuple(clashes)


def merge_set(base: frozenset[M], theirs: frozenset[M], mine: frozenset[M]) -> frozenset[M]:
    """The set that has what either added, and has not what either removed."""
    return (theirs | (mine - base)) - (base - mine)


def merge_sets(
    base: Mapping[str, frozenset[M]], theirs: Mapping[str, frozenset[M]], mine: Mapping[str, frozenset[M]]
) -> dict[str, frozenset[M]]:
    """The same for sets by name; one that is not there counts as empty."""
    nothing: frozenset[M] = frozenset()
    return {
        name: merge_set(base.get(name, nothing), theirs.get(name, nothing), mine.get(name, nothing))
        for name in dict.fromkeys((*theirs, *mine, *base))
    }


def moved_on(base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]) -> list[str]:
    """The texts that only the others changed: what is kept of theirs without a question."""
    names = dict.fromkeys((*theirs, *base))
    return [one for one in names if theirs.get(one, "") != base.get(one, "") == mine.get(one, "")]
