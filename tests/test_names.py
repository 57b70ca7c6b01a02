"""The names of countries and languages are CLDR's, in every working language."""

from __future__ import annotations

import pytest
from babel import Locale

from db.catalogue import load
from imi_tui import i18n
from imi_tui.i18n.names import countries_in, languages_in
from imi_tui.rules.languages import WORKING_LANGUAGES


@pytest.mark.parametrize("language", WORKING_LANGUAGES)
def test_they_are_as_babel_has_them(language: str) -> None:
    """Else `python -m imi_tui.i18n.names` writes them anew."""
    locale = Locale.parse(language)
    assert languages_in(language) == {code: locale.languages[code] for code in languages_in(language)}
    assert countries_in(language) == {code: locale.territories[code] for code in countries_in(language)}
    assert set(countries_in(language)) == set(load().countries)
    assert set(languages_in(language)) >= {*WORKING_LANGUAGES, "is", "no"}


def test_what_has_no_name_is_its_code() -> None:
    assert i18n.country_name("XX", "lv") == "XX"
    assert i18n.language_name("<b>", "lv") == "<b>"
    assert i18n.language_name("lv", "zz") == "lv"
    assert i18n.country_name("LV", "lv") == "Latvija"
