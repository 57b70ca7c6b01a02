"""Who writes to a file waits in a queue: in order, and nobody is held up for good by one who stands in it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from db import turn
from db.models import Meta
from imi_tui.context import Context

ON_EVERY_ENGINE = False


def _waiting(file: Path) -> int:
    """How many stand in the queue behind the one whose turn it is."""
    inode = f":{file.stat().st_ino} "
    return sum("->" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


def _until(what: object) -> None:
    deadline = time.monotonic() + 20
    while not what():  # type: ignore[operator]  # a callable
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_each_comes_to_its_turn_in_the_order_of_the_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "LONGEST", 60.0)
    path, came = tmp_path / "imi.db", []

    def write(number: int) -> None:
        with turn.in_turn(path, lambda: 60.0):
            came.append(number)

    writers = []
    with turn.in_turn(path, lambda: 60.0):
        for number in range(8):
            writers.append(threading.Thread(target=write, args=(number,)))
            writers[-1].start()
            _until(lambda: _waiting(tmp_path / "imi.db.turn") == len(writers))
        assert came == []
    for writer in writers:
        writer.join(20)
    assert came == list(range(8))


def test_a_turn_that_does_not_come_is_done_without(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """One who was stopped where it stands in the queue stops nobody else; its turn, given late, goes on at once."""
    monkeypatch.setattr(turn, "LONGEST", 0.1)
    file = ctx.store.path.with_name(ctx.store.path.name + turn.SUFFIX)
    with file.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with ctx.store.writing():
            Meta.insert(name="told", value="1").execute()
        assert _waiting(file) == 1
    with ctx.store.reading():
        assert Meta.get_by_id("told").value == "1"
    monkeypatch.setattr(turn, "LONGEST", 60.0)
    with turn.in_turn(ctx.store.path, lambda: 60.0):
        assert _waiting(file) == 0


def test_a_write_within_a_write_does_not_wait_for_itself(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn._Wait, "until", lambda *_told: pytest.fail("it waits"))
    with ctx.store.writing(), ctx.store.writing():
        Meta.insert(name="told", value="1").execute()


def test_less_patience_is_less_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is about to end says so while it waits."""
    monkeypatch.setattr(turn, "LONGEST", 60.0)
    patience = [60.0]
    done = threading.Event()

    def write() -> None:
        with turn.in_turn(tmp_path / "imi.db", lambda: patience[0]):
            done.set()

    with turn.in_turn(tmp_path / "imi.db", lambda: 60.0):
        writer = threading.Thread(target=write)
        writer.start()
        _until(lambda: _waiting(tmp_path / "imi.db.turn") == 1)
        patience[0] = 0.0
        assert done.wait(20)
    writer.join(20)


def test_whoever_is_killed_leaves_the_queue(tmp_path: Path) -> None:
    path = tmp_path / "imi.db"
    program = (
        "import sys, time; from pathlib import Path; from db import turn\n"
        "with turn.in_turn(Path(sys.argv[1]), lambda: 60.0): print('mine', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"mine\n"
    got: list[float] = []

    def write() -> None:
        with turn.in_turn(path, lambda: 60.0):
            got.append(time.monotonic())

    writer = threading.Thread(target=write)
    writer.start()
    _until(lambda: _waiting(tmp_path / "imi.db.turn") == 1)
    killed = time.monotonic()
    os.kill(holder.pid, 9)
    holder.communicate()
    writer.join(20)
    assert got[0] - killed < turn.LONGEST
