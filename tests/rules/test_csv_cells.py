"""CSV for spreadsheets (B9): what is written comes back, nothing is a formula, a faulty file is told by its line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imi_tui.rules import csv_cells
from imi_tui.rules.csv_cells import read, written
from imi_tui.rules.refusals import Refused

HOSTILE = st.text(st.sampled_from("'=+-@\t\r\n;,\"＝a ž\ufeff"), max_size=6)
CELL = HOSTILE | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
FULL = CELL.filter(str.strip)


def _file(rows: list[list[str]]) -> bytes:
    return b"".join(written(rows))


@given(st.lists(st.tuples(FULL, CELL), max_size=4))
@example([("=1+1", "'=1+1"), ("''+371 6", "'"), ("\r", "a\r\nb"), ("-", "'a")])
def test_what_is_written_comes_back_and_no_cell_begins_a_formula(pairs: list[tuple[str, str]]) -> None:
    pairs = [pair for pair in pairs if pair[0].strip()]
    rows = [list(pair) for pair in pairs]
    content = _file([["first", "second"], *rows])
    header, found = read(content)
    assert header.cells == ["first", "second"]
    assert [row.cells for row in found] == rows
    as_a_spreadsheet = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert not [cell for row in as_a_spreadsheet for cell in row if cell[:1] in set("=+-@\t\r\n＝＋－＠")]


@given(st.binary(max_size=60) | HOSTILE.map(str.encode))
@example(b"'\t")
def test_whatever_the_file_is_it_is_read_or_refused(content: bytes) -> None:
    try:
        header, rows = read(content)
        width = len(header.cells)
        assert all(len(row.cells) == width for row in rows)
    except Refused as refused:
        assert refused.code.startswith("csv_")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbffirst;second\r\n\xc4\x81;2\r\n;\r\n\r\n",
        b"first,second\n\xc4\x81,2\n",
        b"\n first ; second ;;\n\xc4\x81;2;;\n",
        b'"first","second"\r\xc4\x81,2\r',
    ],
    ids=["Excel", "commas", "empty columns", "old Macs"],
)
def test_files_of_several_programs_are_read(content: bytes) -> None:
    header, rows = read(content)
    assert header.cells == ["first", "second"]
    assert [row.cells for row in rows] == [["ā", "2"]]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "csv_empty", None),
        (b"\xef\xbb\xbf \r\n;;\r\n", "csv_empty", None),
        ("a;b\nā;č\n".encode("cp1257"), "csv_not_utf8", 2),
        ("a;b\n".encode("utf-16"), "csv_not_utf8", 1),
        (b"a;b\n1;2\n3;\x00\n", "csv_nul", 3),
        (b'a;b\n1;2\n"3;4\n5;6\n', "csv_quote", 3),
        (b'a;b\n1;2\n"3;4\n"5";6\n', "csv_quote", 3),
        (b"a;b\n1;2\n\n1;2;3\n", "csv_too_many_cells", 4),
        (b"a;b\n1;" + b"x" * 10_000 + b"\n", "csv_too_long", 2),
        (b'a;b\n1;"' + b"x\n" * 9_000 + b'"\n', "csv_too_long", 2),
        (b'a;b\n1;"' + b"x\n" * 90_000, "csv_quote", 2),
        (b"a;b\n" + b"x" * 30_000, "csv_too_long", 2),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(content: bytes, code: str, line: int | None) -> None:
    with pytest.raises(Refused) as refused:
        list(read(content)[1])
    assert (refused.value.code, refused.value.facts.get("line")) == (code, line)


def test_too_large_a_file_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_cells, "LARGEST", 10)
    with pytest.raises(Refused, match="csv_too_large"):
        read(b"a;b\n" * 3)
