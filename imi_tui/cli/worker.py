"""`imi worker`: remind of passwords, deliver the mail that is due, rehearse what would go out, or say how it stands."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta

import click

from imi_tui.cli.common import json_option, opened, print_json
from imi_tui.context import Context
from imi_tui.i18n import _
from imi_tui.rules.text import visible, visible_lines
from imi_tui.rules.working import LONG


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--rehearse", is_flag=True, help="Show what would go out now, word for word; send nothing.")
@click.option("--status", is_flag=True, help="Say whether a worker does its work; exit code 1 where none does.")
@click.option(
    "--within",
    type=click.IntRange(1, 1440),
    default=LONG // timedelta(minutes=1),
    show_default=True,
    metavar="MINUTES",
    help="With --status: how long a worker may be silent, and a mail be due.",
)
@json_option
def worker(once: bool, rehearse: bool, status: bool, within: int, as_json: bool) -> None:
    """Remind of passwords and deliver the mail; without --once go on until SIGTERM."""
    if once + rehearse + status > 1:
        raise click.UsageError("--once, --rehearse and --status exclude each other")
    if status:
        from imi_tui.cli import worker_status

        worker_status.status(timedelta(minutes=within), as_json)
    with opened() as context:
        if rehearse:
            _rehearse(context, as_json)
        elif once:
            _once(context, as_json)
        else:
            _serve(context)


def _rehearse(context: Context, as_json: bool) -> None:
    from imi_tui.mail.rehearsal import rehearse

    mails = rehearse(context)
    if as_json:
        print_json(mails)
        return
    for mail in mails:
        click.echo(_("To: {name} <{email}>").format(name=visible(mail.name), email=visible(mail.email)))
        click.echo(_("Subject: {subject}").format(subject=visible(mail.subject)))
        click.echo(f"\n{visible_lines(mail.body)}\n\n{'─' * 72}")
    click.echo(_("would send {number}").format(number=len(mails)), err=True)


def _once(context: Context, as_json: bool) -> None:
    from imi_tui.mail.transports import transport
    from imi_tui.worker import run_once

    done = run_once(context, transport(context.settings.mail_url(), context.settings.mail_bounces))
    if as_json:
        print_json(done)
    else:
        words = _("sent {sent}, given up {given_up}, left {left}")
        click.echo(words.format(sent=done.sent, given_up=done.given_up, left=done.left))


def _serve(context: Context) -> None:
    from imi_tui import systemd
    from imi_tui.mail.transports import transport
    from imi_tui.worker import serve

    outgoing = transport(context.settings.mail_url(), context.settings.mail_bounces)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    systemd.notify("READY=1")
    serve(context, outgoing, stop)
    systemd.notify("STOPPING=1")
