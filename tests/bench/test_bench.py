"""The bench runs, and the shape of what it measures is not broken: pages and saves on a small house. No time is judged
but against another one of the same run, and that only for growth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.result import Result, growth


def test_the_shape_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "told.json"
    code = bench.main(["--shape", "--only", "pages", "save", "--cache", str(tmp_path / "cache"), "--json", str(told)])
    shown = capsys.readouterr().out
    assert code == 0, shown
    assert "last page" in shown
    assert {one["figure"] for one in json.loads(told.read_text())["results"]} >= {
        "page of 50, query",
        "last page",
        "save",
    }


def test_what_grows_is_told() -> None:
    assert growth([1.0, 9.0], [2.9, 1.5], 3.0) == ""
    assert growth([1.0, 9.0], [3.5, 40.0], 3.0) == "3.50 among many, 1.00 among few"


def test_a_bar_is_held_against_the_median_of_the_ratios() -> None:
    one = Result("start", "log-in", [2.0, 3.0, 10.0], [1.0, 2.0, 4.0], times=1.5)
    assert (one.ratio, one.met, one.bar) == (1.5, True, "≤ 1.5 ×")
    assert Result("arrow", "bytes", [501.0], unit="B", most=500).met is False
    assert Result("writes", "20", [40.0], [100.0], least=0.5).met is False
