"""Header injection: what stands in the store past every check can add nothing to a mail's head, whoever reads it.

`test_delivery` shows it for the names that the checks of the store let through; here the store's own checks are off,
so that what another program or an older version may have put there is met too.
"""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.message import Message
from email.policy import compat32

import pytest

from db.models import Authority, User
from imi_tui.context import Context
from imi_tui.mail.compose import one_line
from imi_tui.mail.delivery import Delivered, deliver
from imi_tui.mail.transports import Transport
from imi_tui.rules.kinds import TO_THE_COMMISSION, MailKind
from tests.mail.house import House
from tests.mail.server import Handler, temporary_password
from tests.mail.test_delivery import HEADERS
from tests.screens.hostile import HOSTILE

ON_EVERY_ENGINE = False
"""The lines of a mail are the same whatever the store."""

BCC = "Bcc: x@y.example"
COMMISSION = "commission@ec.example"

INJECTIONS = {
    "CR LF": f"Jānis\r\n{BCC}",
    "LF": f"Jānis\n{BCC}",
    "CR": f"Jānis\r{BCC}",
    "an empty line and a body": f"Jānis\r\n\r\n{BCC}\r\n\r\n<b>other text</b>",
    "a folded line": f"Jānis\r\n {BCC}\r\n\t{BCC}",
    "an encoded word": "=?utf-8?q?=0d=0aBcc:_x@y.example?=",
    "an encoded word in Base64": "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=",
    "an encoded word in two halves": "=?utf-8?q?=0d=0a \r\n Bcc:_x@y.example?=",
    "an encoded word in another": "==?utf-8?q?==3F?utf-8?q?=0d=0aBcc:_x@y.example?=",
    "other ends of a line": f"\u2028{BCC}\u2029{BCC}\x85{BCC}\x0b{BCC}\x0c{BCC}\x1c{BCC}",
    "commas": "x@y.example, z@y.example,",
    "quotes": 'Ozols" <x@y.example>, "',
    "an open quote": '"',
    "angle brackets": "<x@y.example>",
    "a group": "all: x@y.example, z@y.example;",
    "a comment": "(x@y.example",
    "a backslash": "\\",
    "right to left": "\u202eelpmaxe.y@x\u202c \u2067Bcc\u2069",
    "1,000 letters": "ā" * 1000,
    "1,000 letters of ASCII": "a" * 1000,
    "1,000 words": "a " * 1000,
    "1,000 quotes": '"' * 1000,
    "1,000 ends of a line": f"\r\n{BCC}" * 60,
    "nothing": "",
    "blanks": " \t ",
}


@pytest.fixture(params=(INJECTIONS | HOSTILE).values(), ids=INJECTIONS | HOSTILE)
def text(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(autouse=True)
def unchecked(ctx: Context) -> None:
    """The store takes whatever it is given, of any length."""
    ctx.store.connect()
    ctx.store.database.execute_sql("PRAGMA ignore_check_constraints = ON")


def head(raw: bytes) -> list[tuple[str, str]]:
    """The head of a mail as it was sent, read without any kindness: each line begins a header or continues one."""
    text, _empty, _body = raw.partition(b"\r\n\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|[^\t\r\n -~]", text), "ASCII, and its lines end in CR LF"
    assert max(map(len, text.split(b"\r\n"))) <= 998
    lines = re.sub(rb"\r\n(?=[ \t])", b"", text).decode("ascii").split("\r\n")
    return [(name, value.strip()) for name, _colon, value in (line.partition(":") for line in lines)]


def only_the_right_headers(raw: bytes, to: str) -> None:
    """One `To` with one address, no header but ours, each once, whether read by our reader or by an older one."""
    assert sorted(name for name, _value in head(raw)) == HEADERS
    old: Message = email.message_from_bytes(raw, policy=compat32)
    assert sorted(old.keys()) == HEADERS


def test_names_of_people_and_authorities_stay_in_their_place(
    ctx: Context, house: House, smtp: Transport, answers: Handler, text: str
) -> None:
    User.update(first_name=text, surname=text).where(User.id == house.colleague).execute()
    Authority.update(official_name=text).where(Authority.id == house.authority).execute()
    house.reset()
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    assert deliver(ctx, smtp) == Delivered(sent=2, given_up=0, left=0)
    assert answers.recipients == ["p.o@people.example", "pasts@vdi.example"]
    for raw, message, to in zip(answers.received, answers.messages, answers.recipients, strict=True):
        only_the_right_headers(raw, to)
        assert [address.addr_spec for address in message["To"].addresses] == [to]
        assert message["Subject"].isprintable()
    assert house.logs_in_with(temporary_password(answers.messages[0]))
    shown = answers.messages[0]["To"].addresses[0].display_name
    kept = text.replace("\0", "\ufffd")  # what stands for it in the store
    # The standard library's reader puts a blank where a long name was folded.
    # A name that would not be read back as a name is left out.
    assert "".join(shown.split()) in {"", "".join(one_line(f"{kept} {kept}").split())}


def test_what_a_mail_is_about_stays_in_its_text_whatever_its_kind(
    ctx: Context, house: House, smtp: Transport, answers: Handler, text: str
) -> None:
    ctx = replace(ctx, settings=replace(ctx.settings, commission_mail=COMMISSION))
    User.update(password_temporary=True).where(User.id == house.colleague).execute()
    about: dict[str, object] = dict.fromkeys(("by", "person", "module", "language", "old", "new"), text)
    about |= {name: [text, text] for name in ("fields", "languages")}
    about |= {name: [[text, text]] for name in ("rights", "come", "gone")}
    for kind in MailKind:
        if kind is MailKind.PASSWORD_BLOCKED:
            User.update(blocked_at=ctx.now()).where(User.id == house.colleague).execute()
        house.queue(kind, house.colleague, **about, until=house.person().password_until.isoformat())
        assert deliver(ctx, smtp) == Delivered(sent=1, given_up=0, left=0)
        only_the_right_headers(answers.received[-1], COMMISSION if kind in TO_THE_COMMISSION else "p.o@people.example")
        assert answers.messages[-1]["Subject"].isprintable()
    assert len(answers.received) == len(MailKind)


def test_an_address_that_is_none_gets_no_mail_and_nobody_else_does(
    ctx: Context, house: House, smtp: Transport, answers: Handler, text: str
) -> None:
    User.update(email=f"{text}@people.example").where(User.id == house.colleague).execute()
    house.reset()
    deliver(ctx, smtp)
    for raw in answers.received:
        assert sorted(name for name, _value in head(raw)) == HEADERS
    assert len(answers.recipients) <= 1
    assert not {"x@y.example", "z@y.example"} & set(answers.recipients)
