"""Our app in a terminal on a house: started, logged in, with one of its lists before it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.demo_cast import PASSWORD
from tests.bench.program import Program
from tests.e2e.terminal import imi

BARE = [sys.executable, "-m", "tests.bench.bare"]
PAINTED = "Username"
"""What the log-in and the bare app have on their first screen."""


def environment(url: str) -> dict[str, str]:
    """The variables of the app on a house."""
    return {"IMI_LANGUAGE": "en", "IMI_CONFIG": os.devnull, "IMI_DATABASE": url, "IMI_MAIL": "maildir:///nowhere"}


def started(url: str, columns: int = 120, rows: int = 40) -> Program:
    """The app, which paints its log-in."""
    return Program(imi(), environment(url), columns, rows)


def bare(kind: str, number: int = 0, columns: int = 120, rows: int = 40) -> Program:
    """One of the bare programs."""
    here = {"PYTHONPATH": str(Path(__file__).parents[2])}
    return Program([*BARE, kind, str(number)], here, columns, rows)


def log_in(app: Program, username: str = "berziann") -> float:
    """Log in; the milliseconds from Enter until the first section is painted."""
    app.until(PAINTED)
    app.calm()
    app.write(username, "enter")
    app.calm(0.2)
    app.write(PASSWORD)
    app.calm(0.2)
    app.write("enter")
    return app.until(FIRST)


FIRST = "Pasta indekss"
"""What the first section shows, in the language of those of the cast who log in here."""


@contextmanager
def opened(url: str, *keys: str, username: str = "berziann", columns: int = 120, rows: int = 40) -> Iterator[Program]:
    """The app logged in, with these keys pressed, at rest; its session is ended in the end."""
    app = started(url, columns, rows)
    try:
        log_in(app, username)
        for key in keys:
            app.calm()
            app.write(key)
        app.calm(1.0)
        yield app
        app.write("ctrl+q")
        app.calm()
    finally:
        app.close()
