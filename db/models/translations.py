"""The Commission's work list: texts of authorities whose translations must follow a change (S2.4, B3)."""

from __future__ import annotations

from peewee import SQL, CompositeKey, ForeignKeyField

from db.models.authorities import Authority
from db.models.base import BaseModel, Instant, Line
from db.models.users import User


class TranslationTask(BaseModel):
    """A text that changed significantly, from the wording that the translations are of to the present one.

    There is one per text until none of its translations is stale any more; then the row goes.
    """

    authority = ForeignKeyField(Authority, on_delete="CASCADE", index=False)
    kind = Line(max_length=15)
    language = Line(max_length=2)
    old = Line(max_length=4000, default="")
    new = Line(max_length=4000)
    asked_by = ForeignKeyField(User, null=True, on_delete="SET NULL", index=False)
    asked_at = Instant()

    class Meta:
        primary_key = CompositeKey("authority", "kind")
        indexes = ((("asked_at", "authority", "kind"), False),)
        constraints = [SQL("CHECK (kind IN ('informal_name', 'description'))")]
