"""The way of a significant change in a real terminal: from the authority to the Commission and back (S2.4, B3)."""

from __future__ import annotations

import json
import subprocess
from email.message import EmailMessage
from pathlib import Path

from db.demo_cast import PASSWORD
from tests.e2e.conftest import COMMISSION
from tests.e2e.steps import mails
from tests.e2e.terminal import Terminal, imi


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(imi(*arguments), env=environment, check=True, capture_output=True, timeout=120)
    return done.stdout.decode()


def _mails(tmp_path: Path, about: str) -> list[EmailMessage]:
    """The mails whose subject has these words."""
    return [mail for mail in mails(tmp_path) if about in mail["Subject"]]


def test_a_significant_change_goes_to_the_commission_and_comes_back_translated(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal]
) -> None:
    def logged_in(username: str) -> Terminal:
        terminal = Terminal(imi("demo"), demo, 80, 24)
        terminals.append(terminal)
        terminal.wait_for("IMI", "^p")
        terminal.type(username)
        terminal.press("enter")
        terminal.type(PASSWORD)
        terminal.press("enter")
        return terminal

    # The administrator says that the informal name means something else now.
    anna = logged_in("berziann")
    anna.wait_for("Mana iestāde › Iestāde", "Rediģēt iestādi")
    anna.press("e")
    anna.wait_for("Rediģēšana")
    anna.press("tab", "end")
    anna.type(" un arodveselība")
    anna.wait_for("izskatās, ka mainījusies nozīme")
    anna.press("tab", "space")
    anna.wait_for("[x] lūgt Komisiju izlabot tulkojumus")
    anna.press("ctrl+s")
    anna.wait_for("Eiropas Komisija tiks lūgta")
    anna.press("enter")
    anna.wait_for("! jālabo: oriģināls", gone="› Rediģēšana")
    about = "Translations of an informal name need correcting"
    anna.wait_until(lambda: bool(_mails(tmp_path, about)))
    (wanted,) = _mails(tmp_path, about)
    assert wanted["To"].addresses[0].addr_spec == COMMISSION
    assert "New informal name: Darba inspekcija un arodveselība" in wanted.get_content().replace(" \n", " ")

    # The Commission's translator finds it, confirms one translation and corrects the other.
    marie = logged_in("claesmar")
    marie.wait_for("My authority › Authority")
    marie.press("f4")
    marie.wait_for("Administration › Translations", "Standesamtsverband")
    marie.press("/")
    marie.type("darba inspekcija")
    marie.wait_for("Now: Darba inspekcija [+un arodveselība]", "1 found", gone="Standesamtsverband")
    marie.press("enter", "enter")
    marie.wait_for("Before", "Arbeitsaufsicht", "that it is still right")
    marie.press("ctrl+o")
    marie.wait_for("Settled: 1 translation.")
    marie.press("end")
    marie.type(" und Arbeitsmedizin")
    marie.wait_for("was: Arbeitsaufsicht")
    marie.press("ctrl+s")
    marie.wait_for("Done: Valsts darba inspekcija.", "Nothing matches. n clears the filter.")

    # The authority and its administrators are told, each once and in their language.
    told = "neoficiālā nosaukuma tulkojumi ir pārbaudīti"
    marie.wait_until(lambda: len(_mails(tmp_path, told)) >= 3)
    marie.press("ctrl+q")
    assert marie.wait_for_end() == 0
    _run(demo, "worker", "--once")
    to = [mail["To"].addresses[0].addr_spec for mail in _mails(tmp_path, told)]
    assert len(to) == len(set(to)) == 1 + _administrators(demo)
    assert {"pasts@vdi.example", "anna.berzina@vdi.example"} <= set(to)
    assert len(_mails(tmp_path, about)) == 1

    # In the authority's entry nothing is marked any more.
    anna.press("g", "m")
    anna.wait_for("Arbeitsaufsicht und Arbeitsmedizin", "Labour Inspectorate", gone="! jālabo")
    anna.press("ctrl+q")
    assert anna.wait_for_end() == 0
    seen = json.loads(_run(demo, "authority", "show", "--json"))
    assert not any(text["stale"] for text in seen["informal_names"])
    rows_left = json.loads(_run(demo, "translations", "list", "--filter", "darba inspekcija", "--json"))
    assert rows_left == []


def _administrators(environment: dict[str, str]) -> int:
    users = json.loads(_run(environment, "users", "list", "--json"))
    shown = [json.loads(_run(environment, "users", "show", str(user["id"]), "--json")) for user in users[:30]]
    return sum(["authority_administration", "administrator"] in user["rights"] for user in shown)
