"""Whatever a mail server does wrong, at each step: what is said of it, what is lost (nothing), what goes out twice.

Each fault meets a mail with a temporary password and one without, on a real server; then the fault ends, the wait
passes, and the mail arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from db.models import Mail
from imi_tui.context import Context
from imi_tui.i18n.mail_failures import mail_failure
from imi_tui.mail.delivery import Delivered, deliver
from imi_tui.mail.smtp import PATIENCE, TIMEOUT, SmtpTransport
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.mailing import LEASE, MailState
from imi_tui.services import mails
from tests.mail.house import House
from tests.mail.server import CERTIFICATE, CUT, HANG, PASSWORD, USER, Handler, Server, temporary_password
from tests.world import Clock

ON_EVERY_ENGINE = False
"""What a mail server answers is the same whatever the store."""

FAILED, GIVEN_UP = MailState.FAILED, MailState.GIVEN_UP

SENDER = "The mail server refused the sender's address. Correct the setting mail_from."
ANSWERED = "The mail server answered:"
UNREACHED = "The mail server cannot be reached. It is tried again; check IMI_MAIL."
OPEN_LINE = "The mail server offers no encryption. Nothing was sent; it is tried again. Correct IMI_MAIL."
DISTRUSTED = "The mail server's certificate is not trusted. Nothing was sent; it is tried again. Correct IMI_MAIL."
NO_ENTRY = "The mail server refused the log-in. It is tried again; correct IMI_MAIL."
BROKE_OFF = "The mail server broke off. It is tried again."
UNKNOWN = "The mail server broke off before it confirmed the mail. It is sent again, so it may arrive twice."

IMPATIENT = 1.0
"""Seconds that the client waits for a server that hangs."""


@dataclass(frozen=True)
class Fault:
    """A fault and what is to come of it: the mail's state, what is said, the copies received while it lasts.

    `away` is whether nothing at all can be sent, so that no other mail is tried; `mended` is what the administrator
    corrects in IMI_MAIL.
    """

    step: str
    what: str
    said: str
    state: MailState = FAILED
    away: bool = True
    copies: int = 0
    server: dict[str, Any] = field(default_factory=dict)
    client: dict[str, Any] = field(default_factory=dict)
    mended: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As pytest shows it."""
        return f"{self.step} {self.what}".strip().lower().replace(" ", "-")


SECURE = {"server": {"starttls": True, "log_in": True}, "client": {"cafile": str(CERTIFICATE), "user": USER}}
CODES = {code: f"{code} {code[0]}.0.0 as the server has it" for code in ("421", "450", "451", "550", "552", "554")}
ANSWERS = [(code, answer, code.startswith("5")) for code, answer in CODES.items()]

