"""How an authority looks to whoever searches in a language, and what makes it hard to find."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imi_tui.rules.authority_changes import AuthorityDraft
from imi_tui.rules.findability import Hindrance, Shown, Stale, hindrances, shown_to, stale_after

GOOD = AuthorityDraft(
    informal_name={"lv": "Darba inspekcija", "en": "Labour Inspectorate"},
    description={"lv": "Uzrauga.", "en": "Supervises."},
    keywords=frozenset({"labour_law"}),
    module_keywords={"services": frozenset({"business_registers"})},
)


@pytest.mark.parametrize(
    ("reader", "texts", "shown"),
    [
        ("lv", {"lv": "A", "en": "B"}, Shown("A", "lv")),
        ("de", {"lv": "A", "en": "B"}, Shown("B", "en")),
        ("de", {"lv": "A", "fr": "C"}, Shown("A", "lv")),
        ("de", {"fr": "C", "bg": "D"}, Shown("D", "bg")),
        ("en", {"en": "  ", "lv": " A "}, Shown("A", "lv")),
        ("en", {"en": ""}, Shown()),
    ],
)
def test_a_reader_is_shown_the_own_language_then_english_then_the_original(
    reader: str, texts: dict[str, str], shown: Shown
) -> None:
    assert shown_to(reader, texts, "lv") == shown


def test_a_significant_change_leaves_the_translations_behind_that_it_does_not_touch() -> None:
    base = replace(GOOD, informal_name={"lv": "A", "en": "B", "de": "C"})
    renamed = replace(base, informal_name={"lv": "X", "en": "B", "de": "Y"})
    significant = replace(renamed, significant=frozenset({"informal_name"}))
    english = Stale(frozenset({"en"}))
    assert stale_after(base, significant, Stale(), "lv") == english
    assert stale_after(base, renamed, Stale(), "lv") == Stale()
    assert stale_after(base, replace(renamed, significant=frozenset({"description"})), Stale(), "lv") == Stale()
    assert stale_after(base, replace(base, significant=frozenset({"informal_name"})), english, "lv") == english
    assert stale_after(base, renamed, Stale(frozenset({"en", "de"})), "lv") == english


def test_a_description_is_left_behind_in_the_same_way() -> None:
    mine = replace(GOOD, description={"lv": "Cits.", "en": "Supervises."}, significant=frozenset({"description"}))
    assert stale_after(GOOD, mine, Stale(), "lv") == Stale(description=frozenset({"en"}))


def test_nothing_hinders_where_all_is_said() -> None:
    assert hindrances(GOOD, Stale(), active=True, modules_with_keywords=["services"]) == []


@pytest.mark.parametrize(
    ("change", "hindrance"),
    [
        ({"informal_name": {"lv": " "}}, Hindrance.NO_NAME),
        ({"informal_name": {"lv": "A"}}, Hindrance.NO_ENGLISH_NAME),
        ({"description": {}}, Hindrance.NO_DESCRIPTION),
        ({"description": {"lv": "A"}}, Hindrance.NO_ENGLISH_DESCRIPTION),
        ({"keywords": frozenset()}, Hindrance.NO_KEYWORD),
        ({"module_keywords": {}}, Hindrance.NO_MODULE_KEYWORD),
    ],
)
def test_what_is_missing_hinders(change: dict[str, object], hindrance: Hindrance) -> None:
    mine = replace(GOOD, **change)
    assert hindrances(mine, Stale(), active=True, modules_with_keywords=["services"]) == [hindrance]


def test_what_is_old_or_inactive_hinders() -> None:
    assert hindrances(GOOD, Stale(frozenset({"en"}), frozenset({"en"})), active=False, modules_with_keywords=[]) == [
        Hindrance.INACTIVE,
        Hindrance.STALE_NAME,
        Hindrance.STALE_DESCRIPTION,
    ]
    assert hindrances(GOOD, Stale(frozenset({"fr"})), active=True, modules_with_keywords=[]) == []
