"""Checks of what is entered: each returns the value in its normal form or says what is wrong with the field.

The libraries are imported inside: they cost start-up time and are needed only when something is saved.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NoReturn
from urllib.parse import urlsplit

from imi_tui.rules.refusals import FieldError, Invalid
from imi_tui.rules.text import forbidden

LIMITS = {
    **{"first_name": 100, "surname": 100, "email": 254, "phone": 40, "username": 32},
    **{"official_name": 300, "informal_name": 300, "description": 4000},
    **{"address": 300, "postcode": 20, "town": 100, "website": 300},
}
"""The longest text of each field, in characters; the store holds the same limits."""

ENCODED_WORD = "=?"
"""Begins an encoded word (RFC 2047), which the standard library decodes even within an address, line ends and all."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LABEL = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")
"""What stands between the dots of a host's name, in the letters of any script."""


def line(value: str, field: str, limit: int, *, required: bool = False) -> str:
    """One line of text: blanks around it fall away. Raises `Invalid`."""
    text = unicodedata.normalize("NFC", value.strip())
    if required and not text:
        _wrong(field, "required")
    _within(text, field, limit)
    if forbidden(text):
        _wrong(field, "forbidden_characters")
    return text


def paragraph(value: str, field: str, limit: int) -> str:
    """Text of several lines. Raises `Invalid`."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n").strip())
    _within(text, field, limit)
    if forbidden(text, multiline=True):
        _wrong(field, "forbidden_characters")
    return text


def name(value: str, field: str, limit: int = LIMITS["surname"]) -> str:
    """A first name or surname: required, with at least one letter (S3.3). Raises `Invalid`."""
    text = line(value, field, limit, required=True)
    if not any(unicodedata.category(letter).startswith("L") for letter in text):
        _wrong(field, "name_letters")
    return text


def email(value: str, field: str = "email") -> str:
    """An e-mail address (S2.5, S3.5), its domain in readable letters. Raises `Invalid`."""
    text = line(value, field, LIMITS["email"], required=True)
    from email_validator import EmailNotValidError, validate_email

    try:
        # Strict: a local part beyond 64 characters is refused by other mail servers.
        found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        _wrong(field, "email_wrong")
    if found.ascii_email is None:
        _wrong(field, "email_ascii")
    if ENCODED_WORD in text:
        _wrong(field, "email_wrong")
    _host, dot, top = found.domain.rpartition(".")
    if not dot or top in {"local", "localhost", "invalid"}:
        _wrong(field, "email_wrong")
    return _within(str(found.normalized), field, LIMITS["email"])


def phone(value: str, country: str, field: str = "phone") -> str:
    """A phone number as dialled in the country or with +, in the international form; optional. Raises `Invalid`."""
    text = line(value, field, LIMITS["phone"])
    if not text:
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        _wrong(field, "phone_wrong")
    if not phonenumbers.is_possible_number(number):
        _wrong(field, "phone_wrong")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return _within(str(written), field, LIMITS["phone"])


def website(value: str, field: str = "website") -> str:
    """An http or https address with a host and no credentials; optional; https:// may be left out. Raises `Invalid`."""
    text = line(value, field, LIMITS["website"])
    if not text:
        return ""
    if not _SCHEME.match(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        _wrong(field, "website_wrong")
    labels = host.removesuffix(".").split(".")
    good_host = len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    if parts.scheme not in {"http", "https"} or not good_host or "@" in parts.netloc or len(text.split()) > 1:
        _wrong(field, "website_wrong")
    written = parts._replace(netloc=parts.netloc.lower()).geturl()
    return _within(written, field, LIMITS["website"])


def _within(text: str, field: str, limit: int) -> str:
    if len(text) > limit:
        _wrong(field, "too_long", limit=limit, length=len(text))
    return text


def _wrong(field: str, code: str, **facts: object) -> NoReturn:
    raise Invalid(FieldError(field, code, tuple(facts.items())))
