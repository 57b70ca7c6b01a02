"""Whether a change of a name looks small: case, marks, punctuation, spelling, and not another meaning (S2.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.wording import Side, compare, excerpts, looks_minor


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Darba inspekcija", "DARBA INSPEKCIJA"),
        ("Darba inspekcija", "Darba inspekcija."),
        ("Darba inspekcja", "Darba inspekcija"),
        ("Būvniecības birojs", "Buvniecibas birojs"),
        ("Crafts-Chamber", "Crafts Chamber"),
        ("Επιθεώρηση εργασίας", "ΕΠΙΘΕΩΡΗΣΗ ΕΡΓΑΣΙΑΣ"),
    ],
)
def test_case_marks_punctuation_and_spelling_look_small(old: str, new: str) -> None:
    assert looks_minor(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Darba inspekcija", "Darba inspekcija un arodveselība"),
        ("Darba inspekcija", "Vides inspekcija"),
        ("Inspectorate of labour", "Ministry of labour"),
        ("Darba inspekcija", ""),
        ("", "Darba inspekcija"),
    ],
)
def test_other_words_look_like_another_meaning(old: str, new: str) -> None:
    assert not looks_minor(old, new)


@given(st.text(max_size=60))
def test_no_change_looks_small(name: str) -> None:
    assert looks_minor(name, name)


def _words(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.side.value, piece.text) for piece in compare(old, new)]


def test_two_wordings_are_compared_word_by_word() -> None:
    """B3."""
    assert _words("Valsts darba inspekcija", "Valsts vides inspekcija") == [
        ("both", "Valsts "),
        ("old", "darba"),
        ("new", "vides"),
        ("both", " inspekcija"),
    ]
    assert _words("Darba inspekcija", "Vides pārvalde") == [("old", "Darba inspekcija"), ("new", "Vides pārvalde")]
    assert _words("", "Pārvalde") == [("new", "Pārvalde")]
    assert _words("Pārvalde", "") == [("old", "Pārvalde")]
    assert _words("Tas pats.", "Tas pats.") == [("both", "Tas pats.")]


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_letter_is_lost_in_the_comparison(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.side is not Side.NEW) == old
    assert "".join(piece.text for piece in pieces if piece.side is not Side.OLD) == new


def test_the_excerpts_begin_where_the_wordings_differ() -> None:
    start = "Iestāde uzrauga darba tiesību ievērošanu, "
    assert excerpts(start + "arī norīkošanu.", start + "bet ne norīkošanu.", 20) == (
        "…arī norīkošanu.",
        "…bet ne norīkošanu.",
    )
    assert excerpts("Inspekcija", "Pārvalde", 20) == ("Inspekcija", "Pārvalde")
    assert excerpts("", "x" * 30, 20) == ("", "x" * 20 + "…")
    assert excerpts("x y " * 30, "x y " * 30 + "z", 8) == ("…", "…z")
