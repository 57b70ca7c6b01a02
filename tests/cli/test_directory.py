"""`imi directory search`: the same as the screen finds; and the index that is made when a database is opened."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from imi_tui.rules.script import INDEXED
from tests.cli.conftest import Run


def test_authorities_are_found_with_the_reason(run: Run, demo: Path) -> None:
    told = run("directory", "search", "mazpilsetas", "buvalde").stdout
    assert "Mazpilsētas būvvalde" in told.splitlines()[1]
    assert "≈ buvalde" in told
    (first, *_more) = json.loads(run("directory", "search", "plumber", "--json").stdout)
    assert [match["code"] for match in first["matches"]] == ["plumber"]
    assert "position" not in first
    assert {"module", "role", "access"} == set(first["roles"][0])


def test_filters_narrow_it_down_and_without_words_all_are_listed(run: Run, demo: Path) -> None:
    def ids(*arguments: str) -> list[int]:
        return [one["id"] for one in json.loads(run("directory", "search", *arguments, "--json").stdout)]

    everybody = ids("--limit", "1000")
    assert len(everybody) > len(ids("--country", "lv", "--limit", "1000")) > 1
    assert len(ids()) == 20
    assert ids("--limit", "30") == everybody[:30]
    assert set(ids("--role", "coordinator", "--module", "services", "--limit", "1000")) < set(everybody)
    assert ids("--status", "inactive") == []
    assert run("directory", "search", "--status", "asleep").exit_code == 2


def test_a_database_without_an_index_gets_one_when_it_is_opened(run: Run, demo: Path) -> None:
    found = run("directory", "search", "darba", "inspekcija").stdout
    connection = sqlite3.connect(demo)
    connection.execute("DELETE FROM search_index")
    connection.commit()
    assert run("directory", "search", "darba", "inspekcija").stdout.count("\n") == 1
    connection.execute("UPDATE meta SET value = 'another' WHERE name = ?", (INDEXED,))
    connection.commit()
    connection.close()
    assert run("directory", "search", "darba", "inspekcija").stdout == found


@pytest.mark.parametrize("hostile", ['"', "a AND", "NEAR(", "*", "\ud800"])
def test_what_is_typed_is_never_taken_for_a_command(run: Run, demo: Path, hostile: str) -> None:
    assert run("directory", "search", "--", hostile).exit_code == 0
