"""`imi access`: give an authority access to a module, or withdraw it (S1.9)."""

from __future__ import annotations

import click

from imi_tui.cli.common import CLI, authority_option, opened
from imi_tui.i18n import _, language
from imi_tui.services import access as access_service
from imi_tui.services.directory import authority_meant


@click.group()
def access() -> None:
    """An authority's access to modules."""


@access.command()
@click.argument("module")
@click.option("--role", default="", help="The authority's role in the module; without it the usual one.")
@authority_option
def give(module: str, role: str, wanted: str) -> None:
    """Give access to MODULE, by its code; its mandatory rights go to the longest-registered administrator."""
    with opened() as context:
        access_service.give_module(context, CLI, authority_meant(context, CLI, wanted), module, role)
        name = context.catalogue.module(module).name(language())
    click.echo(_("Access given: {module}").format(module=name), err=True)


@access.command()
@click.argument("module")
@authority_option
def withdraw(module: str, wanted: str) -> None:
    """Withdraw access to MODULE, by its code; the rights of the users in it end."""
    with opened() as context:
        access_service.withdraw_module(context, CLI, authority_meant(context, CLI, wanted), module)
    click.echo(_("Access withdrawn: {module}").format(module=module), err=True)
