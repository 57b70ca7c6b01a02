"""What the kinds of mail share: what they are written from, and the sentences that stand in several of them.

Each kind has a module with a function `words(letter) -> Words`. It translates by `_ = letter.gettext`, the mail
catalogue of the reader's language, never the interface's.
"""

from __future__ import annotations

import gettext
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from db.catalogue.model import FALLBACK
from imi_tui import i18n

if TYPE_CHECKING:
    from db.catalogue import Catalogue


@dataclass(frozen=True)
class Temporary:
    """A temporary password in clear, and when it lapses. Never printed: `repr` leaves the password out."""

    password: str = field(repr=False)
    lapses: datetime


@dataclass(frozen=True)
class Letter:
    """What a mail is written from: the reader's name and language, the authority, the kind's own values.

    Names and values are cleaned text of one line (`compose.one_line`). `now` is the moment of writing; `catalogue` has
    the names of modules and rights.
    """

    language: str
    name: str
    authority: str
    now: datetime
    catalogue: Catalogue
    params: Mapping[str, Any] = field(default_factory=dict)
    temporary: Temporary | None = None

    @cached_property
    def _translations(self) -> gettext.NullTranslations:
        return i18n.catalogue(self.language, "mail")

    @cached_property
    def gettext(self) -> Callable[[str], str]:
        """The translation into the reader's language (S3.4); English where that has no catalogue."""
        return self._translations.gettext

    @cached_property
    def ngettext(self) -> Callable[[str, str, int], str]:
        """The translation in the plural form that the number takes."""
        return self._translations.ngettext

    def module(self, code: str) -> str:
        """The name of a module; one that is no longer in the catalogue by its code."""
        module = self.catalogue.modules.get(code)
        return self._name("module", module.names) if module else code

    def right(self, module_code: str, right_code: str) -> str:
        """A right with its module, as in "Services: Request handler"."""
        module = self.catalogue.modules.get(module_code)
        names = [right.names for right in module.rights if right.code == right_code] if module else []
        return f"{self.module(module_code)}: {self._name('right', names[0]) if names else right_code}"

    def role(self, code: str) -> str:
        """The name of an authority's role in a module; one that is no longer in the catalogue by its code."""
        role = self.catalogue.roles.get(code)
        return self._name("role", role.names) if role else code

    def language_name(self, code: str) -> str:
        """The name of a language in the reader's."""
        return i18n.language_name(code, self.language)

    def day(self, name: str) -> str:
        """The day of an instant among the params, in the reader's way."""
        return _day(self._instant(name), self.language)

    def days_until(self, name: str) -> int:
        """Days from the moment of writing until an instant among the params, a begun day counted."""
        return max(0, math.ceil((self._instant(name) - self.now) / timedelta(days=1)))

    def _instant(self, name: str) -> datetime:
        return datetime.fromisoformat(self.params[name])

    def _name(self, context: str, names: Mapping[str, str]) -> str:
        return names.get(self.language) or self._translations.pgettext(context, names[FALLBACK])


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


def listed(title: str, items: Iterable[str]) -> str:
    """A paragraph that ends in a list."""
    return "\n".join([title, *(f"- {item}" for item in items)])


def changed_by(letter: Letter) -> str:
    """Who did it (`params["by"]`)."""
    return letter.gettext("Changed by: {by}").format(by=letter.params.get("by", ""))


def ask_for_reset(letter: Letter) -> str:
    """What to do when a password no longer works."""
    return letter.gettext(
        "Ask an administrator of your authority to reset your password. You then receive a new temporary one."
    )


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


def _day(instant: datetime, language: str) -> str:
    from babel.dates import format_date

    return format_date(i18n.local(instant), "long", locale="en_IE" if language == "en" else language)


def _until(instant: datetime, language: str) -> str:
    """Day and minute in the reader's language, in the server's time zone, which is named by its distance from UTC."""
    here = i18n.local(instant)
    zone = f"{here:%z}"
    return f"{_day(instant, language)}, {here:%H:%M} (UTC{zone[:3]}:{zone[3:]})"
