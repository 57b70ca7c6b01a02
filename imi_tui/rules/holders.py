"""Rights and who holds them: some rights must be held by at least one user in each authority (S4.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple


class Right(NamedTuple):
    """A right in a module, by the catalogue's codes."""

    module: str
    right: str


class Weak(NamedTuple):
    """Mandatory rights that nobody holds, and those that only one person holds."""

    unheld: list[Right]
    single: list[Right]


def newly_unheld(
    mandatory: Iterable[Right], before: Mapping[Right, Collection[int]], after: Mapping[Right, Collection[int]]
) -> list[Right]:
    """The mandatory rights that somebody held before and nobody holds after."""
    return [right for right in mandatory if before.get(right) and not after.get(right)]


def weak(mandatory: Iterable[Right], holders: Mapping[Right, Collection[int]]) -> Weak:
    """Where the authority's continuity is weak."""
    wanted = list(mandatory)
    return Weak(
        unheld=[right for right in wanted if not holders.get(right)],
        single=[right for right in wanted if len(holders.get(right, ())) == 1],
    )
