"""Mail into a Maildir: for the demo, for tests, and where another program takes it from there."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from imi_tui.mail.transports import Away
from imi_tui.rules.mailing import MailFailure


class MaildirTransport:
    """Delivers into a Maildir, which is made at the first mail, for its owner alone (0700)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: EmailMessage) -> None:
        """Store the mail; it is on the disk when this returns. Raises `Away` where the folder cannot be written."""
        from mailbox import Error, Maildir

        try:
            for folder in (self.path, *(self.path / name for name in ("tmp", "new", "cur"))):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
            Maildir(self.path).add(message.as_bytes(policy=message.policy.clone(linesep="\n")))
        except (OSError, Error) as error:
            raise Away(MailFailure.FOLDER, getattr(error, "strerror", None) or type(error).__name__) from error
