"""Keys in a list: milliseconds and bytes per key, against Textual's own DataTable with 30 rows, in the same run.

Run as `python -m tests.bench.table_keys`. Each app runs in a PTY of 120 × 40; a key is written, and what comes back is
read until nothing has come for a while. The apps take turns; the median counts. Fails only on broken shape: an arrow
that costs more than 500 bytes, or more with many rows than with few.
"""

from __future__ import annotations

import os
import select
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pexpect

QUIET = 0.06
"""Seconds without a byte after which a repaint is over."""

ROUNDS = 40
APPS = {"DataTable 30": ("stock", 30), "30": ("ours", 30), "1,000": ("ours", 1_000), "100,000": ("ours", 100_000)}
KEYS = {"arrow": "\x1b[B", "page down": "\x1b[6~", "end": "\x1b[F"}


def main() -> None:
    """Measure and print; exit 1 where the shape is broken."""
    found: dict[tuple[str, str], list[tuple[float, int]]] = {}
    with _running() as apps:
        for key, sent in KEYS.items():
            for _round in range(ROUNDS if key == "arrow" else 8):
                for name, app in apps.items():
                    found.setdefault((name, key), []).append(_press(app, sent))
                    if key == "end":
                        _press(app, "\x1b[H")
    floor = {key: statistics.median(ms for ms, _bytes in found["DataTable 30", key]) for key in KEYS}
    print(f"{'':>14} " + " ".join(f"{key:>28}" for key in KEYS))
    for name in APPS:
        cells = []
        for key in KEYS:
            ms = statistics.median(ms for ms, _bytes in found[name, key])
            size = statistics.median(size for _ms, size in found[name, key])
            cells.append(f"{ms:6.1f} ms ({ms / floor[key]:4.2f}) {size:7,.0f} B")
        print(f"{name:>14} " + " ".join(f"{cell:>28}" for cell in cells))
    few, many = (statistics.median(size for _ms, size in found[name, "arrow"]) for name in ("30", "100,000"))
    if many > 500 or many > 1.2 * few:
        sys.exit(f"an arrow costs {many} bytes with many rows, {few} with few")


def _press(app: pexpect.spawn, key: str) -> tuple[float, int]:
    """Milliseconds from the key to the last byte of the repaint, and how many bytes it took."""
    started = last = time.perf_counter()
    size = 0
    os.write(app.child_fd, key.encode())
    while select.select([app.child_fd], [], [], QUIET if size else 1.0)[0]:
        size += len(os.read(app.child_fd, 65536))
        last = time.perf_counter()
    return (last - started) * 1000, size


@contextmanager
def _running() -> Iterator[dict[str, pexpect.spawn]]:
    apps = {}
    for name, (kind, number) in APPS.items():
        arguments = ["-m", "tests.bench.table_keys", kind, str(number)]
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        apps[name] = pexpect.spawn(sys.executable, arguments, env=env, dimensions=(40, 120))
        apps[name].expect("Last row|name 000002")
    time.sleep(2)
    for app in apps.values():
        while select.select([app.child_fd], [], [], QUIET)[0]:
            os.read(app.child_fd, 65536)
    yield apps
    for app in apps.values():
        app.close(force=True)


def _child(kind: str, number: int) -> None:
    from collections.abc import Sequence

    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    from imi_tui.themes import DARK
    from imi_tui.widgets.paged_table import PagedTable
    from imi_tui.widgets.paging import Cell, Column, Request, Row, Tone

    titles = ("Name", "Username", "E-mail", "Status", "Password", "Last log-in")

    def texts(value: int) -> tuple[str, ...]:
        return (f"name {value:06}", f"user{value}", f"user{value}@a.example", "● active", "✓ valid", "3 d ago")

    class Ours(App[None]):
        def compose(self) -> ComposeResult:
            columns = [Column(title, flex=1, sort=title) for title in titles]
            yield PagedTable(columns, self.fetch)

        def __init__(self) -> None:
            super().__init__()
            self.register_theme(DARK)
            self.theme = DARK.name

        async def on_mount(self) -> None:
            await self.query_one(PagedTable).reload(keep=False)
            self.query_one(PagedTable).focus()

        async def fetch(self, wanted: Request) -> Sequence[Row]:
            first = 0
            if wanted.after is not None:
                first = wanted.after[0] + 1
            elif wanted.before is not None:
                first = max(0, wanted.before[0] - wanted.limit)
            elif wanted.last:
                first = max(0, number - wanted.limit)
            last = wanted.before[0] if wanted.before is not None else min(number, first + wanted.limit)
            return [
                Row(value, (value,), tuple(Cell(text, Tone.QUIET if place > 4 else Tone.PLAIN)
                                           for place, text in enumerate(texts(value))))
                for value in range(first, last)
            ]  # fmt: skip

    class Stock(App[None]):
        def compose(self) -> ComposeResult:
            yield DataTable(cursor_type="row")

        def on_mount(self) -> None:
            table = self.query_one(DataTable)
            table.add_columns(*titles)
            table.add_rows(texts(value) for value in range(number))

    (Ours if kind == "ours" else Stock)().run()


if __name__ == "__main__":
    if sys.argv[1:]:
        _child(sys.argv[1], int(sys.argv[2]))
    else:
        main()
