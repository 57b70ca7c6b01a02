"""Files that must be whole or absent: written beside, on the disk, then moved into place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


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


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file of mode 0600 to write to: whole at its place once the body ends well, and nowhere if it does not.

    Raises `FileExistsError` where there is one already that is not to be replaced, `OSError`.
    """
    if path.exists() and not replace:
        raise FileExistsError(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            beside.replace(path)
            settle(path.parent)
        else:
            move_new(beside, path)
    finally:
        beside.unlink(missing_ok=True)
