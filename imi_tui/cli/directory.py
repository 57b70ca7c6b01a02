"""`imi directory`: find an authority, as the screen does, with the same results in the same order."""

from __future__ import annotations

import click

from db.catalogue import Catalogue
from imi_tui.cli.common import CLI, json_option, opened, print_json, print_table
from imi_tui.i18n import _, country_name, language
from imi_tui.services.directory_search import DirectoryQuery, Field, Found, RoleHeld, search

BITE = 200
"""Authorities that are asked for at once."""

_SEEN = {Field.OFFICIAL_NAME, Field.INFORMAL_NAME, Field.TOWN}
"""What stands in columns of its own."""


@click.group()
def directory() -> None:
    """All the authorities there are."""


@directory.command("search")
@click.argument("words", nargs=-1)
@click.option("--country", metavar="CODE", default="", help="Only those of this country, by its two letters.")
@click.option("--module", metavar="CODE", default="", help="Only those with this module.")
@click.option("--role", metavar="CODE", default="", help="Only those with this role, in the module if one is given.")
@click.option("--keyword", metavar="CODE", default="", help="Only those with this keyword or one under it.")
@click.option("--status", type=click.Choice(["active", "inactive"]), help="Only those of this status.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many are shown at most.")
@json_option
def search_directory(
    words: tuple[str, ...], country: str, module: str, role: str, keyword: str, status: str | None, limit: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Find authorities by WORDS of their names, town, keywords, modules, country, description or addresses.

    The best come first; without WORDS all of them, by name.
    """
    query = DirectoryQuery(" ".join(words), country.upper(), module, role, keyword, status or "")
    found: list[Found] = []
    with opened() as context:
        while len(found) < limit:
            after = found[-1].position if found else None
            page = search(context, CLI, query, language(), after=after, limit=min(BITE, limit - len(found)))
            if not page:
                break
            found += page
        catalogue = context.catalogue
    if as_json:
        print_json([_data(one) for one in found])
        return
    names = (_("Official name"), _("Informal name"), _("Town"))
    head = (_("Id"), _("Country"), *names, _("Status"), _("Modules"), _("Found by"))
    print_table(head, [_row(one, catalogue) for one in found])


def _data(found: Found) -> dict[str, object]:
    """What a machine is told: all but the place in the list, which is no business of its."""
    return {name: value for name, value in vars(found).items() if name != "position"}


def _row(found: Found, catalogue: Catalogue) -> tuple[str, ...]:
    status = _("● active") if found.status == "active" else _("○ inactive")
    return (
        str(found.id),
        country_name(found.country),
        found.official_name,
        found.informal_name or "—",
        found.town or "—",
        status,
        ", ".join(_role(catalogue, held) for held in found.roles),
        _reason(found),
    )


def _role(catalogue: Catalogue, held: RoleHeld) -> str:
    """A module, with the role where it is not the usual one."""
    module = catalogue.modules.get(held.module)
    if module is None:
        return held.module
    role = "" if held.role == module.roles[0] else catalogue.roles[held.role].name(language())
    return f"{module.short(language())} ({role})" if role else module.short(language())


def _reason(found: Found) -> str:
    """Why it was found, as far as name and town do not show it; what was taken for another spelling is said."""
    parts = [match.text for match in found.matches if match.field not in _SEEN]
    slips = dict.fromkeys(word for match in found.matches for word in match.corrected)
    return " · ".join([*parts, *(f"≈ {word}" for word in slips)]) or "—"
