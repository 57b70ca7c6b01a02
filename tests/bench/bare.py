"""What a figure is held against: the barest programs that do something like it.

Run as `python -m tests.bench.bare KIND`: `login` is a Textual app of a label and two inputs, which opens
another screen of them on Enter; `hash` verifies a password
against the hash it is given; `table N` Textual's own DataTable of N rows; `text` paints a screen of cells as raw
text at each key.
"""

from __future__ import annotations

import sys

TITLES = ("Name", "Username", "E-mail", "Status", "Password", "Last log-in")


def main(kind: str, number: int = 0) -> None:
    """Run one of them."""
    {"login": _login, "hash": _hash, "table": _table, "text": _text}[kind](number)


def texts(value: int) -> tuple[str, ...]:
    """A row as the list of users has it."""
    return (f"Surname{value:06}, Name", f"user{value}", f"user{value}@a.example", "● active", "✓ valid", "3 d ago")


def _login(_number: int) -> None:
    from textual.app import App, ComposeResult
    from textual.screen import Screen
    from textual.widgets import Input, Label

    class Another(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Label("Another screen")
            yield Input()
            yield Input()

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Label("Username")
            yield Input()
            yield Input()

        def on_input_submitted(self) -> None:
            self.push_screen(Another())

    Bare().run()


def _hash(_number: int) -> None:
    from time import perf_counter

    from imi_tui.services.hashing import Hasher
    from imi_tui.settings import Settings

    settings = Settings()
    hasher = Hasher(settings.hash_memory_kib, settings.hash_time)
    sys.stdout.write("Ready\n")
    sys.stdout.flush()
    made = sys.stdin.readline().strip()
    began = perf_counter()
    hasher.verify(made, "-")
    sys.stdout.write(f"{(perf_counter() - began) * 1000}\n")


def _table(number: int) -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    class Stock(App[None]):
        def compose(self) -> ComposeResult:
            yield DataTable(cursor_type="row")

        def on_mount(self) -> None:
            table = self.query_one(DataTable)
            table.add_columns(*TITLES)
            table.add_rows(texts(value) for value in range(number))

    Stock().run()


def _text(_number: int) -> None:
    import os
    import tty

    tty.setraw(0)
    columns, rows = os.get_terminal_size()
    os.write(1, b"Ready")
    value = 0
    while os.read(0, 100):
        lines = []
        for row in range(rows):
            cells = texts(value)
            shown = f"{cells[0]:<32}{cells[1]:<15}{cells[2]:<32}{cells[3]:<11}{cells[4]:<18}{cells[5]:<12}"
            lines.append(f"\x1b[{row + 1};1H{shown[:columns]}")
            value += 1
        os.write(1, "".join(lines).encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
