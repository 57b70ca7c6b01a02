"""Languages: gettext for every visible word, the names of languages and countries, dates.

The interface has one current language per process (one user per process). Mails ask for a language by name.
English is the language of the source; a missing catalogue falls back to it.
"""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from imi_tui.i18n.names import countries_in, languages_in
from imi_tui.rules.languages import INTERFACE_LANGUAGES
from imi_tui.rules.text import fold

LOCALE = Path(__file__).parent.parent / "locale"

_current: gettext_module.NullTranslations = gettext_module.NullTranslations()
_language = "en"
_marked: set[str] = set()


def use(language: str) -> None:
    """Make `language` the interface's language; one that has no catalogue becomes English (B10)."""
    global _current, _language  # noqa: PLW0603  # the one language of this process
    _language = language if language in INTERFACE_LANGUAGES else "en"
    _current = catalogue(_language)


def language() -> str:
    """The interface's current language."""
    return _language


@cache
def catalogue(wanted: str, domain: str = "imi") -> gettext_module.NullTranslations:
    """The gettext catalogue of a language, or the English source where there is none.

    The domain `imi` holds the words of the interface, `mail` those of the mails, in every working language (S3.4).
    """
    return gettext_module.translation(domain, LOCALE, languages=[wanted], fallback=True)


def _(message: str) -> str:
    """The message in the interface's language."""
    return _current.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The message in the plural form that the number takes."""
    return _current.ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """The message in a context, where one English word has several translations."""
    return _current.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802  # the name that gettext's tools look for
    """Mark a message that is translated later, where it is shown."""
    _marked.add(message)
    return message


def marked(message: str) -> bool:
    """Whether a message is one of ours, not one of the toolkit's own English ones."""
    return message in _marked


def language_name(code: str, shown_in: str | None = None) -> str:
    """The name of a language in the interface's language (or in `shown_in`)."""
    return languages_in(shown_in or _language).get(code, code)


def languages_by_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Languages as (name, code) in the order of the alphabet: č after c, not after z."""
    names = [(language_name(code), code) for code in codes]
    return sorted(names, key=lambda one: (fold(one[0]), one[0]))


def country_name(code: str, shown_in: str | None = None) -> str:
    """The name of a country in the interface's language (or in `shown_in`)."""
    return countries_in(shown_in or _language).get(code, code)


def local(instant: datetime) -> datetime:
    """An instant in the time zone of the server."""
    return instant.astimezone()


def date(instant: datetime) -> str:
    """The day of an instant, as ISO 8601 has it: the same in all languages."""
    return local(instant).strftime("%Y-%m-%d")


def date_time(instant: datetime) -> str:
    """Day and minute of an instant."""
    return local(instant).strftime("%Y-%m-%d %H:%M")


def ago(instant: datetime, now: datetime) -> str:
    """How long ago something was, in whole days or months: short enough for a column."""
    days = (local(now).date() - local(instant).date()).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 60:
        return ngettext("{n} d ago", "{n} d ago", days).format(n=days)
    months = days * 12 // 365
    if months < 24:
        return ngettext("{n} mo. ago", "{n} mo. ago", months).format(n=months)
    return ngettext("{n} y ago", "{n} y ago", months // 12).format(n=months // 12)


Translate = Callable[[str], str]
