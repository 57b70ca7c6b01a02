"""Bad weather: whatever becomes of the database, there is a sentence, and what was typed stands where it stood."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from db.demo_cast import PASSWORD
from tests.e2e import weather
from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal, imi

NEEDS_A_DISK = pytest.mark.skipif(bool(weather.why_not()), reason=weather.why_not())

Storm = Callable[[Path], None]

TYPED = "un vētra"


def _editing(terminal: Terminal) -> None:
    """Log in, begin to edit, type something, and look at the review."""
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde", "Rediģēt iestādi")
    terminal.press("e")
    terminal.wait_for("Rediģēšana")
    terminal.press("tab", "end")
    terminal.type(f" {TYPED}")
    terminal.wait_for(f"Darba inspekcija {TYPED}")
    terminal.press("ctrl+s")
    terminal.wait_for("Pārskatiet pirms saglabāšanas")


def _refused_with(terminal: Terminal, *words: str) -> None:
    """Save; the words are shown, and one is back at the form with all that was typed."""
    terminal.press("enter")
    terminal.wait_for(*words, "Rediģēšana", f"Darba inspekcija {TYPED}", gone="Pārskatiet")
    assert "Traceback" not in terminal.text


def _saved(terminal: Terminal) -> None:
    terminal.press("ctrl+s")
    terminal.wait_for("Pārskatiet pirms saglabāšanas")
    terminal.press("enter")
    terminal.wait_for("Saglabāta 1 izmaiņa", f"Darba inspekcija {TYPED}", gone="› Rediģēšana")


def _deleted(database: Path) -> None:
    database.unlink()


def _replaced(database: Path) -> None:
    copy = database.with_name("copy.db")
    shutil.copy(database, copy)
    copy.replace(database)


def _damaged(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))


@pytest.mark.parametrize(
    ("storm", "words"),
    [
        (_deleted, ("tika izdzēsta", "Nekas")),
        (_replaced, ("aizstāta", "Nekas")),
        (_damaged, ("Datubāze ir bojāta", "Nekas")),
    ],
)
def test_a_storm_over_the_database_is_told_and_what_was_typed_stays(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal], storm: Storm, words: tuple[str, ...]
) -> None:
    terminal = Terminal(imi(), demo, 120, 40)
    terminals.append(terminal)
    _editing(terminal)
    storm(tmp_path / "demo.db")
    _refused_with(terminal, *words)


def test_a_database_that_somebody_holds_is_told_after_ten_seconds_and_then_it_goes_on(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal]
) -> None:
    terminal = Terminal(imi(), demo, 120, 40)
    terminals.append(terminal)
    _editing(terminal)
    other = sqlite3.connect(tmp_path / "demo.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _refused_with(terminal, "aizņemta", "Nekas")
    other.execute("ROLLBACK")
    other.close()
    _saved(terminal)


@NEEDS_A_DISK
def test_a_full_disk_is_told_and_with_room_again_it_is_saved(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal]
) -> None:
    disk = tmp_path / "disk"
    argv = weather.on_a_disk(imi(), tmp_path / "demo.db", disk)
    terminal = Terminal(argv, {**demo, "IMI_DATABASE": f"sqlite:///{disk}/demo.db"}, 120, 40)
    terminals.append(terminal)
    _editing(terminal)
    filler = weather.fill(disk, terminal.process.pid)
    _refused_with(terminal, "disks ir pilns", "Nekas")
    filler.unlink()
    _saved(terminal)


@pytest.mark.parametrize("arguments", [[], ["users", "reset", "berziann"], ["worker", "--once"]])
@NEEDS_A_DISK
def test_a_disk_that_cannot_be_written_is_told_at_the_start(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal], arguments: list[str]
) -> None:
    disk = tmp_path / "disk"
    argv = weather.on_a_disk(imi(*arguments), tmp_path / "demo.db", disk, writable=False)
    terminal = Terminal(argv, {**demo, "IMI_DATABASE": f"sqlite:///{disk}/demo.db"}, 200, 10)
    terminals.append(terminal)
    assert terminal.wait_for_end() == 1
    assert terminal.text.strip().startswith("imi: The database cannot be written. Nothing was saved;")
    assert terminal.text.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("storm", "words"), [(_damaged, "restore the last backup"), (_deleted, "imi init")], ids=["damaged", "deleted"]
)
@pytest.mark.parametrize(
    "arguments",
    [["users", "list"], ["users", "reset", "berziann"], ["directory", "search", "riga"], ["worker", "--once"]],
)
def test_a_command_says_what_has_become_of_the_database(
    demo: dict[str, str], tmp_path: Path, storm: Storm, words: str, arguments: list[str]
) -> None:
    storm(tmp_path / "demo.db")
    done = subprocess.run(imi(*arguments), env=demo, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("imi: ")
    assert words in done.stderr.lower() or "is damaged. restore a backup" in done.stderr.lower()


@NEEDS_A_DISK
def test_a_command_on_a_full_disk_says_so(demo: dict[str, str], tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    fill = f'head -c 40000000 /dev/zero > {disk}/filler 2>/dev/null; exec "$@"'
    argv = weather.on_a_disk(["sh", "-c", fill, "sh", *imi("users", "reset", "berziann")], tmp_path / "demo.db", disk)
    environment = {**demo, "IMI_DATABASE": f"sqlite:///{disk}/demo.db"}
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "disk" in done.stderr
    assert "Nothing was saved" in done.stderr
