"""However the app ends, it leaves by the front door: the exit code says how, and the terminal is as it was."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from db.demo_cast import PASSWORD
from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal, imi

OTHER_SCREEN, ITS_END = b"\x1b[?1049h", b"\x1b[?1049l"
MOUSE, ITS_ENDS = b"\x1b[?1000h", (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l")
PASTE, PASTES_END = b"\x1b[?2004h", b"\x1b[?2004l"
CURSOR = b"\x1b[?25h"

CRASHING = """
import sys
from imi_tui import start
start.secure()
from imi_tui.screens.login import LoginScreen
def broken(self, *_anything):
    word = "what-was-typed"
    raise ValueError(word)
LoginScreen.on_input_changed = broken
sys.exit(start.open_app())
"""


def _restored(terminal: Terminal) -> None:
    raw = terminal.raw
    assert OTHER_SCREEN in raw
    assert MOUSE in raw
    assert raw.rindex(ITS_END) > raw.rindex(OTHER_SCREEN)
    assert raw.rindex(PASTES_END) > raw.rindex(PASTE)
    for one in ITS_ENDS:
        assert raw.rindex(one) > raw.rindex(MOUSE)
    assert CURSOR in raw[raw.rindex(OTHER_SCREEN) :]


def test_ctrl_q_ends_with_0(demo: dict[str, str], terminals: list[Terminal]) -> None:
    terminal = Terminal(imi(), demo, 80, 24)
    terminals.append(terminal)
    terminal.wait_for("Username", "^p")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    _restored(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("typed", [False, True], ids=["log-in", "edit"])
def test_a_signal_ends_it_orderly(
    demo: dict[str, str], terminals: list[Terminal], number: signal.Signals, typed: bool
) -> None:
    terminal = Terminal(imi(), demo, 80, 24)
    terminals.append(terminal)
    terminal.wait_for("Username", "^p")
    if typed:
        log_in(terminal, "berziann", PASSWORD)
        terminal.wait_for("Mana iestāde", "^p")
        terminal.press("e")
        terminal.wait_for("Rediģēšana")
        terminal.type("x")
    os.kill(terminal.process.pid, number)
    assert terminal.wait_for_end() == 128 + number
    _restored(terminal)


def test_a_crash_gives_a_reference_and_no_traceback(demo: dict[str, str], terminals: list[Terminal]) -> None:
    terminal = Terminal([sys.executable, "-c", CRASHING], demo, 80, 24)
    terminals.append(terminal)
    terminal.wait_for("Username", "^p")
    terminal.type("x")
    assert terminal.wait_for_end() == 1
    _restored(terminal)
    after = terminal.raw[terminal.raw.rindex(ITS_END) :]
    assert b"Reference for support: " in b" ".join(after.split())
    assert b"Traceback" not in terminal.raw
    assert b"what-was-typed" not in terminal.raw
    logged = Path(demo["IMI_DATABASE"].removeprefix("sqlite:///")).with_suffix(".log").read_text(encoding="utf-8")
    (reference,) = re.findall(rb"Reference for support: (\w+)", b" ".join(after.split()))
    assert f"unexpected error {reference.decode()} ValueError at " in logged
    assert "what-was-typed" not in logged


def test_leaving_while_a_screen_is_being_opened_is_no_crash(demo: dict[str, str], terminals: list[Terminal]) -> None:
    terminal = Terminal(imi(), demo, 120, 40)
    terminals.append(terminal)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde", "Rediģēt iestādi")
    terminal.press("4")
    terminal.wait_for("Ozola")
    # The form of the last user is on its way when the palette is opened and closed again and one leaves.
    terminal.press("down", "end", "enter", "ctrl+p", "esc", "ctrl+q")
    assert terminal.wait_for_end() == 0
    _restored(terminal)


@pytest.mark.parametrize("key", ["\x03", "\x1c", "\x1a"], ids=["ctrl+c", "ctrl+backslash", "ctrl+z"])
def test_the_terminals_own_keys_end_and_stop_nothing(demo: dict[str, str], terminals: list[Terminal], key: str) -> None:
    terminal = Terminal(imi(), demo, 80, 24)
    terminals.append(terminal)
    terminal.wait_for("Username", "^p")
    terminal.type(key)
    terminal.type("berz")
    terminal.wait_for("berz")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
