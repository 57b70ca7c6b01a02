"""From nothing to being found: an access manager registers an authority; its first user completes it on another
terminal and names a stand-in; then everybody finds it. With the installed command, by keyboard, without one F-key."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from db.demo_cast import PASSWORD
from tests.e2e.steps import log_in, mails
from tests.e2e.terminal import Terminal, imi

OWN_PASSWORD = "Mana-Jauna-Parole-7"
NAME = "Ventas krasta būvvalde"


def _password_mailed_to(tmp_path: Path, name: str) -> str:
    for mail in mails(tmp_path):
        if name in mail["To"] and (found := re.search(r"\b\w{4}-\w{4}-\w{4}\b", mail.get_content())):
            return found.group()
    return ""


def _next(terminal: Terminal, text: str = "") -> None:
    """The next field of a form, and what is typed there."""
    terminal.press("tab")
    if text:
        terminal.type(text)


def test_an_authority_is_registered_completed_and_found_by_everybody(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal]
) -> None:
    """S1.1, S1.3, S1.8, S1.9, S3.1, B1, B2."""
    manager = Terminal(imi("demo"), demo, 120, 40)
    terminals.append(manager)
    log_in(manager, "vitoline", PASSWORD)
    manager.wait_for("Mana iestāde", "^p")
    manager.press("g")
    manager.wait_for("g g")
    manager.press("a")
    manager.wait_for("Piekļuves pārvaldība", "Mazpilsētas būvvalde")

    # Is it there already? One that is, misspelt, is shown; the new one is like none.
    manager.press("a")
    manager.wait_for("Vai tā jau ir reģistrēta?")
    manager.type("Mazpilsetas buvvlade")
    manager.wait_for("varētu būt tā pati", "Mazpilsētas būvvalde ·")
    manager.press("ctrl+u")
    manager.type(NAME)
    manager.wait_for("Nekas līdzīgs nav reģistrēts")
    manager.press("ctrl+s")
    manager.wait_for("Jauna iestāde", "Nosaukumu valoda")

    # One form: contact, a keyword, two modules, the first user.
    _next(manager, "Krasta būvvalde")
    _next(manager, "pasts@ventas-krasts.example")
    _next(manager, "67021799")
    for _field in range(3):
        _next(manager)
    _next(manager, "Ventspils")
    _next(manager)
    manager.type("jumiķ")
    manager.wait_for("Jumiķis")
    manager.press("down", "end", "space")
    manager.wait_for("atlasīts 1 atslēgvārds")
    for _field in range(2):
        _next(manager)
    manager.press("home", "down", "space", "down", "space")
    manager.wait_for("[x] Pakalpojumi", "[x] Darba ņēmēju norīkošana")
    _next(manager, "Guna")
    _next(manager, "Ventiņa")
    _next(manager)
    _next(manager, "guna.ventina@ventas-krasts.example")
    manager.press("ctrl+s")
    manager.wait_for("Guna Ventiņa", "ventigun", "neizmantojot")
    manager.press("enter")
    manager.wait_for(NAME, gone="neizmantojot")

    # She acts for it: a bar says so; one more module; and back to the desk.
    manager.press("enter")
    manager.wait_for("Jūs rīkojaties citas iestādes vārdā: Ventas krasta", "1 Iestāde")
    manager.press("5")
    manager.wait_for("Iestāde kopumā", "· Profesionālās kvalifikācijas")
    manager.press("down", "down", "a")
    manager.wait_for("kādā lomā?")
    manager.press("enter")
    manager.wait_for("✓ Profesionālās kvalifikācijas", "Piekļuve piešķirta")
    manager.press("esc")
    manager.wait_for("Piekļuves pārvaldība", "Mazpilsētas būvvalde", gone="Jūs rīkojaties")

    # The first user, on a terminal of her own.
    manager.wait_until(lambda: bool(_password_mailed_to(tmp_path, "guna.ventina")))
    temporary = _password_mailed_to(tmp_path, "guna.ventina")
    first = Terminal(imi(), demo, 120, 40)
    terminals.append(first)
    log_in(first, "ventigun", temporary)
    first.wait_for("Izvēlieties jaunu paroli")
    first.type(OWN_PASSWORD)
    _next(first, OWN_PASSWORD)
    first.wait_for("✓ abās vietās ierakstīts vienādi")
    first.press("enter")
    first.wait_for("Mana iestāde › Iestāde", NAME[:12])
    first.press("g")
    first.wait_for("g g")
    first.press("f")
    first.wait_for("Atrast iestādi")
    first.type("ventas krasta")
    first.wait_for(NAME[:12], "Krasta")
    first.press("down")
    first.press("g")
    first.wait_for("g g")
    first.press("m")
    first.wait_for("Mana iestāde › Iestāde", "Rediģēt iestādi")

    # She completes it, and is told that she needs a stand-in.
    first.press("e")
    first.wait_for("Rediģēšana")
    first.press("ctrl+n")
    first.wait_for("atlasīts 1 atslēgvārds")
    first.press("/")
    first.type("mūrniek")
    first.wait_for("Mūrnieks", "mūrniek")
    first.press("down", "end", "space")
    first.wait_for("atlasīti 2 atslēgvārdi")
    first.press("ctrl+s")
    first.wait_for("Pārskatiet pirms saglabāšanas: 1 izmaiņa")
    first.press("enter")
    first.wait_for("Saglabāta 1 izmaiņa.", gone="› Rediģēšana")
    first.press("4")
    first.wait_for("Ventiņa, Guna", "! Tikai viens administrators")
    first.press("a")
    first.wait_for("Pievienot lietotāju")
    first.type("Andris")
    _next(first, "Krasts")
    _next(first)
    _next(first, "andris.krasts@ventas-krasts.example")
    for _field in range(3):
        _next(first)
    first.press("home", "space")
    first.press("ctrl+s")
    first.wait_for("Andris Krasts", "neizmantojot")
    first.press("enter")
    first.wait_for("Krasts, Andris", gone="! Tikai viens administrators")

    # Somebody else finds it, in another language, by its new keyword and its town.
    reader = Terminal(imi(), demo, 120, 40)
    terminals.append(reader)
    log_in(reader, "omurcaoi", PASSWORD)
    reader.wait_for("My authority", "^p")
    reader.press("g")
    reader.wait_for("g g")
    reader.press("f")
    reader.wait_for("Find an authority")
    reader.type("bricklayer ventspils")
    reader.wait_for(NAME[:12])
    found = subprocess.run(
        imi("directory", "search", "bricklayer", "ventspils"), env=demo, check=True, capture_output=True, timeout=60
    )
    assert NAME in found.stdout.decode().splitlines()[1]
