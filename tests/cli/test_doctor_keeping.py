"""`imi doctor`: what a deployment keeps (key, backups, log), what it says (addresses, words) and when (clock, zone)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from db import schema
from imi_tui import log
from imi_tui.cli.doctor import Finding, files, findings, keeping, machine, mail
from imi_tui.cli.doctor.place import Place, State
from imi_tui.i18n import LOCALE
from tests.cli.conftest import Run
from tests.cli.places import database, states, under_account, with_settings, wrong


@pytest.fixture
def recorded(place: Place, run: Run) -> Place:
    """Something was recorded, so the record has a key beside the database."""
    environment = {"IMI_DATABASE": place.settings.database, "IMI_MAIL": place.settings.mail}
    assert run("users", "reset", "2", env=environment).exit_code == 0
    return place


def test_the_key_of_the_record_is_there_and_apart_from_the_backups(recorded: Place, tmp_path: Path) -> None:
    place = recorded
    assert states(keeping.key, place) == [State.OK]
    assert "apart" in " ".join(words for _state, words in keeping.key(place))
    assert "folder of the backups" in wrong(keeping.key, with_settings(place, backups=str(database(place).parent)))
    path = place.settings.record_key_path()
    path.rename(tmp_path / "elsewhere")
    assert "missing" in wrong(keeping.key, place)
    elsewhere = with_settings(place, record_key=str(tmp_path / "elsewhere"))
    assert states(keeping.key, elsewhere) == [State.OK]
    (tmp_path / "elsewhere").chmod(0o640)
    assert f"chmod 0600 {tmp_path}/elsewhere" in wrong(files.rights, elsewhere)
    (tmp_path / "elsewhere").write_text("no key", encoding="utf-8")
    assert states(keeping.key, elsewhere) == [State.WRONG]


def test_somebody_can_log_in_who_manages_access(place: Place, tmp_path: Path) -> None:
    assert states(keeping.managers, place) == [State.OK]
    with sqlite3.connect(database(place)) as connection:
        connection.execute("UPDATE users SET blocked_at = '2026-01-01 00:00:00'")
    connection.close()
    assert "imi users reset" in wrong(keeping.managers, place)
    empty = tmp_path / "empty" / "imi.db"
    schema.create(f"sqlite:///{empty}").close()
    assert "imi init" in wrong(keeping.managers, with_settings(place, database=f"sqlite:///{empty}"))


def test_a_record_without_entries_needs_no_key_yet(place: Place) -> None:
    place.settings.record_key_path().unlink(missing_ok=True)
    with sqlite3.connect(database(place)) as connection:
        (entries,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    connection.close()
    assert states(keeping.key, place) == [State.WRONG if entries else State.SKIPPED]


def test_backups_are_taken_and_nobody_else_can_read_them(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(keeping.backup, place) == [State.HINT]
    folder = tmp_path / "backups"
    there = with_settings(place, backups=str(folder))
    assert "cannot be read" in wrong(keeping.backup, there)
    folder.mkdir()
    assert "no backup" in wrong(keeping.backup, there)
    one = folder / "one.imi"
    one.touch(0o600)
    assert State.WRONG not in states(keeping.backup, there)
    assert any("own disk" in words for _state, words in keeping.backup(there))
    with monkeypatch.context() as full:
        full.setattr(keeping.os, "statvfs", lambda _path: SimpleNamespace(f_bavail=1, f_frsize=1))
        assert "too little" in wrong(keeping.backup, there)
    one.chmod(0o644)
    assert f"chmod 0600 {one}" in wrong(keeping.backup, there)
    one.chmod(0o600)
    old = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    os.utime(one, (old, old))
    assert "every day" in wrong(keeping.backup, there)


def test_a_backup_that_the_program_took_is_known_of(place: Place, run: Run, tmp_path: Path) -> None:
    environment = {"IMI_DATABASE": place.settings.database, "IMI_MAIL": place.settings.mail}
    assert run("backup", str(tmp_path / "copy.imi"), env=environment).exit_code == 0
    assert states(keeping.backup, place) == [State.OK]
    assert "imi_backup_last_timestamp_seconds" in run("metrics", env=environment).stdout
    with sqlite3.connect(database(place)) as connection:
        connection.execute("UPDATE meta SET value = '2020-02-02T10:00:00+00:00' WHERE name = 'backup'")
    connection.close()
    assert "2020-02-02" in wrong(keeping.backup, place)


def test_the_log_can_be_written_and_does_not_grow_for_ever(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(keeping.log, place) == [State.OK]
    assert "cannot be written" in wrong(keeping.log, with_settings(place, log=f"{tmp_path}/none/imi.log"))
    foreign = tmp_path / "foreign"
    foreign.mkdir(0o700)
    if os.geteuid() == 0:
        other = under_account(with_settings(place, log=f"{foreign}/imi.log"), tmp_path)
        assert "cannot be written by desk" in wrong(keeping.log, other)
    monkeypatch.setattr(log, "JOURNAL", tmp_path / "journal")
    assert "no journal" in wrong(keeping.log, with_settings(place, log="journal"))
    (tmp_path / "journal").touch()
    assert states(keeping.log, with_settings(place, log="journal")) == [State.OK]
    place.settings.log_path().write_text("a line\n", encoding="utf-8")
    monkeypatch.setattr(keeping, "LARGE", 3)
    assert states(keeping.log, place) == [State.HINT]


def test_the_addresses_of_the_settings_are_looked_at(place: Place) -> None:
    assert states(mail.addresses, place) == [State.HINT]
    sound = with_settings(
        place, mail="smtp://mail.example", mail_from="imi@vdi.example", commission_mail="imi@ec.example"
    )
    assert states(mail.addresses, sound) == [State.OK]
    assert "mail_from" in wrong(
        mail.addresses, with_settings(place, mail="smtp://mail.example", commission_mail="a@b.example")
    )
    assert "mail_bounces" in wrong(mail.addresses, replace(sound, settings=replace(sound.settings, mail_bounces="x")))


def test_words_that_are_missing_are_told(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(machine.words, place) == [State.OK]
    shutil.copytree(LOCALE, tmp_path / "locale")
    monkeypatch.setattr(machine, "LOCALE", tmp_path / "locale")
    (tmp_path / "locale" / "lv" / "LC_MESSAGES" / "imi.mo").unlink()
    (tmp_path / "locale" / "de" / "LC_MESSAGES" / "mail.mo").write_bytes(b"")
    assert "lv (imi), de (mail)" in wrong(machine.words, place)


@pytest.mark.parametrize(
    ("zone", "state"),
    [("Europe/Riga", State.OK), ("UTC", State.OK), ("Riga/Europe", State.WRONG)],
)
def test_a_time_zone_that_nobody_knows_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch, zone: str, state: State
) -> None:
    monkeypatch.setenv("TZ", zone)
    assert states(machine.zone, place) == [state]


def test_a_clock_that_is_behind_what_was_recorded_is_told(place: Place, run: Run) -> None:
    environment = {"IMI_DATABASE": place.settings.database, "IMI_MAIL": place.settings.mail}
    assert run("worker", "--once", env=environment).exit_code == 0
    assert states(machine.clock, place) == [State.OK]
    with sqlite3.connect(database(place)) as connection:
        connection.execute("UPDATE worker_round SET seen_at = '2999-01-01 00:00:00'")
    connection.close()
    assert "2999-01-01" in wrong(machine.clock, place)


@pytest.mark.parametrize(("told", "state"), [("yes", State.OK), ("no", State.HINT)])
def test_a_clock_that_nothing_keeps_right_is_told(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, state: State
) -> None:
    program = tmp_path / "timedatectl"
    program.write_text(f"#!/bin/sh\necho {told}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(machine, "SYSTEMD", tmp_path)
    assert states(machine.clock, place) == [state]


def test_without_a_database_what_needs_it_is_left_out(place: Place) -> None:
    database(place).unlink()
    told = {one.check: one for one in findings(place) if one.state is State.SKIPPED}
    assert {"key", "backup", "worker"} <= set(told)
    assert told["worker"] == Finding("worker", State.SKIPPED, told["worker"].words)
    assert "cannot be used" in told["worker"].words


def test_a_setting_that_is_mistyped_is_told_with_the_one_that_is_meant(run: Run, tmp_path: Path) -> None:
    (tmp_path / "imi.toml").write_text('log_levl = "info"\n', encoding="utf-8")
    assert "is log_level meant?" in run("--config", str(tmp_path / "imi.toml"), "doctor").stdout
