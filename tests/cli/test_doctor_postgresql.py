"""`imi doctor` where the database is on a PostgreSQL server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db import server
from db.server import Server
from imi_tui.cli.doctor import files, findings, postgresql
from imi_tui.cli.doctor.place import Place, State
from tests.cli.places import states, with_settings, wrong
from tests.databases import POSTGRESQL

pytestmark = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)

IN_ORDER = Server(
    version=18,
    host="db.authority.example",
    local=False,
    encrypted=True,
    sslmode="verify-full",
    role="imi",
    superuser=False,
    encoding="UTF8",
    time_out=False,
)


@pytest.fixture
def on_server(place: Place, database: str) -> Place:
    return with_settings(place, database=database, record_key=f"{place.database}.record-key")


def _told(monkeypatch: pytest.MonkeyPatch, on_server: Place, **facts: object) -> list[tuple[State, str]]:
    changed = replace(IN_ORDER, **facts)  # type: ignore[arg-type]  # of the fields' kinds
    monkeypatch.setattr(postgresql, "server_of", lambda _url: changed)
    return list(postgresql.database(on_server))


def test_a_real_server_is_looked_at(on_server: Place) -> None:
    """The tests' own server: nothing leaves this machine, and its role may do everything."""
    found = server.server_of(on_server.settings.database)
    assert (found.version >= 13, found.local, found.encrypted, found.encoding) == (True, True, False, "UTF8")
    assert "role" in wrong(files.database, on_server)
    gone = with_settings(on_server, database=f"{on_server.settings.database}_none")
    assert "CREATE DATABASE" in wrong(files.database, gone)


@pytest.mark.parametrize(
    ("facts", "state", "word"),
    [
        ({}, State.OK, "PostgreSQL 18"),
        ({"version": 12}, State.WRONG, "13"),
        ({"encrypted": False, "sslmode": "prefer"}, State.WRONG, "sslmode=verify-full"),
        ({"sslmode": "require"}, State.HINT, "sslmode=verify-full"),
        ({"encrypted": False, "local": True}, State.OK, "ours"),
        ({"superuser": True}, State.WRONG, "role imi"),
        ({"encoding": "SQL_ASCII"}, State.WRONG, "UTF8"),
        ({"time_out": True}, State.HINT, "statement_timeout"),
    ],
)
def test_what_a_server_can_have_wrong_is_told(
    on_server: Place, monkeypatch: pytest.MonkeyPatch, facts: dict[str, object], state: State, word: str
) -> None:
    told = _told(monkeypatch, on_server, **facts)
    assert [words for one, words in told if one is state and word in words], told
    assert state is State.WRONG or not [one for one, _words in told if one is State.WRONG]


def test_checks_of_a_file_say_that_there_is_none(on_server: Place) -> None:
    assert states(files.disk, on_server) == [State.SKIPPED]
    key = on_server.settings.record_key_path()
    key.touch(mode=0o604)
    assert f"chmod 0600 {key}" in wrong(files.rights, on_server)
    key.unlink()
    fallen = [one for one in findings(on_server) if "could not be looked at" in one.words and "Error" in one.words]
    assert not fallen
