"""`imi worker`: remind of passwords, deliver the mail that is due, or rehearse what would go out."""

from __future__ import annotations

import signal
import threading

import click

from imi_tui.cli.common import json_option, opened, print_json
from imi_tui.context import Context
from imi_tui.i18n import _
from imi_tui.rules.text import visible, visible_lines


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--rehearse", is_flag=True, help="Show what would go out now, word for word; send nothing.")
@json_option
def worker(once: bool, rehearse: bool, as_json: bool) -> None:
    """Remind of passwords and deliver the mail; without --once go on until SIGTERM."""
    if once and rehearse:
        raise click.UsageError("--once and --rehearse exclude each other")
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
