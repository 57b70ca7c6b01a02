"""The worker: what the house does by itself. Reminds of passwords, drops drafts that are old, erases who was deleted
long ago, and delivers the mail that is due, once or until told to stop. It notes that it runs, and what it did."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from imi_tui.context import Context
from imi_tui.mail.delivery import WORKER, Delivered, deliver
from imi_tui.mail.transports import Transport
from imi_tui.outage import Outage
from imi_tui.rules.refusals import Refused
from imi_tui.rules.working import Done
from imi_tui.services import drafts, erasures, heartbeat, reminders, retention

EVERY = 5.0
"""Seconds from one look into the outbox to the next."""

QUIET = 30.0
"""Seconds from one sign of life to the next, where there is nothing else to note."""

TIDYING = 720
"""Rounds from one look for what is old enough to be erased to the next: an hour, since it reads through everything."""

_log = logging.getLogger("imi_tui.worker")


@dataclass(frozen=True)
class Worked(Delivered):
    """What a round did: its mails, and how many people were reminded, drafts lapsed, people erased."""

    reminded: int = 0
    lapsed: int = 0
    erased: int = 0


class Heart:
    """Notes the rounds of one worker, which looks again `every` so many seconds, or, with 0, ends after its round."""

    def __init__(self, ctx: Context, every: float = 0) -> None:
        self._ctx = ctx
        self._every = round(every) or bool(every)
        self._noted_at: float | None = None
        self._problem = ""
        self._round = heartbeat.Round(self._every, ctx.now())

    def begin(self) -> None:
        """A round begins. Raises `StoreAway`."""
        self._round = heartbeat.Round(self._every, self._ctx.now())
        self.beat()

    def beat(self) -> None:
        """A sign of life in the middle of a round, unless there was one just now. Raises `StoreAway`."""
        if self._noted_at is None or time.monotonic() - self._noted_at >= QUIET:
            self._note()

    def did(self, **counts: int) -> None:
        """Something was done; it is noted with the next sign of life, and at the end."""
        self._round = replace(self._round, done=replace(self._round.done, **counts))

    def end(self, problem: str = "") -> None:
        """The round is over. Noted if it did anything or was noted before, or if what hinders is new or gone."""
        self._round = replace(self._round, ended=True, problem=problem)
        if self._round.id is not None or self._round.done.anything or problem != self._problem:
            self._note()

    @property
    def done(self) -> Done:
        """What this round did so far."""
        return self._round.done

    def _note(self) -> None:
        self._round = replace(self._round, id=heartbeat.note(self._ctx, WORKER, self._round))
        self._noted_at, self._problem = time.monotonic(), self._round.problem


def run_once(
    ctx: Context,
    transport: Transport,
    stop: threading.Event | None = None,
    *,
    tidy: bool = True,
    heart: Heart | None = None,
) -> Worked:
    """Do what is due now: queue the reminders (S4.7), drop old drafts (B6), erase what is due (B14), deliver the mail;
    and note it. Raises `StoreAway`."""
    heart = heart or Heart(ctx)
    heart.begin()
    try:
        delivered = _do(ctx, transport, stop, heart, tidy)
    except BaseException as error:
        with suppress(Refused):
            heart.end(_named(error))
        raise
    heart.end()
    if heart.done.anything:
        _log.info("a round did %s", ", ".join(f"{name} {number}" for name, number in vars(heart.done).items()))
    done = heart.done
    return Worked(delivered.sent, delivered.given_up, delivered.left, done.reminded, done.lapsed, done.erased)


def _do(ctx: Context, transport: Transport, stop: threading.Event | None, heart: Heart, tidy: bool) -> Delivered:
    heart.did(reminded=reminders.queue_due(ctx, WORKER))
    heart.did(lapsed=drafts.lapse(ctx, WORKER))
    erased = retention.erase_due(ctx, WORKER) + erasures.overdue(ctx, WORKER) if tidy else 0
    heart.did(erased=erased + erasures.follow(ctx, WORKER))
    return deliver(ctx, transport, stop, told=_of_each_mail(heart))


def _of_each_mail(heart: Heart) -> Callable[[Delivered], None]:
    def told(so_far: Delivered) -> None:
        heart.did(sent=so_far.sent, given_up=so_far.given_up)
        heart.beat()

    return told


def serve(ctx: Context, transport: Transport, stop: threading.Event, every: float = EVERY) -> None:
    """Do what is due, again and again, until `stop` is set; then the mail under way is finished first.

    Runs in the main thread of `imi worker` or beside the demo in a thread of its own, whose connection it closes. A
    database that is away is waited for: a mail that left meanwhile is noted first, in less time than a round takes, so
    that no other worker claims it anew where its lease ran out. Never raises.
    """
    ctx = replace(ctx, outage=Outage(math.inf, stop))
    said, rounds, heart = "", 0, Heart(ctx, every)
    _log.info("the worker begins")
    try:
        while not stop.is_set():
            wrong = _run(ctx, transport, stop, heart, tidy=rounds % TIDYING == 0)
            rounds += 1
            if wrong and wrong != said:
                _log.error("the worker waits: %s", wrong)
            elif said and not wrong:
                _log.info("the worker goes on")
            said = wrong
            stop.wait(every)
    finally:
        _log.info("the worker ends")
        ctx.store.close()


def _run(ctx: Context, transport: Transport, stop: threading.Event, heart: Heart, *, tidy: bool) -> str:
    """What went wrong, or nothing. An exception's own text is left out: it may hold values."""
    try:
        run_once(ctx, transport, stop, tidy=tidy, heart=heart)
    except Exception as error:  # a worker that died silently would be worse
        return _named(error)
    return ""


def _named(error: BaseException) -> str:
    """What went wrong, as a code."""
    return error.code if isinstance(error, Refused) else type(error).__name__
