"""Object-centric event logs (OCEL 2.0), from JSON, XML or SQLite, flattened to the cases of one type of object."""

from irrupt.chronicle.ocel.sources import read_json, read_sqlite, read_xml, tells
from irrupt.chronicle.ocel.table import lists_objects, read_table

__all__ = ["lists_objects", "read_json", "read_sqlite", "read_table", "read_xml", "tells"]
