"""A disk of one's own to fill or to lock: a small file system in memory, seen by one program only."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

SIZE = "16m"

_ENTER = """
mount -t tmpfs -o size="$3" none "$2" && cp "$1" "$2/" || exit 99
[ "$4" = writable ] || mount -o remount,ro "$2" || exit 99
shift 4
exec "$@"
"""


def why_not() -> str:
    """Why no disk of one's own can be made here; nothing where it can."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return "a file system of one's own needs root and unshare"
    if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode != 0:
        return "no mount namespace can be made here"
    return ""


def on_a_disk(argv: list[str], database: Path, folder: Path, *, writable: bool = True) -> list[str]:
    """A command line that runs a program with a copy of the database on a small disk of its own, at `folder`."""
    folder.mkdir(exist_ok=True)
    how = "writable" if writable else "read-only"
    unshare = shutil.which("unshare") or "unshare"
    enter = [unshare, "--mount", "--propagation", "private", "sh", "-c", _ENTER, "sh"]
    return [*enter, str(database), str(folder), SIZE, how, *argv]


def fill(folder: Path, process: int) -> Path:
    """Fill the disk of a program to the last byte; the file that did it."""
    path = Path(f"/proc/{process}/root{folder}/filler")
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    for size in (65536, 512, 1):
        try:
            while os.write(handle, b"x" * size):
                pass
        except OSError:
            continue
    os.close(handle)
    return path
