"""Object-centric event logs (OCEL 2.0), from JSON, XML or SQLite, flattened to the cases of one type of object."""

from irrupt.chronicle.ocel.sources import read_json, read_sqlite, read_xml, tells

__all__ = ["read_json", "read_sqlite", "read_xml", "tells"]
