"""Numbers as text in the exposition format of Prometheus (0.0.4), as a node exporter's textfile collector reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Metric:
    """One measure: its name with the unit at its end, what it is, and its value for each set of labels.

    `values` maps the labels' values, in the order of `labels`, to the number; without labels there is one, under ().
    """

    name: str
    help: str
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not all(_NAME.fullmatch(name) for name in (self.name, *self.labels)):
            raise ValueError(f"{self.name} {self.labels} cannot be the name of a metric")
        if any(len(key) != len(self.labels) for key in self.values):
            raise ValueError(f"{self.name} has values with other labels than {self.labels}")


def gauge(name: str, help_text: str, value: float) -> Metric:
    """A measure of one number."""
    return Metric(name, help_text, {(): value})


def text_of(metrics: Iterable[Metric]) -> str:
    """The text of all metrics, each with its HELP and TYPE; one without values is left out."""
    lines = []
    for metric in metrics:
        if not metric.values:
            continue
        lines += [f"# HELP {metric.name} {_escaped(metric.help)}", f"# TYPE {metric.name} gauge"]
        for key, value in metric.values.items():
            pairs = zip(metric.labels, key, strict=True)
            named = ",".join(f'{label}="{_escaped(text, quote=True)}"' for label, text in pairs)
            lines.append(f"{metric.name}{'{' + named + '}' if named else ''} {_number(value)}")
    return "".join(f"{line}\n" for line in lines)


def _escaped(text: str, *, quote: bool = False) -> str:
    escaped = text.replace("\\", r"\\").replace("\n", r"\n")
    return escaped.replace('"', r"\"") if quote else escaped


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
