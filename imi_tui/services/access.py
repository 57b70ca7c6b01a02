"""An authority's access to modules: given and withdrawn by its access manager (S1.9, S2.3, S4.2)."""

from __future__ import annotations

from db.models import Authority, AuthorityModule, LinkedCoordinator, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import ADMINISTRATOR, Actor, May
from imi_tui.rules.refusals import Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import authority_mail, search_index, user_rights
from imi_tui.services.door import Change, first_or_gone, write

NAMED = 5
"""Authorities that are named where others rely on one; more are only hinted at."""


def give_module(ctx: Context, actor: Actor, authority_id: int, module: str, role: str = "") -> None:
    """Give an authority access to a module, in a role (without one, the module's usual role).

    The module's mandatory rights go to the longest-registered administrator, who is told by mail and can hand them on
    (S4.2); the authority and its administrators are told of the module. Raises `Refused("module_unknown")`,
    `Refused("role_unknown")`, `Refused("module_held")`, `NotAllowed`, `Gone`, `StoreAway`.
    """
    if module not in ctx.catalogue.modules:
        raise Refused("module_unknown", module=module)
    found = ctx.catalogue.module(module)
    role = role or found.roles[0]
    if role not in found.roles:
        raise Refused("role_unknown", role=role, roles=", ".join(found.roles))
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.MODULE_GIVEN) as change:
        here = (AuthorityModule.authority == authority_id) & (AuthorityModule.module == module)
        if AuthorityModule.select().where(here).exists():
            raise Refused("module_held", module=found.names)
        AuthorityModule.insert(authority=authority_id, module=module, role=role).execute()
        search_index.index(ctx, authority_id)
        change.note("module", None, module)
        change.note("role", None, role)
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.MODULE_GIVEN, authority_id, module=module, by=by)
        _hand_out(ctx, change, authority_id, module)


def withdraw_module(ctx: Context, actor: Actor, authority_id: int, module: str) -> None:
    """Withdraw an authority's access to a module; its users' rights, keywords and coordinators in it fall away.

    The authority and its administrators are told. Raises `Refused("module_everywhere")`,
    `Refused("module_relied_upon")` while others have it as their coordinator there, `Gone("module_not_held")`,
    `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.MODULE_WITHDRAWN) as change:
        here = (AuthorityModule.authority == authority_id) & (AuthorityModule.module == module)
        held = first_or_gone(AuthorityModule.select().where(here), "module_not_held")
        found = ctx.catalogue.modules.get(module)
        if found is not None and found.everywhere:
            raise Refused("module_everywhere", module=found.names)
        if names := _relying(authority_id, module):
            raise Refused("module_relied_upon", module=found.names if found else module, names=", ".join(names))
        rights = UserRight.select(UserRight.user, UserRight.right).where(
            UserRight.authority == authority_id, UserRight.module == module
        )
        change.note("module", module, None)
        change.note("role", held.role, None)
        change.note("rights", [list(row) for row in rights.tuples()], [])
        UserRight.delete().where(UserRight.authority == authority_id, UserRight.module == module).execute()
        AuthorityModule.delete().where(here).execute()
        search_index.index(ctx, authority_id)
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.MODULE_WITHDRAWN, authority_id, module=module, by=by)


def _hand_out(ctx: Context, change: Change, authority_id: int, module: str) -> None:
    """Give the module's mandatory rights to the longest-registered administrator, if there is one."""
    eldest = (
        User.select(User.id)
        .join(UserRight)
        .where(
            UserRight.authority == authority_id,
            UserRight.module == ADMINISTRATOR.module,
            UserRight.right == ADMINISTRATOR.right,
        )
        .order_by(User.registered_at, User.id)
        .scalar()
    )
    rights = [Right(module, right.code) for right in ctx.catalogue.mandatory_rights(module)]
    if eldest is None or not rights:
        return
    change.subject_id = eldest
    change.note("rights", [], user_rights.told(rights))
    user_rights.give(eldest, authority_id, rights, change.now)
    change.mail(MailKind.MANDATORY_RIGHT, authority_id, eldest, rights=rights)


def _relying(authority_id: int, module: str) -> list[str]:
    rows = (
        Authority.select(Authority.official_name)
        .join(LinkedCoordinator, on=(LinkedCoordinator.authority == Authority.id))
        .where(LinkedCoordinator.coordinator == authority_id, LinkedCoordinator.module == module)
        .order_by(Authority.name_key, Authority.id)
        .limit(NAMED + 1)
        .tuples()
    )
    names = [name for (name,) in rows]
    return [*names[:NAMED], "…"] if len(names) > NAMED else names
