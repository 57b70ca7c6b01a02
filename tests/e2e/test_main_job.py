"""The main job in a real terminal, with the installed command: from the log-in to a colleague's first day."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.databases import POSTGRESQL, SQLITE
from tests.e2e.steps import log_in, mails
from tests.e2e.terminal import Terminal, imi

NEW_PASSWORD = "Mana-Jauna-Parole-7"


def _show(environment: dict[str, str], *arguments: str) -> dict[str, object]:
    done = subprocess.run(imi(*arguments, "--json"), env=environment, check=True, capture_output=True, timeout=60)
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("demo", "columns", "rows"), [(SQLITE, 80, 24), (POSTGRESQL, 120, 40)], indirect=["demo"])
def test_from_the_log_in_to_a_colleagues_first_day(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal], columns: int, rows: int
) -> None:
    """S1.2-S1.7, S2.1-S2.8, S3.2-S3.10, S4.6, S4.8 in one go, by keyboard and without one F-key."""
    terminal = Terminal(imi("demo"), demo, columns, rows)
    terminals.append(terminal)
    log_in(terminal, "berziann", "Demo-Parole-2026")
    terminal.wait_for("Administrācija › Mana iestāde › Iestāde", "Rediģēt iestādi")

    # The three tabs in one session.
    terminal.press("e")
    terminal.wait_for("Rediģēšana")
    terminal.press("end")
    terminal.type(" (VDI)")
    terminal.wait_for("bija: Valsts darba inspekcija")
    terminal.press("ctrl+n")
    terminal.wait_for("atlasīti 4 atslēgvārdi")
    terminal.press("/")
    terminal.type("jumik")
    terminal.wait_for("Jumiķis")
    terminal.press("down", "end", "space")
    terminal.wait_for("atlasīti 5 atslēgvārdi")
    terminal.press("ctrl+n")
    terminal.wait_for("Saistītie koordinatori")
    terminal.press("down", "down")
    terminal.wait_for("Pakalpojumi iekšējā tirgū")
    terminal.press("tab", "tab", "space")
    terminal.wait_for("3 izmaiņas")
    terminal.press("ctrl+s")
    terminal.wait_for("Pārskatiet pirms saglabāšanas: 3 izmaiņas", "pasts@vdi.example")
    terminal.press("enter")
    terminal.wait_for("Saglabātas 3 izmaiņas.", gone="› Rediģēšana")

    # A colleague is registered.
    terminal.press("4")
    terminal.wait_for("Bērziņa, Anna")
    terminal.press("a")
    terminal.wait_for("› Pievienot lietotāju", "Lietotāja uzdevums")
    terminal.type("Žanete")
    terminal.press("tab")
    terminal.type("Ķēniņa")
    terminal.wait_for("keninzan")
    terminal.press("tab", "tab")
    terminal.type("zanete.kenina@vdi.example")
    terminal.press("ctrl+s")
    terminal.wait_for("Reģistrācija pabeigta: Žanete Ķēniņa", "neizmantojot")
    terminal.press("enter")
    terminal.wait_for("Ķēniņa, Žanete", gone="neizmantojot")

    # The mail arrives by itself; it holds the temporary password and not the username.
    terminal.wait_until(lambda: any("zanete" in mail["To"] for mail in mails(tmp_path)))
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    (welcome,) = [mail for mail in mails(tmp_path) if "zanete" in mail["To"]]
    body = welcome.get_content()
    assert "keninzan" not in welcome.as_string()
    found = re.search(r"\b\w{4}-\w{4}-\w{4}\b", body)
    assert found is not None
    temporary = found.group()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("demo.db*"))
    assert temporary.encode() not in stored

    saved = _show(demo, "authority", "show")
    assert saved["official_name"] == "Valsts darba inspekcija (VDI)"
    assert "roofer" in saved["keywords"]

    # The colleague's first day.
    terminal = Terminal(imi(), demo, columns, rows)
    terminals.append(terminal)
    log_in(terminal, "keninzan", temporary)
    terminal.wait_for("Izvēlieties jaunu paroli", "pagaidu")
    terminal.type(NEW_PASSWORD)
    terminal.press("tab")
    terminal.type(NEW_PASSWORD)
    terminal.wait_for("✓ abās vietās ierakstīts vienādi")
    terminal.press("enter")
    terminal.wait_for("Žanete Ķēniņa · lietotājs", "VDI")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    user = _show(demo, "users", "show", "keninzan")
    assert user["status"] == {"account": "active", "password": "valid", "changes_at": user["status"]["changes_at"]}

    # The temporary password opens nothing any more.
    terminal = Terminal(imi(), demo, columns, rows)
    terminals.append(terminal)
    log_in(terminal, "keninzan", temporary)
    terminal.wait_for("The username or the password is wrong")


def test_nothing_that_a_terminal_would_obey_comes_from_data(demo: dict[str, str], terminals: list[Terminal]) -> None:
    terminal = Terminal(imi(), demo)
    terminals.append(terminal)
    log_in(terminal, "lhermzoe", "Demo-Parole-2026")
    terminal.wait_for("de l’Exemple")
    for key in ("2", "3", "4", "1"):
        terminal.press(key)
        terminal.wait_for("Préfecture")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    for hostile in (b"\x1b]0;pwned", b"\x1b[31mPr", b"\xc2\x9b31m", "\u202e".encode(), b"]52;c;"):
        assert hostile not in terminal.raw


@pytest.mark.parametrize("signal_name", ["SIGHUP", "SIGTERM"])
def test_a_dropped_line_ends_the_app_by_the_front_door(
    demo: dict[str, str], terminals: list[Terminal], signal_name: str
) -> None:
    terminal = Terminal(imi(), demo)
    terminals.append(terminal)
    terminal.wait_for("IMI", "^p")
    number = getattr(signal, signal_name)
    terminal.process.kill(number)
    assert terminal.wait_for_end() == 128 + number
    assert b"\x1b[?1049l" in terminal.raw


def test_a_window_that_grows_and_shrinks_is_painted_anew(demo: dict[str, str], terminals: list[Terminal]) -> None:
    terminal = Terminal(imi(), demo)
    terminals.append(terminal)
    log_in(terminal, "berziann", "Demo-Parole-2026")
    terminal.wait_for("Mana iestāde")
    terminal.press("4")
    terminal.wait_for("berziann", "Bērziņa, Anna")
    terminal.resize(80, 24)
    terminal.wait_for("4 Lietotāji", "Bērziņa, Anna", "darba valoda", gone="berziann")
    terminal.resize(120, 40)
    terminal.wait_for("4 Lietotāji", "berziann", "Bērziņa, Anna")
    # Back in its old size before the program has looked: what the terminal dropped is painted all the same.
    terminal.wait_for_calm()
    terminal.process.kill(signal.SIGSTOP)
    terminal.resize(80, 24)
    terminal.resize(120, 40)
    terminal.process.kill(signal.SIGCONT)
    terminal.wait_for("4 Lietotāji", "berziann", "Bērziņa, Anna")
