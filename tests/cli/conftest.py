"""Commands in tests: run in this process, on a demo of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imi_tui.cli import imi

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo database, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    result = CliRunner().invoke(imi, ["demo", "--no-open"], env={"IMI_DATABASE": f"sqlite:///{path}"})
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def demo(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to which the environment points."""
    path = tmp_path / "demo.db"
    shutil.copy(made, path)
    monkeypatch.setenv("IMI_DATABASE", f"sqlite:///{path}")
    monkeypatch.setenv("IMI_MAIL", f"maildir://{tmp_path}/mail")
    monkeypatch.setenv("IMI_LANGUAGE", "en")
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `imi` with arguments."""
    monkeypatch.setenv("IMI_CONFIG", "/dev/null")

    def call(*arguments: str, **more: object) -> Result:
        return CliRunner().invoke(imi, arguments, **more)  # type: ignore[arg-type]  # click's own options

    return call
