"""CSV as it goes to spreadsheets and comes back from them (B9): no cell is a formula, no faulty file is guessed at.

A cell that a spreadsheet would run gets an apostrophe before it, and so does one that has apostrophes before such a
sign already: taking one away on the way back always gives what there was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from imi_tui.rules.refusals import Refused

BOM = "\ufeff"
"""Stands first: without it Excel takes a file for one in the old code page, and shows “Ä” where there is “ē”."""

SEPARATOR = ";"
"""Between cells: what Excel expects where the comma is in numbers."""

SEPARATORS = (SEPARATOR, ",")
"""Those that are read."""

LARGEST = 20_000_000
"""Bytes of a file that are looked at."""

LONGEST = 10_000
"""Characters of a row."""

_RUN = tuple("=+-@\t\r\n＝＋－＠")
_APOSTROPHE = "'"
_BLANK = " \t\r\n;,"


class Row(NamedTuple):
    """The cells of a row, and the number of the line that it begins in."""

    line: int
    cells: list[str]


def guarded(cell: str) -> str:
    """A cell such that no spreadsheet runs it."""
    return _APOSTROPHE + cell if _runs(cell) else cell


def bare(cell: str) -> str:
    """The cell that was guarded; any other one as it is."""
    return cell[1:] if cell.startswith(_APOSTROPHE) and _runs(cell) else cell


def _runs(cell: str) -> bool:
    return cell.lstrip(_APOSTROPHE).startswith(_RUN)


def written(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Rows as a file's bytes, piece by piece."""
    yield BOM.encode()
    line = io.StringIO(newline="")
    writer = csv.writer(line, delimiter=SEPARATOR)
    for row in rows:
        writer.writerow(map(guarded, row))
        yield line.getvalue().encode("utf-8", "replace")
        line.seek(0)
        line.truncate()


def read(content: bytes) -> tuple[Row, Iterator[Row]]:
    """The header of a file and its other rows, but for empty ones, cells bare.

    Each row has as many cells as the header. Raises `Refused("csv_…")` with the line, at once or as one goes on.
    """
    rows = _rows(_text(content))
    header = next(rows, None)
    if header is None:
        raise Refused("csv_empty")
    columns = [cell.strip() for cell in header.cells]
    while not columns[-1]:
        columns.pop()
    return Row(header.line, columns), _of_width(rows, len(columns))


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Refused("csv_too_large", most=LARGEST // 1_000_000)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("csv_not_utf8", line=content.count(b"\n", 0, error.start) + 1) from None
    if (at := text.find("\x00")) >= 0:
        raise Refused("csv_nul", line=text.count("\n", 0, at) + 1)
    return text


def _rows(text: str) -> Iterator[Row]:
    """The rows that are not empty."""
    lines = io.StringIO(text, newline="")
    first = next((line for line in io.StringIO(text, newline="") if line.strip(_BLANK)), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(_not_too_long(lines), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused("csv_quote", line=line) from None
        if sum(map(len, cells)) > LONGEST:
            raise Refused("csv_too_long", line=line, most=LONGEST)
        cells = [bare(cell) for cell in cells]
        if any(cell.strip() for cell in cells):
            yield Row(line, cells)


def _not_too_long(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if len(line) > 2 * LONGEST:  # quotes are doubled
            raise Refused("csv_too_long", line=number, most=LONGEST)
        yield line


def _of_width(rows: Iterable[Row], width: int) -> Iterator[Row]:
    for line, cells in rows:
        if any(cell.strip() for cell in cells[width:]):
            raise Refused("csv_too_many_cells", line=line, number=len(cells), columns=width)
        yield Row(line, [*cells[:width], *[""] * (width - len(cells))])
