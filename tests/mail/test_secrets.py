"""No password, chosen, wrong or generated, is anywhere in clear but in memory and in the mail that brings it."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import pytest

from db.models import User
from imi_tui.context import Context
from imi_tui.mail.delivery import deliver
from imi_tui.mail.transports import transport
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Refused
from imi_tui.services import login, users
from tests.mail.server import Server, temporary_password
from tests.world import PASSWORD, Clock, World


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_no_password_is_left_in_clear(
    ctx: Context,
    world: World,
    server: Server,
    clock: Clock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    seed: int,
) -> None:
    caplog.set_level(logging.DEBUG, logger="imi_tui")
    chance = random.Random(seed)
    authority = world.authority()
    anna = world.administrator(authority)
    people = [world.user(authority, username=f"person{number}") for number in range(4)]
    smtp = transport(f"smtp://127.0.0.1:{server.port}")
    secrets, raised, present = {PASSWORD}, list[str](), dict.fromkeys(people, PASSWORD)

    def attempt(username: str, password: str) -> None:
        secrets.add(password)
        try:
            session = login.log_in(ctx, login.LOGIN, username, password)
            if session.must_choose is not None:
                choose(session.user_id, password)
        except Refused as refused:
            raised.append(f"{refused!s} {refused!r} {refused.facts} {vars(refused)}")

    def choose(user: int, current: str) -> None:
        new = f"Neuzminama-Vieta-{chance.randrange(10**9)}"
        secrets.add(new)
        login.choose_password(ctx, Actor(user), current, new)
        present[user] = new

    for _step in range(40):
        clock.move(minutes=chance.randrange(1, 300))
        user = chance.choice(people)
        match chance.randrange(5):
            case 0:
                users.reset_password(ctx, anna, authority, user)
            case 1:
                attempt(f"person{people.index(user)}", f"Wrong-Guess-{chance.randrange(10**9)}")
            case 2:
                attempt(f"Typed-As-Name-{chance.randrange(10**9)}", f"Wrong-Guess-{chance.randrange(10**9)}")
            case 3:
                attempt(f"person{people.index(user)}", present[user])
            case _:
                server.answers.data = chance.choice(["250 OK", "250 OK", "451 later", "554 no"])
                before = len(server.answers.received)
                deliver(ctx, smtp)
                for message in server.answers.messages[before:]:
                    if "temporary password" in message["Subject"] or "pagaidu" in message["Subject"]:
                        secrets.add(temporary_password(message))
                        with ctx.store.reading():
                            owner = User.get(User.email == message["To"].addresses[0].addr_spec)
                        present[owner.id] = temporary_password(message)
    assert len(secrets) > 5
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("imi.db*"))
    told = caplog.text + "".join(raised)
    assert [secret for secret in secrets if secret.encode() in stored or secret in told] == []
    assert b"Typed-As-Name" not in stored
