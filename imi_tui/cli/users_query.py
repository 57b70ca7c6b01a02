"""The options by which `imi users list` and `export` choose and sort users, and the users that they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

from imi_tui.cli.common import CLI
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.services.users_list import Sort, UserQuery, UserRow, users_page

STATUSES: dict[str, AccountStatus | PasswordStatus] = {
    **{status.value: status for status in AccountStatus},
    **{status.value: status for status in PasswordStatus},
}

BITE = 500
"""Users that are read at once."""

F = TypeVar("F", bound=Callable[..., Any])


def query_options(command: F) -> F:
    """`--filter`, `--status`, `--sort`, `--descending`, for `query_of`."""
    for option in (
        click.option("--descending", is_flag=True),
        click.option("--sort", type=click.Choice([sort.value for sort in Sort]), default=Sort.NAME.value),
        click.option("--status", type=click.Choice(list(STATUSES)), help="Only those of this status."),
        click.option("--filter", "text", default="", help="Words that occur in the name, username or e-mail."),
    ):
        command = option(command)
    return command


def query_of(text: str, status: str | None, sort: str, descending: bool) -> UserQuery:
    """What the options ask for."""
    return UserQuery(text, STATUSES[status] if status else None, Sort(sort), descending)


def pages_of(context: Context, authority_id: int, query: UserQuery) -> Iterator[tuple[UserRow, ...]]:
    """The users, a bite at a time."""
    page = users_page(context, CLI, authority_id, query, limit=BITE)
    while page:
        yield page
        page = users_page(context, CLI, authority_id, query, after=page[-1].position, limit=BITE)


def row_data(row: UserRow) -> dict[str, Any]:
    """A user for machines."""
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
