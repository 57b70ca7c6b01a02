"""Words: every code of refusal has its sentence, every sentence its facts, every msgid its Latvian words."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import imi_tui
from db.probe import StoreKind
from imi_tui.i18n import LOCALE, languages_by_name, use
from imi_tui.i18n.refusals import SENTENCES
from imi_tui.rules.passwords import Requirement

PACKAGE = Path(imi_tui.__file__).parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
TRANSLATED = [path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/imi.po")]
FACT = re.compile(r"\{\w*\}")
RAISED = re.compile(
    r"""(?:Refused|NotAllowed|Conflict|Gone|StoreAway)\(\s*"([a-z_]+)"
      | FieldError\(\s*[^,()]+(?:\([^()]*\))?,\s*"([a-z_]+)"
      | _wrong\(\s*\w+,\s*"([a-z_]+)"
      | first_or_gone\([^"]*"([a-z_]+)"
    """,
    re.VERBOSE,
)


def _raised() -> set[str]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for match in RAISED.finditer(path.read_text(encoding="utf-8")):
            found.add(next(code for code in match.groups() if code))
    return found


def test_every_code_has_its_sentence() -> None:
    kinds = {kind.value for kind in StoreKind} - {StoreKind.BUG.value}
    codes = _raised() | kinds | {requirement.value for requirement in Requirement}
    assert len(codes) > 40
    assert codes - set(SENTENCES) == set()


def test_every_sentence_says_something_that_can_happen() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.name != "refusals.py")
    text += "\n".join(kind.value for kind in StoreKind)
    assert [code for code in SENTENCES if code not in text] == []


def _extracted() -> dict[str | tuple[str, str], str]:
    """Every message of the interface by its key in a catalogue (with its context, if any): singular → file.

    The words of the mails are in catalogues of their own.
    """
    found: dict[str | tuple[str, str], str] = {}
    methods = [("mail/**.py", "ignore"), ("**.py", "python")]
    for file, _line, message, _comments, context in extract_from_dir(PACKAGE, methods, keywords=KEYWORDS):
        singular = message[0] if isinstance(message, tuple) else message
        found[(context, singular) if context else singular] = file
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_words_of_a_language_are_complete_and_fit(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "imi.po").open("rb") as file:
        words = read_po(file, locale=language)
    known = {(one.context, _singular(one.id)) if one.context else _singular(one.id): one for one in words if one.id}
    assert set(_extracted()) == set(known)
    for one in known.values():
        strings = one.string if isinstance(one.string, tuple) else (one.string,)
        assert not one.fuzzy
        assert len(strings) == (words.num_plurals if isinstance(one.id, tuple) else 1)
        for string in strings:
            assert string, one.id
            assert set(FACT.findall(string)) == set(FACT.findall(_singular(one.id))), string


def test_latvian_quotes_as_latvian_does() -> None:
    with (LOCALE / "lv" / "LC_MESSAGES" / "imi.po").open("rb") as file:
        words = read_po(file, locale="lv")
    strings = [string for one in words for string in (one.string if isinstance(one.string, tuple) else (one.string,))]
    assert [string for string in strings if "”" in string or '"' in string] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_words_are_those_of_the_source(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    compiled = io.BytesIO()
    with (folder / "imi.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    assert (folder / "imi.mo").read_bytes() == compiled.getvalue(), (
        "compile it: pybabel compile -D imi -d imi_tui/locale"
    )


def _singular(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def test_no_words_hide_where_they_are_not_extracted() -> None:
    """Babel does not look into the braces of an f-string."""
    hidden = re.compile(r"\{(_|ngettext|pgettext|N_)\(")
    assert [path.name for path in PACKAGE.rglob("*.py") if hidden.search(path.read_text(encoding="utf-8"))] == []


def test_latvian_words_are_quoted_as_latvian_quotes() -> None:
    with (LOCALE / "lv" / "LC_MESSAGES" / "imi.po").open("rb") as source:
        catalog = read_po(source, locale="lv")
    strings = [text for message in catalog if message.id for text in _texts(message.string)]
    assert [text for text in strings if re.search("“[^„“”]*”", text)] == []


def _texts(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


def test_languages_stand_in_the_order_of_the_alphabet() -> None:
    try:
        use("lv")
        assert [name for name, _code in languages_by_name(["sv", "da", "cs", "bg"])] == [
            "bulgāru",
            "čehu",
            "dāņu",
            "zviedru",
        ]
    finally:
        use("en")
