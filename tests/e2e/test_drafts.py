"""The line drops or the system ends the app, also while the database is busy: gone at once, nothing typed is lost."""

from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal, imi

PASSWORD = "Demo-Parole-2026"
GONE = 2.0
"""Seconds from the lost line to the end of the app."""


def _drafts(tmp_path: Path) -> list[str]:
    """The official names that are kept."""
    connection = sqlite3.connect(tmp_path / "demo.db")
    rows = connection.execute("SELECT mine FROM draft ORDER BY id").fetchall()
    connection.close()
    return [json.loads(mine)["official_name"] for (mine,) in rows]


def _editing(demo: dict[str, str], terminals: list[Terminal]) -> Terminal:
    """The app with an editing session, the cursor at the end of the official name."""
    terminal = Terminal(imi(), demo)
    terminals.append(terminal)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Rediģēt iestādi")
    terminal.press("e")
    terminal.wait_for("^s ")
    terminal.press("end")
    return terminal


def _hang_up(terminal: Terminal) -> None:
    """The terminal is closed: the window, or the line."""
    process = terminal.process
    process.ptyproc.fileobj.close()
    process.child_fd = process.ptyproc.fd = -1
    process.closed = process.ptyproc.closed = True


def _signal(number: int) -> Callable[[Terminal], None]:
    return lambda terminal: os.kill(terminal.process.pid, number)


ENDS: dict[str, tuple[Callable[[Terminal], None], int]] = {
    "line": (_hang_up, 128 + signal.SIGHUP),
    "SIGHUP": (_signal(signal.SIGHUP), 128 + signal.SIGHUP),
    "SIGTERM": (_signal(signal.SIGTERM), 128 + signal.SIGTERM),
}


def _ended(terminal: Terminal, how: Callable[[Terminal], None]) -> tuple[int, float]:
    """End it; the exit code, and the seconds that it took."""
    pid = terminal.process.pid
    began = time.monotonic()
    how(terminal)
    while time.monotonic() < began + 30:
        _drain(terminal)
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            took = time.monotonic() - began
            terminal.process.ptyproc.terminated = terminal.process.terminated = True
            assert not _of_session(pid)
            return os.waitstatus_to_exitcode(status), took
        time.sleep(0.01)
    raise AssertionError("the app goes on")


def _drain(terminal: Terminal) -> None:
    """Take what the app writes, so that nothing holds it up."""
    fd = terminal.process.child_fd
    try:
        while fd >= 0 and select.select([fd], [], [], 0)[0] and os.read(fd, 65536):
            pass
    except OSError:
        return


def _of_session(pid: int) -> list[int]:
    """Processes that are left of the session that the app was the leader of."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid:
            found.append(int(path.parent.name))
    return found


@pytest.mark.parametrize("end", ENDS)
def test_what_was_typed_until_then_is_kept_and_the_app_is_gone_at_once(
    demo: dict[str, str], terminals: list[Terminal], tmp_path: Path, end: str
) -> None:
    how, expected = ENDS[end]
    terminal = _editing(demo, terminals)
    terminal.type(" (VDI)")
    terminal.wait_for("inspekcija (VDI)")
    code, took = _ended(terminal, how)
    assert code == expected
    assert took < GONE
    assert _drafts(tmp_path) == ["Valsts darba inspekcija (VDI)"]


@pytest.mark.parametrize("end", ENDS)
def test_it_is_gone_at_once_even_while_the_database_is_busy(
    demo: dict[str, str], terminals: list[Terminal], tmp_path: Path, end: str
) -> None:
    """Somebody else holds the database for longer than that: what was kept before is there."""
    how, expected = ENDS[end]
    terminal = _editing(demo, terminals)
    terminal.type(" (VDI)")
    terminal.wait_until(lambda: _drafts(tmp_path) == ["Valsts darba inspekcija (VDI)"])
    other = sqlite3.connect(tmp_path / "demo.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    terminal.type("!")
    terminal.wait_for("(VDI)!")
    terminal.read(1.0)  # the write that waits for its turn is under way
    code, took = _ended(terminal, how)
    other.execute("ROLLBACK")
    other.close()
    assert code == expected
    assert took < GONE
    assert _drafts(tmp_path) == ["Valsts darba inspekcija (VDI)"]


def test_a_terminal_that_takes_nothing_any_more_keeps_nobody(
    demo: dict[str, str], terminals: list[Terminal], tmp_path: Path
) -> None:
    """A frozen client: what the app writes is not read, and it is told to end."""
    terminal = _editing(demo, terminals)
    terminal.type(" (VDI)")
    terminal.wait_for("inspekcija (VDI)")
    for _key in range(400):  # far more to be painted than the line holds
        terminal.process.send("\x0e")
        time.sleep(0.002)
    pid, began = terminal.process.pid, time.monotonic()
    os.kill(pid, signal.SIGTERM)
    while not os.waitpid(pid, os.WNOHANG)[0]:
        assert time.monotonic() < began + GONE
        time.sleep(0.01)
    terminal.process.ptyproc.terminated = terminal.process.terminated = True
    assert _drafts(tmp_path) == ["Valsts darba inspekcija (VDI)"]


def test_killed_without_a_word_it_is_offered_at_the_next_log_in_and_gone_on_with(
    demo: dict[str, str], terminals: list[Terminal], tmp_path: Path
) -> None:
    terminal = _editing(demo, terminals)
    terminal.type(" (VDI)")
    terminal.wait_until(lambda: _drafts(tmp_path) == ["Valsts darba inspekcija (VDI)"])
    os.kill(terminal.process.pid, signal.SIGKILL)
    terminal.wait_for_end()

    terminal = Terminal(imi(), demo, 80, 24)
    terminals.append(terminal)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Melnraksti", "Valsts darba inspekcija (VDI)", "pts/")
    terminal.press("c")
    terminal.wait_for("Kad sākāt", "Tagad saglabāts", "Kopš sākāt, nekas cits nav saglabāts.")
    terminal.press("esc")
    terminal.wait_for("Melnraksti")
    terminal.press("enter")
    terminal.wait_for("^s ", "bija: Valsts darba inspekcija", "1 izmaiņa")
    terminal.press("ctrl+s")
    terminal.wait_for("Pārskatiet pirms saglabāšanas: 1 izmaiņa")
    terminal.press("enter")
    terminal.wait_for("Saglabāta 1 izmaiņa", gone="^s ")
    assert _drafts(tmp_path) == []
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
