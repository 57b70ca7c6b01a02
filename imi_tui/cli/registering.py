"""`imi authority register` and `imi access managed`: the access manager's desk on the command line (S1.9, B2, B17)."""

from __future__ import annotations

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.i18n import _, date
from imi_tui.i18n.problems import problem_words
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.services import managed as managed_service
from imi_tui.services import registration
from imi_tui.services.directory import LARGEST, authority_meant
from imi_tui.services.managed import ManagedQuery, ManagedRow
from imi_tui.services.managed_problems import Problem
from imi_tui.services.registration import NewAuthority, NewModule
from imi_tui.services.users import NewUser

ID = click.IntRange(1, LARGEST)

PAGE = 500
"""Authorities that are read at once."""


@click.command()
@click.option("--manager", default="", metavar="NAME-OR-ID", help="Its access manager; without it none.")
@click.option("--country", required=True, help="Two letters.")
@click.option("--language", required=True, help="Of the names, an official one of the country: two letters.")
@click.option("--name", required=True, help="Official name.")
@click.option("--informal-name", default="", help="Without it the official name.")
@click.option("--email", required=True, help="Of the authority.")
@click.option("--town", default="")
@click.option("--phone", default="")
@click.option("--keyword", "keywords", multiple=True, help="A keyword by its code; several times for several.")
@click.option("--module", "modules", multiple=True, metavar="CODE[:ROLE]", help="A module, and its role there.")
@click.option("--first-name", required=True, help="Of its first user, who gets every right.")
@click.option("--surname", required=True)
@click.option("--user-email", required=True)
@click.option("--user-language", required=True, help="Working language of the first user: two letters.")
@click.option("--username", default="", help="Without it one is proposed.")
@click.option(
    "--other-than",
    "seen",
    multiple=True,
    type=click.IntRange(1, LARGEST),
    metavar="ID",
    help="One like it, but another.",
)
@json_option
def register(  # one parameter per option
    manager: str, country: str, language: str, name: str, informal_name: str, email: str, town: str, phone: str,
    keywords: tuple[str, ...], modules: tuple[str, ...], first_name: str, surname: str, user_email: str,
    user_language: str, username: str, seen: tuple[int, ...], as_json: bool,
) -> None:  # fmt: skip
    """Register an authority with its modules and its first user, who gets every right.

    The username is printed here, to be passed on in person; the temporary password is mailed.
    """
    with opened() as context:
        wished = dict(module.partition(":")[::2] for module in modules)
        usual = {code: found.roles[0] for code, found in context.catalogue.modules.items()}
        made = registration.register(
            context,
            CLI,
            NewAuthority(
                country=country.upper(),
                language=language.lower(),
                official_name=name,
                informal_name=informal_name,
                email=email,
                town=town,
                phone=phone,
                keywords=frozenset(keywords),
                modules={code: NewModule(role or usual.get(code, "")) for code, role in wished.items()},
                first_user=NewUser(first_name, surname, user_language, user_email, username=username),
                seen=frozenset(seen),
                manager=authority_meant(context, CLI, manager) if manager else None,
            ),
        )
    if as_json:
        print_json(made)
    else:
        click.echo(f"{made.authority_id} {made.first_user.username}")


@click.command()
@authority_option
@click.option("--problem", type=click.Choice([problem.value for problem in Problem]), help="Only those that have it.")
@json_option
def managed(wanted: str, problem: str | None, as_json: bool) -> None:
    """The authorities that an access manager manages, and what needs doing in each."""
    with opened() as context:
        manager = authority_meant(context, CLI, wanted)
        query = ManagedQuery(manager=manager, problem=Problem(problem) if problem else None)
        rows: list[ManagedRow] = []
        while more := managed_service.managed_page(
            context, CLI, query, after=rows[-1].position if rows else None, limit=PAGE
        ):
            rows += more
    if as_json:
        print_json(rows)
        return
    head = (_("Id"), _("Authority"), _("Town"), _("Status"), _("Modules"), _("Confirmed"), _("What needs doing"))
    print_table(
        head,
        [
            (
                str(row.id),
                row.official_name,
                row.town or "—",
                authority_status_words(row.status),
                str(row.modules),
                date(row.confirmed_at) if row.confirmed_at else "—",
                ", ".join(map(problem_words, row.problems)) or "—",
            )
            for row in rows
        ],
    )
