"""What the access manager sees of an authority's access: every module with its state, and what would fall away."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import fn

from db.models import (
    AccessCoordinator,
    Authority,
    AuthorityModule,
    LinkedCoordinator,
    ModuleKeyword,
    User,
    UserRight,
)
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor, May
from imi_tui.services import access_rules, user_rights
from imi_tui.services.access_rules import Relying
from imi_tui.services.authority_view import Coordinator
from imi_tui.services.door import read
from imi_tui.services.mandatory_rights import mandatory_held

PEOPLE = 50
"""People that are shown with their rights; more are only counted."""

COUNTED = 1001
"""People are counted up to here: one more than a thousand says "more than 1,000"."""


@dataclass(frozen=True)
class Access:
    """A module of the catalogue as an authority has it; `role` and `access` are empty where it does not have it.

    `unheld` are the codes of the mandatory rights that nobody holds (S4.3), empty where the module is not there.
    """

    module: str
    held: bool
    role: str = ""
    access: str = ""
    access_coordinator: Coordinator | None = None
    unheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonsRights:
    """A user with the rights held in a module, in the catalogue's order."""

    user_id: int
    name: str
    rights: tuple[str, ...]


@dataclass(frozen=True)
class Withdrawal:
    """What would fall away with a module: the first `PEOPLE` by name and how many (to `COUNTED`), keywords, links.

    `linked` and `through` rely on the authority there, as coordinator and as access coordinator; `everywhere` marks
    the module that nobody is without. Where any of these is, `refused` says that it cannot be withdrawn now.
    """

    module: str
    role: str
    access: str
    people: tuple[PersonsRights, ...]
    people_count: int
    keywords: tuple[str, ...]
    coordinators: tuple[Coordinator, ...]
    access_coordinator: Coordinator | None
    linked: Relying
    through: Relying
    everywhere: bool

    @property
    def refused(self) -> bool:
        """Whether withdrawing it would be refused."""
        return self.everywhere or bool(self.linked.count or self.through.count)


def module_access(ctx: Context, actor: Actor, authority_id: int) -> tuple[Access, ...]:
    """Every module of the catalogue, in its order, as this authority has it (S1.9, S2.3).

    Raises `NotAllowed`, `Gone("authority_gone")`, `StoreAway`.
    """
    with read(ctx, actor, May.MANAGE_ACCESS, authority_id):
        columns = AuthorityModule.select(AuthorityModule.module, AuthorityModule.role, AuthorityModule.access)
        found = columns.where(AuthorityModule.authority == authority_id).tuples()
        rows: dict[str, tuple[str, str]] = {module: (role, access) for module, role, access in found}
        answering = _access_coordinators(authority_id)
        unheld = _unheld(ctx, authority_id)
    return tuple(
        Access(code, True, *rows[code], answering.get(code), unheld.get(code, ()))
        if code in rows
        else Access(code, False)
        for code in ctx.catalogue.modules
    )


def withdrawal(ctx: Context, actor: Actor, authority_id: int, module: str) -> Withdrawal:
    """What would fall away if the module were withdrawn, and who relies on the authority there (B15).

    Raises `Gone("module_not_there")`, `NotAllowed`, `Gone("authority_gone")`, `StoreAway`.
    """
    with read(ctx, actor, May.MANAGE_ACCESS, authority_id):
        row = access_rules.held(ctx, authority_id, module)
        found = ctx.catalogue.modules.get(module)
        people, people_count = _people(ctx, authority_id, module)
        keywords = ModuleKeyword.select(ModuleKeyword.keyword).where(
            ModuleKeyword.authority == authority_id, ModuleKeyword.module == module
        )
        return Withdrawal(
            module=module,
            role=row.role,
            access=row.access,
            people=people,
            people_count=people_count,
            keywords=tuple(keyword for (keyword,) in keywords.order_by(ModuleKeyword.keyword).tuples()),
            coordinators=_coordinators(authority_id, module),
            access_coordinator=_access_coordinators(authority_id).get(module),
            linked=access_rules.linked_to(authority_id, module),
            through=access_rules.accessing_through(authority_id, module),
            everywhere=found is not None and found.everywhere,
        )


def _access_coordinators(authority_id: int) -> dict[str, Coordinator]:
    rows = (
        AccessCoordinator.select(AccessCoordinator.module, Authority.id, Authority.official_name, Authority.country)
        .join(Authority, on=(AccessCoordinator.coordinator == Authority.id))
        .where(AccessCoordinator.authority == authority_id)
    )
    return {module: Coordinator(*coordinator) for module, *coordinator in rows.tuples()}


def _coordinators(authority_id: int, module: str) -> tuple[Coordinator, ...]:
    rows = (
        LinkedCoordinator.select(Authority.id, Authority.official_name, Authority.country)
        .join(Authority, on=(LinkedCoordinator.coordinator == Authority.id))
        .where(LinkedCoordinator.authority == authority_id, LinkedCoordinator.module == module)
        .order_by(Authority.name_key, Authority.id)
    )
    return tuple(Coordinator(*row) for row in rows.tuples())


def _unheld(ctx: Context, authority_id: int) -> dict[str, tuple[str, ...]]:
    """Per module the mandatory rights that nobody holds."""
    lacking = [right for right, held in mandatory_held(ctx.catalogue, authority_id).items() if not held]
    return {
        code: tuple(one.right for one in user_rights.in_order(ctx, lacking) if one.module == code)
        for code in {right.module for right in lacking}
    }


def _people(ctx: Context, authority_id: int, module: str) -> tuple[tuple[PersonsRights, ...], int]:
    """The first people by name who hold rights in a module, and how many hold any.

    Few holders are looked up by their ids; of many, the first are soon found by going through the users by name.
    """
    here = (UserRight.authority == authority_id) & (UserRight.module == module)
    holders = [
        user_id for (user_id,) in UserRight.select(UserRight.user).where(here).distinct().limit(COUNTED).tuples()
    ]
    rights_here = UserRight.select(UserRight.right).where(UserRight.user == User.id, UserRight.module == module)
    holding = User.id.in_(holders) if len(holders) < COUNTED else fn.EXISTS(rights_here)
    people = list(
        User.select(User.id, User.first_name, User.surname)
        .where(User.authority == authority_id, holding)
        .order_by(User.surname_key, User.first_name_key, User.id)
        .limit(PEOPLE)
        .tuples()
    )
    rights = _rights(ctx, module, [user_id for user_id, *_name in people])
    return (
        tuple(
            PersonsRights(user_id, f"{first_name} {surname}", rights[user_id])
            for user_id, first_name, surname in people
        ),
        len(holders),
    )


def _rights(ctx: Context, module: str, users: list[int]) -> dict[int, tuple[str, ...]]:
    """What each of these users holds in a module, in the catalogue's order."""
    held: dict[int, list[str]] = {}
    rows = UserRight.select(UserRight.user, UserRight.right).where(
        UserRight.user.in_(users), UserRight.module == module
    )
    for user_id, right in rows.tuples():
        held.setdefault(user_id, []).append(right)
    return {
        user_id: tuple(one.right for one in user_rights.in_order(ctx, (Right(module, right) for right in some)))
        for user_id, some in held.items()
    }
