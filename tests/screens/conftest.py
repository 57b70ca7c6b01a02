"""Screens in tests: snapshots in both languages and sizes, in one time zone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from textual.app import App

from tests.screens.harness import SIZES, Steps, TestApp, settle

Snap = Callable[..., None]


@pytest.fixture(autouse=True, scope="session")
def utc() -> Iterator[None]:
    """Days and times are shown in the server's zone: here UTC."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def snap(snap_compare: Callable[..., bool]) -> Snap:
    """`snap(app, size, steps)`: the screen after the steps looks as it did when somebody last looked at it."""

    def compare(app: App[None], size: str, steps: Steps = settle) -> None:
        assert snap_compare(app, terminal_size=SIZES[size], run_before=steps)
        assert isinstance(app, TestApp)
        app.backend.close()

    return compare
