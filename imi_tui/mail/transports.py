"""Where mail goes, by URL: an SMTP server or a Maildir. What goes wrong comes as one of three kinds of failure.

NotSent
├── Permanent    this mail will never be accepted
└── Temporary    worth another try
    └── Away     nothing can be sent just now, neither this mail nor another
"""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from imi_tui.rules.mailing import MailFailure
from imi_tui.settings import SettingsError


class NotSent(Exception):
    """A mail was not sent; `reason` is a `MailFailure` with detail, or the server's answer, without our secrets."""

    def __init__(self, reason: MailFailure | str, detail: str = "") -> None:
        self.reason = f"{reason}: {detail}" if detail else str(reason)
        super().__init__(self.reason)


class Permanent(NotSent):
    """This mail will never be accepted."""


class Temporary(NotSent):
    """This mail may be accepted later."""


class Away(Temporary):
    """Nothing can be sent just now: the server is down, refuses us, or the disk is full."""


class Transport(Protocol):
    """A way to send a mail."""

    def send(self, message: EmailMessage) -> None:
        """Send to the addresses of `To`; returns once the mail was accepted. Raises `NotSent`."""


def transport(url: str, bounces: str = "") -> Transport:
    """The transport of a URL; `bounces` is the address for what cannot be delivered.

    Raises `SettingsError`, which never shows the password.

    `maildir:///folder`; `smtp://user:password@host:port` or `smtps://…` (TLS from the first byte), user and password
    percent-encoded. For `smtp`, `?starttls=offered` (the default: used where the server offers it), `require`, or
    `never`; `&cafile=/path` names the certificates to trust instead of the system's.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("IMI_MAIL: the port must be a number, and a user or password percent-encoded") from error
    if parts.scheme == "maildir":
        return _maildir(url)
    if parts.scheme in {"smtp", "smtps"}:
        return _smtp(parts, port, bounces)
    raise SettingsError("IMI_MAIL must begin with smtp://, smtps:// or maildir:///")


def _maildir(url: str) -> Transport:
    from imi_tui.mail.maildir import MaildirTransport

    path = Path(unquote(url.removeprefix("maildir://")))
    if not path.is_absolute():
        raise SettingsError("IMI_MAIL: a Maildir needs an absolute path, as in maildir:///var/mail/imi")
    return MaildirTransport(path)


def _smtp(parts: SplitResult, port: int | None, bounces: str) -> Transport:
    from imi_tui.mail.smtp import SmtpTransport

    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    starttls, cafile = options.pop("starttls", "offered"), options.pop("cafile", "")
    if not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise SettingsError("IMI_MAIL must look like smtp://user:password@host:port, percent-encoded")
    if options:
        raise SettingsError("IMI_MAIL: only starttls and cafile may follow the question mark")
    if starttls not in {"offered", "require", "never"}:
        raise SettingsError("IMI_MAIL: starttls must be offered, require or never")
    if cafile and not Path(cafile).is_file():
        raise SettingsError(f"IMI_MAIL: there is no file {cafile}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise SettingsError("IMI_MAIL: user and password must be ASCII, for the log-in of SMTP knows nothing else")
    encrypted = parts.scheme == "smtps"
    return SmtpTransport(
        host=parts.hostname,
        port=port or (465 if encrypted else 25),
        user=user,
        password=password,
        encrypted=encrypted,
        starttls=starttls,
        cafile=cafile,
        bounces=bounces,
    )
