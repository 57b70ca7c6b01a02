"""Rights per module: what an authority's users can be given, who holds what, what falls away with somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from db.models import AuthorityModule, User, UserRight
from db.prepared import Prepared, Slot
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import FieldError, Gone
from imi_tui.services.door import HELD, read

NAMED = 5
"""Other holders that are named; more are only counted."""


@dataclass(frozen=True)
class RightChoice:
    """A right that can be given in a module. `holders` is the number of users who hold it now."""

    code: str
    mandatory: bool
    holders: int


@dataclass(frozen=True)
class ModuleChoice:
    """A module of the authority with its rights; nothing is newly given where the access is suspended."""

    code: str
    suspended: bool
    rights: tuple[RightChoice, ...]


@dataclass(frozen=True)
class FallingRight:
    """A right that goes with a user. Of the others who hold it the first `NAMED` by name, and how many they are."""

    module: str
    right: str
    mandatory: bool
    others: tuple[str, ...]
    others_count: int


def rights_offered(ctx: Context, actor: Actor, authority_id: int) -> tuple[ModuleChoice, ...]:
    """The authority's modules and their rights, in the catalogue's order (S3.7). Raises `NotAllowed`, `Gone`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        modules = _access(authority_id)
        counted = _holder_counts(authority_id)
        return tuple(
            ModuleChoice(
                code,
                modules[code] != "given",
                tuple(
                    RightChoice(right.code, right.mandatory, counted.get(Right(code, right.code), 0))
                    for right in module.rights
                ),
            )
            for code, module in ctx.catalogue.modules.items()
            if code in modules
        )


def falls_away(ctx: Context, actor: Actor, authority_id: int, user_id: int) -> tuple[FallingRight, ...]:
    """The rights that would go with a user, and who else holds them (S4.5). Raises `NotAllowed`, `Gone`."""
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        if not User.select().where(User.id == user_id, User.authority == authority_id).exists():
            raise Gone("user_gone")
        held = rights_of(user_id)
        counted = _holder_counts(authority_id)
        mandatory = {
            Right(right.module, one.code) for right in held for one in ctx.catalogue.mandatory_rights(right.module)
        }
        return tuple(
            FallingRight(
                right.module,
                right.right,
                right in mandatory,
                _others(authority_id, right, user_id),
                counted.get(right, 1) - 1,
            )
            for right in in_order(ctx, held)
        )


def every_right(ctx: Context, authority_id: int) -> frozenset[Right]:
    """Every right in every module that the authority has: what its first user gets (S1.3). In a transaction."""
    return frozenset(
        Right(code, right.code) for code in _access(authority_id) for right in ctx.catalogue.modules[code].rights
    )


def rights_of(user_id: int) -> frozenset[Right]:
    """The rights a user holds; inside a transaction."""
    return frozenset(Right(*row) for row in HELD.rows(user=user_id))


def in_order(ctx: Context, rights: Iterable[Right]) -> list[Right]:
    """Rights in the order of the catalogue; what it does not know comes last."""
    order = [Right(code, right.code) for code, module in ctx.catalogue.modules.items() for right in module.rights]
    place = {right: number for number, right in enumerate(order)}
    return sorted(rights, key=lambda right: (place.get(right, len(place)), right))


def not_to_be_given(ctx: Context, authority_id: int, wanted: Iterable[Right]) -> list[FieldError]:
    """An error for each right that is not to be had in this authority; inside a transaction."""
    return list(refused_rights(ctx, authority_id, wanted).values())


def refused_rights(ctx: Context, authority_id: int, wanted: Iterable[Right]) -> dict[Right, FieldError]:
    """The same by right, in the catalogue's order."""
    modules = _access(authority_id)
    errors = {}
    for right in in_order(ctx, wanted):
        known = ctx.catalogue.modules.get(right.module)
        if right.module not in modules or known is None or right.right not in {one.code for one in known.rights}:
            errors[right] = FieldError("rights", "right_not_available", _facts(ctx, right))
        elif modules[right.module] != "given":
            errors[right] = FieldError("rights", "module_suspended", _facts(ctx, right))
    return errors


def give(user_id: int, authority_id: int, rights: Iterable[Right], now: datetime) -> None:
    """Write rights that a user gets; inside a write transaction."""
    rows = [
        {"user": user_id, "authority": authority_id, "module": right.module, "right": right.right, "granted_at": now}
        for right in sorted(rights)
    ]
    if rows:
        UserRight.insert_many(rows).execute()


def take(user_id: int, rights: Iterable[Right]) -> None:
    """Take rights from a user; inside a write transaction."""
    for right in sorted(rights):
        UserRight.delete().where(
            UserRight.user == user_id, UserRight.module == right.module, UserRight.right == right.right
        ).execute()


def told(rights: Iterable[Right]) -> list[str]:
    """Rights as the record keeps them: `module:right`, sorted."""
    return sorted(f"{right.module}:{right.right}" for right in rights)


def _access(authority_id: int) -> dict[str, str]:
    return dict(_MODULES.rows(authority=authority_id))


_MODULES = Prepared(
    lambda: AuthorityModule.select(AuthorityModule.module, AuthorityModule.access).where(
        AuthorityModule.authority == Slot("authority")
    )
)


def _holder_counts(authority_id: int) -> dict[Right, int]:
    found = (
        UserRight.select(UserRight.module, UserRight.right, fn.COUNT(UserRight.user))
        .where(UserRight.authority == authority_id)
        .group_by(UserRight.module, UserRight.right)
        .tuples()
    )
    return {Right(module, right): count for module, right, count in found}


def _others(authority_id: int, right: Right, user_id: int) -> tuple[str, ...]:
    found = (
        UserRight.select(User.first_name, User.surname)
        .join(User, on=(UserRight.user == User.id))
        .where(
            UserRight.authority == authority_id,
            UserRight.module == right.module,
            UserRight.right == right.right,
            UserRight.user != user_id,
        )
        .order_by(UserRight.user)
        .limit(NAMED)
        .tuples()
    )
    return tuple(f"{first_name} {surname}" for first_name, surname in found)


def _facts(ctx: Context, right: Right) -> tuple[tuple[str, object], ...]:
    """Module and right by their names per language where the catalogue has them."""
    module = ctx.catalogue.modules.get(right.module)
    names = {one.code: one.names for one in module.rights} if module else {}
    return (
        ("module", module.shorts if module else right.module),
        ("right", names.get(right.right, right.right)),
    )
