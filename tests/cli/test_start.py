"""The start, as a process: an environment that opens nothing, a terminal or a word, a database or a word."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import imi


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        imi(*arguments),
        env={**kept, "IMI_LANGUAGE": "en", "TERM": "xterm-256color", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _refused(result: subprocess.CompletedProcess[str]) -> str:
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("imi: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_without_a_terminal_there_is_one_line(tmp_path: Path) -> None:
    assert "terminal" in _refused(_run(IMI_DATABASE=f"sqlite:///{tmp_path}/imi.db"))


def test_without_a_database_there_is_one_line_and_nothing_is_made(tmp_path: Path) -> None:
    assert "imi init" in _refused(_run("users", "list", IMI_DATABASE=f"sqlite:///{tmp_path}/imi.db"))
    missing = _run("users", "list", IMI_DATABASE=f"sqlite:///{tmp_path}/folder/imi.db")
    assert str(tmp_path / "folder") in _refused(missing)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "imi.db"
    path.write_text("a letter\n", encoding="utf-8")
    url = f"sqlite:///{path}"
    for arguments in (("users", "list"), ("demo", "--no-open"), ("demo", "--no-open", "--fresh")):
        assert "not a database" in _refused(_run(*arguments, IMI_DATABASE=url))
    assert path.read_text(encoding="utf-8") == "a letter\n"
    assert [one.name for one in tmp_path.iterdir()] == ["imi.db"]


def test_a_database_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/imi.db"
    assert _run("demo", "--no-open", "--users", "1", IMI_DATABASE=url).returncode == 0
    with sqlite3.connect(tmp_path / "imi.db") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(schema_migration)")]
        values = {name: "2030-01-01" for name in columns if name != "id"} | {"name": "9999_future"}
        connection.execute(
            f"INSERT INTO schema_migration ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )
    connection.close()
    for arguments in (("users", "list"), ("demo", "--no-open")):
        assert "newer version" in _refused(_run(*arguments, IMI_DATABASE=url))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PYTHONINSPECT", "1"),
        ("PYTHONSTARTUP", "/nowhere"),
        ("TEXTUAL_DRIVER", "os:system"),
        ("TEXTUAL_LOG", "/nowhere/keys.log"),
        ("TEXTUAL_PRESS", "a,b"),
        ("LD_PRELOAD", ""),
    ],
)
def test_the_environment_opens_nothing(name: str, value: str) -> None:
    """What is not known does not reach the library that the screens are made with."""
    code = "import os; from imi_tui import start; start.secure(); print(sorted(os.environ))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "IMI_LANGUAGE": "lv", name: value},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert name not in done.stdout
    assert "IMI_LANGUAGE" in done.stdout


def test_no_core_dump_is_left_and_files_are_private() -> None:
    code = (
        "import os, resource; from imi_tui import start; start.secure();"
        "print(resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["(0,", "0)", "0o77"]


SSH = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22", "SSH_TTY": "/dev/pts/9"}

CLEANED = """
import ctypes, os, signal
from imi_tui import start
start.secure()
ignored = [number.name for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
           if signal.getsignal(number) is signal.SIG_IGN]
print(sorted(os.environ), ignored, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.parametrize(
    ("isolated", "environment", "forced"),
    [
        ("-I", SSH, True),
        ("-B", {**SSH, "SSH_ORIGINAL_COMMAND": "id"}, True),
        # Whoever types it at a prompt of their own, over SSH or not, is no guest of this machine.
        ("-B", SSH, False),
        ("-I", {}, False),
    ],
)
def test_run_by_force_command_nothing_of_the_other_side_counts(
    isolated: str, environment: dict[str, str], forced: bool
) -> None:
    theirs = {
        "IMI_DATABASE": "sqlite:////x",
        "IMI_CONFIG": "/x",
        "XDG_DATA_HOME": "/x",
        "TMPDIR": "/x",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, isolated, "-c", CLEANED],
        env={"PATH": os.environ["PATH"], **theirs, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    for name in theirs:
        assert (name in done.stdout) is (name == "LC_ALL" or not forced), name
    assert ("['SIGINT', 'SIGQUIT', 'SIGTSTP'] 0" if forced else "[] 1") in done.stdout


def test_a_command_in_place_of_force_command_is_answered_in_words() -> None:
    assert "runs no command" in _refused(_run("users", "list", SSH_ORIGINAL_COMMAND="imi users list"))
    assert "neizpilda komandas" in _refused(_run(SSH_ORIGINAL_COMMAND="", LANG="lv_LV.UTF-8"))


def test_a_settings_file_on_the_command_line_goes_before_the_variable(tmp_path: Path) -> None:
    config = tmp_path / "imi.toml"
    config.write_text(f'database = "sqlite:///{tmp_path}/there.db"\n', encoding="utf-8")
    for arguments in ((), ("users", "list")):
        told = _refused(_run("--config", str(config), *arguments, IMI_CONFIG="/nowhere.toml"))
        assert "terminal" in told if not arguments else "there.db" in told
    assert "nowhere.toml" in _refused(_run("--config", "/nowhere.toml"))


def test_two_who_make_the_demo_at_the_same_moment_get_the_same_one(tmp_path: Path) -> None:
    """The second waits for the first, whose database it takes."""
    where = tmp_path / "new" / "demo.db"
    kept = {"PATH": os.environ["PATH"], "IMI_CONFIG": os.devnull, "IMI_DATABASE": f"sqlite:///{where}"}
    both = [
        subprocess.Popen(imi("demo", "--no-open"), env=kept, stderr=subprocess.PIPE, text=True) for _number in range(2)
    ]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    with sqlite3.connect(where) as connection:
        assert connection.execute("SELECT COUNT(*) FROM users").fetchone() == (600,)
    connection.close()
    assert not list(where.parent.glob("*.making*"))
