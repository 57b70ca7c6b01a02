"""Sessions in real terminals, with the installed command: one ends the other's; one that was killed does not count."""

from __future__ import annotations

import json
import signal
import subprocess

from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal, imi

PASSWORD = "Demo-Parole-2026"


def _sessions(environment: dict[str, str]) -> list[dict[str, str]]:
    done = subprocess.run(
        imi("sessions", "list", "--json"), env=environment, check=True, capture_output=True, timeout=60
    )
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def test_of_two_terminals_one_resets_the_others_user(demo: dict[str, str], terminals: list[Terminal]) -> None:
    """B22: the open session ends at its next key, in words that stay, and is not open any more."""
    anna, ilze = (Terminal(imi("demo"), demo, 100, 30) for _one in range(2))
    terminals += [anna, ilze]
    log_in(ilze, "liepailz", PASSWORD)
    ilze.wait_for("Administrācija › Mana iestāde")
    log_in(anna, "berziann", PASSWORD)
    anna.wait_for("Administrācija › Mana iestāde › Iestāde")
    assert {row["username"] for row in _sessions(demo)} == {"berziann", "liepailz"}
    assert all(row["origin"].startswith("pts/") for row in _sessions(demo))

    anna.press("4")
    anna.wait_for("Bērziņa, Anna", "f Statuss")
    for _row in range(40):
        if "Liepa, Ilze   +371" in anna.text:
            break
        anna.press("down")
        anna.wait_for_calm()
    anna.press("r")
    anna.wait_for("Atiestatīt paroli lietotājam Ilze Liepa?")
    anna.press("enter")
    anna.wait_until(lambda: {row["username"] for row in _sessions(demo)} == {"berziann"})

    ilze.wait_for_calm()
    assert "Mana iestāde" in ilze.text, "nothing happens while nobody presses a key"
    ilze.press("down")
    ilze.wait_for("Administrators atiestatīja jūsu paroli", "Lietotājvārds", gone="Mana iestāde")
    ilze.type("liepailz")
    ilze.press("enter")
    ilze.type(PASSWORD)
    ilze.press("enter")
    ilze.wait_for("Administrators atiestatīja jūsu paroli", "parole nav pareiza")

    anna.press("ctrl+q")
    assert anna.wait_for_end() == 0
    assert _sessions(demo) == []


def test_a_session_that_was_killed_does_not_count(demo: dict[str, str], terminals: list[Terminal]) -> None:
    for _time in range(3):
        killed = Terminal(imi("demo"), demo, 100, 30)
        terminals.append(killed)
        log_in(killed, "berziann", PASSWORD)
        killed.wait_for("Administrācija › Mana iestāde")
        killed.process.kill(signal.SIGKILL)
        killed.process.wait()
    hung_up = Terminal(imi("demo"), demo, 100, 30)
    terminals.append(hung_up)
    log_in(hung_up, "berziann", PASSWORD)
    hung_up.wait_for("Administrācija › Mana iestāde")
    assert len(_sessions(demo)) == 1
    hung_up.process.kill(signal.SIGHUP)
    hung_up.wait_for_end()
    assert _sessions(demo) == []
