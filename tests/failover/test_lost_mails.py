"""The database goes away while a mail leaves: it is noted once it is back, and no mail goes out twice."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from db.models import Mail
from imi_tui import outage
from imi_tui.context import Context
from imi_tui.mail import delivery
from imi_tui.mail.delivery import deliver
from imi_tui.mail.transports import Transport, transport
from imi_tui.outage import Outage
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.mailing import MailState
from imi_tui.rules.refusals import StoreAway
from tests.failover.storm import Fault, Storm
from tests.mail.house import House
from tests.mail.server import Server, temporary_password
from tests.world import World


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "FIRST", 0.001)
    monkeypatch.setattr(outage, "LONGEST", 0.001)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def smtp(server: Server) -> Iterator[Transport]:
    server.start()
    yield transport(f"smtp://127.0.0.1:{server.port}")
    server.stop()


@pytest.fixture
def house(ctx: Context, world: World) -> House:
    house = House(ctx, world)
    house.reset()
    house.queue(MailKind.USER_BLOCKED, house.administrator.user_id, person="Pēteris Ozols")
    return house


@pytest.mark.parametrize("answer", ["250 OK", "451 4.3.0 try later"])
@pytest.mark.parametrize("faults", [[one] for one in Fault] + [[Fault.BEFORE, Fault.DURING, Fault.ANSWER_LOST]])
def test_what_became_of_a_mail_is_noted_whenever_the_line_breaks(
    ctx: Context, house: House, server: Server, smtp: Transport, faults: list[Fault], answer: str
) -> None:
    storm = Storm(ctx.store)
    server.answers.data = answer
    server.answers.before_accepting = lambda: storm.faults.extend(faults)
    patient = replace(ctx, outage=Outage(math.inf))
    good = answer.startswith("2")
    assert deliver(patient, smtp).sent == (2 if good else 0)
    assert deliver(patient, smtp).sent == 0
    with ctx.store.reading():
        states = {mail.state for mail in Mail.select()}
    assert states == {MailState.SENT if good else MailState.FAILED}
    arrived = Counter(message["Message-ID"] for message in server.answers.messages)
    assert list(arrived.values()) == ([1, 1] if good else [])
    if good:
        (password,) = [temporary_password(one) for one in server.answers.messages if "p.o@people" in one["To"]]
        assert house.logs_in_with(password)


def test_one_that_cannot_be_noted_in_time_keeps_its_message_id(
    ctx: Context, house: House, server: Server, smtp: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once, said plainly: whoever gets it a second time can tell by its Message-ID."""
    monkeypatch.setattr(delivery, "NOTING", 0.0)
    with ctx.store.writing():
        Mail.delete().where(Mail.kind != MailKind.USER_BLOCKED).execute()
    storm = Storm(ctx.store)
    server.answers.before_accepting = lambda: setattr(storm, "away", True)
    with pytest.raises(StoreAway):
        deliver(ctx, smtp)
    storm.away = False
    server.answers.before_accepting = bool
    assert deliver(ctx, smtp).sent == 0  # its lease goes on
    ctx.now.move(minutes=11)  # type: ignore[attr-defined]  # the test's own clock
    assert deliver(ctx, smtp).sent == 1
    first, second = (message["Message-ID"] for message in server.answers.messages)
    assert first == second
