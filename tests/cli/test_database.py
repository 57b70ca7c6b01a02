"""`imi backup`, `imi restore`, `imi db`: data on stdout, words on stderr, exit codes; what is wrong is named (B13)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from imi_tui.i18n.database import FAULTS
from tests.cli.conftest import Run


def test_backup_and_restore_tell_machines_and_people(run: Run, demo: Path, tmp_path: Path) -> None:
    run("authority", "confirm")
    file = tmp_path / "backup.db"
    taken = json.loads(run("backup", str(file), "--json").stdout)
    assert (taken["path"], taken["bytes"], taken["entries"]) == (str(file), file.stat().st_size, 1)
    assert taken["key"] == f"{demo}.record-key" and taken["checkpoint"].startswith("imi-record 1 ")
    again = run("backup", str(file))
    assert (again.exit_code, again.stdout) == (1, "") and "exists already" in again.stderr
    run("authority", "confirm")
    refused = run("restore", str(file))
    assert refused.exit_code == 1 and "--replace" in refused.stderr
    done = json.loads(run("restore", "--replace", str(file), "--json").stdout)
    assert (done["entries"], done["before"], done["common"], done["upgraded"]) == (1, 2, 1, False)
    assert Path(done["kept"]).exists()
    verified = run("audit", "verify")
    assert verified.exit_code == 0
    assert f"Entries 2–2 are in the database that was put aside, {Path(done['kept']).name}" in verified.stderr
    assert json.loads(run("audit", "verify", "--json").stdout)["restores"][0]["before"] == 2
    assert "Database restored from a backup" in run("audit", "list").stdout
    told = run("audit", "verify", "--checkpoint", taken["checkpoint"])
    assert told.exit_code == 0
    outside = run("--config", "/dev/null", "audit", "checkpoint").stdout
    assert outside.startswith("imi-record 2 ")


def test_it_speaks_latvian(run: Run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMI_LANGUAGE", "lv")
    told = run("backup", str(tmp_path / "backup.db")).stderr
    assert "izmaiņu ierakstu atslēgas" in told
    assert "Datubāze" in run("db", "status").stdout


def test_status_is_of_any_version_and_hides_the_password(run: Run, demo: Path) -> None:
    found = json.loads(run("db", "status", "--json").stdout)
    assert (found["url"], found["pending"], found["unknown"]) == (f"sqlite:///{demo}", [], [])
    assert found["rows"]["users"] == 600 and found["bytes"] > 10**6 and found["engine"].startswith("SQLite 3")
    with closing(sqlite3.connect(demo)) as connection, connection:
        connection.execute("UPDATE schema_migration SET name = '9999_later' WHERE name = ?", (found["schema"],))
    newer = json.loads(run("db", "status", "--json").stdout)
    assert (newer["pending"], newer["unknown"]) == ([found["schema"]], ["9999_later"])


def test_upgrade_says_what_it_did(run: Run, demo: Path) -> None:
    assert "nothing to do" in run("db", "upgrade").stderr
    with closing(sqlite3.connect(demo)) as connection, connection:
        connection.execute("DELETE FROM search_index WHERE rowid = 1")
        connection.execute("PRAGMA journal_mode = DELETE")
    assert run("db", "check").exit_code == 1
    assert "search index was made" in run("db", "upgrade", "--index").stderr
    checked = run("db", "check")
    assert (checked.exit_code, checked.stdout) == (0, "") and "in order" in checked.stderr
    assert json.loads(run("db", "status", "--json").stdout)["checked"]


def _sql(*statements: str) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return do


def _tampered(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        guards = db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        db.execute("DROP TRIGGER entry_unchanged")
        db.execute("UPDATE entry SET actor_id = 99 WHERE id = 1")
        db.execute(next(sql for (sql,) in guards if "entry_unchanged" in sql))


def _no_key(path: Path) -> None:
    path.with_name(f"{path.name}.record-key").unlink()


def _second_name(path: Path) -> None:
    path.with_name(f"{path.name}.before-restore-20260101T000000Z").hardlink_to(path)


def _page(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'presence'")


WRONG: dict[str, Callable[[Path], None]] = {
    "dangling": _sql("UPDATE user_right SET user_id = 4711 WHERE rowid = 1"),
    "table_missing": _sql("DROP TABLE presence"),
    "column_missing": _sql("ALTER TABLE authority DROP COLUMN website"),
    "index_missing": _sql("DROP INDEX users_authority_id_email_key_id"),
    "trigger_missing": _sql("DROP TRIGGER entry_kept"),
    "out_of_mode": _sql("PRAGMA journal_mode = DELETE"),
    "second_name": _second_name,
    "derived": _sql("UPDATE users SET logged_in = 1 - logged_in WHERE id = 7"),
    "unindexed": _sql("UPDATE authority SET town = 'Ogre' WHERE id = 3"),
    "index_of_gone": _sql("INSERT INTO search_index (rowid, official) VALUES (4711, 'gone')"),
    "index_damaged": _sql("DELETE FROM search_index_data WHERE id > 10"),
    "record_unverifiable": _no_key,
    "record_broken": _tampered,
    "damaged": _page,
}


@pytest.mark.parametrize("code", sorted(WRONG))
def test_what_is_wrong_is_named_with_what_mends_it(run: Run, demo: Path, code: str) -> None:
    run("authority", "confirm")
    WRONG[code](demo)
    told = run("db", "check", "--json")
    assert told.exit_code == 1, told.output
    found = json.loads(told.stdout)
    assert not found["ok"] and code in [one["code"] for one in found["faults"]]
    assert all(one["words"] and "{" not in one["words"] for one in found["faults"])


def test_every_fault_can_happen() -> None:
    assert set(WRONG) == set(FAULTS) - {"number_taken"}  # that one is a server's


def test_half_a_copy_is_refused_by_every_command(run: Run, demo: Path, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/there.db"
    copied = json.loads(run("db", "copy", f"sqlite:///{demo}", target, "--json").stdout)
    assert {one["table"]: one["rows"] for one in copied["tables"]}["users"] == 600
    with closing(sqlite3.connect(tmp_path / "there.db")) as connection, connection:
        connection.execute("CREATE TABLE copying (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    for command in (("users", "list"), ("db", "status"), ("db", "upgrade"), ("worker", "--once")):
        refused = run(*command, env={"IMI_DATABASE": target})
        assert refused.exit_code == 1 and "imi db copy" in refused.stderr
