"""What is changed of an access that an authority has: suspended, resumed, its role, who answers for it (S1.9, S2.3)."""

from __future__ import annotations

from db.models import AccessCoordinator, Authority, AuthorityModule
from imi_tui.context import Context
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import access_rules, authority_mail, authority_store
from imi_tui.services.door import write


def suspend_module(ctx: Context, actor: Actor, authority_id: int, module: str) -> None:
    """Suspend an authority's access to a module: the rights in it rest, none can be given, all of it stays.

    The authority is no longer offered as a coordinator there; links to it stay. It and its administrators are told.
    Raises `Refused("module_everywhere")`, `Refused("already_suspended")`, `Gone("module_not_there")`, `NotAllowed`,
    `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.MODULE_SUSPENDED) as change:
        row = access_rules.held(ctx, authority_id, module)
        access_rules.refuse_everywhere(ctx, module)
        if row.access == "suspended":
            raise Refused("already_suspended", module=access_rules.names_of(ctx, module))
        change.note("module", None, module)
        _set(authority_id, module, access="suspended")
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.MODULE_SUSPENDED, authority_id, module=module, by=by)


def resume_module(ctx: Context, actor: Actor, authority_id: int, module: str) -> None:
    """Give a suspended access back; everything in it is as it was. The authority and its administrators are told.

    Raises `Refused("not_suspended")`, `Gone("module_not_there")`, `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.MODULE_RESUMED) as change:
        if access_rules.held(ctx, authority_id, module).access != "suspended":
            raise Refused("not_suspended", module=access_rules.names_of(ctx, module))
        change.note("module", None, module)
        _set(authority_id, module, access="given")
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.MODULE_RESUMED, authority_id, module=module, by=by)


def change_role(ctx: Context, actor: Actor, authority_id: int, module: str, role: str) -> None:
    """Change what an authority is in a module; it and its administrators are told.

    Raises `Refused("role_unknown")`, `Refused("role_held")`, `Refused("access_coordinator_there")` where the country
    has another access coordinator, while others rely on the role that it would lose `Refused("module_relied_upon")`
    or `Refused("module_relied_upon_for_access")`, `Refused("module_unknown")`, `Gone("module_not_there")`,
    `NotAllowed`, `StoreAway`.
    """
    role = access_rules.role_in(ctx, module, role)
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.MODULE_ROLE_CHANGED) as change:
        row = access_rules.held(ctx, authority_id, module)
        if row.role == role:
            raise Refused("role_held", module=access_rules.names_of(ctx, module), role=ctx.catalogue.roles[role].names)
        access_rules.refuse_if_relied_upon(ctx, authority_id, module, row.role)
        access_rules.refuse_second_access_coordinator(ctx, authority_id, module, role)
        change.note("module", None, module)
        change.note("role", row.role, role)
        _set(authority_id, module, role=role)
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.MODULE_ROLE, authority_id, module=module, role=role, by=by)


def set_access_coordinator(
    ctx: Context, actor: Actor, authority_id: int, module: str, coordinator_id: int | None
) -> None:
    """Say which authority answers for the access of this one to a module; None: nobody does.

    Raises `Refused("coordinator_is_self")`, `Refused("not_an_access_coordinator")` where that one is none (any more),
    `Refused("already_so")`, `Gone("module_not_there")`, `Gone("authority_gone")`, `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.ACCESS_COORDINATOR_CHANGED) as change:
        access_rules.held(ctx, authority_id, module)
        here = (AccessCoordinator.authority == authority_id) & (AccessCoordinator.module == module)
        before = AccessCoordinator.select(AccessCoordinator.coordinator).where(here).scalar()
        if coordinator_id == before:
            raise Refused("already_so")
        AccessCoordinator.delete().where(here).execute()
        if coordinator_id is not None:
            _refuse_who_cannot(authority_id, module, coordinator_id)
            AccessCoordinator.insert(authority=authority_id, module=module, coordinator=coordinator_id).execute()
        change.note("module", None, module)
        change.note("access_coordinator", before, coordinator_id)
        authority_store.count_up(authority_id)


def _refuse_who_cannot(authority_id: int, module: str, coordinator_id: int) -> None:
    if coordinator_id == authority_id:
        raise Refused("coordinator_is_self")
    name = Authority.select(Authority.official_name).where(Authority.id == coordinator_id).scalar()
    if name is None:
        raise Gone("authority_gone")
    if not access_rules.answers_for_access(coordinator_id, module):
        raise Refused("not_an_access_coordinator", authority=name)


def _set(authority_id: int, module: str, **values: str) -> None:
    AuthorityModule.update(**values).where(
        AuthorityModule.authority == authority_id, AuthorityModule.module == module
    ).execute()
    authority_store.count_up(authority_id)
