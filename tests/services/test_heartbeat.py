"""The worker's signs of life: what each round did is noted, little is written while nothing happens, and whoever
watches is told what is wrong."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest import MonkeyPatch

from db.models import Draft, WorkerRound
from imi_tui import worker
from imi_tui.context import Context
from imi_tui.mail.delivery import WORKER
from imi_tui.mail.transports import Permanent, Transport
from imi_tui.process import Process
from imi_tui.rules.refusals import NotAllowed, StoreAway
from imi_tui.rules.working import LONG, Done, Trouble, troubles
from imi_tui.services import erasures, heartbeat, users
from imi_tui.services.heartbeat import Health
from imi_tui.worker import Heart, run_once, serve
from tests.world import NOW, Clock, World


class Box(Transport):
    """Takes every mail, but for what `refuse` says; `look` is called at each."""

    def __init__(self, look: object = None, refuse: bool = False) -> None:
        self.look, self.refuse = look, refuse

    def send(self, message: object) -> None:
        if callable(self.look):
            self.look()
        if self.refuse:
            raise Permanent("550 no")


def _health(ctx: Context) -> Health:
    return heartbeat.health(ctx, WORKER)


def _mail(ctx: Context, world: World) -> None:
    authority = world.authority()
    administrator = world.administrator(authority)
    users.reset_password(ctx, administrator, authority, world.user(authority, "Pēteris", "Ozols"))


def test_a_round_is_noted_with_what_it_did_and_by_whom(ctx: Context, world: World) -> None:
    _mail(ctx, world)
    expiring = world.user(world.authority("Dome"), expired=True)
    Draft.create(
        user=expiring, session="a", kind="account", base="{}", mine="{}",
        started_at=NOW - timedelta(days=200), saved_at=NOW - timedelta(days=200),
    )  # fmt: skip
    did = run_once(ctx, Box())
    assert (did.sent, did.reminded, did.lapsed) == (2, 1, 1)
    health = _health(ctx)
    (one,) = health.workers
    assert (one.pid, one.machine) == (os.getpid(), ctx.process.host.partition(" ")[0])
    assert one.done == health.day == Done(sent=2, reminded=1, lapsed=1)
    assert one.ended_at == NOW
    assert (health.due, health.due_since, health.troubles) == (0, None, ())


def test_a_mail_given_up_is_noted_and_rounds_that_did_something_are_kept(ctx: Context, world: World) -> None:
    _mail(ctx, world)
    run_once(ctx, Box(refuse=True))
    run_once(ctx, Box())
    run_once(ctx, Box())
    assert [row.given_up for row in WorkerRound.select().order_by(WorkerRound.id)] == [1, 0]
    assert _health(ctx).day == Done(given_up=1)


def test_while_nothing_happens_little_is_written(ctx: Context, monkeypatch: MonkeyPatch) -> None:
    heart = Heart(ctx, 5)
    for _round in range(20):
        run_once(ctx, Box(), heart=heart)
    assert WorkerRound.select().count() == 1
    noted: list[object] = []
    monkeypatch.setattr(worker.heartbeat, "note", lambda *_all: noted.append(None) or 1)
    run_once(ctx, Box(), heart=heart)
    assert noted == []
    monkeypatch.setattr(worker, "QUIET", 0)
    run_once(ctx, Box(), heart=heart)
    assert len(noted) > 1


def test_a_round_under_way_is_known_and_gives_signs_of_life(
    ctx: Context, world: World, clock: Clock, monkeypatch: MonkeyPatch
) -> None:
    """However long a delivery takes: the worker is not taken for dead meanwhile."""
    monkeypatch.setattr(worker, "QUIET", 0)
    _mail(ctx, world)
    _mail_of_another = world.user(world.authority("Dome"), expired=True)
    seen: list[Health] = []

    def look() -> None:
        clock.move(minutes=20)
        seen.append(_health(ctx))

    run_once(ctx, Box(look))
    assert [one.workers[0].ended_at for one in seen] == [None, None]
    assert [one.now - one.workers[0].seen_at for one in seen] == [timedelta(minutes=20)] * 2
    assert seen[1].workers[0].done.sent == 1
    assert _health(ctx).workers[0].done == Done(sent=2, reminded=1)


def test_a_worker_that_was_killed_in_its_round_is_told_from_the_one_that_took_its_place(ctx: Context) -> None:
    killed = replace(ctx, process=Process(ctx.process.host, 2**22 + 1, 7))
    heartbeat.note(killed, WORKER, heartbeat.Round(5, NOW))
    run_once(ctx, Box(), heart=Heart(ctx, 5))
    mine, other = _health(ctx).workers
    assert (mine.pid, mine.gone) == (os.getpid(), False)
    if ctx.process.host:
        assert (other.pid, other.gone, other.ended_at) == (2**22 + 1, True, None)


def test_workers_that_are_all_known_to_have_ended_do_not_run(ctx: Context) -> None:
    """On this machine that is known at once; of one on another machine, only its silence tells."""
    if not ctx.process.host:
        pytest.skip("this machine has no /proc, by which a process is known to have ended")
    ended = replace(ctx, process=Process(ctx.process.host, 2**22 + 1, 7))
    heartbeat.note(ended, WORKER, heartbeat.Round(5, NOW, ended=True))
    assert _health(ctx).troubles == (Trouble.NOT_RUNNING,)
    elsewhere = replace(ctx, process=Process("elsewhere", 2**22 + 1, 7))
    heartbeat.note(elsewhere, WORKER, heartbeat.Round(5, NOW, ended=True))
    assert _health(ctx).troubles == ()


def test_a_worker_that_sees_nothing_of_the_machine_names_it_all_the_same(ctx: Context) -> None:
    """So it is in a systemd unit that hides most of /proc."""
    run_once(replace(ctx, process=Process("", 7, 0)), Box())
    (one,) = _health(ctx).workers
    assert (one.machine, one.pid, one.gone) == (socket.gethostname(), 7, False)


def test_one_that_ends_after_each_round_is_not_missed_in_between(ctx: Context) -> None:
    once = replace(ctx, process=Process(ctx.process.host, 2**22 + 1, 7))
    heartbeat.note(once, WORKER, heartbeat.Round(0, NOW, ended=True))
    assert _health(ctx).troubles == ()


def test_what_keeps_the_worker_from_its_work_is_noted_until_it_is_mended(ctx: Context) -> None:
    heart = Heart(ctx, 5)
    file = erasures.path(ctx)
    file.mkdir()
    (file / "x").touch()
    with pytest.raises(StoreAway):
        run_once(ctx, Box(), heart=heart)
    health = _health(ctx)
    assert (health.problem, health.troubles) == ("erasures_unusable", (Trouble.FAILING,))
    another = replace(ctx, process=Process("elsewhere", 1, 1))
    heartbeat.note(another, WORKER, heartbeat.Round(5, NOW, ended=True))
    assert _health(ctx).troubles == ()
    (file / "x").unlink()
    file.rmdir()
    run_once(ctx, Box(), heart=heart)
    assert [one.problem for one in _health(ctx).workers] == ["", ""]


def test_the_loop_notes_that_it_runs(ctx: Context) -> None:
    stop = threading.Event()
    running = threading.Thread(target=serve, args=(ctx, Box(), stop, 0.01))
    running.start()
    try:
        for _try in range(1000):
            if _health(ctx).workers:
                break
            stop.wait(0.01)
        assert _health(ctx).workers[0].every == 1
    finally:
        stop.set()
        running.join()


def test_old_notes_are_forgotten(ctx: Context, world: World, clock: Clock) -> None:
    _mail(ctx, world)
    run_once(ctx, Box())
    clock.move(days=8)
    run_once(ctx, Box())
    assert WorkerRound.select().count() == 1
    assert _health(ctx).day == Done()


def test_nobody_but_the_house_itself_sees_it(ctx: Context, world: World) -> None:
    administrator = world.administrator(world.authority())
    with pytest.raises(NotAllowed):
        heartbeat.health(ctx, administrator)


@pytest.mark.parametrize(
    ("seen", "problem", "due", "told"),
    [
        (None, "", None, (Trouble.NEVER_RAN,)),
        (timedelta(), "", None, ()),
        (LONG, "", LONG, ()),
        (LONG + timedelta(seconds=1), "", None, (Trouble.NOT_RUNNING,)),
        (LONG * 9, "store_full", LONG * 8, (Trouble.NOT_RUNNING, Trouble.OVERDUE)),
        (timedelta(), "store_full", None, (Trouble.FAILING,)),
        (timedelta(), "", LONG * 2, (Trouble.OVERDUE,)),
    ],
)
def test_what_is_wrong_is_judged(
    seen: timedelta | None, problem: str, due: timedelta | None, told: tuple[Trouble, ...]
) -> None:
    assert troubles(None if seen is None else NOW - seen, problem, None if due is None else NOW - due, NOW) == told
