"""`imi users`: the users of an authority, as the users tab shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.context import Context
from imi_tui.i18n import _, date, date_time, language
from imi_tui.i18n.statuses import account_word, password_word
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.refusals import Gone
from imi_tui.rules.text import visible
from imi_tui.services.directory import authority_meant
from imi_tui.services.user_view import user_detail
from imi_tui.services.users import reset_password
from imi_tui.services.users_list import Sort, UserQuery, UserRow, users_page

STATUSES: dict[str, AccountStatus | PasswordStatus] = {
    **{status.value: status for status in AccountStatus},
    **{status.value: status for status in PasswordStatus},
}
BITE = 500


@click.group()
def users() -> None:
    """The users of an authority."""


@users.command("list")
@authority_option
@click.option("--filter", "text", default="", help="Words that occur in the name, username or e-mail.")
@click.option("--status", type=click.Choice(list(STATUSES)), help="Only those of this status.")
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), default=Sort.NAME.value)
@click.option("--descending", is_flag=True)
@json_option
def list_users(wanted: str, text: str, status: str | None, sort: str, descending: bool, as_json: bool) -> None:
    """List the users with their statuses."""
    query = UserQuery(text, STATUSES[status] if status else None, Sort(sort), descending)
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        rows = list(_all(context, authority_id, query))
    if as_json:
        print_json([_row_data(row) for row in rows])
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


def _all(context: Context, authority_id: int, query: UserQuery) -> Iterator[UserRow]:
    page = users_page(context, CLI, authority_id, query, limit=BITE)
    while page:
        yield from page
        page = users_page(context, CLI, authority_id, query, after=page[-1].position, limit=BITE)


def id_of(context: Context, authority_id: int, user: str) -> int:
    """The id of a user by username or id. Raises `Gone("user_unknown")`."""
    if user.isdecimal():
        return int(user)
    for row in users_page(context, CLI, authority_id, UserQuery(user), limit=BITE):
        if row.username.casefold() == user.casefold():
            return row.id
    raise Gone("user_unknown", name=user)


def _row_data(row: UserRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "first_name": row.first_name,
        "surname": row.surname,
        "username": row.username,
        "email": row.email,
        "phone": row.phone,
        "language": row.language,
        "status": row.status.account,
        "password": row.status.password,
        "password_changes_at": row.status.changes_at,
        "last_login_at": row.last_login_at,
    }


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
