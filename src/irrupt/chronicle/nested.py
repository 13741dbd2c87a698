"""Records in JSON: a list of events, one event to a line, or cases with their events inside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl

from irrupt.chronicle.hints import BARE, OF_CASE, name_score, plain
from irrupt.chronicle.journal import SHOWN, Raw, cases_without_events
from irrupt.chronicle.limits import Limits, named
from irrupt.errors import DataError, Fault
from irrupt.i18n import gettext as _
from irrupt.units import shown

Record = dict[str, Any]
FromFrame = Callable[[pl.DataFrame, str, Limits], Raw]
_DEPTH = 3
"""How deep a list of records is looked for, and how deep what stands within a record is laid out in columns."""
_OF_EVENTS = frozenset({"id", "name", "type"})
"""Keys that say of what they are only by where they stand."""
_MANY = 2
_NUMBERS = frozenset({
    "id", "no", "nr", "number", "nummer", "num", "numero", "numer", "ref", "reference", "referenz", "referencia",
    "riferimento", "referentie", "key", "uuid", "guid", "folio", "zeichen", "protocolo", "protocollo",
})  # fmt: skip
"""Words with which the names of what tells records apart end, or begin."""


class _Found(NamedTuple):
    """Records of events, with where each of them stands."""

    records: list[Record]
    places: list[str]
    case: str | None = None
    """The field in which each case has a name of its own, where cases have their events inside."""
    idle: tuple[str, ...] = ()
    """The places of cases that have none."""


def looks_like_json(first: bytes) -> bool:
    """Whether a text that begins with *first* is JSON: an object, or a list of objects.

    >>> looks_like_json(b' [{"a": 1}]'), looks_like_json(b"[a],b"), looks_like_json(b'{"a": 1}')
    (True, False, True)
    """
    head = first[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] == b"{" or (head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b"]"))


def parsed(text: bytes, name: str) -> Any:
    """What *text* holds: one JSON value, or a list of those that stand one to a line.

    Raises `DataError` where it is not well formed.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = text.split(b"\n")
        first = next((line for line in lines if line.strip()), b"")
        if not _is_whole(first) or len(lines) < _MANY:
            reason = str(error).split(":")[0] or type(error).__name__
            found = _("is not well-formed JSON: {reason}").format(reason=reason)
            raise named(name, found, remedy=_("the file may be cut short: fetch or export it again")) from error
    return _lines(lines, name)


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(lines: Sequence[bytes], name: str) -> list[Record]:
    """The object on each of *lines*. Raises `DataError` with the first of those that hold none."""
    values, faults = list[Record](), list[Fault]()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            if isinstance(value, dict):
                values.append(value)
                continue
            found, expected = shown(value), _("an event, or a case with its events")
        except (ValueError, RecursionError) as error:
            found, expected = _("is not well-formed JSON: {reason}").format(reason=str(error).split(":")[0]), ""
        if len(faults) < SHOWN:
            place, remedy = _("{name}, line {n}"), _("mend or remove the line, or export the file again")
            faults.append(Fault(place.format(name=name, n=number), found, expected, remedy))
    if faults:
        raise DataError(faults)
    return values


