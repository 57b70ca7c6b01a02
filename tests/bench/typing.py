"""Typing into a filter and a search of the app: from the letter to the last byte, the answer in the list included.

The floor is a letter typed into a bare Textual app's input. A word is several letters, as fast as somebody types.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.bench.app import PAINTED, bare, opened
from tests.bench.bench import Bench
from tests.bench.program import Program
from tests.bench.result import Result

ROUNDS = 5
WORD = "berzi"
APART = 0.12
"""Seconds between two letters of a good typist."""


def measure(bench: Bench) -> Iterator[Result]:
    """Filter the users, search the authorities."""
    floor_app = bare("login")
    floor_app.until(PAINTED)
    floor_app.calm()
    small, large = bench.sizes()[0], bench.sizes()[-1]
    ways = {
        f"filter users, {small:,} rows": (bench.houses.listed(small), ("4", "/")),
        f"filter users, {large:,} rows": (bench.houses.listed(large), ("4", "/")),
        f"search, {bench.users:,} users": (bench.houses.house(bench.users), ("f3",)),
    }
    for what, (url, keys) in ways.items():
        with opened(url, *keys) as app:
            ours, floor, words = [], [], []
            for number in range(bench.rounds(ROUNDS)):
                bench.say(f"{what}: {number + 1}")
                for letter in WORD:
                    floor.append(_typed(floor_app, letter))
                    ours.append(_typed(app, letter))
                _emptied(app)
                words.append(_word(app))
                _emptied(app)
            yield Result("letter typed", what, ours, floor, of_floor="a bare Textual input")
            yield Result("word typed", f"{what}: last letter to last byte", words)
    floor_app.close()


def _typed(app: Program, letter: str) -> float:
    app.calm(0.25)
    return app.press(letter)[0]


def _word(app: Program) -> float:
    app.calm()
    for letter in WORD[:-1]:
        app.write(letter)
        app.calm(0.01)
        time.sleep(max(0.0, app.began + APART - time.perf_counter()))
    return app.press(WORD[-1])[0]


def _emptied(app: Program) -> None:
    app.calm()
    app.write("ctrl+u")
    app.calm()
