"""`imi sessions`: who is logged in, since when and from where; end sessions (B22)."""

from __future__ import annotations

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.cli.users import id_of
from imi_tui.i18n import _, date_time, ngettext
from imi_tui.services.directory import authority_meant
from imi_tui.services.sessions import SessionRow, end_of_user, open_in


@click.group()
def sessions() -> None:
    """The open sessions of an authority's users."""


@sessions.command("list")
@click.argument("user", metavar="[USERNAME-OR-ID]", default="")
@authority_option
@json_option
def list_sessions(user: str, wanted: str, as_json: bool) -> None:
    """List the open sessions, the newest first."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        user_id = id_of(context, authority_id, user) if user else None
        rows = open_in(context, CLI, authority_id, user_id)
    if as_json:
        print_json(rows)
        return
    head = (_("Session"), _("Username"), _("Name"), _("Since"), _("Last key"), _("From"))
    print_table(head, [_words(row) for row in rows])


@sessions.command()
@click.argument("user", metavar="USERNAME-OR-ID")
@click.option("--session", "session_id", metavar="ID", default="", help="Only this one.")
@authority_option
@json_option
def end(user: str, session_id: str, wanted: str, as_json: bool) -> None:
    """End a user's sessions: each goes back to the log-in at its next key."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        number = end_of_user(context, CLI, authority_id, id_of(context, authority_id, user), session_id)
    if as_json:
        print_json({"ended": number})
    else:
        words = ngettext("{n} session was ended.", "{n} sessions were ended.", number)
        click.echo(words.format(n=number), err=True)


def _words(row: SessionRow) -> tuple[str, ...]:
    seen = date_time(row.last_seen_at)
    return (row.id, row.username, row.name, date_time(row.started_at), seen, row.origin or _("this machine"))
