"""What others chose: how many authorities have a keyword, and what an authority like mine may have forgotten (S2.6).

Both are asked off the loop, while somebody chooses keywords; neither costs more than a glance at 20,000 authorities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import SQL, fn

from db.models import Authority, AuthorityKeyword, AuthorityModule, ModuleKeyword
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.services.door import read

MANY = 1000
"""Uses are counted up to here; `MANY + 1` stands for more."""

ALIKE = 200
"""Authorities that are looked at as being like one: those that share most of its keywords and modules."""

ENOUGH = 10
"""So many that share a keyword are enough to leave out those that share none."""

SHARE = 0.25
"""The part of them that must have a keyword for it to be named."""

FEWEST = 3
"""How many of them must have it, however few they are."""

NAMED = 30
"""Keywords named at most."""


@dataclass(frozen=True)
class Suggestion:
    """A keyword that `number` authorities like mine have and I have not."""

    keyword: str
    number: int


@dataclass(frozen=True)
class Advice:
    """What authorities alike have chosen; `alike` are how many were looked at, most common keyword first."""

    alike: int
    suggestions: tuple[Suggestion, ...]

    def percent(self, suggestion: Suggestion) -> int:
        """The share of those alike that have it."""
        return round(100 * suggestion.number / self.alike) if self.alike else 0


def keyword_uses(ctx: Context, actor: Actor, module: str = "") -> Mapping[str, int]:
    """How many active authorities have each general keyword (or each of a module), by its code, up to `MANY + 1`.

    One query for the whole catalogue. Raises `NotAllowed`, `StoreAway`.
    """
    table: Any = ModuleKeyword if module else AuthorityKeyword
    with read(ctx, actor, May.SEE_AUTHORITY, None):
        idle = Authority.select(Authority.id).where(Authority.status != "active")
        where = table.authority.not_in(idle)
        if module:
            where &= table.module == module
        found = table.select(table.keyword, fn.COUNT(table.authority)).where(where).group_by(table.keyword)
        return {keyword: min(number, MANY + 1) for keyword, number in found.tuples()}


def others_like_mine(ctx: Context, actor: Actor, authority_id: int, mine: frozenset[str]) -> Advice:
    """The keywords that many authorities like this one have and `mine` (those of the editing session) do not.

    Alike are active authorities that share its modules, whatever their role, the `ALIKE` that have most of `mine` and
    most of its modules; the module that every authority has says nothing. Raises `NotAllowed`, `Gone`, `StoreAway`.
    """
    with read(ctx, actor, May.SEE_AUTHORITY, authority_id):
        everywhere = [code for code, module in ctx.catalogue.modules.items() if module.everywhere]
        own = AuthorityModule.select(AuthorityModule.module).where(AuthorityModule.authority == authority_id)
        modules = [module for (module,) in own.tuples() if module not in everywhere]
        if not modules:
            return Advice(0, ())
        alike = _alike(authority_id, modules, sorted(mine))
        needed = max(FEWEST, SHARE * len(alike))
        count = fn.COUNT(AuthorityKeyword.authority)
        chosen = (
            AuthorityKeyword.select(AuthorityKeyword.keyword, count)
            .where(AuthorityKeyword.authority.in_(alike), AuthorityKeyword.keyword.not_in(sorted(mine)))
            .group_by(AuthorityKeyword.keyword)
            .having(count >= needed)
            .order_by(count.desc(), AuthorityKeyword.keyword)
            .limit(NAMED)
        )
        return Advice(len(alike), tuple(Suggestion(*row) for row in chosen.tuples()))


def _alike(authority_id: int, modules: list[str], mine: list[str]) -> list[int]:
    """The ids of those most like it; without those that share no keyword, where there are enough that do."""
    common = AuthorityKeyword.select(fn.COUNT(AuthorityKeyword.keyword)).where(
        AuthorityKeyword.authority == AuthorityModule.authority, AuthorityKeyword.keyword.in_(mine)
    )
    found = (
        AuthorityModule.select(AuthorityModule.authority, common.alias("common"))
        .join(Authority)
        .where(
            AuthorityModule.module.in_(modules),
            AuthorityModule.authority != authority_id,
            Authority.status == "active",
        )
        .group_by(AuthorityModule.authority)
        .order_by(SQL("common").desc(), fn.COUNT(AuthorityModule.module).desc(), AuthorityModule.authority)
        .limit(ALIKE)
        .tuples()
    )
    rows = list(found)
    sharing = [number for number, shared in rows if shared]
    return sharing if len(sharing) >= ENOUGH else [number for number, _shared in rows]
