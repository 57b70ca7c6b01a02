"""`imi access` and `imi authority confirm`: the same checks and words as the screens, without them (B17)."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

OWN, MANAGER, OTHER, FOREIGN_MANAGER = "1", "2", "3", "8"
pytestmark = pytest.mark.usefixtures("demo")


def _modules(run: Run, authority: str = OWN) -> dict[str, dict[str, Any]]:
    rows = json.loads(run("access", "list", "--json", "--authority", authority).stdout)
    return {row["module"]: row for row in rows}


def _refused(run: Run, *arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr


def _done(run: Run, *arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    return result.stderr


def test_access_is_listed_suspended_resumed_and_given_another_role(run: Run) -> None:
    assert _modules(run)["services"]["access"] == "given"
    assert not _modules(run)["solvit"]["held"]
    assert "Services in the internal market" in _done(run, "access", "suspend", "services")
    assert _modules(run)["services"]["access"] == "suspended"
    assert "suspended" in run("access", "list").stdout
    assert "suspended already" in _refused(run, "access", "suspend", "services")
    _done(run, "access", "resume", "services")
    assert "Request coordinator" in _done(run, "access", "role", "services", "coordinator")
    assert _modules(run)["services"]["role"] == "coordinator"


def test_what_falls_away_is_printed_before(run: Run) -> None:
    shown = run("access", "withdraw", "services", "--dry-run").stdout
    assert "Anna Bērziņa" in shown and "Request handler" in shown
    told = json.loads(run("access", "withdraw", "services", "--dry-run", "--json").stdout)
    assert told["people_count"] == len(told["people"]) > 5
    assert _modules(run)["services"]["held"]
    _done(run, "access", "withdraw", "services")
    assert not _modules(run)["services"]["held"]
    assert "does not have access" in _refused(run, "access", "withdraw", "services")
    _done(run, "access", "give", "services")
    assert _modules(run)["services"]["held"]


def test_somebody_answers_for_the_access(run: Run) -> None:
    assert "not an access coordinator" in _refused(run, "access", "coordinator", "services", MANAGER)
    assert run("access", "coordinator", "services").exit_code == 2
    assert run("access", "coordinator", "services", MANAGER, "--nobody").exit_code == 2
    _done(run, "access", "give", "e_commerce", "--role", "access_coordinator", "--authority", MANAGER)
    _done(run, "access", "give", "e_commerce")
    _done(run, "access", "coordinator", "e_commerce", MANAGER)
    assert _modules(run)["e_commerce"]["access_coordinator"]["id"] == int(MANAGER)
    _done(run, "access", "coordinator", "e_commerce", "--nobody")
    assert _modules(run)["e_commerce"]["access_coordinator"] is None


def test_an_authority_is_deactivated_and_reactivated(run: Run) -> None:
    _done(run, "access", "deactivate")
    assert json.loads(run("authority", "show", "--json").stdout)["status"] == "inactive"
    assert "deactivated already" in _refused(run, "access", "deactivate")
    _done(run, "access", "reactivate")
    assert json.loads(run("authority", "show", "--json").stdout)["status"] == "active"


def test_an_authority_is_handed_over(run: Run) -> None:
    assert "not offered" in _refused(run, "access", "accept")
    assert "not an active access manager" in _refused(run, "access", "offer", OTHER)
    _done(run, "access", "offer", FOREIGN_MANAGER)
    _done(run, "access", "take-back")
    _done(run, "access", "offer", FOREIGN_MANAGER)
    _done(run, "access", "decline")
    _done(run, "access", "offer", FOREIGN_MANAGER)
    _done(run, "access", "accept")
    assert "manager of this authority already" in _refused(run, "access", "offer", FOREIGN_MANAGER)


def test_an_authority_s_function_is_said_by_the_server(run: Run) -> None:
    assert run("access", "manager").exit_code == 2
    _done(run, "access", "manager", "--on")
    assert "It is so already" in _refused(run, "access", "manager", "--on")
    _done(run, "access", "manager", "--off")
    assert "access manager of others" in _refused(run, "access", "manager", "--off", "--authority", MANAGER)
    _done(run, "access", "commission")
    assert "It is so already" in _refused(run, "access", "commission")


def test_that_the_data_is_current_is_confirmed(run: Run, demo: Path) -> None:
    with sqlite3.connect(demo) as connection:
        connection.execute("UPDATE authority SET confirmed_at = '1970-01-01 00:00:00' WHERE id = 1")
    assert json.loads(run("authority", "show", "--json").stdout)["confirmed_at"] is None
    _done(run, "authority", "confirm")
    assert json.loads(run("authority", "show", "--json").stdout)["confirmed_at"] is not None


HALF = "\udcff"
"""What a byte becomes that is no text: a terminal can send any."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("access", "suspend", HALF),
        ("access", "withdraw", HALF),
        ("access", "withdraw", HALF, "--dry-run"),
        ("access", "coordinator", HALF, "--nobody"),
        ("access", "list", "--authority", "9" * 30),
        ("access", "offer", "9" * 30),
    ],
)
def test_what_no_store_can_be_asked_for_is_not_there(run: Run, arguments: tuple[str, ...]) -> None:
    assert "imi: " in _refused(run, *arguments)


@pytest.mark.parametrize("arguments", [("directory", "search", HALF), ("translations", "list", "--filter", HALF)])
def test_nothing_is_found_by_what_is_no_text(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
