"""The normal forms of text: idempotent, blind to case and marks; and nothing shown that a terminal would obey."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.text import MARKS, SIGN, fold, forbidden, identity, visible, visible_lines

any_text = st.text(st.characters(exclude_categories=()))  # lone surrogates included: a broken file name has them
tricky = st.text("aāßſİıΣςﬁᾳǰŉ\u0301\u0327\u0345\u034f\u200d\u202e\u1160\u0e34\x1b\x85\t\r\n …·가")
texts = any_text | tricky


@given(texts)
def test_each_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert identity(identity(text)) == identity(text)
    assert visible(visible(text)) == visible(text)
    assert visible_lines(visible_lines(text)) == visible_lines(text)


def test_no_letter_with_another_form_needs_a_second_folding() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.decomposition(chr(code))]
    for letter in [*letters, *"ẞßİıſς"]:
        for text in (letter, f"a{letter}\u0345\u0301"):
            assert fold(fold(text)) == fold(text)
            assert identity(identity(text)) == identity(text)
    assert fold("𝖫𝖠𝖳𝖵𝖨𝖩𝖠") == fold("Latvija")


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=20))
def test_case_makes_no_difference_for_uniqueness(text: str) -> None:
    assert identity(text.casefold()) == identity(text)
    assert identity(f"  {unicodedata.normalize('NFD', text)} ") == identity(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bērziņa", "berzina"),
        ("ŁÓDŹ", "lodz"),
        ("Đoković", "dokovic"),
        ("Øresund", "oresund"),
        ("Straße STRASSE", "strasse strasse"),
        ("Ægir Œuvre", "aegir oeuvre"),
        ("Þórður", "thordur"),
        ("Ħaż-Żebbuġ", "haz-zebbug"),
        ("Iğdır", "igdir"),
        ("ΆΓΓΕΛΟΣ άγγελος", "αγγελοσ αγγελοσ"),
        ("Търговище", "търговище"),
        ("Йордан", "иордан"),
        ("ﬁnance", "finance"),
        ("O’Brien", "o'brien"),
    ],
)
def test_search_takes_no_notice_of_case_and_marks(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(texts, st.integers(-1, 60))
def test_what_is_shown_is_on_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= max(0, limit)
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for letter in shown)


@given(texts, st.integers(-1, 60))
def test_several_lines_keep_their_ends_and_nothing_else(text: str, limit: int) -> None:
    shown = visible_lines(text, limit)
    assert len(shown) <= max(0, limit)
    assert all(visible(line) == line for line in shown.split("\n"))


def test_the_fast_way_shows_the_same_as_the_slow_one() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        # The sign at the end is outside what goes the fast way, so this goes the slow one.
        assert visible(letter) == visible(letter + SIGN)[:-1]
        assert forbidden(letter) == forbidden(letter + SIGN)


@pytest.mark.parametrize("mark", ["\u0301", "\u0e34", "\u05b0", "\u0489", "\u1161", "\u11a8", "\u20dd"])
def test_a_pile_of_marks_is_cut_and_refused(mark: str) -> None:
    pile = "x" + mark * 2000 + "y"
    assert len(visible(pile)) <= 2 + MARKS and visible(pile).endswith("y")
    assert forbidden(pile) and not forbidden("x" + mark * MARKS)


@pytest.mark.parametrize(
    "hostile",
    [
        *["\x00", "\x1b[2J", "\x7f", "\x9b31m", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u2028", "\u3164"],
        *["\u2800", "\ufe0f", "\u00ad", "\ud800", "\ue000", "\U000e0041", "\u0378"],
    ],
)
def test_what_a_terminal_obeys_or_nobody_sees_is_signed_and_refused(hostile: str) -> None:
    assert visible(f"a{hostile}b").startswith(f"a{SIGN}")
    assert forbidden(f"a{hostile}b") and forbidden(f"a{hostile}b", multiline=True)


@given(texts)
def test_what_is_let_in_is_shown_as_it_is(text: str) -> None:
    if not forbidden(text):
        assert visible(text) == unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    if not forbidden(text, multiline=True):
        assert visible_lines(text) == unicodedata.normalize("NFC", text).replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["Bērziņa", "Παπαδόπουλος", "Щербаков", "O’Brien", "Ħaż-Żebbuġ", "José-María"])
def test_names_of_the_union_are_shown_and_let_in(name: str) -> None:
    assert visible(unicodedata.normalize("NFD", name)) == name
    assert not forbidden(name) and not forbidden(unicodedata.normalize("NFD", name))


def test_lines_are_let_in_only_where_they_belong() -> None:
    assert forbidden("one\ntwo") and not forbidden("one\ntwo", multiline=True)
    assert visible("one\ttwo\nthree") == "one two three"
    assert visible_lines("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree four"


def test_a_text_that_was_cut_says_so() -> None:
    assert visible("abcdef", 4) == "abc…" and visible("abcd", 4) == "abcd"
    assert visible("e" + "\u0301" * 100, 4) != visible("e\u0301", 4)
    assert visible_lines("ab\ncd", 4) == "ab\n…"


@given(texts)
def test_each_normal_form_can_be_written_to_the_store(text: str) -> None:
    assert fold(text).encode() is not None
    assert identity(text).encode() is not None
    assert identity("a\udcff") != identity("a\udcfe")
