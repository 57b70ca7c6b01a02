"""The worker: what the house does by itself. Reminds of passwords, drops drafts that are old, erases who was deleted
long ago, and delivers the mail that is due, once or until told to stop."""

from __future__ import annotations

import logging
import math
import threading
from dataclasses import replace

from imi_tui.context import Context
from imi_tui.mail.delivery import WORKER, Delivered, deliver
from imi_tui.mail.transports import Transport
from imi_tui.outage import Outage
from imi_tui.rules.refusals import Refused
from imi_tui.services import drafts, erasures, reminders, retention

EVERY = 5.0
"""Seconds from one look into the outbox to the next."""

_log = logging.getLogger("imi_tui.worker")


TIDYING = 720
"""Rounds from one look for what is old enough to be erased to the next: an hour, since it reads through everything."""


def run_once(
    ctx: Context, transport: Transport, stop: threading.Event | None = None, *, tidy: bool = True
) -> Delivered:
    """Do what is due now: queue the reminders (S4.7), drop old drafts (B6), erase what is due (B14),
    deliver the mail. Raises `StoreAway`."""
    reminders.queue_due(ctx, WORKER)
    drafts.lapse(ctx, WORKER)
    if tidy:
        retention.erase_due(ctx, WORKER)
    erasures.follow(ctx, WORKER)
    return deliver(ctx, transport, stop)


def serve(ctx: Context, transport: Transport, stop: threading.Event, every: float = EVERY) -> None:
    """Do what is due, again and again, until `stop` is set; then the mail under way is finished first.

    Runs in the main thread of `imi worker` or beside the demo in a thread of its own, whose connection it closes. A
    database that is away is waited for: a mail that left meanwhile is noted first, in less time than a round takes, so
    that no other worker claims it anew where its lease ran out. Never raises.
    """
    ctx = replace(ctx, outage=Outage(math.inf, stop))
    said, rounds = "", 0
    try:
        while not stop.is_set():
            wrong = _run(ctx, transport, stop, tidy=rounds % TIDYING == 0)
            rounds += 1
            if wrong and wrong != said:
                _log.error("the worker waits: %s", wrong)
            said = wrong
            stop.wait(every)
    finally:
        ctx.store.close()


def _run(ctx: Context, transport: Transport, stop: threading.Event, *, tidy: bool) -> str:
    """What went wrong, or nothing. An exception's own text is left out: it may hold values."""
    try:
        run_once(ctx, transport, stop, tidy=tidy)
    except Refused as refused:
        return refused.code
    except Exception as error:  # a worker that died silently would be worse
        return type(error).__name__
    return ""
