"""The settings: defaults, the file over them, the environment over both; what is wrong is said with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from imi_tui.settings import Settings, SettingsError, load


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "imi-tui.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_guides_values_hold() -> None:
    settings = load({"IMI_CONFIG": "/dev/null"})
    assert settings == Settings()
    assert (settings.password_minimum, settings.password_months, settings.wrong_tries) == (8, 6, 5)
    assert (settings.temporary_password_days, settings.reminder_days) == (14, (14, 7, 1))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, 'language = "lv"\nmail = "maildir:///a"\nreminder_days = [30, 3]\npassword_minimum = 12\n')
    settings = load({"IMI_CONFIG": str(path), "IMI_MAIL": "maildir:///b"})
    assert (settings.language, settings.mail) == ("lv", "maildir:///b")
    assert (settings.reminder_days, settings.password_minimum) == ((30, 3), 12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("password_minimum = 7", "password_minimum must be at least 8"),
        ("password_minimum = 2000", "password_minimum must be at most 1024"),
        ("password_months = 0", "password_months must be at least 1"),
        ("sessions = 0", "sessions must be at least 1"),
        ("idle_minutes = -1", "idle_minutes must be at least 0"),
        ("lock_minutes = 0", "lock_minutes must be at least 1"),
        ("wrong_tries = 0", "wrong_tries must be at least 1"),
        ("temporary_password_days = -1", "temporary_password_days must be at least 1"),
        ("reminder_days = [7, 0]", "reminder_days"),
        ('reminder_days = "7"', "reminder_days must be a list"),
        ("reminder_days = [true]", "reminder_days must be a list"),
        ('wrong_tries = "5"', "wrong_tries must be of type int"),
        ("password_lenght = 9", "unknown setting 'password_lenght'"),
        ("nonsense", "imi-tui.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load({"IMI_CONFIG": str(_file(tmp_path, text))})
