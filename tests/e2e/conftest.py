"""What every end-to-end test begins with: a demo of its own, and terminals that are closed at its end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import ENGINES, POSTGRESQL, SQLITE, Databases, named, why_no_server
from tests.e2e.terminal import Terminal, imi

COMMISSION = "translations@commission.example"
"""Where the demo's mails to the Commission go."""


@pytest.fixture
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a demo of its own, on a file or on the engine that is the parameter."""
    if getattr(request, "param", SQLITE) == SQLITE:
        yield _made(tmp_path, f"sqlite:///{tmp_path}/demo.db")
        return
    if POSTGRESQL not in ENGINES:
        pytest.skip("IMI_TEST_ENGINES does not name it")
    if (why := why_no_server()) and not named():
        pytest.skip(why)
    databases: Databases = request.getfixturevalue("databases")
    with databases.on_server() as url:
        yield _made(tmp_path, url, "--fresh")


def _made(tmp_path: Path, url: str, *how: str) -> dict[str, str]:
    """A demo at a URL; all that it has of files stands in one folder, its Maildir too."""
    told = (
        f'commission_mail = "{COMMISSION}"\nrecord_key = "{tmp_path}/demo.db.record-key"\nlog = "{tmp_path}/demo.log"\n'
    )
    (tmp_path / "imi.toml").write_text(told, encoding="utf-8")
    environment = {
        "IMI_DATABASE": url,
        "IMI_MAIL": f"maildir://{tmp_path}/demo-mail",
        "IMI_CONFIG": str(tmp_path / "imi.toml"),
        "IMI_LANGUAGE": "en",
        "PATH": os.environ["PATH"],
    }
    subprocess.run(imi("demo", "--no-open", *how), env=environment, check=True, capture_output=True, timeout=120)
    return environment


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals that a test opens, closed at its end."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()
