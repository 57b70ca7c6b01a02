"""The chain of the record (B8): what each entry's digest covers, and the checkpoints that tell its end elsewhere.

Canonical form: JSON with sorted keys, no blanks, UTF-8.

- `hmac-sha256` (KEYED): `digest` = HMAC-SHA256(key, canonical(["entry", id, at, verb, actor_kind, actor_id,
  authority_id, subject_id, values_digest, personal_digest, previous])). Ids count from 1 without a gap, `at` is
  ISO 8601 in UTC to the second, `previous` the digest of the entry before, or 64 zeros. The two digests are SHA-256
  over salt and canonical values of the public and of the personal row, empty where there is no such row: so the
  personal row can be erased, salt included, and the chain still holds.
- `sha256` (PLAIN), entries from before there was a key: `digest` = SHA-256(previous + canonical([at, verb, actor_kind,
  actor_id, authority_id, subject_id, values_digest])), all their values in one row. They come before every keyed one,
  the first of which authenticates the last of them.
- A checkpoint: `imi-record ID DIGEST AT MAC`, where MAC = HMAC-SHA256(key, canonical(["checkpoint", id, digest, at])).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

FIRST = "0" * 64
"""What stands before the first entry."""

PLAIN, KEYED = "sha256", "hmac-sha256"
PUBLIC, PERSONAL, WHOLE = "public", "personal", "whole"
"""The kinds of values' rows; `whole` is the one row of a PLAIN entry."""

_MARK = "imi-record"
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr).encode


@dataclass(frozen=True)
class Key:
    """The key, and where the keyed part began: id and digest of the last PLAIN entry (0 and FIRST: there is none).

    `begun` is None where nobody noted it.
    """

    secret: bytes = field(repr=False)
    begun: tuple[int, str] | None = None


@dataclass(frozen=True)
class Link:
    """The fields of an entry that its digest covers, but for its id and what comes before."""

    at: str
    verb: object
    actor_kind: object
    actor_id: object
    authority_id: object
    subject_id: object
    values_digest: object
    personal_digest: object


@dataclass(frozen=True)
class Checkpoint:
    """The end of the record at an instant: the last entry's id, which is their number, and its digest."""

    id: int
    digest: str
    at: str


def canonical(value: object) -> str:
    """The one form in which values are digested."""
    return _encode(value)


def instant(at: datetime) -> str:
    """An instant as it is digested."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


def values_digest(salt: object, told: object) -> str:
    """The digest of a row of values."""
    return hashlib.sha256(f"{salt}{told}".encode()).hexdigest()


def keyed(key: Key, entry_id: int, link: Link, previous: object) -> str:
    """The digest of a KEYED entry."""
    fields = [
        "entry",
        entry_id,
        link.at,
        link.verb,
        link.actor_kind,
        link.actor_id,
        link.authority_id,
        link.subject_id,
        link.values_digest,
        link.personal_digest,
        previous,
    ]
    return hmac.digest(key.secret, _encode(fields).encode(), "sha256").hex()


def plain(link: Link, previous: object) -> str:
    """The digest of a PLAIN entry."""
    fields = [
        link.at,
        link.verb,
        link.actor_kind,
        link.actor_id,
        link.authority_id,
        link.subject_id,
        link.values_digest,
    ]
    return hashlib.sha256(f"{previous}{_encode(fields)}".encode()).hexdigest()


def checkpoint_line(key: Key, point: Checkpoint) -> str:
    """The line by which a checkpoint is kept elsewhere."""
    return f"{_MARK} {point.id} {point.digest} {point.at} {_mac(key, point)}"


def read_checkpoint(key: Key, line: str) -> Checkpoint | None:
    """The checkpoint of a line; None where it is none, or not one that this key made."""
    parts = line.split()
    if len(parts) != 5 or parts[0] != _MARK or not (parts[1].isascii() and parts[1].isdecimal()):
        return None
    point = Checkpoint(int(parts[1][:18]), parts[2], parts[3])
    return point if hmac.compare_digest(_mac(key, point).encode(), parts[4].encode()) else None


def _mac(key: Key, point: Checkpoint) -> str:
    told = _encode(["checkpoint", point.id, point.digest, point.at])
    return hmac.digest(key.secret, told.encode(), "sha256").hex()
