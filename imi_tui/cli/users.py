"""`imi users`: the users of an authority, as the users tab shows them."""

from __future__ import annotations

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.cli.users_files import export_users, import_users
from imi_tui.cli.users_query import BITE, pages_of, query_of, query_options, row_data
from imi_tui.context import Context
from imi_tui.i18n import _, date, date_time, language
from imi_tui.i18n.statuses import account_word, password_word
from imi_tui.rules.refusals import Gone
from imi_tui.rules.text import visible
from imi_tui.services.directory import authority_meant
from imi_tui.services.user_view import user_detail
from imi_tui.services.users import reset_password
from imi_tui.services.users_list import UserQuery, UserRow, users_page


@click.group()
def users() -> None:
    """The users of an authority."""


users.add_command(export_users)
users.add_command(import_users)


@users.command("list")
@authority_option
@query_options
@json_option
def list_users(wanted: str, text: str, status: str | None, sort: str, descending: bool, as_json: bool) -> None:
    """List the users with their statuses."""
    query = query_of(text, status, sort, descending)
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        rows = [row for page in pages_of(context, authority_id, query) for row in page]
    if as_json:
        print_json([row_data(row) for row in rows])
        return
    head = (_("Id"), _("Surname, first name"), _("Username"), _("E-mail"), _("Status"), _("Password"), _("Last log-in"))
    print_table(head, [_row_words(row) for row in rows])


@users.command()
@click.argument("user", metavar="USERNAME-OR-ID")
@authority_option
@json_option
def show(user: str, wanted: str, as_json: bool) -> None:
    """Show a user in full, rights per module included."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        found = user_detail(context, CLI, authority_id, id_of(context, authority_id, user))
        if as_json:
            print_json(found)
            return
        catalogue = context.catalogue
    last = date_time(found.last_login_at) if found.last_login_at else _("never")
    lines = [
        (_("Name"), found.name),
        (_("Username"), found.username),
        (_("E-mail"), found.email),
        (_("Phone"), found.phone or "—"),
        (_("Working language"), found.language),
        (_("Status"), account_word(found.status.account)),
        (_("Password"), password_word(found.status.password)),
        (_("Last log-in"), last),
        (_("Registered"), date(found.registered_at)),
    ]
    for right in found.rights:
        module = catalogue.module(right.module)
        names = {held.code: held.name(language()) for held in module.rights}
        lines.append((module.short(language()), names.get(right.right, right.right)))
    print_table((_("Field"), _("Value")), lines)


@users.command()
@click.argument("user", metavar="USERNAME-OR-ID")
@authority_option
@json_option
def reset(user: str, wanted: str, as_json: bool) -> None:
    """Reset a user's password: the old one no longer works, and a temporary one is mailed."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        done = reset_password(context, CLI, authority_id, id_of(context, authority_id, user))
    if as_json:
        print_json(done)
    else:
        words = _("The password of {name} was reset; a temporary one is mailed to {email}.")
        click.echo(words.format(name=visible(done.name), email=visible(done.mail_to)), err=True)


@users.command()
@click.argument("user", metavar="USERNAME-OR-ID")
@authority_option
def data(user: str, wanted: str) -> None:
    """All that is held of a person, as JSON, to be handed over when that person asks; of a deleted one by the id."""
    from imi_tui.services.own_file import own_file

    with opened() as context:
        user_id = int(user) if user.isdecimal() else id_of(context, authority_meant(context, CLI, wanted), user)
        print_json(own_file(context, CLI, user_id))


def id_of(context: Context, authority_id: int, user: str) -> int:
    """The id of a user by username or id. Raises `Gone("user_unknown")`."""
    if user.isdecimal():
        return int(user)
    for row in users_page(context, CLI, authority_id, UserQuery(user), limit=BITE):
        if row.username.casefold() == user.casefold():
            return row.id
    raise Gone("user_unknown", name=user)


def _row_words(row: UserRow) -> tuple[str, ...]:
    return (
        str(row.id),
        f"{row.surname}, {row.first_name}",
        row.username,
        row.email,
        account_word(row.status.account),
        password_word(row.status.password),
        date(row.last_login_at) if row.last_login_at else _("never"),
    )
