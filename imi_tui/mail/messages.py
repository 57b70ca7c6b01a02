"""Which module has the words of which kind of mail."""

from __future__ import annotations

from collections.abc import Callable

from imi_tui.mail import authority_changed, password_reset, welcome
from imi_tui.mail.words import Letter, Words
from imi_tui.rules.kinds import MailKind

WORDS: dict[MailKind, Callable[[Letter], Words]] = {
    MailKind.WELCOME: welcome.words,
    MailKind.PASSWORD_RESET: password_reset.words,
    MailKind.AUTHORITY_CHANGED: authority_changed.words,
}
