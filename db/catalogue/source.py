"""One file of the catalogue: read, checked value by value, and refused with the file and the line of what is wrong.

TOML's reader gives no positions. So a source remembers which entries were read, in the order of the file, and only
when it has to refuse does it look them up in the text, one after the other, to find the line of the last.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

LANGUAGES = frozenset("bg cs da de el en es et fi fr ga hr hu is it lt lv mt nl no pl pt ro sk sl sv".split())
REQUIRED = ("en", "lv")

# How what was read last is found again in the text.
_KEY = r"^[ \t\[]*[\"']?WORDS\b"
_CODE = r"\bcode[\"']?\s*=\s*[\"']WORDS[\"']"
_TEXT = r"[\"']WORDS[\"']"

Table = dict[str, Any]


class CatalogueError(ValueError):
    """The catalogue is broken: `problem` says how, in `file` at `line` (from 1)."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(file, line, problem)
        self.file = file
        self.line = line
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}"


class Source:
    """A TOML file's data and the way back to its lines. Every method raises `CatalogueError`."""

    def __init__(self, path: Path, required: str, optional: str = "") -> None:
        """Read the file; `required` and `optional` name its keys at the top, separated by spaces."""
        self.file = path.name
        self._text = ""
        self._marks: list[tuple[str, str]] = []
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise CatalogueError(self.file, 1, f"cannot be read: {error.strerror}") from error
        try:
            self._text = raw.decode()
        except UnicodeDecodeError as error:
            raise CatalogueError(self.file, raw.count(b"\n", 0, error.start) + 1, "is not UTF-8") from error
        try:
            self.data: Table = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"at line (\d+)", str(error))
            line = int(place[1]) if place else max(1, len(self._text.splitlines()))
            raise CatalogueError(self.file, line, str(error)) from error
        except RecursionError as error:
            raise CatalogueError(self.file, 1, "is nested too deeply") from error
        self.keys(self.data, required.split(), optional.split(), "the file")

    def wrong(self, problem: str) -> CatalogueError:
        """The refusal of what was begun last."""
        place, line = 0, 1
        for form, words in self._marks:
            pattern = re.compile(form.replace("WORDS", re.escape(words)), re.MULTILINE)
            found = pattern.search(self._text, place) or pattern.search(self._text)
            if found:
                place, line = found.end(), self._text.count("\n", 0, found.start()) + 1
        return CatalogueError(self.file, line, problem)

    def begin_key(self, key: str) -> None:
        """From here on the reading is at the line of this key, or of the table of this name."""
        self._marks.append((_KEY, key))

    def entries(self, table: Table, key: str, seen: set[str] | None = None) -> Iterator[tuple[str, Table]]:
        """The tables of the list under a key, with their codes, of which none is twice here or in `seen` before."""
        seen = set() if seen is None else seen
        listed = table[key]
        self.begin_key(key)
        if not isinstance(listed, list):
            raise self.wrong(f"{key} must be a list of tables")
        for number, entry in enumerate(listed, 1):
            code = entry.get("code") if isinstance(entry, dict) else None
            if isinstance(code, str):
                self._marks.append((_CODE, code))
            else:
                values = entry.values() if isinstance(entry, dict) else [entry]
                # One without any text is looked for behind the entry before it: the line is that one's.
                self._marks += [(_TEXT, value) for value in values if isinstance(value, str)][:1]
                raise self.wrong(f'entry {number} of {key} is no table with a "code"')
            if not re.fullmatch(r"[A-Za-z][a-zA-Z0-9_]{1,39}", code):
                raise self.wrong(f'"{code}" is no code: 2 to 40 letters of ASCII, digits and "_"')
            if code in seen:
                raise self.wrong(f'"{code}" is there twice')
            seen.add(code)
            yield code, entry

    def keys(self, table: Table, required: list[str], optional: list[str], where: str) -> None:
        """The table has all of the required keys and none beyond these and the optional ones."""
        for key in required:
            if key not in table:
                raise self.wrong(f'{where} has no "{key}"')
        for key in table:
            if key not in required and key not in optional:
                if where == "the file":
                    self.begin_key(key)
                raise self.wrong(f'{where} has the unknown key "{key}"')

    def names(self, table: object, where: str, longest: int = 200, also: tuple[str, ...] = ()) -> dict[str, str]:
        """Names by language out of a table, in which the keys `also` may stand too."""
        if not isinstance(table, dict):
            raise self.wrong(f"{where} must be a table of names by language")
        found = {}
        for key, value in table.items():
            if key in LANGUAGES:
                found[key] = self.text(value, f"{where}, {key}", longest)
            elif key not in also:
                raise self.wrong(f'{where} has the unknown key "{key}"')
        for language in REQUIRED:
            if language not in found:
                raise self.wrong(f'{where} has no name in "{language}"')
        return found

    def table(self, key: str) -> Table:
        """The table under a key at the top."""
        found = self.data[key]
        if not isinstance(found, dict):
            self.begin_key(key)
            raise self.wrong(f"{key} must be a table")
        return found

    def known(self, values: Iterable[str], known: Container[str], where: str) -> None:
        """Each value is one of those known."""
        for value in values:
            if value not in known:
                raise self.wrong(f'{where} names the unknown "{value}"')

    def text(self, value: object, where: str, longest: int = 200, empty: bool = False) -> str:
        """A line of text that can be shown, without blanks around it."""
        if not isinstance(value, str):
            raise self.wrong(f"{where} must be text")
        if not value.isprintable():
            raise self.wrong(f"{where} has a character that cannot be shown")
        if value.strip() != value or not (value or empty):
            raise self.wrong(f"{where} is empty or has blanks around it")
        if len(value) > longest:
            raise self.wrong(f"{where} is longer than {longest} characters")
        return value

    def texts(self, value: object, where: str) -> tuple[str, ...]:
        """A list of different texts."""
        if not isinstance(value, list):
            raise self.wrong(f"{where} must be a list of texts")
        found = tuple(self.text(one, where) for one in value)
        if len(set(found)) != len(found):
            raise self.wrong(f"{where} names something twice")
        return found
