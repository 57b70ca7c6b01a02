"""`imi authority`: an authority's own data, as the first three tabs show it."""

from __future__ import annotations

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.cli.registering import register
from imi_tui.i18n import _, country_name, date, language, language_name
from imi_tui.i18n.statuses import stale_words
from imi_tui.services.authorities import confirm as confirm_data
from imi_tui.services.authorities import view
from imi_tui.services.directory import authority_meant


@click.group()
def authority() -> None:
    """An authority's own data."""


authority.add_command(register)


@authority.command()
@authority_option
def confirm(wanted: str) -> None:
    """Confirm that an authority's data is current."""
    with opened() as context:
        at = confirm_data(context, CLI, authority_meant(context, CLI, wanted))
    click.echo(_("Confirmed: the data is current on {date}.").format(date=date(at)), err=True)


@authority.command()
@authority_option
@json_option
def show(wanted: str, as_json: bool) -> None:
    """Show an authority: names, contact, keywords, modules."""
    with opened() as context:
        found = view(context, CLI, authority_meant(context, CLI, wanted))
        catalogue = context.catalogue
    if as_json:
        print_json(found)
        return
    lines = [(_("Official name"), found.official_name), (_("Country"), country_name(found.country))]
    for label, texts in ((_("Informal name"), found.informal_names), (_("Description"), found.descriptions)):
        stale = f"  {stale_words()}"
        lines += [(f"{label} ({text.language})", text.text + (stale if text.stale else "")) for text in texts]
    lines += [
        (_("Address"), found.address),
        (_("Postcode"), found.postcode),
        (_("Town"), found.town),
        (_("Phone"), found.phone),
        (_("E-mail"), found.email),
        (_("Website"), found.website),
        (_("Languages spoken"), ", ".join(language_name(code) for code in found.languages)),
        (_("Data confirmed"), date(found.confirmed_at) if found.confirmed_at else _("never")),
    ]
    words = sorted(catalogue.keywords[code].name(language()) for code in found.keywords if code in catalogue.keywords)
    lines.append((_("Keywords"), ", ".join(words)))
    for held in found.modules:
        coordinators = ", ".join(coordinator.name for coordinator in held.coordinators) or "—"
        lines.append((catalogue.module(held.code).short(language()), f"{held.role} · {held.access} · {coordinators}"))
    print_table((_("Field"), _("Value")), [(label, value or "—") for label, value in lines])
