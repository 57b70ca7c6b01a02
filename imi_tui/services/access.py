"""An authority's access to modules: given and withdrawn by its access manager (S1.9, S2.3, S4.2)."""

from __future__ import annotations

from db.models import (
    AccessCoordinator,
    AuthorityModule,
    LinkedCoordinator,
    ModuleKeyword,
    User,
    UserRight,
)
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import ADMINISTRATOR, Actor, May
from imi_tui.rules.refusals import Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import access_rules, authority_mail, authority_store, search_index, user_rights
from imi_tui.services.door import Change, write

TOLD_AT_ONCE = 3000
"""Rights of users that one entry of the record tells of; a large authority's take several."""


def give_module(ctx: Context, actor: Actor, authority_id: int, module: str, role: str = "") -> None:
    """Give an authority access to a module, in a role (without one, the module's usual role).

    The module's mandatory rights go to the longest-registered administrator, who is told by mail and can hand them on
    (S4.2); the authority and its administrators are told of the module. The actor's own authority answers for the
    access where it is an access coordinator of the module. Raises `Refused("module_unknown")`,
    `Refused("role_unknown")`, `Refused("module_held")`, `Refused("access_coordinator_there")`, `NotAllowed`, `Gone`,
    `StoreAway`.
    """
    role = access_rules.role_in(ctx, module, role)
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.MODULE_GIVEN) as change:
        here = (AuthorityModule.authority == authority_id) & (AuthorityModule.module == module)
        if AuthorityModule.select().where(here).exists():
            raise Refused("module_held", module=access_rules.names_of(ctx, module))
        change.note("module", None, module)
        change.note("role", None, role)
        coordinator = enter(ctx, change.facts.authority_id, authority_id, module, role)
        if coordinator is not None:
            change.note("access_coordinator", None, coordinator)
        authority_store.count_up(authority_id)
        search_index.index(ctx, authority_id)
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.MODULE_GIVEN, authority_id, module=module, by=by)
        _hand_out(ctx, change, authority_id, module)


def enter(ctx: Context, own_id: int | None, authority_id: int, module: str, role: str) -> int | None:
    """Write an authority's access to a module in a role, inside a write transaction.

    Returns the access coordinator: the giver's own authority `own_id`, where it is one of the module. Raises
    `Refused("access_coordinator_there")`.
    """
    access_rules.refuse_second_access_coordinator(ctx, authority_id, module, role)
    AuthorityModule.insert(authority=authority_id, module=module, role=role).execute()
    if own_id is None or own_id == authority_id or not access_rules.answers_for_access(own_id, module):
        return None
    AccessCoordinator.insert(authority=authority_id, module=module, coordinator=own_id).execute()
    return own_id


def withdraw_module(ctx: Context, actor: Actor, authority_id: int, module: str) -> None:
    """Withdraw an authority's access to a module; its users' rights, keywords and coordinators in it fall away.

    The authority and its administrators are told. Raises `Refused("module_everywhere")`, while others have it as
    their coordinator there `Refused("module_relied_upon")` or `Refused("module_relied_upon_for_access")`,
    `Gone("module_not_there")`, `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.MODULE_WITHDRAWN) as change:
        row = access_rules.held(ctx, authority_id, module)
        access_rules.refuse_everywhere(ctx, module)
        access_rules.refuse_if_relied_upon(ctx, authority_id, module)
        change.note("module", module, None)
        change.note("role", row.role, None)
        _note_what_falls_away(change, authority_id, module)
        UserRight.delete().where(UserRight.authority == authority_id, UserRight.module == module).execute()
        AuthorityModule.delete().where(
            AuthorityModule.authority == authority_id, AuthorityModule.module == module
        ).execute()
        authority_store.count_up(authority_id)
        search_index.index(ctx, authority_id)
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.MODULE_WITHDRAWN, authority_id, module=module, by=by)


def _note_what_falls_away(change: Change, authority_id: int, module: str) -> None:
    """Rights, keywords and coordinators; the store drops the latter two with the module."""
    rights = UserRight.select(UserRight.user, UserRight.right).where(
        UserRight.authority == authority_id, UserRight.module == module
    )
    rows = [list(row) for row in rights.order_by(UserRight.right, UserRight.user).tuples()]
    change.note("rights", rows[:TOLD_AT_ONCE], [])
    for start in range(TOLD_AT_ONCE, len(rows), TOLD_AT_ONCE):
        further = change.also(change.verb, change.subject_id)
        further.note("module", module, None)
        further.note("rights", rows[start : start + TOLD_AT_ONCE], [])
    for name, table, column in (
        ("keywords", ModuleKeyword, ModuleKeyword.keyword),
        ("coordinators", LinkedCoordinator, LinkedCoordinator.coordinator),
        ("access_coordinator", AccessCoordinator, AccessCoordinator.coordinator),
    ):
        here = (table.authority == authority_id) & (table.module == module)
        fallen = [value for (value,) in table.select(column).where(here).order_by(column).tuples()]
        if fallen:
            change.note(name, fallen, [])


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
