"""What the kinds of mail share: what they are written from, and the sentences that stand in each of them.

Each kind has a module with a function `words(letter) -> Words`. It translates by `_ = letter.gettext`, the catalogue
of the reader's language, never the interface's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from imi_tui import i18n


@dataclass(frozen=True)
class Temporary:
    """A temporary password in clear, and when it lapses. Never printed: `repr` leaves the password out."""

    password: str = field(repr=False)
    lapses: datetime


@dataclass(frozen=True)
class Letter:
    """What a mail is written from: the reader's name and language, the authority, the kind's own values.

    Names and values are cleaned text of one line (`compose.one_line`).
    """

    language: str
    name: str
    authority: str
    params: Mapping[str, Any] = field(default_factory=dict)
    temporary: Temporary | None = None

    @cached_property
    def gettext(self) -> Callable[[str], str]:
        """The translation into the reader's language (S3.4); English where that has no catalogue."""
        return i18n.catalogue(self.language).gettext


@dataclass(frozen=True)
class Words:
    """A mail's subject, one line, and its plain text: paragraphs with an empty line between them."""

    subject: str
    body: str


def written(letter: Letter, subject: str, *paragraphs: str) -> Words:
    """The words of a mail: greeting, the paragraphs, and that nobody reads an answer."""
    _ = letter.gettext
    greeting = _("Good day, {name}!").format(name=letter.name)
    end = _("IMI sent this message by itself. Please do not answer it.")
    return Words(subject, "\n\n".join([greeting, *paragraphs, f"-- \n{end}"]))


def password_paragraphs(letter: Letter) -> tuple[str, ...]:
    """The temporary password alone on its line, until when it is valid, and what to do with it (S4.6, S4.10)."""
    _ = letter.gettext
    assert letter.temporary is not None, "a letter of this kind is written with its password"
    return (
        _("Your temporary password:"),
        letter.temporary.password,
        _("It is valid until: {until}").format(until=_until(letter.temporary.lapses, letter.language)),
        _("You must change it when you first log in with it, before you can do anything else."),
        _("If you receive more than one such message, only the password in the latest one works."),
    )


def _until(instant: datetime, language: str) -> str:
    """Day and minute in the reader's language, in the server's time zone, which is named by its distance from UTC."""
    from babel.dates import format_date

    here = i18n.local(instant)
    zone = f"{here:%z}"
    day = format_date(here, "long", locale="en_IE" if language == "en" else language)
    return f"{day}, {here:%H:%M} (UTC{zone[:3]}:{zone[3:]})"
