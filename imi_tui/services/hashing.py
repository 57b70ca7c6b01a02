"""Password hashes: Argon2id with the deployment's parameters; never inside a transaction, never on the event loop."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from imi_tui.rules.passwords import normal

_AT_ONCE = threading.BoundedSemaphore(2)
"""Hashes at once per process: each takes the memory of its parameters."""


class Hasher:
    """Makes and verifies hashes. `memory_kib` and `time` are Argon2's cost; one lane."""

    def __init__(self, memory_kib: int, time: int) -> None:
        self._argon2 = PasswordHasher(memory_cost=memory_kib, time_cost=time, parallelism=1)

    def hash(self, password: str) -> str:
        """The encoded hash of a password in its normal form (NFKC)."""
        with _AT_ONCE:
            return self._argon2.hash(normal(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one of the hash; without a hash it takes as long and is False."""
        with _AT_ONCE:
            try:
                self._argon2.verify(password_hash or self._dummy, normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than those of today."""
        return self._argon2.check_needs_rehash(password_hash)

    @cached_property
    def _dummy(self) -> str:
        return self._argon2.hash("nobody has this password")
