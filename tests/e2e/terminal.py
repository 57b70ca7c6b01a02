"""A real terminal: a process in a PTY of its own, and a screen that understands what it writes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte

KEYS = {
    **{"enter": "\r", "esc": "\x1b", "tab": "\t", "space": " ", "up": "\x1b[A", "down": "\x1b[B"},
    **{"right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F", "backspace": "\x7f"},
    **{"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~"},
    **{"f6": "\x1b[17~", "pageup": "\x1b[5~"},
    **{"backtab": "\x1b[Z", "pagedown": "\x1b[6~", "ctrl+o": "\x0f"},
    **{"ctrl+s": "\x13", "ctrl+q": "\x11", "ctrl+p": "\x10", "ctrl+n": "\x0e", "ctrl+u": "\x15", "delete": "\x1b[3~"},
}

PATIENCE = 60.0
"""Seconds that a test waits for something to appear; nothing is measured by it."""


def imi(*arguments: str) -> list[str]:
    """The installed command of this environment."""
    return [str(Path(sys.executable).with_name("imi")), *arguments]


class Terminal:
    """A program in a terminal of `columns` by `rows`."""

    def __init__(self, argv: list[str], environment: dict[str, str], columns: int = 120, rows: int = 40) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = pexpect.spawn(
            argv[0],
            argv[1:],
            env={**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
            dimensions=(rows, columns),
            timeout=PATIENCE,
        )
        self.process.delaybeforesend = None  # else each key waits for 50 ms before it is sent

    def read(self, seconds: float = 0.05) -> None:
        """Take in what the program has written."""
        try:
            data = self.process.read_nonblocking(65536, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.raw += data
        # pyte does not know every private sequence that Textual asks of a modern terminal.
        self._stream.feed(data.replace(b"\x1b[>4;1m", b"").replace(b"\x1b[>1u", b"").replace(b"\x1b[<u", b""))

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, *texts: str, gone: str = "") -> str:
        """Wait until all the texts stand on the screen (and `gone` does not); the screen as it is then."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.read()
            shown = self.text
            if all(text in shown for text in texts) and not (gone and gone in shown):
                return shown
        raise AssertionError(f"waited for {texts} (without {gone!r}); the screen shows:\n{self.text}")

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds outside of the terminal, while the program goes on."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            self.read()
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain; the screen shows:\n{self.text}")

    def wait_for_calm(self) -> None:
        """Wait until the program writes nothing more."""
        before = -1
        while before != len(self.raw):
            before = len(self.raw)
            self.read(0.5)

    def resize(self, columns: int, rows: int) -> None:
        """Another size of the window."""
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def press(self, *keys: str) -> None:
        """Press keys by name, or single characters."""
        for key in keys:
            self.process.send(KEYS.get(key, key))
            self.read(0.03)

    def type(self, text: str) -> None:
        """Type a text."""
        self.process.send(text)
        self.read(0.05)

    def wait_for_end(self) -> int:
        """Wait until the program has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.isalive():
            self.read()
            if time.monotonic() > deadline:
                raise AssertionError(f"the program goes on; the screen shows:\n{self.text}")
        self.read()
        self.process.close()
        status: int = self.process.exitstatus if self.process.exitstatus is not None else -1
        return status

    def close(self) -> None:
        """End the program, whatever it does."""
        try:
            self.process.close(force=True)
        except pexpect.ExceptionPexpect:  # killed while it waits for the disk: a moment more
            self.process.wait()
