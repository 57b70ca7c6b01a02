"""Whether a change of a name looks small: case, marks, punctuation, spelling, and not another meaning (S2.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.wording import looks_minor


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
