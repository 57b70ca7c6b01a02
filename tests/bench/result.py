"""What a figure has measured: ours against its floor, sample by sample, with the bar that it is held against."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
from typing import Any

Call = Callable[[], object]

ELSEWHERE: list[str] = []
"""The server that works for what is measured, if any: then the processor's time of this process is not all of it."""


@dataclass(frozen=True)
class Result:
    """One line of the table.

    `ours` and `floor` are samples taken in turns, in `unit`; without a floor there is no ratio. The bar is `times` the
    floor, or `most` (`least`) of the unit itself. `broken` says in words what is wrong with the shape of the cost:
    growth with size, bytes per key, statements per page; never a time.
    """

    figure: str
    what: str
    ours: Sequence[float]
    floor: Sequence[float] = ()
    unit: str = "ms"
    times: float | None = None
    most: float | None = None
    least: float | None = None
    of_floor: str = ""
    note: str = ""
    broken: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor, by the medians."""
        return statistics.median(self.ours) / statistics.median(self.floor) if self.floor else None

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles of what counts: of the ratios of neighbours, or of our samples."""
        if self.floor:
            floor = statistics.median(self.floor)
            pairs = len(self.ours) == len(self.floor)
            values = [one / (self.floor[at] if pairs else floor) for at, one in enumerate(self.ours)]
        else:
            values = list(self.ours)
        if len(values) < 2:
            return values[0], values[0]
        low, _median, high = statistics.quantiles(values, n=4, method="inclusive")
        return low, high

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        ours, ratio = statistics.median(self.ours), self.ratio
        if self.times is not None and ratio is not None:
            return ratio <= self.times
        if self.least is not None:
            return (ours if ratio is None else ratio) >= self.least
        return None if self.most is None else ours <= self.most

    @property
    def bar(self) -> str:
        """The bar in words."""
        if self.times is not None:
            return f"≤ {self.times:g} ×"
        if self.least is not None:
            return f"≥ {self.least:g}" + (" ×" if self.floor else f" {self.unit}")
        return "" if self.most is None else f"≤ {self.most:,g} {self.unit}"

    def told(self) -> dict[str, Any]:
        """All of it for `--json`."""
        low, high = self.spread
        return {
            **asdict(self),
            "median": statistics.median(self.ours),
            "floor_median": statistics.median(self.floor) if self.floor else None,
            "ratio": self.ratio,
            "quartiles": [low, high],
            "met": self.met,
        }


def milliseconds(call: Call, clock: Callable[[], float] = perf_counter) -> float:
    """How long a call takes."""
    began = clock()
    call()
    return (clock() - began) * 1000


def in_turns(rounds: int, *calls: Call, waits: bool = False) -> list[list[float]]:
    """Milliseconds of each call, A B A B …, after one round that does not count.

    Of what only computes, the processor's time is taken, so that others on the machine do not count; of what `waits`
    for the disk or for others, all of it.
    """
    clock = perf_counter if waits or ELSEWHERE else process_time
    taken: list[list[float]] = [[] for _call in calls]
    for number in range(rounds + 1):
        for call, times in zip(calls, taken, strict=True):
            took = milliseconds(call, clock)
            if number:
                times.append(took)
    return taken


def growth(few: Sequence[float], many: Sequence[float], most: float, least: float = 0.0) -> str:
    """What is said where the cost among many is more than `most` times that among few; empty where it is not.

    The least of the samples count: whatever else ran on the machine only added to them. Nothing is said of what costs
    less than `least`.
    """
    first, last = min(few), min(many)
    return f"{last:.2f} among many, {first:.2f} among few" if last > max(most * first, least) else ""


def table(results: Sequence[Result]) -> Iterator[str]:
    """The results as lines."""
    head = ("figure", "of", "ours", "floor", "ratio", "spread", "bar", "met")
    rows = [head, *(_cells(one) for one in results)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    for number, row in enumerate(rows):
        first = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        yield "  ".join(
            [*first, *(cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))]
        ).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def _cells(one: Result) -> tuple[str, ...]:
    low, high = one.spread
    ratio = one.ratio
    met = {True: "yes", False: "no", None: ""}[one.met]
    return (
        one.figure,
        one.what,
        f"{_number(statistics.median(one.ours))} {one.unit}",
        f"{_number(statistics.median(one.floor))} {one.unit}" if one.floor else "",
        "" if ratio is None else f"{ratio:.2f}",
        f"{_number(low)}–{_number(high)}",
        one.bar,
        "broken" if one.broken else met,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
