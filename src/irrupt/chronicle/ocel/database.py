"""OCEL 2.0 as an SQLite database, read only: nothing but tables is looked at, and nothing but reading is allowed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from irrupt.chronicle.limits import named
from irrupt.chronicle.ocel.gathered import Gathered, as_text
from irrupt.i18n import gettext as _

_NEEDED = ("event", "object", "event_object", "event_map_type", "object_map_type")
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_OWN = frozenset({"ocel_id", "ocel_time", "ocel_changed_field"})


@contextmanager
def opened(chunks: Iterable[bytes], name: str) -> Iterator[sqlite3.Connection]:
    """The database of these bytes, in memory, open for reading only. Raises `DataError` where it is damaged."""
    content = bytearray(b"".join(chunks))
    content[18:20] = b"\x01\x01"  # a database that was written with a log of its own beside it is read without that log
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(bytes(content))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA query_only = ON")
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        connection.set_authorizer(_allowed)
        yield connection
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        reason = _("the database is damaged: {reason}").format(reason=str(error))
        raise named(name, reason, remedy=_("fetch or export it again")) from error
    finally:
        connection.close()


def _allowed(action: int, first: str | None, *_more: str | None) -> int:
    """Reading only: no functions, no writing, no other files; of settings only the columns of a table."""
    reads = action in _READS or (action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo")
    return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY


def _plain(connection: sqlite3.Connection, table: str) -> bool:
    """Whether the columns of *table* are all stored, none computed."""
    return all(not column[6] for column in connection.execute(f"PRAGMA table_xinfo({_quoted(table)})"))


def gather_database(connection: sqlite3.Connection, made: Gathered) -> Gathered:
    """All that the database says. Raises `DataError` where tables of OCEL 2.0 are missing."""
    listed = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    stored = [name for name, sql in listed if not (sql or "").upper().startswith("CREATE VIRTUAL")]
    tables = {name for name in stored if _plain(connection, name)}
    missing = [name for name in _NEEDED if name not in tables]
    if missing:
        text = _("is SQLite, without the tables {names}").format(names=", ".join(missing))
        raise named(made.name, text, _("an object-centric log, OCEL 2.0"))
    event_tables = _tables_of(connection, "event", tables)
    object_tables = _tables_of(connection, "object", tables)
    made.event_types |= set(event_tables)
    made.object_types |= set(object_tables)
    types = [(as_text(name), as_text(kind)) for name, kind in _rows(connection, "event", "ocel_id", "ocel_type")]
    number = {name: at for at, (name, _kind) in reversed(list(enumerate(types)))}
    times: dict[int, str | None] = {}
    for table in event_tables.values():
        for row in _records(connection, table):
            at = number.get(as_text(row["ocel_id"]))
            if at is not None:
                times[at] = as_text(row.get("ocel_time"))
                for attribute, value in row.items():
                    if attribute not in _OWN:
                        made.put(at, attribute, value)
    made.events += [(name, kind, times.get(at)) for at, (name, kind) in enumerate(types)]
    made.objects += [(as_text(n), as_text(kind)) for n, kind in _rows(connection, "object", "ocel_id", "ocel_type")]
    for table in object_tables.values():
        _object_values(connection, table, made)
    made.of_events += _relations(connection, "event_object", "ocel_event_id", "ocel_object_id", tables)
    made.of_objects += _relations(connection, "object_object", "ocel_source_id", "ocel_target_id", tables)
    return made


def _object_values(connection: sqlite3.Connection, table: str, made: Gathered) -> None:
    """A row gives all values, or, where it names a changed field, that field's new one."""
    for row in _records(connection, table):
        name, since, changed = as_text(row["ocel_id"]), as_text(row.get("ocel_time")), row.get("ocel_changed_field")
        for attribute, value in row.items():
            text = as_text(value)
            if name and text is not None and attribute not in _OWN and changed in (None, "", attribute):
                made.object_values.append((name, attribute, since, text))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(connection: sqlite3.Connection, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """The *columns* of *table*; one that it lacks is empty (by its name alone, SQLite would take it for a text)."""
    there = {str(column[1]) for column in connection.execute(f"PRAGMA table_xinfo({_quoted(table)})")}
    chosen = ", ".join(_quoted(name) if name in there else "NULL" for name in columns)
    return connection.execute(f"SELECT {chosen} FROM {_quoted(table)}").fetchall()


def _records(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    found = connection.execute(f"SELECT * FROM {_quoted(table)}")
    names = [one[0] for one in found.description]
    if "ocel_id" in names:
        yield from (dict(zip(names, row, strict=True)) for row in found)


def _tables_of(connection: sqlite3.Connection, kind: str, tables: set[str]) -> dict[str, str]:
    """Type -> the table that holds what is told of it; types whose table does not exist have nothing to tell."""
    mapped = _rows(connection, f"{kind}_map_type", "ocel_type", "ocel_type_map")
    named_tables = {str(name): f"{kind}_{table}" for name, table in mapped}
    return {name: table for name, table in named_tables.items() if table in tables}


def _relations(
    connection: sqlite3.Connection, table: str, source: str, target: str, tables: set[str]
) -> list[tuple[str | None, str | None, str | None]]:
    if table not in tables:
        return []
    rows = _rows(connection, table, source, target, "ocel_qualifier")
    return [(as_text(a), as_text(b), as_text(qualifier)) for a, b, qualifier in rows]