FAULTS = [
    *(Fault("CONNECT", CODES[code], f"{UNREACHED} ({CODES[code]})") for code in ("421", "554")),
    Fault("EHLO", CODES["421"], f"{UNREACHED} ({CODES['421']})"),
    *(
        Fault("MAIL", answer, f"{SENDER} ({answer})" if for_good else f"{ANSWERED} {answer}")
        for _code, answer, for_good in ANSWERS
    ),
    *(
        Fault(step, answer, f"{ANSWERED} {answer}", state=GIVEN_UP if for_good else FAILED, away=code == "421")
        for step in ("RCPT", "DATA", "END")
        for code, answer, for_good in ANSWERS
    ),
    *(Fault(step, CUT, BROKE_OFF) for step in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA")),
    Fault("TEXT", CUT, UNKNOWN, away=False),
    Fault("END", CUT, UNKNOWN, away=False, copies=1),
    *(Fault(step, HANG, BROKE_OFF) for step in ("CONNECT", "MAIL", "RCPT", "DATA")),
    Fault("END", HANG, UNKNOWN, away=False, copies=1),
    Fault("STARTTLS", "454 4.7.0 not now", f"{OPEN_LINE} (454 4.7.0 not now)", **SECURE),
    Fault("AUTH", "535 5.7.8 no", f"{NO_ENTRY} (535 5.7.8 no)", **SECURE),
    Fault("AUTH", "454 4.7.0 not now", f"{NO_ENTRY} (454 4.7.0 not now)", **SECURE),
    Fault(
        "",
        "wrong password",
        NO_ENTRY,
        server={"starttls": True, "log_in": True},
        client={"cafile": str(CERTIFICATE), "user": USER, "password": "wrong"},
        mended={"password": PASSWORD},
    ),
    Fault("", "starttls not offered", OPEN_LINE, client={"starttls": "require"}, mended={"starttls": "never"}),
    Fault("", "unknown certificate", DISTRUSTED, server={"starttls": True}, mended={"cafile": str(CERTIFICATE)}),
    Fault("", "nobody listening", UNREACHED),
]


@pytest.fixture(params=FAULTS, ids=lambda fault: fault.name)
def fault(request: pytest.FixtureRequest) -> Fault:
    found: Fault = request.param
    return found


class Relay:
    """The server of a fault, and the transport to it: as it is while the fault lasts, and after it."""

    def __init__(self, fault: Fault, make_server: Callable[..., Server]) -> None:
        self._fault = fault
        self.server = make_server(started=fault.name != "nobody-listening", **fault.server)
        if fault.step:
            self.server.answers.faults[fault.step] = fault.what

    def broken(self) -> SmtpTransport:
        return self._transport(**({"timeout": IMPATIENT, "patience": IMPATIENT} if self._fault.what == HANG else {}))

    def mended(self) -> SmtpTransport:
        self.server.answers.faults.clear()
        if self._fault.name == "nobody-listening":
            self.server.start()
        return self._transport(**self._fault.mended)

    def _transport(self, **more: Any) -> SmtpTransport:
        login = {"password": PASSWORD} if "user" in self._fault.client else {}
        return SmtpTransport(host="localhost", port=self.server.port, **(login | self._fault.client | more))


@pytest.fixture
def relay(fault: Fault, start_server: Callable[..., Server]) -> Relay:
    return Relay(fault, start_server)


def failed_as_told(fault: Fault, clock: Clock) -> Mail:
    """The only mail, whose row shows the fault."""
    (mail,) = Mail.select()
    assert (mail.state, mail.tries) == (fault.state, 1)
    assert mail_failure(mail.error).startswith(fault.said)
    assert mail.sent_at is None
    if fault.state == FAILED:
        assert mail.next_try_at > clock()
    return mail


def until_delivered(ctx: Context, house: House, fault: Fault, relay: Relay, mail: Mail, clock: Clock) -> None:
    """The fault is gone: the mail goes out by itself once its wait is over, or, given up, when it is sent again."""
    mended = relay.mended()
    if fault.state == GIVEN_UP:
        clock.move(days=30)
        assert deliver(ctx, mended) == Delivered(sent=0, given_up=0, left=0)
        mails.resend(ctx, house.administrator, house.authority, mail.id)
    else:
        assert deliver(ctx, mended) == Delivered(sent=0, given_up=0, left=1)
        clock.at = mail.next_try_at
    assert deliver(ctx, mended) == Delivered(sent=1, given_up=0, left=0)
    (sent,) = Mail.select()
    assert (sent.state, sent.error, sent.sent_at) == (MailState.SENT, "", clock())
    assert len(relay.server.answers.received) == fault.copies + 1


def test_a_temporary_password_arrives_after_a_fault_and_only_the_last_one_opens(
    ctx: Context, house: House, fault: Fault, relay: Relay, clock: Clock
) -> None:
    house.reset()
    given_up = int(fault.state == GIVEN_UP)
    assert deliver(ctx, relay.broken()) == Delivered(sent=0, given_up=given_up, left=1 - given_up)
    mail = failed_as_told(fault, clock)
    answers = relay.server.answers
    assert len(answers.received) == fault.copies
    if fault.said == UNKNOWN:  # it may have arrived, and whoever has it can use it until the next one is made
        assert all(house.logs_in_with(temporary_password(message)) for message in answers.messages)
    else:
        assert house.person().password_hash is None
    until_delivered(ctx, house, fault, relay, mail, clock)
    *earlier, last = map(temporary_password, answers.messages)
    assert house.logs_in_with(last)
    assert not any(map(house.logs_in_with, earlier))


def test_a_mail_without_a_password_arrives_after_a_fault_and_repeats_its_message_id(
    ctx: Context, house: House, fault: Fault, relay: Relay, clock: Clock
) -> None:
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna Bērziņa")
    opened = house.person().password_hash
    deliver(ctx, relay.broken())
    mail = failed_as_told(fault, clock)
    assert len(relay.server.answers.received) == fault.copies
    until_delivered(ctx, house, fault, relay, mail, clock)
    messages = relay.server.answers.messages
    assert {message["Message-ID"] for message in messages} == {Mail.get().message_id}
    assert house.person().password_hash == opened


class Thorough(Handler):
    """Takes longer over the text than a client waits for any other answer."""

    async def fault(self, step: str) -> str:
        if step == "END":
            await asyncio.sleep(IMPATIENT * 1.5)
        return ""


def test_a_server_that_takes_its_time_over_the_text_is_not_sent_it_again(
    ctx: Context, house: House, start_server: Callable[..., Server]
) -> None:
    house.reset()
    server = start_server(answers=Thorough())
    assert deliver(ctx, SmtpTransport(host="localhost", port=server.port, timeout=IMPATIENT)).sent == 1
    assert len(server.answers.received) == 1


def test_no_mail_takes_a_worker_longer_than_its_lease() -> None:
    answers = ("connection", "EHLO", "STARTTLS", "EHLO", "AUTH", "user", "password", "MAIL", "RCPT", "DATA", "QUIT")
    assert len(answers) * TIMEOUT + PATIENCE < LEASE.total_seconds()


def test_a_fault_that_is_not_the_mails_holds_the_others_back_untouched(
    ctx: Context, house: House, fault: Fault, relay: Relay
) -> None:
    house.reset()
    for _number in range(2):
        house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna Bērziņa")
    deliver(ctx, relay.broken())
    tries = [mail.tries for mail in Mail.select().order_by(Mail.id)]
    assert tries == ([1, 0, 0] if fault.away else [1, 1, 1])
