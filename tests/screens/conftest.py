"""Screens in tests: snapshots in both languages and sizes, in one time zone."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator

import pytest
from textual.app import App
from textual.screen import Screen

from db import demo
from db.demo_cast import CAST, CAST_AUTHORITIES, PASSWORD
from imi_tui.context import Context
from tests.screens.harness import SIZES, Steps, TestApp, settle
from tests.world import NOW, demo_ways

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


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Details are read at once, not only when the cursor rests."""
    monkeypatch.setattr("imi_tui.screens.listed.REST", 0)


@pytest.fixture(autouse=True)
def painted_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen is painted once everything else has come to rest (see `settle`), not sixty times a second."""
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", 3600.0)


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key looks up what has become of the session; a test that wants it sets CHECK to 0 and logs in."""
    monkeypatch.setattr("imi_tui.watch.CHECK", math.inf)
    monkeypatch.setattr("imi_tui.watch.AFTER", 0)


@pytest.fixture(autouse=True)
def no_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written while a test looks elsewhere; the tests of drafts ask for what they need."""
    for name in ("DELAY", "LATEST"):
        monkeypatch.setattr(f"imi_tui.screens.drafts.keeper.{name}", 3600.0)


@pytest.fixture(autouse=True)
def painted_when_looked_at(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A screen is painted for whoever looks at it (`texts`, a picture), which is a third of a test's time saved.

    A module with `PAINTED = True` has each of its screens painted on the way, too.
    """

    def laid_out(screen: Screen[object]) -> None:
        screen._dirty_widgets.clear()
        screen._compositor._dirty_regions.clear()

    if not getattr(request.module, "PAINTED", False):
        monkeypatch.setattr(Screen, "_compositor_refresh", laid_out)


@pytest.fixture
def snap(snap_compare: Callable[..., bool]) -> Snap:
    """`snap(app, size, steps)`: the screen after the steps looks as it did when somebody last looked at it."""

    def compare(app: App[None], size: str, steps: Steps = settle) -> None:
        assert snap_compare(app, terminal_size=SIZES[size], run_before=steps)
        assert isinstance(app, TestApp)
        app.backend.close()

    return compare


@pytest.fixture
def cast(ctx: Context) -> Context:
    """A context on the demo's cast: every status, long names, names that a careless screen would obey."""
    ways = demo_ways(ctx.hasher.hash(PASSWORD))
    demo.make(
        ctx.store,
        ctx.catalogue,
        ways,
        NOW,
        authorities=len(CAST_AUTHORITIES),
        users=len(CAST),
        progress=lambda _number: None,
    )
    return ctx
