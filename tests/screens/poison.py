"""Hostile values in every column of every table, as somebody with the database file could put them there."""

from __future__ import annotations

from peewee import CharField, Field, IntegrityError, Model, TextField

from db.models import TABLES, database
from imi_tui.context import Context

MARK = "⁂"
"""Stands in every hostile value, and nowhere in our own words: where it is met, data is met."""

WORST = (
    f"{MARK}[/x]\x1b]0;pwned\x07\x9b31m\u202e[@click=app.quit]q[/] \x1b]52;c;cHduZWQ=\x1b\\\r\n\u2028=1+1"
    + "a"
    + "\u0301" * 300
)
"""Markup that closes what is not open, a title, a colour by C1, text turned round, a link that acts, the clipboard,
ends of lines, a formula, marks stacked on one letter."""

OURS = {
    # What the house goes by, not what people enter; another value there is another thing, or none.
    "meta": "*",
    "entry": "verb actor_kind",
    "users": "password_hash email_key username_key",
    "past_password": "*",
    "login_delay": "*",
    "retired_username": "*",
    "mail": "kind params",
    "entry_values": "*",
    "session": "id host why",
    "presence": "token",
    "draft": "session kind subject base mine",
}
"""By table: the columns that keep their values, and why not to be poisoned is said above. Everything else is."""

CODES = {
    *("country", "official_language", "language", "module", "role", "keyword", "right"),
}
"""Columns that name something of the catalogue; poisoned apart, since rows whose codes are unknown show less."""


def poison(ctx: Context, *, codes: bool = False) -> int:
    """Put hostile values into every text column of every row (with `codes` into those of the catalogue's codes
    instead); returns how many columns were poisoned. What the schema itself refuses stays."""
    poisoned = 0
    with ctx.store.writing():
        for model in TABLES:
            for field in model._meta.sorted_fields:
                if _takes(model, field) and (field.column_name in CODES) == codes:
                    poisoned += _spoil(model, field)
    return poisoned


def _takes(model: type[Model], field: Field) -> bool:
    kept = OURS.get(model._meta.table_name, "")
    return isinstance(field, CharField | TextField) and kept != "*" and field.column_name not in kept.split()


def _spoil(model: type[Model], field: Field) -> bool:
    """Every other row with a code, every row with a text; the row's number keeps what is unique unique."""
    table, column = model._meta.table_name, field.column_name
    room = getattr(field, "max_length", None) or 4000
    number = '"_rowid_"'
    value = f"substr(? || {number} || ?, 1, {room})"
    where = f" WHERE {number} % 2 = 0" if column in CODES else ""
    try:
        with database.atomic():
            database.execute_sql(
                f'UPDATE OR IGNORE "{table}" SET "{column}" = {value}{where}',
                (WORST[:2], WORST[1:]),
            )
    except IntegrityError:
        return False
    return True
