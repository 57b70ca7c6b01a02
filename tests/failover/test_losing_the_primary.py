"""The primary is killed and its standby promoted while people work: all goes on by itself, nothing lost or doubled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal, imi
from tests.failover import patroni, servers
from tests.failover.busy import Busy
from tests.failover.patroni import Cluster
from tests.failover.servers import Pair, eventually
from tests.mail.server import Server
from tests.world import PASSWORD

WITHIN = 10.0
"""Seconds after the promotion within which each of them must have gone on."""

AWAY = "The database is away"

needs_servers = pytest.mark.skipif(bool(servers.why_not()), reason=servers.why_not())
needs_patroni = pytest.mark.skipif(bool(patroni.why_not()), reason=patroni.why_not())


@pytest.fixture
def mail() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def pair() -> Iterator[Pair]:
    both = Pair()
    try:
        yield both
    finally:
        both.stop()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    there = Cluster()
    try:
        yield there
    finally:
        there.stop()


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


class People:
    """Two at their terminals, in the very app: one has typed something, one comes while the database is away."""

    def __init__(self, house: Busy, folder: Path, terminals: list[Terminal]) -> None:
        self._house = house
        self._environment = house.environment(folder)
        self._terminals = terminals

    def _sits_down(self) -> Terminal:
        self._terminals.append(Terminal(imi(), self._environment))
        return self._terminals[-1]

    def type(self) -> None:
        """Somebody logs in and types; what was typed waits to be saved."""
        self._one = one = self._sits_down()
        log_in(one, self._house.username(0), PASSWORD)
        one.wait_for("My authority", "Edit")
        one.press("e")
        one.wait_for("› Editing")
        one.press("tab", "end")
        one.type(" in the storm")
        one.wait_for("Darba inspekcija in the storm")
        one.press("ctrl+s")
        one.wait_for("Review before saving: 1 change")

    def save(self) -> None:
        """It is saved while the database is away; somebody else logs in, and one who would leaves."""
        self._one.press("enter")
        self._one.wait_for(AWAY, "Saving…")
        self._other = other = self._sits_down()
        other.wait_for(AWAY)
        log_in(other, self._house.username(1), PASSWORD)
        other.wait_for(AWAY, "Checking…")
        third = self._sits_down()
        third.wait_for(AWAY)
        third.press("ctrl+q")
        assert third.wait_for_end() == 0

    def go_on(self) -> None:
        """All has gone on by itself."""
        self._one.wait_for("Saved: 1 change", "Darba inspekcija in the storm", gone=AWAY)
        self._other.wait_for("My authority", gone=AWAY)
        for terminal in self._terminals:
            assert b"Traceback" not in terminal.raw


@needs_servers
def test_a_standby_is_promoted_by_hand(
    pair: Pair, mail: Server, tmp_path: Path, terminals: list[Terminal], capsys: pytest.CaptureFixture[str]
) -> None:
    pair.start()
    house = Busy(pair.url, tmp_path, mail)
    house.found()
    people = People(house, tmp_path, terminals)
    with house.at_work():
        people.type()
        house.each_went_on()
        pair.primary.kill()
        people.save()
        pair.standby.promote()
        promoted = time.monotonic()
        people.go_on()
        house.each_went_on()
        pair.standby.kill()  # and the very server goes away and comes back
        pair.standby.start()
        house.each_went_on()
    _check(house, promoted, capsys)


@needs_patroni
def test_patroni_promotes_the_standby(
    cluster: Cluster, mail: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.start()
    house = Busy(cluster.url, tmp_path, mail)
    house.found()
    with house.at_work():
        house.each_went_on()
        killed, left = cluster.kill_leader()
        eventually(left.takes_writes, "the standby to be promoted")
        promoted = time.monotonic()
        house.each_went_on()
    with capsys.disabled():
        print(f"\npromoted after {promoted - killed:.1f} s", end="")
    _check(house, promoted, capsys)


def _check(house: Busy, promoted: float, capsys: pytest.CaptureFixture[str]) -> None:
    waited = [one.first_after(promoted) - promoted for one in house.doings]
    with capsys.disabled():
        print(f"\n{house.check()}; went on {min(waited):.2f} to {max(waited):.2f} s after the promotion")
    assert max(waited) < WITHIN
