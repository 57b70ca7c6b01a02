"""The languages of mail are those of the Union."""

from __future__ import annotations

from imi_tui.rules.languages import INTERFACE_LANGUAGES, WORKING_LANGUAGES


def test_the_24_official_languages_by_code() -> None:
    assert len(set(WORKING_LANGUAGES)) == len(WORKING_LANGUAGES) == 24
    assert list(WORKING_LANGUAGES) == sorted(WORKING_LANGUAGES)
    assert {"bg", "el", "ga", "mt", "lv", "hr"} < set(WORKING_LANGUAGES)
    assert not {"no", "is", "tr", "uk", "gr", "cz"} & set(WORKING_LANGUAGES)


def test_the_interface_speaks_languages_of_the_union() -> None:
    assert INTERFACE_LANGUAGES == ("lv", "en")
    assert set(INTERFACE_LANGUAGES) < set(WORKING_LANGUAGES)
