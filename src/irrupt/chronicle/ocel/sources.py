"""The three forms of OCEL 2.0, and the two of OCEL 1.0, each gathered and flattened. Files are untrusted: limits hold,
nothing in them runs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from irrupt.chronicle.journal import Raw
from irrupt.chronicle.limits import Limits, unpacked
from irrupt.chronicle.ocel import earlier
from irrupt.chronicle.ocel.database import gather_database, opened
from irrupt.chronicle.ocel.flat import flat
from irrupt.chronicle.ocel.gathered import Gathered, as_text
from irrupt.chronicle.ocel.markup import gather_markup
from irrupt.i18n import gettext as _

_BESIDE = frozenset({"objects", "objectTypes", "eventTypes"})
"""Keys of OCEL 2.0 that stand beside its events."""
_XML = re.compile(rb"<(?:object-types|event-types|objects|trace|event|classifier|extension|global)[\s/>]")


def tells(first: bytes) -> bool:
    """Whether XML that begins with *first* is an object-centric log rather than XES."""
    found = _XML.search(first)
    return earlier.is_earlier_xml(first) or (
        found is not None and found[0][1:-1] in (b"object-types", b"event-types", b"objects")
    )


def is_json(data: Any) -> bool:
    """Whether parsed JSON is an object-centric log.

    >>> is_json({"events": [], "objects": []}), is_json({"ocel:events": {}}), is_json({"events": []}), is_json([])
    (True, True, False, False)
    """
    if earlier.is_earlier_json(data):
        return True
    return isinstance(data, dict) and isinstance(data.get("events"), list) and not _BESIDE.isdisjoint(data)


def read_json(data: dict[str, Any], name: str, limits: Limits, case_type: str | None) -> Raw:
    """The cases in the parsed JSON of an OCEL 2.0 or 1.0."""
    made = Gathered(name, limits)
    return flat(earlier.gather_json(data, made) if earlier.is_earlier_json(data) else _gathered(data, made), case_type)


def _gathered(data: dict[str, Any], made: Gathered) -> Gathered:
    made.event_types |= {str(one.get("name")) for one in _records(data, "eventTypes")}
    made.object_types |= {str(one.get("name")) for one in _records(data, "objectTypes")}
    for one in _records(data, "objects"):
        name = as_text(one.get("id"))
        made.objects.append((name, as_text(one.get("type"))))
        for value in _records(one, "attributes"):
            text, attribute = as_text(value.get("value")), as_text(value.get("name"))
            if name and attribute and text is not None:
                made.object_values.append((name, attribute, as_text(value.get("time")), text))
        made.of_objects += [(name, *_relation(each)) for each in _records(one, "relationships")]
    for number, one in enumerate(_records(data, "events")):
        name = as_text(one.get("id")) or _("event {n}").format(n=number + 1)
        made.events.append((name, as_text(one.get("type")), as_text(one.get("time"))))
        for value in _records(one, "attributes"):
            made.put(number, as_text(value.get("name")) or "", value.get("value"))
        made.of_events += [(name, *_relation(each)) for each in _records(one, "relationships")]
    return made


def _records(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The records under *key*; what is none is left out."""
    given = data.get(key)
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _relation(one: dict[str, Any]) -> tuple[str | None, str | None]:
    return as_text(one.get("objectId")), as_text(one.get("qualifier"))


def read_xml(chunks: Iterable[bytes], name: str, limits: Limits, case_type: str | None) -> Raw:
    """The cases in an OCEL 2.0 or 1.0 XML text. Raises `DataError` when it is none, or not well formed."""
    chunks = iter(chunks)
    first = next(chunks, b"")
    gather = earlier.gather_xml if earlier.is_earlier_xml(first) else gather_markup
    return flat(gather(itertools.chain([first], chunks), Gathered(name, limits)), case_type)


def read_sqlite(path: Path, limits: Limits, case_type: str | None) -> Raw:
    """The cases in an OCEL 2.0 database, packed or not. Raises `DataError` when it is none, or damaged."""
    with opened(unpacked(path, limits), path.name) as connection:
        return flat(gather_database(connection, Gathered(path.name, limits)), case_type)
