"""What every end-to-end test begins with: a demo of its own, and terminals that are closed at its end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, imi

COMMISSION = "translations@commission.example"
"""Where the demo's mails to the Commission go."""


@pytest.fixture
def demo(tmp_path: Path) -> dict[str, str]:
    """The environment of a demo of its own; its Maildir stands beside the database."""
    (tmp_path / "imi.toml").write_text(f'commission_mail = "{COMMISSION}"\n', encoding="utf-8")
    environment = {
        "IMI_DATABASE": f"sqlite:///{tmp_path}/demo.db",
        "IMI_MAIL": f"maildir://{tmp_path}/demo-mail",
        "IMI_CONFIG": str(tmp_path / "imi.toml"),
        "IMI_LANGUAGE": "en",
        "PATH": os.environ["PATH"],
    }
    subprocess.run(imi("demo", "--no-open"), env=environment, check=True, capture_output=True, timeout=120)
    return environment


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals that a test opens, closed at its end."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()
