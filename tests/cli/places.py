"""What the tests of the doctor share: other deployments than the one in order, and what a check says of them."""

from __future__ import annotations

import pwd
from dataclasses import replace
from pathlib import Path

from imi_tui.cli.doctor.place import Check, Place, State


def changed(place: Place, **facts: object) -> Place:
    """The deployment with other facts."""
    return replace(place, **facts)  # type: ignore[arg-type]  # of the fields' kinds


def with_settings(place: Place, **settings: object) -> Place:
    """The deployment with other settings."""
    return replace(place, settings=replace(place.settings, **settings))  # type: ignore[arg-type]  # of their kinds


def under_account(place: Place, home: Path, shell: str = "/bin/sh", uid: int = 12345) -> Place:
    """The deployment run as the account `desk`."""
    account = pwd.struct_passwd(("desk", "x", uid, uid, "", str(home), shell))
    return changed(place, account_name="desk", account=account)


def states(check: Check, place: Place) -> list[State]:
    """How it stands, by a check."""
    return [state for state, _words in check(place)]


def wrong(check: Check, place: Place) -> str:
    """The words of the one thing that is wrong."""
    (words,) = [words for state, words in check(place) if state is State.WRONG]
    return words


def database(place: Place) -> Path:
    """The database's file."""
    assert place.database is not None
    return place.database
