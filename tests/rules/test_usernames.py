"""Proposed usernames: for every name there is one, in the letters a to z, by the countries' own tables (S3.10)."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.text import identity
from imi_tui.rules.usernames import latin, problem, propose

NOBODY: frozenset[str] = frozenset()
any_text = st.text(st.characters(exclude_categories=()), max_size=30)


def proposed(first_name: str, surname: str, taken: frozenset[str] = NOBODY) -> str:
    return propose(first_name, surname, taken.__contains__)


@pytest.mark.parametrize(
    ("country", "first_name", "surname", "username"),
    [
        ("AT", "Jürgen", "Müßig", "mussijur"),
        ("BE", "Loïc", "D’Hoore", "dhoorloi"),
        ("BG", "Йордан", "Щербаков", "shteryor"),
        ("HR", "Đurđa", "Šćepanović", "scepadur"),
        ("CY", "Χρίστος", "Ευθυμίου", "efthychr"),
        ("CZ", "Jiří", "Dvořák", "dvorajir"),
        ("DK", "Søren", "Ærø", "aerosor"),
        ("EE", "Õie", "Jõgi", "jogioie"),
        ("FI", "Åke", "Hämäläinen", "hamalake"),
        ("FR", "Maëlle", "Œuvrard", "oeuvrmae"),
        ("DE", "Käthe", "Weiß", "weisskat"),
        ("GR", "Γιώργος", "Παπαδόπουλος", "papadgio"),
        ("HU", "Győző", "Szűcs", "szucsgyo"),
        ("IS", "Þórður", "Ægisson", "aegistho"),
        ("IE", "Séamus", "Ó Súilleabháin", "osuilsea"),
        ("IT", "Nicolò", "D’Angelo", "dangenic"),
        ("LV", "Anna", "Bērziņa", "berziann"),
        ("LV", "Jānis", "Kalniņš", "kalnijan"),
        ("LI", "Flurin", "Büchel", "bucheflu"),
        ("LT", "Žydrūnė", "Šimkevičiūtė", "simkezyd"),
        ("LU", "Noémie", "Thill", "thillnoe"),
        ("MT", "Ġorġ", "Ħaż-Żebbuġ", "hazzegor"),
        ("NL", "Anouk", "IJssel", "ijsseano"),
        ("NO", "Øyvind", "Åsgård", "asgaroyv"),
        ("PL", "Michał", "Łoś", "losmic"),
        ("PT", "João", "Gonçalves", "goncajoa"),
        ("RO", "Ștefan", "Țurcanu", "turcaste"),
        ("SK", "Ľubomír", "Štúr", "sturlub"),
        ("SI", "Živa", "Žižek", "zizekziv"),
        ("ES", "Íñigo", "Núñez", "nunezini"),
        ("SE", "Björn", "Öberg", "obergbjo"),
    ],
)
def test_names_of_all_countries(country: str, first_name: str, surname: str, username: str) -> None:
    assert proposed(first_name, surname) == username, country
    apart = (unicodedata.normalize("NFD", first_name), unicodedata.normalize("NFD", surname))
    assert proposed(*apart) == username
    assert proposed(first_name.upper(), surname.upper()) == username


@pytest.mark.parametrize(
    ("name", "written"),
    [
        # ELOT 743
        ("Μπακογιάννη", "bakogianni"),
        ("Λάμπρου", "lamprou"),
        ("Άγγελος", "angelos"),
        ("Μελαγχρινός", "melanchrinos"),
        ("Σφιγξ", "sfinx"),
        ("Γκίκας", "gkikas"),
        ("Ντίνος", "ntinos"),
        ("Αυλωνίτης", "avlonitis"),
        ("Ναύαρχος", "navarchos"),
        ("Αυξεντίου", "afxentiou"),
        ("Ευάγγελος", "evangelos"),
        ("Λευτέρης", "lefteris"),
        ("Αχιλλεύς", "achillefs"),
        ("Ίμβριος Ηύρα", "imvriosivra"),
        ("Αϋφαντής", "ayfantis"),
        ("Κούλα", "koula"),
        ("Ψυχογιός", "psychogios"),
        # The Streamlined System
        ("София", "sofia"),
        ("Илиян", "iliyan"),
        ("Найденов", "naydenov"),
        ("Съботинов", "sabotinov"),
        ("Кръстьо Жечев", "krastyozhechev"),
        ("Цветан Чакъров", "tsvetanchakarov"),
        ("Юлия Шишманова", "yuliashishmanova"),
    ],
)
def test_standard_transliterations(name: str, written: str) -> None:
    assert latin(name) == written


def test_every_letter_of_the_unions_alphabets_has_one_in_latin() -> None:
    alphabets = (
        "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćĉċčďđēėęěğġģħĩīįıĳķĺļľłńņňŋōőœŕřśşšţťŧũūůűųŵźżžșțßſ"
        "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰабвгдежзийклмнопрстуфхцчшщъьюяыэёіїєђјљњћџѝ"
    )
    capitals = unicodedata.normalize("NFC", alphabets.upper())
    assert [letter for letter in alphabets + capitals if letter.isalpha() and not latin(letter)] == []


@pytest.mark.parametrize(
    ("first_name", "surname", "username"),
    [
        ("", "", "user"),
        ("王", "李", "user"),
        ("\x00\ud800", "\u202e[/x]", "userx"),
        ("Io", "Ó", "useroio"),
        ("Alexandra", "Ó", "oale"),
        ("Alexandra", "", "alexandr"),
        ("", "Ng", "userng"),
        ("Jo", "Wu", "wujo"),
    ],
)
def test_short_and_hostile_names(first_name: str, surname: str, username: str) -> None:
    assert proposed(first_name, surname) == username


def test_a_taken_name_is_numbered() -> None:
    assert proposed("Anna", "Bērziņa", frozenset({"berziann"})) == "berziann2"
    assert proposed("Anna", "Bērziņa", frozenset({"berziann", "berziann2", "berziann4"})) == "berziann3"


@given(st.lists(st.tuples(any_text, any_text), max_size=20), st.sets(st.sampled_from(["user", "user2", "usera"])))
def test_every_name_gets_one_that_is_free_and_acceptable(names: list[tuple[str, str]], taken: set[str]) -> None:
    for first_name, surname in names:
        username = propose(first_name, surname, taken.__contains__)
        assert username not in taken
        assert len(username) >= 4 and problem(username) is None
        assert identity(username) == username
        taken.add(username)


@pytest.mark.parametrize("username", ["abc", "Anna.Berzina", "a1_-", "z" * 32])
def test_own_usernames_that_do(username: str) -> None:
    assert problem(username) is None


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("", "required"),
        ("ab", "username_length"),
        ("z" * 33, "username_length"),
        ("1abc", "username_letters"),
        (".abc", "username_letters"),
        ("anna b", "username_letters"),
        ("bērziņa", "username_letters"),
        ("аnna", "username_letters"),  # the first letter is Cyrillic
        ("anna\n", "username_letters"),
        ("anna\x1b", "username_letters"),
    ],
)
def test_own_usernames_that_do_not(username: str, code: str) -> None:
    assert problem(username) == code


@given(any_text | st.text(string.ascii_letters + string.digits + "._-"))
def test_an_acceptable_username_stays_so_in_its_normal_form(username: str) -> None:
    if problem(username) is None:
        assert problem(identity(username)) is None
