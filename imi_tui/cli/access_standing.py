"""`imi access`, its second half: an authority's standing, its function, and the access manager it has (S1.8, B2)."""

from __future__ import annotations

import click

from imi_tui.cli.common import CLI, authority_option, opened
from imi_tui.i18n import _
from imi_tui.services import functions, handover, standing
from imi_tui.services.directory import authority_meant


@click.command()
@authority_option
def deactivate(wanted: str) -> None:
    """Deactivate an authority: it stays findable, and its users only read."""
    with opened() as context:
        standing.deactivate(context, CLI, authority_meant(context, CLI, wanted))
    click.echo(_("The authority is deactivated."), err=True)


@click.command()
@authority_option
def reactivate(wanted: str) -> None:
    """Reactivate an authority."""
    with opened() as context:
        standing.reactivate(context, CLI, authority_meant(context, CLI, wanted))
    click.echo(_("The authority is active."), err=True)


@click.command()
@click.argument("manager", metavar="NAME-OR-ID")
@authority_option
def offer(manager: str, wanted: str) -> None:
    """Offer an authority to another access manager, which accepts or declines."""
    with opened() as context:
        to_manager_id = authority_meant(context, CLI, manager)
        handover.offer(context, CLI, authority_meant(context, CLI, wanted), to_manager_id)
    click.echo(_("Offered. Nothing changes until the other access manager accepts."), err=True)


@click.command()
@authority_option
def accept(wanted: str) -> None:
    """Accept an authority that is offered, for the access manager to which it is offered."""
    with opened() as context:
        handover.accept(context, CLI, authority_meant(context, CLI, wanted))
    click.echo(_("The authority was taken over."), err=True)


@click.command()
@authority_option
def decline(wanted: str) -> None:
    """Decline an authority that is offered, for the access manager to which it is offered."""
    with opened() as context:
        handover.decline(context, CLI, authority_meant(context, CLI, wanted))
    click.echo(_("The offer was declined."), err=True)


@click.command("take-back")
@authority_option
def take_back(wanted: str) -> None:
    """Take back the offer of an authority."""
    with opened() as context:
        handover.take_back(context, CLI, authority_meant(context, CLI, wanted))
    click.echo(_("The offer was taken back."), err=True)


@click.command()
@click.option("--on/--off", required=True, help="Whether the authority is an access manager.")
@authority_option
def manager(on: bool, wanted: str) -> None:
    """Make an authority an access manager, or no longer one."""
    with opened() as context:
        functions.set_access_manager(context, CLI, authority_meant(context, CLI, wanted), on)
    click.echo(_("The authority is an access manager.") if on else _("The authority is no access manager."), err=True)


@click.command()
@authority_option
def commission(wanted: str) -> None:
    """Say which authority is the Commission's own, which corrects translations."""
    with opened() as context:
        functions.set_commission(context, CLI, authority_meant(context, CLI, wanted))
    click.echo(_("The authority is the Commission's own."), err=True)


COMMANDS = (deactivate, reactivate, offer, accept, decline, take_back, manager, commission)
"""What joins the group `imi access`."""
