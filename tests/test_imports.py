"""What each entry point loads, in a fresh interpreter: the start-up is nothing but imports."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

LATER = (
    *("peewee", "playhouse", "babel", "email_validator", "phonenumbers", "click", "dateutil", "argon2", "smtplib"),
    *("imi_tui.services", "imi_tui.mail", "imi_tui.screens.my_authority", "imi_tui.screens.users", "db.engine"),
)
"""Not before the log-in is painted."""

FIRST_PAINT = """
import asyncio, json, sys
from imi_tui import start
start.secure()
from imi_tui.app import ImiApp
from imi_tui.backend import Backend
from imi_tui.settings import Settings

async def nothing_behind(_load):
    pass

async def main():
    def too_early():
        raise AssertionError("the context was made before the log-in was painted")

    backend = Backend(too_early)
    backend.warm = nothing_behind
    app = ImiApp(backend, Settings())
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen.query("#username")
        return sorted(sys.modules)

print(json.dumps(asyncio.run(main())))
"""

TYPED_FAST = """
import asyncio, json, sys, threading
from imi_tui.app import ImiApp
from imi_tui.backend import Backend
from imi_tui.settings import Settings

async def nothing_behind(_load):
    pass

async def main():
    loading = threading.Event()
    backend = Backend(None)
    backend.warm = nothing_behind
    backend._write.submit(loading.wait)
    app = ImiApp(backend, Settings())
    try:
        async with app.run_test() as pilot:
            await pilot.press(*"anna", "enter", *"secret", "enter")
            assert [worker.group for worker in app.workers if worker.is_running] == ["log-in"]
            return sorted(sys.modules)
    finally:
        loading.set()

print(json.dumps(asyncio.run(main())))
"""


def _loaded(code: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def _of(loaded: set[str], names: tuple[str, ...]) -> set[str]:
    return {module for module in loaded for name in names if module == name or module.startswith(f"{name}.")}


def test_the_log_in_is_painted_before_anything_behind_it_is_loaded() -> None:
    assert _of(_loaded(FIRST_PAINT), LATER) == set()


def test_a_log_in_that_is_faster_than_what_is_loaded_behind_it_loads_nothing_itself() -> None:
    """What imports each other is imported by one thread: two of them hold each other up, and one ends with an error."""
    assert _of(_loaded(TYPED_FAST), ("imi_tui.services", "db.models", "db.engine", "peewee")) == set()


@pytest.mark.parametrize("name", LATER)
def test_what_is_to_be_loaded_later_is_called_so(name: str) -> None:
    """A name that is misspelt or was renamed would never be found to be loaded."""
    assert importlib.util.find_spec(name) is not None


def test_a_plain_start_loads_no_command_line() -> None:
    code = "import json, sys; import imi_tui.__main__; print(json.dumps(sorted(sys.modules)))"
    assert _of(_loaded(code), ("click", "textual", "peewee", "imi_tui.cli")) == set()


def test_the_commands_load_no_screens() -> None:
    code = (
        "import json, sys; import imi_tui.cli; import imi_tui.worker, imi_tui.mail.delivery, imi_tui.mail.smtp;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    assert _of(_loaded(code), ("textual", "imi_tui.app", "imi_tui.screens", "imi_tui.widgets")) == set()


@pytest.mark.parametrize("arguments", [["--version"], ["users", "list", "--help"], ["authority", "show", "--help"]])
def test_a_command_as_it_is_typed_loads_no_screens(arguments: list[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "imi_tui", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stderr
    loaded = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}
    assert "imi_tui" in loaded
    assert _of(loaded, ("textual", "imi_tui.app", "imi_tui.screens", "imi_tui.widgets")) == set()


def test_sqlite_loads_no_driver_of_another_engine() -> None:
    code = (
        "import json, sys; import db.engine;"
        "print(json.dumps(sorted(name for name, module in sys.modules.items() if module is not None)))"
    )
    assert _of(_loaded(code), ("psycopg", "psycopg2", "psycopg_c")) == set()


HEAVY = ("sqlite3", "secrets", "hashlib", "tomllib", "zxcvbn", "ctypes", "ssl")
"""What the program itself adds to what Textual loads: each costs milliseconds of the start."""


def test_what_is_ours_loads_little_of_its_own_before_the_log_in() -> None:
    """The imports of the modules that the log-in is painted with; what asyncio and Textual load is theirs."""
    code = (
        "import json, sys; import textual.app, textual.widgets; theirs = set(sys.modules);"
        "import imi_tui.app, imi_tui.backend, imi_tui.screens.login;"
        "print(json.dumps(sorted(set(sys.modules) - theirs)))"
    )
    ours = _loaded(code)
    assert "imi_tui.screens.login" in ours
    assert _of(ours, HEAVY) == {"sqlite3", "sqlite3.dbapi2"}  # by which the database is looked at before the app opens
