"""The normal form across scripts: the two standards, the same on both sides, and safe with any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.likeness import ALIKE, OTHER_START, likenesses
from imi_tui.rules.script import GROWTH, Places, joined, normal, words

MIXED = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("αεηυουγκξχμπντΆΈΫϋςабвийщъьяюЙßæøłđ’–ﬁ½ﷺ\u0301\u0306\x00\ud800'\"*"),
        st.characters(min_codepoint=0x370, max_codepoint=0x4FF),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # ELOT 743
        ("Θεσσαλονίκη", "thessaloniki"),
        ("ΘΕΣΣΑΛΟΝΙΚΗ", "thessaloniki"),
        ("Ευαγγελία", "evangelia"),
        ("Αυτός", "aftos"),
        ("Αύρα", "avra"),
        ("Ούζο", "ouzo"),
        ("Μπακογιάννη", "bakogianni"),
        ("Λαμπρινή", "lamprini"),
        ("Άγχος", "anchos"),
        ("Σφίγξ", "sfinx"),
        ("Ηράκλειο", "irakleio"),
        ("Ψυχικό", "psychiko"),
        # The Streamlined System
        ("София", "sofia"),
        ("България", "bulgaria"),
        ("български", "balgarski"),
        ("Търговище", "targovishte"),
        ("Щъркел", "shtarkel"),
        ("Йордан", "yordan"),
        ("Юлия", "yulia"),
        ("Мариян", "mariyan"),
        ("Цар Жечо", "tsar zhecho"),
        # Latin
        ("ŽĪGURU iela", "ziguru iela"),
        ("Łódź, Straße", "lodz, strasse"),
    ],
)
def test_the_standards_are_followed(text: str, expected: str) -> None:
    assert normal(text) == expected


def test_accents_and_decomposed_letters_make_no_difference() -> None:
    import unicodedata

    for text in ("Αθήνα", "Ελληνική Αστυνομία", "Йордан Йовков", "Cēsis", "Αΰπνία"):
        assert normal(unicodedata.normalize("NFD", text)) == normal(text)
    assert normal("Αθηνα") == normal("Αθήνα")


def test_words_are_letters_and_digits_and_joined_they_are_one() -> None:
    assert words("«Ν.Π.Δ.Δ.» l’Exemple_2, Būv-valde") == ["n", "p", "d", "d", "l", "exemple", "2", "buv", "valde"]
    assert joined("Būv-valde") == joined("BŪVVALDE") == "buvvalde"
    assert words("…* \"' ()") == []


@given(MIXED)
def test_any_text_has_a_normal_form_and_it_is_final(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert len(once) <= GROWTH * len(text)
    once.encode("utf-8")


@given(MIXED)
def test_the_words_of_any_text_are_words_of_themselves(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert all(word.isalnum() for word in found)


@given(MIXED, MIXED)
def test_places_lie_within_the_text(text: str, wanted: str) -> None:
    places = Places(text)
    for begin, end in [*places.beginning(words(wanted)), *(span for w in words(wanted) for span in places.within(w))]:
        assert 0 <= begin < end <= len(text)


def test_places_are_those_of_the_original() -> None:
    def parts(text: str, *wanted: str) -> list[str]:
        return [text[begin:end] for begin, end in Places(text).beginning(wanted)]

    assert parts("Valsts darba inspekcija", "dar", "insp") == ["dar", "insp"]
    assert parts("Rīgas Būvvalde, Rīga", "riga") == ["Rīga", "Rīga"]
    assert parts("Δήμος Θεσσαλονίκης", "thess") == ["Θεσσ"]
    assert parts("Ψυχικό", "p") == ["Ψ"]
    assert parts("Große Straße", "strass") == ["Straß"]
    assert parts("Ri\u0304ga", "rig") == ["Ri\u0304g"]
    text = "Arbeitsinspektion"
    assert [text[begin:end] for begin, end in Places(text).within("inspektion")] == ["inspektion"]


def test_words_that_may_be_meant_are_alike() -> None:
    found = likenesses("inspekcja", ["inspekcija", "inspektors", "inspekcijas", "kurpnieks"])
    assert set(found) == {"inspekcija", "inspekcijas"}
    assert max(found, key=lambda word: found[word]) == "inspekcija"
    assert all(ALIKE * OTHER_START <= likeness <= 1 for likeness in found.values())


def test_a_word_that_is_still_typed_is_held_against_beginnings() -> None:
    assert likenesses("inspekzi", ["inspekcijas"]) == {}
    assert "inspekcijas" in likenesses("inspekzi", ["inspekcijas"], unfinished=True)


def test_the_first_letter_is_rarely_the_slip() -> None:
    found = likenesses("praga", ["braga", "praha"])
    assert found["praha"] > found["braga"]
