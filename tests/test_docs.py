"""The README tells the truth: every command, setting and variable is in it, and what it names exists."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest

from imi_tui.cli import imi
from imi_tui.settings import _ENVIRONMENT, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(imi.commands))
def test_every_command_is_named(command: str) -> None:
    assert f"imi {command}" in README


@pytest.mark.parametrize("setting", [field.name for field in dataclasses.fields(Settings)])
def test_every_setting_is_named(setting: str) -> None:
    assert f"`{setting}`" in README


@pytest.mark.parametrize("variable", [*_ENVIRONMENT, "IMI_CONFIG"])
def test_every_variable_is_named(variable: str) -> None:
    assert f"`{variable}`" in README


def test_the_commands_for_a_stranger_are_there_to_be_copied() -> None:
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/imi demo\n" in README
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest\n" in README


def test_every_picture_and_file_that_is_named_exists() -> None:
    for path in [*re.findall(r"\]\(([^)#:]+)\)", README), ".ci/run"]:
        assert (ROOT / path).exists(), path
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_defaults_are_those_of_the_settings() -> None:
    rows = re.findall(r"\| `(\w+)`[^|]*\|[^|]*\| `?([^|`]+)`? \|", README)
    told = {name: value.strip() for name, value in rows}
    settings = Settings()
    for name in ("temporary_password_days", "password_months", "wrong_tries", "mail_from"):
        assert told[name] == str(getattr(settings, name))
