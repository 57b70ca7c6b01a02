"""The demo's people and authorities: invented, always the same, and right in the scripts of their countries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.demo_people import (
    Authority,
    authority,
    countries,
    load_names,
    mail_name,
    person,
    person_phone,
)

# The 27 of the Union, Iceland, Liechtenstein and Norway.
COUNTRIES = re.findall(r"..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEISITLILTLULVMTNLNOPLPTROSESISK")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
SCRIPT = {"el": "GREEK", "bg": "CYRILLIC"}

indexes = st.integers(min_value=0, max_value=1_000_000)
country_codes = st.sampled_from(COUNTRIES)


def letters_scripts(text: str) -> set[str]:
    return {unicodedata.name(char).split()[0] for char in text if char.isalpha()}


def texts_of(one: Authority) -> Iterator[str]:
    yield from (one.official_name, one.address, one.postcode, one.town, one.phone, one.email, one.website)
    yield from one.informal.values()
    yield from one.description.values()


def test_every_country_is_there() -> None:
    assert countries() == tuple(sorted(COUNTRIES))


def test_the_nth_is_always_the_same() -> None:
    # Fixed values: a change of the arithmetic would change every demo database and every picture made of one.
    assert [person("LV", n) for n in (40, 41)] == [("Artūrs", "Ļitvins", False), ("Elīna", "Pētersone", True)]
    assert mail_name("LV", 41) == "elina.petersone"
    assert authority("LV", 14).official_name == "Valsts policijas Daugavpils pārvalde, Atļauju sistēmas nodaļa"
    assert authority("LV", 14).modules == ("firearms", "cash_in_transit")


@given(country_codes, indexes)
def test_people_have_names_of_their_country_and_sex(country: str, n: int) -> None:
    first_name, surname, female = person(country, n)
    sections = load_names().countries[country]
    section = sections[n % len(sections)]
    assert first_name in {name.text for name in (section.women if female else section.men)}
    forms = {form.text for men, women in section.surnames for form in (women if female else (men,))}
    joiner = " " if section.second_surname == "always" else "-"
    pairs = {one + joiner + other for one in forms for other in forms}
    assert surname in forms or surname in pairs
    assert letters_scripts(first_name + surname) == {SCRIPT.get(section.language, "LATIN")}


@given(country_codes, indexes)
def test_mail_names_are_ascii(country: str, n: int) -> None:
    assert re.fullmatch(r"[a-z-]+\.[a-z-]+", mail_name(country, n))


@pytest.mark.parametrize("country", COUNTRIES)
def test_people_stay_varied(country: str) -> None:
    people = [person(country, n) for n in range(2_000)]
    assert len(set(people)) > 600
    assert 800 < sum(one.female for one in people) < 1_200


def test_icelanders_bear_patronymics_and_spaniards_two_surnames() -> None:
    for n in range(300):
        iceland = person("IS", n)
        assert iceland.surname.endswith("dóttir" if iceland.female else "son")
        assert len(person("ES", n).surname.split(" ")) == 2


@pytest.mark.parametrize("country", COUNTRIES)
def test_phones_are_valid_in_their_country(country: str) -> None:
    for n in range(300):
        for number in (person_phone(country, n), authority(country, n).phone):
            parsed = phonenumbers.parse(number)
            assert phonenumbers.is_valid_number(parsed), number
            assert phonenumbers.region_code_for_number(parsed) == country


@pytest.mark.parametrize("country", COUNTRIES)
def test_no_two_authorities_share_a_name_or_an_address(country: str) -> None:
    many = [authority(country, n) for n in range(1_000)]
    assert len({one.official_name for one in many}) == len(many)
    assert len({one.email for one in many}) == len(many)


@given(country_codes, indexes)
def test_an_authority_is_complete_and_fits_the_store(country: str, n: int) -> None:
    one = authority(country, n)
    assert one.country == country
    assert all(texts_of(one))
    assert max(len(text) for text in texts_of(one)) <= 300
    assert {one.official_language, "en", "lv"} == set(one.informal) == set(one.description)
    assert one.languages[0] == one.official_language
    assert len(set(one.languages)) == len(one.languages)
    assert one.modules
    assert not re.search(r"[#{}%]", "".join(texts_of(one)))


@given(country_codes, indexes)
def test_every_domain_ends_in_example(country: str, n: int) -> None:
    one = authority(country, n)
    assert one.domain.endswith(f".{country.lower()}.example")
    assert all(LABEL.fullmatch(label) for label in one.domain.split("."))
    assert one.email.endswith(f"@{one.domain}")
    assert one.website == f"https://www.{one.domain}"


@given(country_codes, indexes)
def test_text_is_composed_and_free_of_control_characters(country: str, n: int) -> None:
    for text in (*person(country, n)[:2], *texts_of(authority(country, n))):
        assert unicodedata.is_normalized("NFC", text)
        assert not [char for char in text if unicodedata.category(char).startswith("C")]
        assert text == text.strip()


@pytest.mark.parametrize("country", ["GR", "CY", "BG"])
def test_official_texts_are_in_the_script_of_the_country(country: str) -> None:
    for n in range(200):
        one = authority(country, n)
        script = SCRIPT[one.official_language]
        own = one.informal[one.official_language] + one.description[one.official_language]
        assert letters_scripts(one.official_name + own + one.town + one.address) == {script}
        assert letters_scripts(one.informal["lv"] + one.description["en"]) == {"LATIN"}


def test_belgium_speaks_both_of_its_languages() -> None:
    assert {authority("BE", n).official_language for n in range(2)} == {"nl", "fr"}


def test_the_first_of_a_national_kind_is_for_the_whole_country() -> None:
    first = authority("LV", 0)
    assert first.national
    assert first.official_name == "Valsts darba inspekcija"
    assert first.town == "Rīga"
    assert first.description["lv"].endswith("visa valsts.")


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(KeyError):
        person("XX", 0)
