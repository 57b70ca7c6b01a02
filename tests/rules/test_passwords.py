"""What a password must be like, in every script of the Union; and the temporary ones, which always are (S4.8)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.passwords import LONGEST, Demands, Requirement, check, generate_temporary, is_common, normal

any_text = st.text(st.characters(exclude_categories=()), max_size=40)


def missing(password: str) -> set[Requirement]:
    return {requirement for requirement, met in check(password).items() if not met}


@pytest.mark.parametrize(
    "password",
    [
        "Abfedcg1",
        "Ķirši un 3",
        "Āžēņšļū9",
        "Κωδικός7",
        "Парола42",
        "Žluťoučký5",
        "Łódź2026",
        "Þórður1x",
        "Ġgantija8",
        "ÅRSMØTEr1",
        "ßßßßßßÄ1",
        "Őrültség6",
        "Şifreleme1",
        "Парола٤٢",
        "Ａｂｆｅｄｃｇ１",
    ],
)
def test_letters_and_digits_of_any_script_count(password: str) -> None:
    assert missing(password) == set()
    assert missing(unicodedata.normalize("NFD", password)) == set()


@pytest.mark.parametrize(
    ("password", "lacks"),
    [
        ("", set(Requirement) - {Requirement.MAX_LENGTH}),
        ("Abfedc1", {Requirement.LENGTH}),
        ("ābcdefg1", {Requirement.UPPER}),
        ("ĀBCDEFG1", {Requirement.LOWER}),
        ("ΚΩΔΙΚΟΣ7", {Requirement.LOWER}),
        ("парола42", {Requirement.UPPER}),
        ("Abcdefgh", {Requirement.DIGIT}),
        ("Abcdefg½", set()),  # ½ is written 1⁄2 in the normal form
        ("Abcdefgⅷ", {Requirement.DIGIT}),
        ("סיסמה12345", {Requirement.UPPER, Requirement.LOWER}),
        ("Aa1" + "x" * (LONGEST - 3), set()),
        ("Aa1" + "x" * (LONGEST - 2), {Requirement.MAX_LENGTH}),
    ],
)
def test_what_is_missing_is_named(password: str, lacks: set[Requirement]) -> None:
    assert missing(password) == lacks


def test_seven_letters_with_marks_typed_apart_are_seven_letters() -> None:
    assert Requirement.LENGTH in missing(unicodedata.normalize("NFD", "Āēīūņš1"))


@given(any_text)
def test_the_same_password_from_another_keyboard_is_the_same(password: str) -> None:
    assert normal(normal(password)) == normal(password)
    for form in ("NFC", "NFD"):
        assert normal(unicodedata.normalize(form, password)) == normal(password)
    assert set(check(password)) == set(Requirement)


@given(any_text)
def test_every_password_can_be_hashed(password: str) -> None:
    assert normal(password).encode("utf-8").decode("utf-8") == normal(password)


def test_temporary_passwords_meet_every_requirement_and_are_easy_to_retype() -> None:
    made = [generate_temporary() for _ in range(500)]
    assert len(set(made)) == len(made)
    for password in made:
        assert missing(password) == set() and normal(password) == password
        assert [len(group) for group in password.split("-")] == [4, 4, 4]
        assert password.isascii() and not set(password) & set("lIO01")


ANNA = Demands(personal=("Anna Žanete", "Bērziņa", "berziann", "anna.b@vdi.example"))


@pytest.mark.parametrize(
    "password",
    ["Xx9-Bērziņa", "xX9-BERZINA", "9Berziann-x", "Anna-1234567", "ŽANETEx-99", "x-anna.b@VDI.example-9"],
)
def test_ones_own_name_username_and_address_stand_in_no_password(password: str) -> None:
    assert Requirement.PERSONAL in {one for one, met in check(password, ANNA).items() if not met}
    assert Requirement.PERSONAL not in missing(password)


@pytest.mark.parametrize("password", ["Vdi-Example-99", "Example-7Vdi", "Ann-1234567x"])
def test_the_address_beyond_the_at_and_short_pieces_are_many_peoples(password: str) -> None:
    assert check(password, ANNA)[Requirement.PERSONAL]


@pytest.mark.parametrize(
    "password",
    ["Password1", "Qwerty123!", "Dragon2026", "!!Welcome99", "Ｐａｓｓｗｏｒｄ１", "Iloveyou1"],
)
def test_the_most_common_passwords_are_refused_with_digits_around_them_too(password: str) -> None:
    assert Requirement.COMMON in missing(password)


@pytest.mark.parametrize("password", ["Dragon-Sun-77x", "Mana-Jauna-Parole-7", "Zx9-vW4k", ""])
def test_others_are_not_called_common(password: str) -> None:
    assert not is_common(password)


@given(any_text)
def test_whatever_is_typed_is_judged(password: str) -> None:
    assert set(check(password, ANNA)) == set(Requirement)


def test_a_deployment_may_ask_for_more_characters() -> None:
    assert not check("Abfedcg1", Demands(minimum=12))[Requirement.LENGTH]
    assert check("Abfedcg1-xyz", Demands(minimum=12))[Requirement.LENGTH]
