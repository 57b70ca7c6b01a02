"""Files that must be whole or absent: written beside, on the disk, then moved into place."""

from __future__ import annotations

import os
from pathlib import Path


def write_beside(path: Path, content: bytes) -> None:
    """Write a small file of mode 0600, in the place of any that is there. Raises `OSError`."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    settle(path.parent)


def settle(path: Path) -> None:
    """See to it that a file, or what a folder lists, is on the disk. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_new(source: Path, target: Path) -> None:
    """Move a file to a name that nobody has. Raises `FileExistsError` where somebody has it, `OSError`."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system that gives a file one name only
        if target.exists():
            raise FileExistsError(target) from None
        source.rename(target)
    else:
        source.unlink()
    settle(target.parent)
