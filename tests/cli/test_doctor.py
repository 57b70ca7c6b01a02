"""`imi doctor`: what can be wrong with a deployment is found and told with what mends it; nothing is changed."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imi_tui.cli.doctor import CHECKS, Finding, files, findings, machine, mail, ssh
from imi_tui.cli.doctor.place import Place, State
from imi_tui.cli.sshd_options import GLOBAL, MATCHED
from imi_tui.settings import Settings
from tests.cli.conftest import Run
from tests.cli.places import changed, database, states, under_account, wrong


def test_every_check_has_something_to_say_of_a_deployment_in_order(place: Place) -> None:
    found = list(findings(place))
    assert {one.check for one in found} == {name for name, _title, _check in CHECKS}
    told = {one.check for one in found if one.state is State.WRONG}
    # Tests run as whoever they run as, on a machine that is no server.
    assert told <= {"sshd", "home", "program", "keys", "worker"}
    assert not any("could not be looked at" in one.words for one in found)


def test_a_check_that_fails_keeps_no_other_from_being_run(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_place: Place) -> Iterator[tuple[State, str]]:
        raise OSError(5, "the disk is away")
        yield

    package = sys.modules["imi_tui.cli.doctor"]  # under the same name the command stands in `imi_tui.cli`
    monkeypatch.setattr(package, "CHECKS", (("one", "One", broken), ("clock", "Clock", machine.clock)))
    first, second = findings(place)
    assert (first.check, first.state) == ("one", State.SKIPPED)
    assert "the disk is away" in first.words
    assert second == Finding("clock", State.OK, second.words)


def test_the_command_changes_nothing_and_its_exit_code_says_how_it_stands(run: Run, demo: Path) -> None:
    before = demo.read_bytes()
    done = run("doctor", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == int(any(one["state"] == "wrong" for one in told))
    assert [one["check"] for one in told if one["check"] == "rights"]
    demo.chmod(0o644)
    done = run("doctor")
    assert done.exit_code == 1
    assert f"chmod 0600 {demo}" in done.stdout
    assert "wrong." in done.stderr
    assert demo.read_bytes() == before


def test_the_settings_file_is_told_when_it_iswrong(run: Run, demo: Path, tmp_path: Path, place: Place) -> None:
    (tmp_path / "bad.toml").write_text("pasword_months = 6\n", encoding="utf-8")
    done = run("--config", str(tmp_path / "bad.toml"), "doctor")
    assert done.exit_code == 1
    assert "✖ Settings" in done.stdout
    assert "unknown setting 'pasword_months'" in done.stdout
    place.config.chmod(0o666)
    assert "chmod 0640" in wrong(files.settings, place)
    place.config.chmod(0o644)
    secret = changed(place, settings=Settings(mail="smtp://imi:secret@mail.example"))
    assert "password" in wrong(files.settings, secret)
    assert "secret" not in wrong(files.settings, secret)
    place.config.chmod(0o640)
    assert states(files.settings, secret) == [State.OK]


def test_the_database_is_told_when_it_is_not_in_order(place: Place) -> None:
    path = database(place)
    assert states(files.database, place) == [State.OK]
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    assert "WAL" in wrong(files.database, place)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 4))
    assert "damaged" in wrong(files.database, place)
    path.unlink()
    assert "imi init" in wrong(files.database, place)
    assert states(files.rights, place) == [State.SKIPPED]


def test_files_that_are_open_to_others_are_told_the_key_of_the_record_too(place: Place) -> None:
    path = database(place)
    assert states(files.rights, place) == [State.OK]
    for one, mode, wanted in (
        (path.parent, 0o750, "0700"),
        (path, 0o640, "0600"),
        (path.with_name("imi.db.record-key"), 0o604, "0600"),
        (path.with_name("imi.db.before-upgrade-20260101T000000Z"), 0o644, "0600"),
        (path.with_suffix(".log"), 0o644, "0600"),
    ):
        if not one.exists():
            one.touch()
        right = one.stat().st_mode & 0o700
        one.chmod(mode)
        assert f"chmod {wanted} {one}" in wrong(files.rights, place)
        one.chmod(right if one.is_dir() else 0o600)
    assert states(files.rights, place) == [State.OK]
    other = under_account(place, path.parent)
    assert any("chown desk:" in words for _state, words in files.rights(other))


@pytest.mark.parametrize(
    ("kind", "state"), [("ext4", State.OK), ("nfs4", State.WRONG), ("cifs", State.WRONG), ("fuse.sshfs", State.WRONG)]
)
def test_the_disk_is_a_local_one(place: Place, monkeypatch: pytest.MonkeyPatch, kind: str, state: State) -> None:
    folder = database(place).parent
    mounts = f"1 0 8:1 / / rw - xfs /dev/a rw\n2 1 8:2 / {folder} rw shared:1 - {kind} server:/x rw\n"
    assert files.file_system(folder, mounts) == kind
    assert files.file_system(Path("/"), mounts) == "xfs"
    monkeypatch.setattr(files, "file_system", lambda _folder, _mounts: kind)
    assert states(files.disk, place) == [state]


def test_a_disk_with_little_room_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LEAST_FREE", 2**62)
    assert "MiB" in wrong(files.disk, place)


def test_the_way_of_mail_is_tried(place: Place) -> None:
    assert states(mail.way_out, place) == [State.OK]
    assert states(mail.way_out, changed(place, settings=Settings(database=place.settings.database))) == [State.HINT]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        away = Settings(database=place.settings.database, mail=f"smtp://imi:secret@127.0.0.1:{port}")
        words = wrong(mail.way_out, changed(place, settings=away))
    assert "cannot be reached" in words
    assert "secret" not in words
    nonsense = Settings(database=place.settings.database, mail="pigeon://secret@loft")
    assert "smtp://" in wrong(mail.way_out, changed(place, settings=nonsense))


def test_a_worker_that_does_not_run_or_does_not_deliver_is_told(place: Place, run: Run) -> None:
    assert "yet" in wrong(mail.worker, place)
    environment = {"IMI_DATABASE": place.settings.database, "IMI_MAIL": place.settings.mail}
    assert run("worker", "--once", env=environment).exit_code == 0
    assert states(mail.worker, place) == [State.OK]
    long_ago = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%d %H:%M:%S}"
    with sqlite3.connect(database(place)) as connection:
        connection.execute(
            "INSERT INTO mail (kind, authority_id, state, tries, error, message_id, params, created_at, next_try_at)"
            " SELECT 'authority_changed', min(id), 'queued', 0, '', '', '{}', ?, ? FROM authority",
            (long_ago, long_ago),
        )
    connection.close()
    assert "imi-worker" in wrong(mail.worker, place)


def test_a_clock_that_was_set_back_is_told(place: Place) -> None:
    assert states(machine.clock, place) == [State.OK]
    tomorrow = datetime.now(UTC).timestamp() + 86400
    os.utime(database(place), (tomorrow, tomorrow))
    assert "set back" in wrong(machine.clock, place)


def test_packages_that_do_not_fit_are_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(machine.packages, place) == [State.OK]
    wanted = ["textual==0.1", "peewee>=99", "nobody-has-this<2", "click>=1,<99", "aiosmtpd<0; extra == 'dev'"]
    monkeypatch.setattr(machine.metadata, "requires", lambda _name: wanted)
    told = [words.partition(" ")[0] for state, words in machine.packages(place) if state is State.WRONG]
    assert told == ["textual", "peewee", "nobody-has-this"]


@pytest.mark.parametrize(
    ("name", "dangerous"),
    [
        ("TEXTUAL_LOG", True),
        ("PYTHONPATH", True),
        ("LD_PRELOAD", True),
        ("BASH_ENV", True),
        ("LANG", False),
        ("EDITOR", False),
    ],
)
def test_variables_that_run_code_are_known(name: str, dangerous: bool) -> None:
    assert bool(machine.DANGEROUS.fullmatch(name)) is dangerous


def _effective(**changed: str) -> str:
    options = {"ForceCommand": "exec /opt/imi-tui/bin/python3 -I -m imi_tui"}
    options |= {name: value for name, value, _why in (*GLOBAL, *MATCHED)} | changed
    lines = [f"{name.lower()} {value}" for name, value in options.items() if name != "AcceptEnv"]
    return "\n".join([*lines, *(f"acceptenv {value}" for value in options["AcceptEnv"].split())])


def test_sshd_as_the_snippet_has_it_is_in_order() -> None:
    assert [state for state, _words in ssh.judged(ssh.effective(_effective()), "imi")] == [State.OK]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("ForceCommand", "none"),
        ("ForceCommand", "/opt/imi-tui/bin/imi"),
        ("ForceCommand", "python3 -I -m imi_tui"),
        ("ForceCommand", "/opt/imi-tui/bin/python3 -m imi_tui"),
        ("AcceptEnv", "LANG *"),
        ("AcceptEnv", "TEXTUAL_*"),
        ("PermitUserEnvironment", "yes"),
        ("PermitUserRC", "yes"),
        ("DisableForwarding", "no"),
        ("AllowTcpForwarding", "yes"),
        ("AllowAgentForwarding", "yes"),
        ("X11Forwarding", "yes"),
        ("PermitTunnel", "point-to-point"),
        ("PermitTTY", "no"),
        ("PermitEmptyPasswords", "yes"),
        ("ClientAliveInterval", "0"),
    ],
)
def test_each_option_of_sshd_that_opens_something_is_told(option: str, value: str) -> None:
    told = list(ssh.judged(ssh.effective(_effective(**{option: value})), "imi"))
    assert [state for state, _words in told] == [State.WRONG]


def test_what_the_account_could_put_before_the_program_is_told(place: Place, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    rooted = os.geteuid() == 0
    sound = under_account(place, home)
    if rooted:
        assert states(ssh.home, sound) == [State.OK]
    assert "usermod" in " ".join(words for _state, words in ssh.home(under_account(place, home, "/bin/bash")))
    (home / ".bashrc").touch()
    (home / ".bashrc").chmod(0o666)
    assert str(home / ".bashrc") in " ".join(words for _state, words in ssh.home(sound))
    (home / ".bashrc").unlink()
    (home / ".ssh").mkdir()
    for name in ("rc", "environment"):
        (home / ".ssh" / name).touch()
        assert str(home / ".ssh" / name) in " ".join(words for _state, words in ssh.home(sound))
        (home / ".ssh" / name).unlink()
    assert states(ssh.keys, sound) == [State.OK]
    (home / ".ssh" / "authorized_keys").touch()
    assert states(ssh.keys, sound) == [State.HINT]
    assert "root" in wrong(ssh.home, under_account(place, home, uid=0))
    assert states(ssh.home, changed(place, account=None)) == [State.SKIPPED]


def test_a_program_that_its_users_may_change_is_told(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = tmp_path / "opt"
    prefix.mkdir()
    prefix.chmod(0o777)
    monkeypatch.setattr(machine.sys, "prefix", str(prefix))
    assert any("chown -R root" in words for _state, words in machine.program(under_account(place, tmp_path)))
