"""Commands in tests: run in this process, on a demo of their own."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imi_tui.cli import imi
from imi_tui.cli.doctor.place import Place
from imi_tui.settings import Settings

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


@pytest.fixture
def place(demo: Path, tmp_path: Path) -> Place:
    """A deployment in order: the demo's database in a folder of its own, and a settings file."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    path = folder / "imi.db"
    shutil.move(demo, path)
    path.chmod(0o600)
    config = tmp_path / "imi-tui.toml"
    config.write_text("", encoding="utf-8")
    config.chmod(0o640)
    settings = Settings(database=f"sqlite:///{path}", mail=f"maildir://{folder}/mail")
    account = pwd.getpwuid(os.getuid())
    return Place(config, settings, "", account.pw_name, account)
