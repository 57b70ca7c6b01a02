"""What all models share: the database they speak to, a text field with its length in the schema, instants in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from peewee import CharField, Check, DatabaseProxy, DateTimeField, Model

database = DatabaseProxy()

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in a sorted column for "has not happened", so that keyset paging meets no NULL."""


class BaseModel(Model):
    """A table of the store."""

    class Meta:
        database = database
        legacy_table_names = False


class Line(CharField):
    """Text of at most `max_length` characters, held by a CHECK: SQLite ignores the length in a column's type."""

    def bind(self, model: type[Model], name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        self.constraints = [Check(f'length("{self.column_name}") <= {self.max_length}')]

    def db_value(self, value: Any) -> Any:
        """NUL, which PostgreSQL does not take and no text needs, as the sign for what cannot be shown."""
        stored = value if type(value) is str else super().db_value(value)
        if type(stored) is str and "\x00" not in stored:
            return stored
        return stored.replace("\x00", "\ufffd") if isinstance(stored, str) else stored


class Instant(DateTimeField):
    """An instant in UTC, to the second: aware in Python, naive UTC in the store."""

    def db_value(self, value: datetime | None) -> Any:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def python_value(self, value: Any) -> datetime | None:
        try:  # Peewee tries one form after the other, which takes three times as long
            naive: datetime | None = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            naive = super().python_value(value)
        return None if naive is None else naive.replace(tzinfo=UTC)
