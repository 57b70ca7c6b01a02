"""The key of the record, in a file outside the database: `<database file>.record-key`, or the setting `record_key`.

Two lines: the key in hexadecimal, and `begun ID DIGEST`, the last entry from before there was a key (0 where there is
none), so that nobody can put unkeyed entries in the place of keyed ones. Made once, where the record is empty or of
before there were keys; a key that is missing later is never made anew, since the record could no longer be verified.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from imi_tui.rules.chain import FIRST, Key
from imi_tui.rules.refusals import StoreAway
from imi_tui.settings import Settings

_BYTES = 32


def load(settings: Settings) -> Key:
    """The key. Raises `StoreAway("record_key_missing")`, `StoreAway("record_key_unusable")`."""
    path = settings.record_key_path()
    try:
        return _parsed(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise StoreAway("record_key_missing", path=path) from error
    except (OSError, ValueError, IndexError) as error:
        raise StoreAway("record_key_unusable", path=path) from error


def load_or_make(settings: Settings, begun: tuple[int, str]) -> Key:
    """The key, made where there is none; inside the write transaction, so that no two are made. Raises as `load`."""
    path = settings.record_key_path()
    if path.exists():
        return load(settings)
    beside = path.with_name(f"{path.name}.making-{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        told = f"{secrets.token_hex(_BYTES)}\nbegun {begun[0]} {begun[1]}\n"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(told)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        _settle(path.parent)
    except OSError as error:
        raise StoreAway("record_key_unusable", path=path) from error
    return load(settings)


def begin(settings: Settings, now: datetime) -> None:
    """A database is made anew: a key of one that was here before is put aside, its checkpoint too. Raises `StoreAway`.

    A key whose place is set by the deployment is its own matter and stays.
    """
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    named = [settings.record_checkpoint_path()]
    if not settings.record_key:
        named.append(settings.record_key_path())
    for path in named:
        try:
            if path.exists():
                path.rename(path.with_name(f"{path.name}.before-{stamp}"))
        except OSError as error:
            raise StoreAway("record_key_unusable", path=path) from error
    load_or_make(settings, (0, FIRST))


def _parsed(text: str) -> Key:
    lines = text.split("\n")
    secret = bytes.fromhex(lines[0].strip())
    if len(secret) != _BYTES:
        raise ValueError
    if len(lines) > 1 and lines[1].startswith("begun "):
        _word, number, digest = lines[1].split()
        return Key(secret, (int(number), digest))
    return Key(secret)


def _settle(folder: Path) -> None:
    """The folder's entry is on the disk before the transaction that relies on it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
