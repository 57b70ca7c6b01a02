"""What stands in the data reaches a real terminal as text: no link, no clipboard, no title, no control byte."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from db.demo_cast import PASSWORD
from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal, imi

HOSTILE = "Z\x1b]52;c;aG9z\x07\x1b]8;;http://hostile\x1b\\a\x1b]0;hostile\x07\x9b31m[@click=app.quit]q[/]\u202e"


def test_data_is_never_a_command_to_the_terminal(
    demo: dict[str, str], tmp_path: Path, terminals: list[Terminal]
) -> None:
    with sqlite3.connect(tmp_path / "demo.db") as connection:
        connection.execute("UPDATE users SET surname = ? WHERE username != 'berziann'", (HOSTILE,))
        connection.execute("UPDATE authority SET town = ?, address = ?", (HOSTILE, HOSTILE))
    connection.close()
    terminal = Terminal(imi(), demo, 120, 40)
    terminals.append(terminal)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde", "Rediģēt iestādi")
    terminal.press("4")
    terminal.wait_for("hostile", "@click")
    terminal.press("down", "end", "enter")
    terminal.wait_for_calm()
    terminal.press("ctrl+p")
    terminal.wait_for_calm()
    for sequence in (b"]52;c;aG9z", b"]8;;http://hostile", b"]0;hostile", b"\xc2\x9b", "\u202e".encode()):
        found = terminal.raw.find(sequence)
        # As text it may be shown; what a terminal would obey begins with ESC or is a C1 control itself.
        assert found < 0 or (sequence.startswith(b"]") and terminal.raw[found - 1 : found] != b"\x1b"), sequence
    terminal.press("esc", "ctrl+q")
    ended = terminal.wait_for_end()
    log = tmp_path / "demo.log"
    assert ended == 0, log.read_text(encoding="utf-8") if log.exists() else terminal.text
