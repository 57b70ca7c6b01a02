"""This process as the table of sessions knows it, and whether another one on the same machine has died (B22)."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

_UNKNOWN = -1


@dataclass(frozen=True)
class Process:
    """A running program: on which machine, its number and when that number was given, and its terminal.

    `host` names the machine, its present start and its space of process numbers: only where all of these are the same
    does a number tell anything. `since` tells two programs apart that were given the same number.
    """

    host: str = ""
    pid: int = 0
    since: int = 0
    terminal: str = ""

    def sees_dead(self, host: str, pid: int, since: int) -> bool:
        """Whether another process is known to be gone; one on another machine never is."""
        return bool(self.host) and host == self.host and _since(pid) not in {since, _UNKNOWN}


def this_process() -> Process:
    """The one that runs this. Without a /proc it knows of no other, and sessions end by their time alone."""
    pid = os.getpid()
    return Process(_host(), pid, _since(pid), _terminal())


def _host() -> str:
    try:
        started = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        numbers = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  # not the name of a file
    except OSError:
        return ""
    return f"{socket.gethostname()[:100]} {started} {numbers}"


def _since(pid: int) -> int:
    """When the process began, in the kernel's ticks; 0 where there is none, `_UNKNOWN` where that cannot be known."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return _UNKNOWN if _answers(pid) else 0  # a /proc may hide what others run
    except OSError:
        return _UNKNOWN
    state, *rest = facts.rpartition(")")[2].split()
    return 0 if state in "ZX" else int(rest[18])


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _terminal() -> str:
    try:
        return os.ttyname(sys.stdin.fileno()).removeprefix("/dev/")
    except (OSError, ValueError, AttributeError):
        return ""
