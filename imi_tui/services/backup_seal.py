"""The seal of a backup: by it any change of the file after it was made is found, without a look at what was changed.

An HMAC-SHA256 of all bytes of the file with the record's key, the seal itself taken for zeros. It stands in the
backup's note behind 32 random characters, by which its place in the file is found.
"""

from __future__ import annotations

import hmac
import mmap
import secrets
from pathlib import Path

from db import backup as files
from imi_tui.rules.chain import Key

_NAME = "seal"
_LENGTH = 64
_BLANK = b"0" * _LENGTH
_CHUNK = 2**20


def seal(path: Path, key: Key) -> None:
    """Seal a backup; nothing may be changed in it afterwards. Raises `StoreError`, `OSError`."""
    mark = secrets.token_hex(16)
    files.note(path, {_NAME: mark + _BLANK.decode()})
    at = _place(path, mark.encode() + _BLANK)
    told = _digest(path, key, at)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(told.encode())


def is_sealed(path: Path) -> bool:
    """Whether a file says that it is sealed. Raises `StoreError`."""
    return _NAME in files.noted(path)


def holds(path: Path, key: Key) -> bool:
    """Whether a sealed file is, byte for byte, as it was when it was sealed with this key. Raises `StoreError`."""
    told = files.noted(path)[_NAME].encode()
    at = _place(path, told)
    return at >= 0 and hmac.compare_digest(_digest(path, key, at).encode(), told[-_LENGTH:])


def _place(path: Path, told: bytes) -> int:
    """Where in the file the seal stands; negative where it stands nowhere in one piece."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(told)
    return at + len(told) - _LENGTH if at >= 0 else -1


def _digest(path: Path, key: Key, at: int) -> str:
    digest = hmac.new(key.secret, b"backup", "sha256")
    with path.open("rb") as file:
        left = at
        while left and (chunk := file.read(min(left, _CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
        file.read(_LENGTH)
        digest.update(_BLANK)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
