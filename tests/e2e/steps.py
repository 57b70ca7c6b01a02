"""Steps that several end-to-end tests take."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.e2e.terminal import Terminal


def log_in(terminal: Terminal, username: str, password: str) -> None:
    """Log in at the log-in screen."""
    terminal.wait_for("IMI", "^p")
    terminal.type(username)
    terminal.press("enter")
    terminal.type(password)
    terminal.press("enter")


def mails(tmp_path: Path) -> list[EmailMessage]:
    """The mails that were delivered into the demo's Maildir, by their file."""
    found = []
    for path in sorted((tmp_path / "demo-mail" / "new").glob("*")):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found
