"""Checks of entered values: a normal form that is its own, or `Invalid` naming the field; never anything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imi_tui.rules import contact
from imi_tui.rules.refusals import Invalid
from imi_tui.rules.text import forbidden

CHECKS: dict[str, Callable[[str], str]] = {
    "email": contact.email,
    "phone": lambda value: contact.phone(value, "LV"),
    "website": contact.website,
    "first_name": lambda value: contact.name(value, "first_name"),
    "town": lambda value: contact.line(value, "town", contact.LIMITS["town"]),
    "description": lambda value: contact.paragraph(value, "description", contact.LIMITS["description"]),
}

hostile = st.text(st.characters(exclude_categories=()), max_size=60)
shaped = st.one_of(
    st.from_regex(r"[a-z.\"+ā]{0,70}@[a-zā.\-\[\]:0-9]{0,80}", fullmatch=True),
    st.from_regex(r"(https?|ftp|HTTP)?(:|://|//)?[a-zā.\-\[\]@:%/\\0-9?#]{0,40}", fullmatch=True),
    st.from_regex(r"(\+|00|tel:)?[0-9 ()./;=a-z\-]{0,50}", fullmatch=True),
    st.text("aā.@:/\\[]+-0123 \t\n\u0301\u202e\x1b\ud800\u00a0\u3000", max_size=40),
)


def code_of(check: Callable[[str], str], value: str) -> str:
    with pytest.raises(Invalid) as caught:
        check(value)
    return caught.value.code


@given(st.sampled_from(sorted(CHECKS)), hostile | shaped)
@example("website", "https://[::1")
@example("website", "https://ℂ.example/\u2100")
@example("email", "@" * 300)
@example("phone", "+" * 39)
def test_anything_is_either_refused_for_its_field_or_in_normal_form(field: str, value: str) -> None:
    try:
        found = CHECKS[field](value)
    except Invalid as refused:
        assert [error.field for error in refused.errors] == [field]
        return
    assert len(found) <= contact.LIMITS[field]
    assert not forbidden(found, multiline=field == "description")
    assert CHECKS[field](found) == found


@pytest.mark.parametrize("field", ["phone", "website", "town", "description"])
def test_what_is_optional_may_be_empty(field: str) -> None:
    assert CHECKS[field]("") == CHECKS[field](" \t ") == ""


@pytest.mark.parametrize("field", ["email", "first_name"])
def test_what_is_required_may_not(field: str) -> None:
    assert code_of(CHECKS[field], "  ") == "required"


@pytest.mark.parametrize(
    ("entered", "normal"),
    [
        (" anna@authority.example ", "anna@authority.example"),
        ("Anna.B+x@AUTHORITY.example", "Anna.B+x@authority.example"),
        ("anna@authority.test", "anna@authority.test"),
        ("anna@būvniecība.lv", "anna@būvniecība.lv"),
        ("anna@xn--bvniecba-fjb84d.lv", "anna@būvniecība.lv"),
        ("a@b.example", "a@b.example"),
        ("x@" + "a" * 63 + ".example", "x@" + "a" * 63 + ".example"),
    ],
)
def test_email_addresses(entered: str, normal: str) -> None:
    assert contact.email(entered) == normal


@pytest.mark.parametrize(
    ("entered", "code"),
    [
        ("anna", "email_wrong"),
        ("anna@", "email_wrong"),
        ("anna@authority", "email_wrong"),
        ("anna@test", "email_wrong"),
        ("anna@localhost", "email_wrong"),
        ("anna@authority.local", "email_wrong"),
        ("anna@authority.invalid", "email_wrong"),
        ("anna@[127.0.0.1]", "email_wrong"),
        ("Anna <anna@authority.example>", "email_wrong"),
        ("anna@authority.example, eva@authority.example", "email_wrong"),
        ("a" * 65 + "@authority.example", "email_wrong"),
        ("bērziņa@authority.example", "email_ascii"),
        ("аnna@authority.example", "email_ascii"),  # the first letter is Cyrillic
        ("anna\r\nBcc: x@y.example", "forbidden_characters"),
        ("anna\u200b@authority.example", "forbidden_characters"),
        ("=?utf-8?q?=0D=0ABcc=3A=20x=40y.example?=@authority.example", "email_wrong"),
        ("a" * 300, "too_long"),
    ],
)
def test_what_is_no_email_address(entered: str, code: str) -> None:
    assert code_of(contact.email, entered) == code


@pytest.mark.parametrize(
    ("entered", "country", "normal"),
    [
        ("67021000", "LV", "+371 67 021 000"),
        ("(+371) 67-021-000", "LV", "+371 67 021 000"),
        ("00371 67021000", "LV", "+371 67 021 000"),
        ("+49 30 123456", "LV", "+49 30 123456"),
        ("030 123456", "DE", "+49 30 123456"),
        ("06 6982 1234", "IT", "+39 06 6982 1234"),
        ("210 1234567", "GR", "+30 21 0123 4567"),
        ("+371 67021000 ext. 5", "LV", "+371 67 021 000 ext. 5"),
    ],
)
def test_phone_numbers(entered: str, country: str, normal: str) -> None:
    assert contact.phone(entered, country) == normal


@pytest.mark.parametrize(
    "entered", ["12", "none", "++", "+", "112", "+371", "6702100067021000670210", "anna@b.example"]
)
def test_what_is_no_phone_number(entered: str) -> None:
    assert code_of(CHECKS["phone"], entered) == "phone_wrong"


@pytest.mark.parametrize("country", ["", "XX", "lv\x00"])
def test_a_number_without_a_known_country_needs_its_code(country: str) -> None:
    assert code_of(lambda value: contact.phone(value, country), "67021000") == "phone_wrong"
    assert contact.phone("+371 67021000", country) == "+371 67 021 000"


@pytest.mark.parametrize(
    ("entered", "normal"),
    [
        ("www.authority.example", "https://www.authority.example"),
        ("http://authority.example/a?b=c#d", "http://authority.example/a?b=c#d"),
        ("HTTPS://WWW.Authority.Example/Path", "https://www.authority.example/Path"),
        ("authority.example:8443/x", "https://authority.example:8443/x"),
        ("authority.example/?to=https://other.example", "https://authority.example/?to=https://other.example"),
        ("https://būvniecība.lv", "https://būvniecība.lv"),
        ("https://пример.бг/страница", "https://пример.бг/страница"),
    ],
)
def test_websites(entered: str, normal: str) -> None:
    assert contact.website(entered) == normal


@pytest.mark.parametrize(
    "entered",
    [
        "ftp://authority.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:anna@authority.example",
        "https://",
        "https://authority",
        "https://anna:secret@authority.example",
        "https://anna@authority.example",
        "https://[::1",
        "https://a..b",
        "https://.a.b",
        "https://-a.b",
        "https://authority.example:99999",
        "https://a b.example",
        "https://authority.example/a b",
        "https://authority.example\\@other.example",
        "https://a.b\\c",
        "//x@a.b",
    ],
)
def test_what_is_no_website(entered: str) -> None:
    assert code_of(contact.website, entered) == "website_wrong"


def test_a_website_that_its_normal_form_makes_too_long_is_refused() -> None:
    longest = contact.LIMITS["website"]
    assert len(contact.website("a.example/" + "x" * (longest - 18))) == longest
    assert code_of(contact.website, "a.example/" + "x" * (longest - 17)) == "too_long"


@pytest.mark.parametrize("entered", ["Anna", "Ó", "Jean-Luc", "O’Brien", "Γιώργος", "Мария", "[/x]", "Anna 2"])
def test_names(entered: str) -> None:
    assert contact.name(f"  {entered} ", "surname") == entered


@pytest.mark.parametrize(
    ("entered", "code"),
    [
        ("123", "name_letters"),
        ("- .", "name_letters"),
        ("👍", "name_letters"),
        ("Anna\x1b[2J", "forbidden_characters"),
        ("Anna\nEva", "forbidden_characters"),
        ("\u202eannA", "forbidden_characters"),
        ("\u3164", "forbidden_characters"),
        ("A" + "\u0e34" * 5, "forbidden_characters"),
        ("a" * 101, "too_long"),
    ],
)
def test_what_is_no_name(entered: str, code: str) -> None:
    assert code_of(CHECKS["first_name"], entered) == code


def test_the_limit_of_a_name_can_be_given_and_is_told() -> None:
    with pytest.raises(Invalid) as caught:
        contact.name("Annas", "first_name", 4)
    assert caught.value.facts == {"limit": 4, "length": 5}


def test_length_is_that_of_the_composed_text() -> None:
    assert len(contact.line("a\u0304" * 100, "town", 100)) == 100


def test_a_paragraph_keeps_its_lines() -> None:
    assert contact.paragraph(" one\r\ntwo\rthree\n\n", "description", 100) == "one\ntwo\nthree"
    assert code_of(CHECKS["description"], "one\x07two") == "forbidden_characters"
