"""`imi worker`: deliver the mail that is due."""

from __future__ import annotations

import signal
import threading

import click

from imi_tui.cli.common import json_option, opened, print_json
from imi_tui.i18n import _


@click.command()
@click.option("--once", is_flag=True, help="Deliver what is due now, then end.")
@json_option
def worker(once: bool, as_json: bool) -> None:
    """Deliver the queued mail; without --once go on until SIGTERM."""
    from imi_tui.mail.transports import transport
    from imi_tui.worker import run_once, serve

    with opened() as context:
        outgoing = transport(context.settings.mail_url())
        if once:
            done = run_once(context, outgoing)
            if as_json:
                print_json(done)
            else:
                click.echo(
                    _("sent {sent}, failed {failed}, left {left}").format(
                        sent=done.sent, failed=done.failed, left=done.left
                    )
                )
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: stop.set())
        serve(context, outgoing, stop)
