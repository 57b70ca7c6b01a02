"""The words of the mails in every official language: complete, in their script, nothing left in English."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from db.catalogue import load
from imi_tui import mail
from imi_tui.i18n import LOCALE
from imi_tui.rules.languages import WORKING_LANGUAGES

PACKAGE = Path(mail.__file__).parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
TRANSLATED = [language for language in WORKING_LANGUAGES if language != "en"]

SAME = {"Administrator", "Website", "E-mail", "Description", "Postcode"}
"""Words that are the same in English and in several other languages."""

ENGLISH = re.compile(r"\b(the|your|you|which|changed|please|authority|must be)\b", re.IGNORECASE)
NAMES = re.compile(r"\{\w*\}|\bIMI\b|\bSOLVIT\b")
SCRIPTS = {"el": "GREEK", "bg": "CYRILLIC"}

QUOTES = {
    **dict.fromkeys(("bg", "cs", "de", "et", "lt", "lv", "sk", "sl"), "„“"),
    **dict.fromkeys(("hr", "hu", "nl", "pl", "ro"), "„”"),
    **dict.fromkeys(("el", "es", "fr", "it", "pt"), "«»"),
    **dict.fromkeys(("fi", "sv"), "””"),
    **dict.fromkeys(("en", "ga", "mt"), "“”"),
    "da": "»«",
}
"""How each language quotes, opening and closing."""


def _key(one: Message) -> tuple[str | None, str]:
    return one.context, one.id if isinstance(one.id, str) else one.id[0]


def _words(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "mail.po").open("rb") as file:
        return read_po(file, locale=language)


def _messages(language: str) -> list[Message]:
    return [one for one in _words(language) if one.id]


def _strings(one: Message) -> tuple[str, ...]:
    return tuple(one.string) if isinstance(one.string, (list, tuple)) else (one.string,)


def _wanted(language: str) -> set[tuple[str | None, str]]:
    """What the source says, and the names of the catalogue that it does not have in this language itself."""
    found = {
        (context, message if isinstance(message, str) else message[0])
        for _file, _line, message, _comments, context in extract_from_dir(
            PACKAGE, [("**.py", "python")], keywords=KEYWORDS
        )
    }
    for module in load().modules.values():
        found |= {("module", module.names["en"])} if language not in module.names else set()
        found |= {("right", right.names["en"]) for right in module.rights if language not in right.names}
    found |= {("role", role.names["en"]) for role in load().roles.values() if language not in role.names}
    return found


def test_there_are_words_for_every_official_language() -> None:
    assert len(WORKING_LANGUAGES) == 24
    assert {path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/mail.po")} == set(TRANSLATED)
    assert set(QUOTES) == set(WORKING_LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_there_with_its_placeholders_and_plural_forms(language: str) -> None:
    messages = _messages(language)
    assert {_key(one) for one in messages} == _wanted(language)
    forms = _words(language).num_plurals
    assert forms == Catalog(locale=Locale.parse(language)).num_plurals
    for one in messages:
        assert not one.fuzzy, one.id
        assert len(_strings(one)) == (1 if isinstance(one.id, str) else forms), one.id
        for string in _strings(one):
            assert string.strip() == string != "", one.id
            assert sorted(re.findall(r"\{\w*\}", string)) == sorted(re.findall(r"\{\w*\}", _key(one)[1])), string
            assert unicodedata.is_normalized("NFC", string), string


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language: str) -> None:
    for one in _messages(language):
        for string in _strings(one):
            assert string != _key(one)[1] or string in SAME, string
            assert not ENGLISH.search(NAMES.sub("", string)), string


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_letter_is_of_the_languages_script(language: str) -> None:
    script = SCRIPTS.get(language, "LATIN")
    for one in _messages(language):
        for string in _strings(one):
            letters = [letter for letter in NAMES.sub("", string) if letter.isalpha()]
            assert [letter for letter in letters if not unicodedata.name(letter).startswith(script)] == [], string


@pytest.mark.parametrize("language", TRANSLATED)
def test_quotation_is_the_languages_own(language: str) -> None:
    opening, closing = QUOTES[language]
    for one in _messages(language):
        quoted = _key(one)[1].count("“")
        for string in _strings(one):
            marks = [mark for mark in string if mark in '"“”„«»‟‹›']
            assert marks == [opening, closing] * quoted, string


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_words_are_those_of_the_source(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, _words(language))
    assert (LOCALE / language / "LC_MESSAGES" / "mail.mo").read_bytes() == compiled.getvalue(), (
        "compile it: pybabel compile -D mail -d imi_tui/locale"
    )
