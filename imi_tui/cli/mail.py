"""`imi mail`: what has become of the mails of an authority and its users; send one again (B16)."""

from __future__ import annotations

import click

from imi_tui.cli.common import CLI, authority_option, json_option, opened, print_json, print_table
from imi_tui.cli.users import id_of
from imi_tui.i18n import _, date_time
from imi_tui.i18n.mail_failures import mail_failure
from imi_tui.i18n.mails import kind_word, state_word
from imi_tui.rules.mailing import MailState
from imi_tui.services.directory import authority_meant
from imi_tui.services.mails import MailRow, mail_row, mails_page, resend


@click.group()
def mail() -> None:
    """The mails of an authority and its users."""


@mail.command("list")
@authority_option
@click.option("--user", metavar="USERNAME-OR-ID", default="", help="Only those to this user.")
@click.option("--state", type=click.Choice([state.value for state in MailState]), help="Only those in this state.")
@click.option("--limit", type=click.IntRange(1, 10000), default=100, show_default=True, help="The newest so many.")
@json_option
def list_mails(wanted: str, user: str, state: str | None, limit: int, as_json: bool) -> None:
    """List the mails, the newest first."""
    with opened() as context:
        authority_id = authority_meant(context, CLI, wanted)
        user_id = id_of(context, authority_id, user) if user else None
        only = MailState(state) if state else None
        rows = mails_page(context, CLI, authority_id, user_id=user_id, state=only, limit=limit)
    if as_json:
        print_json(rows)
        return
    head = (_("Id"), _("When"), _("To"), _("E-mail about"), _("State"), _("Why"))
    print_table(head, [_words(row) for row in rows])


@mail.command()
@click.argument("mail_id", type=int, metavar="ID")
@authority_option
@json_option
def show(mail_id: int, wanted: str, as_json: bool) -> None:
    """Show what has become of one mail. What it said is not kept."""
    with opened() as context:
        _show(mail_row(context, CLI, authority_meant(context, CLI, wanted), mail_id), as_json)


@mail.command("resend")
@click.argument("mail_id", type=int, metavar="ID")
@authority_option
@json_option
def resend_mail(mail_id: int, wanted: str, as_json: bool) -> None:
    """Queue a mail again; one with a temporary password gets another password."""
    with opened() as context:
        _show(resend(context, CLI, authority_meant(context, CLI, wanted), mail_id), as_json)


def _show(row: MailRow, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    lines = [
        (_("Id"), str(row.id)),
        (_("When"), date_time(row.at)),
        (_("To"), row.name or _("the authority")),
        (_("E-mail about"), kind_word(row.kind)),
        (_("State"), state_word(row.state)),
        (_("Tries"), str(row.tries)),
    ]
    if row.state is MailState.FAILED:
        lines.append((_("Next try"), date_time(row.next_try_at)))
    if row.error:
        lines.append((_("Why"), mail_failure(row.error)))
    print_table((_("Field"), _("Value")), lines)


def _words(row: MailRow) -> tuple[str, ...]:
    why = mail_failure(row.error) if row.error else ""
    to = row.name or _("the authority")
    return (str(row.id), date_time(row.at), to, kind_word(row.kind), state_word(row.state), why)
