"""`imi access`: an authority's access to modules (S1.9, S2.3)."""

from __future__ import annotations

import click

from imi_tui.cli import access_standing
from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.cli.registering import managed
from imi_tui.context import Context
from imi_tui.i18n import _, language
from imi_tui.rules.text import visible
from imi_tui.services import access as access_service
from imi_tui.services import access_changes, access_view
from imi_tui.services.access_view import Withdrawal
from imi_tui.services.directory import authority_meant


@click.group()
def access() -> None:
    """An authority's access to modules, its standing, and who manages it."""


for command in (*access_standing.COMMANDS, managed):
    access.add_command(command)


@access.command("list")
@authority_option
@json_option
def list_access(wanted: str, as_json: bool) -> None:
    """List every module with the authority's access, its role, and who answers for the access."""
    with opened() as context:
        found = access_view.module_access(context, CLI, authority_meant(context, CLI, wanted))
    if as_json:
        print_json(found)
        return
    rows = []
    for one in found:
        state = {"": "—", "given": _("given"), "suspended": _("suspended")}[one.access]
        coordinator = one.access_coordinator.name if one.access_coordinator else "—"
        unheld = ", ".join(_right(context, one.module, right) for right in one.unheld) if one.held else ""
        rows.append((one.module, state, _role(context, one.role) or "—", coordinator, unheld or "—"))
    head = (_("Module"), _("Access"), _("Role"), _("Access coordinator"), _("Mandatory, held by nobody"))
    print_table(head, rows)


@access.command()
@click.argument("module")
@click.option("--role", default="", help="The authority's role in the module; without it the usual one.")
@authority_option
def give(module: str, role: str, wanted: str) -> None:
    """Give access to MODULE, by its code; its mandatory rights go to the longest-registered administrator."""
    with opened() as context:
        access_service.give_module(context, CLI, authority_meant(context, CLI, wanted), module, role)
        name = _module(context, module)
    click.echo(_("Access given: {module}").format(module=name), err=True)


@access.command()
@click.argument("module")
@click.option("--dry-run", is_flag=True, help="Only print what would fall away.")
@authority_option
@json_option
def withdraw(module: str, dry_run: bool, wanted: str, as_json: bool) -> None:
    """Withdraw access to MODULE, by its code; the rights of the users in it end."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        if dry_run:
            found = access_view.withdrawal(context, CLI, authority_id, module)
            if as_json:
                print_json(found)
            else:
                _print_withdrawal(context, found)
            return
        access_service.withdraw_module(context, CLI, authority_id, module)
        name = _module(context, module)
    click.echo(_("Access withdrawn: {module}").format(module=name), err=True)


@access.command()
@click.argument("module")
@authority_option
def suspend(module: str, wanted: str) -> None:
    """Suspend access to MODULE: the rights in it rest, and none can be given."""
    with opened() as context:
        access_changes.suspend_module(context, CLI, authority_meant(context, CLI, wanted), module)
        name = _module(context, module)
    click.echo(_("Access suspended: {module}").format(module=name), err=True)


@access.command()
@click.argument("module")
@authority_option
def resume(module: str, wanted: str) -> None:
    """Resume a suspended access to MODULE; everything in it is as before."""
    with opened() as context:
        access_changes.resume_module(context, CLI, authority_meant(context, CLI, wanted), module)
        name = _module(context, module)
    click.echo(_("Access resumed: {module}").format(module=name), err=True)


@access.command()
@click.argument("module")
@click.argument("role")
@authority_option
def role(module: str, role: str, wanted: str) -> None:
    """Change the authority's ROLE in MODULE: authority, coordinator or access_coordinator."""
    with opened() as context:
        access_changes.change_role(context, CLI, authority_meant(context, CLI, wanted), module, role)
        name, role_name = _module(context, module), _role(context, role)
    click.echo(_("{module}: the role is now {role}.").format(module=name, role=role_name), err=True)


@access.command()
@click.argument("module")
@click.argument("other", metavar="NAME-OR-ID", required=False)
@click.option("--nobody", is_flag=True, help="Nobody answers for the access.")
@authority_option
def coordinator(module: str, other: str | None, nobody: bool, wanted: str) -> None:
    """Say which other authority answers for the access to MODULE."""
    if nobody == (other is not None):
        raise click.UsageError("Give either an authority or --nobody.")
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        coordinator_id = authority_meant(context, CLI, other) if other is not None else None
        access_changes.set_access_coordinator(context, CLI, authority_id, module, coordinator_id)
        name = _module(context, module)
    click.echo(_("Access coordinator changed: {module}").format(module=name), err=True)


def _print_withdrawal(context: Context, found: Withdrawal) -> None:
    lines = [
        (one.name, ", ".join(_right(context, found.module, right) for right in one.rights)) for one in found.people
    ]
    if found.people_count > len(found.people):
        lines.append(("…", str(found.people_count)))
    module = context.catalogue.modules.get(found.module)
    words = {word.code: word.name(language()) for word in module.keywords} if module else {}
    lines += [
        (_("Keywords"), ", ".join(words.get(code, code) for code in found.keywords)),
        (_("Linked coordinators"), ", ".join(one.name for one in found.coordinators)),
        (_("Access coordinator"), found.access_coordinator.name if found.access_coordinator else ""),
        (_("Rely on it as coordinator"), found.linked.words),
        (_("Rely on it for their access"), found.through.words),
    ]
    print_table((_("Falls away"), _("Value")), [(label, value or "—") for label, value in lines])


def _module(context: Context, code: str) -> str:
    found = context.catalogue.modules.get(code)
    return found.name(language()) if found else visible(code)


def _role(context: Context, code: str) -> str:
    found = context.catalogue.roles.get(code)
    return found.name(language()) if found else code


def _right(context: Context, module: str, code: str) -> str:
    found = context.catalogue.modules.get(module)
    names = {right.code: right.name(language()) for right in found.rights} if found else {}
    return names.get(code, code)
