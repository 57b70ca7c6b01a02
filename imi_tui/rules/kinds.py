"""The kinds of mail. Services queue a mail by its kind; the words of each are in `imi_tui.mail`."""

from __future__ import annotations

from enum import StrEnum


class MailKind(StrEnum):
    """Why a mail is sent."""

    WELCOME = "welcome"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # the name of a kind
    AUTHORITY_CHANGED = "authority_changed"


WITH_TEMPORARY_PASSWORD = frozenset({MailKind.WELCOME, MailKind.PASSWORD_RESET})
"""Kinds in which a temporary password is made at the moment of sending."""
