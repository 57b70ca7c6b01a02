"""`imi init`: an empty database with the first access manager and its first user."""

from __future__ import annotations

from dataclasses import replace

import click

from imi_tui import start
from imi_tui.cli.common import json_option, print_json, said
from imi_tui.i18n import _
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.policy import system_actor
from imi_tui.rules.refusals import StoreAway


@click.command()
@click.option("--country", prompt="Country of the access manager (two letters)")
@click.option("--language", prompt="Official language of its name (two letters)")
@click.option("--name", prompt="Official name of the access manager")
@click.option("--email", prompt="E-mail of the access manager")
@click.option("--first-name", prompt="First name of its first user")
@click.option("--surname", prompt="Surname")
@click.option("--user-email", prompt="E-mail of the user")
@click.option("--user-language", prompt="Working language of the user (two letters)")
@json_option
def init(
    country: str, language: str, name: str, email: str, first_name: str, surname: str, user_email: str,
    user_language: str, as_json: bool,
) -> None:  # fmt: skip
    """Make an empty database with the first access manager and its first user, who gets every right.

    The temporary password is mailed by “imi worker”; the username is printed here, to be passed on in person.
    """
    from db.probe import StoreError
    from db.schema import making
    from imi_tui.context import make_context, system_clock
    from imi_tui.services import record_key
    from imi_tui.services.founding import NewAuthority, found
    from imi_tui.services.users import NewUser, register

    settings = start.settings()
    actor = system_actor("init")
    try:
        with said(), making(settings.database_url()) as beside:
            kept = replace(settings, database=beside, record_key=str(settings.record_key_path()))
            record_key.begin(settings, system_clock())
            context = make_context(kept)
            authority_id = found(context, actor, NewAuthority(country.upper(), language.lower(), name, email))
            person = NewUser(first_name, surname, user_language.lower(), user_email)
            registered = register(context, actor, authority_id, person)
            context.store.close()
    except StoreError as error:
        start.fail(sentence(StoreAway(error.kind.value, path=error.detail)))
    if as_json:
        print_json(registered)
        return
    click.echo(_("Username: {username}").format(username=registered.username))
    click.echo(
        _("Pass it on in person, not by e-mail. “imi worker” mails the temporary password to {email}.").format(
            email=registered.mail_to
        ),
        err=True,
    )
