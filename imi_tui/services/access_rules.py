"""What must hold before an authority's access to a module is changed; all of it is asked inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.models import AccessCoordinator, Authority, AuthorityModule, LinkedCoordinator
from imi_tui.context import Context
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.rules.text import storable

COORDINATOR = "coordinator"
"""The role of an authority to which others of the module can be linked (S2.8)."""

ACCESS_COORDINATOR = "access_coordinator"
"""The role of an authority that answers for the access of others to the module (S1.9)."""

NAMED = 5
"""Authorities that are named where others rely on one; more are only hinted at."""

COUNTED = 1001
"""Authorities are counted up to here: one more than a thousand says "more than 1,000"."""


@dataclass(frozen=True)
class Relying:
    """The authorities that rely on another one: the first `NAMED` by name, and how many they are."""

    names: tuple[str, ...] = ()
    count: int = 0

    @property
    def words(self) -> str:
        """The names in one line (they may have commas in them), with an ellipsis where there are more."""
        return "; ".join([*self.names, "…"] if self.count > len(self.names) else self.names)


def names_of(ctx: Context, module: str) -> Mapping[str, str] | str:
    """A module's names per language, as a refusal tells it; the code of one that the catalogue does not have."""
    found = ctx.catalogue.modules.get(module)
    return found.names if found else module


def held(ctx: Context, authority_id: int, module: str) -> Any:
    """The row of an authority's access to a module. Raises `Gone("module_not_there")`."""
    here = (AuthorityModule.authority == authority_id) & (AuthorityModule.module == storable(module))
    row = AuthorityModule.get_or_none(here)
    if row is None:
        raise Gone("module_not_there", module=names_of(ctx, module))
    return row


def refuse_everywhere(ctx: Context, module: str) -> None:
    """Refuse to take away what every authority has. Raises `Refused("module_everywhere")`."""
    found = ctx.catalogue.modules.get(module)
    if found is not None and found.everywhere:
        raise Refused("module_everywhere", module=found.names)


def role_in(ctx: Context, module: str, role: str) -> str:
    """The role, or the module's usual one where none is named.

    Raises `Refused("module_unknown")`, `Refused("role_unknown")`.
    """
    if module not in ctx.catalogue.modules:
        raise Refused("module_unknown", module=module)
    roles = ctx.catalogue.module(module).roles
    role = role or roles[0]
    if role not in roles:
        raise Refused("role_unknown", role=role, roles=", ".join(roles))
    return role


def refuse_second_access_coordinator(ctx: Context, authority_id: int, module: str, role: str) -> None:
    """A module has one access coordinator in a country. Raises `Refused("access_coordinator_there")`."""
    if role != ACCESS_COORDINATOR:
        return
    country = Authority.select(Authority.country).where(Authority.id == authority_id)
    present = (
        Authority.select(Authority.official_name)
        .join(AuthorityModule)
        .where(
            AuthorityModule.module == module,
            AuthorityModule.role == ACCESS_COORDINATOR,
            Authority.country == country,
            Authority.id != authority_id,
        )
        .scalar()
    )
    if present is not None:
        raise Refused("access_coordinator_there", authority=present, module=names_of(ctx, module))


def answers_for_access(authority_id: int, module: str) -> bool:
    """Whether an authority can answer for the access of others: active, with that role, its own access given."""
    return bool(
        AuthorityModule.select()
        .join(Authority)
        .where(
            AuthorityModule.authority == authority_id,
            AuthorityModule.module == module,
            AuthorityModule.role == ACCESS_COORDINATOR,
            AuthorityModule.access == "given",
            Authority.status == "active",
        )
        .exists()
    )


def linked_to(authority_id: int, module: str) -> Relying:
    """The authorities that have this one as their coordinator in a module (S2.8)."""
    links = LinkedCoordinator.select(LinkedCoordinator.authority)
    here = (LinkedCoordinator.coordinator == authority_id) & (LinkedCoordinator.module == module)
    return _named(Authority.id.in_(links.where(here)))


def accessing_through(authority_id: int, module: str) -> Relying:
    """The authorities whose access to a module this one answers for."""
    links = AccessCoordinator.select(AccessCoordinator.authority)
    here = (AccessCoordinator.coordinator == authority_id) & (AccessCoordinator.module == module)
    return _named(Authority.id.in_(links.where(here)))


def relying_on(authority_id: int) -> Relying:
    """The authorities that have this one as coordinator or access coordinator in any module."""
    linked = LinkedCoordinator.select(LinkedCoordinator.authority).where(LinkedCoordinator.coordinator == authority_id)
    through = AccessCoordinator.select(AccessCoordinator.authority).where(AccessCoordinator.coordinator == authority_id)
    return _named(Authority.id.in_(linked) | Authority.id.in_(through))


def managed_by(authority_id: int) -> Relying:
    """The authorities that this one manages as their access manager."""
    return _named(Authority.manager == authority_id)


def refuse_if_relied_upon(ctx: Context, authority_id: int, module: str, role: str | None = None) -> None:
    """Refuse while others rely on the authority in a module, in one role or in any.

    Raises `Refused("module_relied_upon")`, `Refused("module_relied_upon_for_access")`.
    """
    if role in {None, COORDINATOR} and (linked := linked_to(authority_id, module)).count:
        raise Refused("module_relied_upon", module=names_of(ctx, module), names=linked.words)
    if role in {None, ACCESS_COORDINATOR} and (through := accessing_through(authority_id, module)).count:
        raise Refused("module_relied_upon_for_access", module=names_of(ctx, module), names=through.words)


def refuse_if_managing(authority_id: int) -> None:
    """Refuse while the authority manages others. Raises `Refused("still_managing")`."""
    if (managed := managed_by(authority_id)).count:
        raise Refused("still_managing", names=managed.words)


def _named(condition: Any) -> Relying:
    some = Authority.select(Authority.official_name).where(condition).order_by(Authority.name_key, Authority.id)
    names = tuple(name for (name,) in some.limit(NAMED).tuples())
    full = len(names) == NAMED
    return Relying(names, Authority.select().where(condition).limit(COUNTED).count() if full else len(names))
