"""`imi metrics`: what a node exporter's textfile collector is given is of its format, true, and about nobody."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from db.demo_cast import CAST, CAST_AUTHORITIES
from imi_tui.rules.exposition import Metric, gauge, text_of
from tests.cli.conftest import Run

Read = dict[tuple[str, ...], float]


def _read(text: str) -> Read:
    """By name and labels' values, as Prometheus's own parser reads it; each with its HELP."""
    families = list(text_string_to_metric_families(text))
    assert all(one.documentation and one.type == "gauge" for one in families)
    assert len({one.name for one in families}) == len(families)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.fixture
def changed(demo: Path) -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(demo) as connection:
        yield connection
    connection.close()


def test_the_numbers_are_those_of_the_database(run: Run, demo: Path, changed: sqlite3.Connection) -> None:
    changed.execute("UPDATE users SET blocked_at = '2026-01-01 00:00:00' WHERE id IN (SELECT id FROM users LIMIT 7)")
    changed.execute(
        "INSERT INTO mail (kind, authority_id, state, tries, error, message_id, params, created_at, next_try_at)"
        " SELECT 'authority_changed', min(id), 'failed', 3, '', '', '{}', '2026-01-01', '2026-01-01 00:00:00'"
        " FROM authority"
    )
    changed.commit()
    (blocked,) = changed.execute("SELECT count(*) FROM users WHERE blocked_at IS NOT NULL").fetchone()
    (people,) = changed.execute("SELECT count(*) FROM users").fetchone()
    done = run("metrics")
    assert (done.exit_code, done.stderr) == (0, "")
    told = _read(done.stdout)
    assert told["imi_up",] == 1
    assert told["imi_users", "blocked"] == blocked
    assert sum(value for name, value in told.items() if name[0] == "imi_users") == people
    assert told["imi_mails", "failed"] == told["imi_mails_due",] == told["imi_mails_overdue",] == 1
    assert told["imi_mails_oldest_due_age_seconds",] > 900
    assert told["imi_worker_healthy",] == 0
    assert told["imi_schema_number",] >= 9
    assert told["imi_database_size_bytes",] >= demo.stat().st_size
    assert ("imi_backup_last_timestamp_seconds",) not in told


def test_a_round_of_the_worker_shows(run: Run, demo: Path) -> None:
    assert run("worker", "--once").exit_code == 0
    told = _read(run("metrics").stdout)
    assert told["imi_worker_healthy",] == 1
    assert [name for name in told if name[0] == "imi_worker_last_seen_timestamp_seconds"]


def test_nothing_of_it_is_about_anybody(run: Run, demo: Path) -> None:
    assert run("worker", "--once").exit_code == 0
    text = run("metrics").stdout
    for part in CAST:
        for word in (part.username, part.surname):
            assert word not in text
    for authority in CAST_AUTHORITIES:
        assert authority.official_name not in text
    assert "@" not in text


def test_a_file_is_replaced_whole_and_can_be_read_by_the_exporter(run: Run, demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "textfiles"
    folder.mkdir()
    file = folder / "imi.prom"
    file.write_text("what was there before", encoding="utf-8")
    before = file.stat().st_ino
    old = os.umask(0o077)
    try:
        done = run("metrics", str(file))
    finally:
        os.umask(old)
    assert (done.exit_code, done.stdout) == (0, "")
    assert _read(file.read_text(encoding="utf-8"))["imi_up",] == 1
    assert (file.stat().st_mode & 0o777, file.stat().st_ino == before) == (0o644, False)
    assert list(folder.iterdir()) == [file]
    refused = run("metrics", str(folder / "none" / "imi.prom"))
    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr


def test_a_database_that_cannot_be_used_is_down(run: Run, demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "imi.prom"
    demo.unlink()
    done = run("metrics", str(file))
    assert done.exit_code == 1
    assert "There is no database" in done.stderr
    assert _read(file.read_text(encoding="utf-8")) == {("imi_up",): 0}


def test_the_newest_backup_is_told_where_their_folder_is_known(run: Run, demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    config = tmp_path / "imi.toml"
    config.write_text(f'backups = "{folder}"\n', encoding="utf-8")

    def told() -> float | None:
        return _read(run("--config", str(config), "metrics").stdout).get(("imi_backup_last_timestamp_seconds",))

    assert told() is None
    for name, at in (("one.imi", 1_000_000), ("two.imi", 2_000_000), (".three.part", 3_000_000)):
        (folder / name).touch()
        os.utime(folder / name, (at, at))
    assert told() == 2_000_000


@given(st.text(), st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_whatever_stands_in_a_label_is_read_as_it_was(one: str, other: str, value: float) -> None:
    text = text_of([Metric("imi_x", "Two\nlines \\ here", {(one, "a"): value, (other, "b"): 0}, ("one", "two"))])
    assert _read(text) == {("imi_x", one, "a"): value, ("imi_x", other, "b"): 0}


def test_a_name_that_prometheus_would_refuse_is_none() -> None:
    with pytest.raises(ValueError, match="imi-x"):
        gauge("imi-x", "", 0)
    with pytest.raises(ValueError, match="labels"):
        Metric("imi_x", "", {("a",): 1})
