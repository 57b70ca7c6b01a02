"""From words to a message: headers by the standard library's own types, never by joining strings.

Names and values come from data. Before they go into words or headers they are cleaned to one line; what looks like an
encoded word (`=?…?=`) is broken up, because the standard library would decode it again, line ends and all.
"""

from __future__ import annotations

import textwrap
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default

from imi_tui.mail.words import Words
from imi_tui.rules.contact import ENCODED_WORD
from imi_tui.rules.text import forbidden, visible

POLICY = SMTP.clone(cte_type="7bit")
"""Lines end in CRLF, and every byte passes every server."""

_WIDTH = 72
_NAME_LENGTH = 200


class BadAddress(Exception):
    """The e-mail address cannot be put into a header."""


def one_line(text: str, length: int = _NAME_LENGTH) -> str:
    """Text from data for a mail: on one line, nothing invisible in it, at most `length` characters."""
    return visible(" ".join(visible(text, length).replace(ENCODED_WORD, "= ?").split()), length)


def compose(
    words: Words, *, sender: tuple[str, str], to: tuple[str, str], language: str, message_id: str, now: datetime
) -> EmailMessage:
    """The message of these words. `sender` and `to` are (name, e-mail address).

    Raises `BadAddress` where `to` cannot be written as an address.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(*sender)
    message["To"] = _address(*to)
    message["Subject"] = one_line(words.subject)
    message["Date"] = now
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(flowed(words.body), cte="quoted-printable", params={"format": "flowed"})
    message["Content-Language"] = language
    return message


def flowed(body: str) -> str:
    """The body as `format=flowed` (RFC 3676): long lines broken after a blank, so that readers join them again."""
    return "\n".join(line for written in body.split("\n") for line in _flowed_line(written)) + "\n"


def _flowed_line(line: str) -> list[str]:
    if line == "-- ":
        return [line]
    pieces = textwrap.wrap(line.rstrip(), _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    stuffed = [f" {piece}" if piece.startswith((" ", ">", "From ")) else piece for piece in pieces]
    return [f"{piece} " for piece in stuffed[:-1]] + stuffed[-1:]


def _address(name: str, email: str) -> Address:
    from email.errors import MessageError

    local, _at, domain = email.rpartition("@")
    if ENCODED_WORD in email or forbidden(email):
        raise BadAddress
    try:
        plain = Address(username=local, domain=_ascii(domain))
        named = Address(display_name=one_line(name), username=plain.username, domain=plain.domain)
        return named if _reads_back(named) else plain
    except (ValueError, MessageError, IndexError) as error:  # what the header parser raises for hostile text
        raise BadAddress from error


def _reads_back(address: Address) -> bool:
    """Whether a mail program finds this address in the header: the standard library loses the quotes of some long names
    when it folds them, and what is in them would then be read as another address."""
    probe = EmailMessage(policy=POLICY)
    probe["To"] = address
    read = message_from_bytes(probe.as_bytes(), policy=default)["To"]
    return [one.addr_spec for one in read.addresses] == [address.addr_spec]


def _ascii(domain: str) -> str:
    """The domain as IDNA 2008 has it."""
    if domain.isascii():
        return domain
    from email_validator import validate_email

    return validate_email(f"postmaster@{domain}", check_deliverability=False, test_environment=True).ascii_domain