def read_records(data: Any, name: str, limits: Limits, from_frame: FromFrame) -> Raw:
    """The events in *data*, what a JSON text holds, as a table. Raises `DataError` where there are none.

    Fields within fields get the names of both (`user name`). Events that stand in cases have the fields of their case
    beside their own.
    """
    found = _events(data)
    if found is None or not found.records:
        expected = _("a list of events, cases with a list of events each, or OCEL 2.0")
        raise named(name, _("this is JSON, but no list of events is found in it"), expected)
    rows = [dict(_laid_out(record)) for record in found.records]
    keys = dict.fromkeys(key for row in rows for key in row)
    if len(keys) > limits.columns:
        raise named(name, _("{n} columns").format(n=len(keys)), _("at most {n}").format(n=limits.columns))
    frame = pl.DataFrame([_column(key, [row.get(key) for row in rows]) for key in keys])
    raw = from_frame(frame, name, limits)

    def locate(numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(found.places[number] for number in numbers)

    roles = raw.roles if found.case is None else {"case": found.case, **raw.roles}
    idle = cases_without_events(found.idle)
    return Raw(frame=raw.frame, name=name, locate=locate, roles=roles, settled=raw.settled, problems=idle)


def _column(key: str, values: list[Any]) -> pl.Series:
    """Numbers and truth values as they are; what is of several kinds, as text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} or kinds <= {int, float} or kinds <= {bool}:
        try:
            return pl.Series(key, [float(v) if kinds == {int, float} and v is not None else v for v in values])
        except OverflowError:
            pass
    return pl.Series(key, [_text(value) for value in values], dtype=pl.String)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _events(data: Any) -> _Found | None:
    """The events in *data*: those of its cases, where its records have lists of records within; else its records."""
    records = _records(data)
    if records is None:
        return None
    inside = _inside(records)
    if inside is None:
        places = [_("record {n}").format(n=number) for number in range(1, len(records) + 1)]
        return _Found([_as_event(record) for record in records], places)
    events, places, idle = [], [], []
    cases = [{_of_case(key): value for key, value in case.items() if key != inside} for case in records]
    for number, (case, own) in enumerate(zip(records, cases, strict=True), start=1):
        mine = _dicts(case.get(inside))
        idle += [] if mine else [_("case {case}").format(case=case.get("id", number))]
        for at, event in enumerate(mine, start=1):
            events.append({**own, **_as_event(event)})
            places.append(_("case {case}, event {n}").format(case=case.get("id", number), n=at))
    return _Found(events, places, _own_name(cases), tuple(idle))


def _own_name(cases: list[Record]) -> str | None:
    """The field in which each of *cases* has a name of its own, and which is called as names of cases are, or ends as
    they do where none is called so; of several, one of the case rather than of something within it. Before such an end
    goes what may name cases alone, which may have several records. None where a case id is told.
    """
    laid = [dict(_laid_out(case)) for case in cases]
    if "case id" in laid[0]:
        return None
    found, called = [], any(name_score("case", key) > 0 for key in laid[0])
    bare = next((key for key in laid[0] if plain(key.removeprefix(OF_CASE)) in BARE), None)
    for at, key in enumerate(laid[0]):
        values = {_text(case.get(key)) if isinstance(case.get(key), str | int) else None for case in laid}
        words = plain(key.removeprefix(OF_CASE)).split()
        score = name_score("case", key)
        told = score > 0 or not (called or bare or _NUMBERS.isdisjoint({*words[:1], *words[-1:]}))
        if None not in values and len(values) == len(cases) and told:
            found.append((key in cases[0], score, -at, key))
    return max(found)[-1] if found else bare


def _as_event(record: Record) -> Record:
    return {f"event {key}" if key.lower() in _OF_EVENTS else key: value for key, value in record.items()}


def _of_case(key: str) -> str:
    return "case id" if key.lower() in ("id", "case", "caseid", "case_id", "case id", "key") else f"{OF_CASE}{key}"


def _records(data: Any, depth: int = 0) -> list[Record] | None:
    """The longest list of records in *data*; where each key of an object has one, its keys are those of cases."""
    if isinstance(data, list):
        records = _dicts(data)
        return records if records and len(records) == len(data) else None
    if not isinstance(data, dict) or depth > _DEPTH:
        return None
    lists = {key: value for key, value in data.items() if isinstance(value, list) and _dicts(value)}
    if len(lists) == len(data) >= _MANY and len({frozenset(_dicts(v)[0]) for v in lists.values()}) < len(lists):
        return [{"id": key, "events": value} for key, value in lists.items()]
    found = [each for value in data.values() if (each := _records(value, depth + 1))]
    return max(found, key=len, default=None)


def _inside(records: list[Record]) -> str | None:
    """The key under which records have lists of records: that of the most."""
    counts: dict[str, int] = {}
    for record in records:
        for key, value in record.items():
            if isinstance(value, list) and value and len(_dicts(value)) == len(value):
                counts[key] = counts.get(key, 0) + len(value)
    best = max(counts, key=lambda key: counts[key], default=None)
    return best if best is not None and counts[best] >= len(records) / _MANY else None


def _dicts(value: Any) -> list[Record]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _laid_out(record: Record, before: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    """The fields of *record*, those within its fields under both names."""
    for key, value in record.items():
        if isinstance(value, dict) and depth < _DEPTH:
            yield from _laid_out(value, f"{before}{key} ", depth + 1)
        else:
            yield f"{before}{key}", value if isinstance(value, str | int | float | bool | None) else _text(value)
