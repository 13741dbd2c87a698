"""Object-centric logs: OCEL 2.0 as JSON, XML or SQLite, OCEL 1.0 as JSON or XML, flattened to cases of one type."""

from irrupt.chronicle.ocel.sources import is_json, read_json, read_sqlite, read_xml, tells
from irrupt.chronicle.ocel.table import lists_objects, read_table

__all__ = ["is_json", "lists_objects", "read_json", "read_sqlite", "read_table", "read_xml", "tells"]
