"""A generator of object-centric logs, written in each of the three forms of OCEL 2.0."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

TYPES = ("orders", "items", "customers", "employees")


def invented(seed: int, *, orders: int = 12) -> dict[str, Any]:
    """Orders of several items for customers: placed, picked item by item, sent together, paid; some belong together."""
    random = np.random.default_rng(seed)
    objects: dict[str, tuple[str, dict[str, list[tuple[str, str]]], list[tuple[str, str]]]] = {}
    events: list[tuple[str, str, str, dict[str, Any], list[tuple[str, str]]]] = []
    for name in ("Ann", "Bob"):
        objects[name] = ("employees", {}, [])
    for name in ("Carmaker", "Builder & Sons"):
        objects[name] = ("customers", {"place": [("1970-01-01T00:00:00", "Lyon" if name[0] == "C" else "Gand")]}, [])

    def happens(kind: str, moment: datetime, links: list[tuple[str, str]], **values: Any) -> None:
        events.append((f"e{len(events) + 1}", kind, moment.isoformat(), values, links))

    now, waiting = datetime(2024, 1, 1, 8), []
    for number in range(orders):
        order, client = f"o{number}", ("Carmaker", "Builder & Sons")[int(random.integers(2))]
        now += timedelta(hours=float(random.uniform(1, 30)))
        prices = [("1970-01-01T00:00:00", "100.0"), ((now + timedelta(hours=5)).isoformat(), "120.0")]
        objects[order] = ("orders", {"price": prices[: 1 + int(random.integers(2))]}, [(client, "ordered by")])
        items = [f"i{number}.{place}" for place in range(1 + int(random.integers(3)))]
        for item in items:
            objects[item] = ("items", {}, [])
            objects[order][2].append((item, "contains"))
        happens("place order", now, [(order, "order"), (client, "client"), *((item, "item") for item in items)])
        for item in items:
            clerk = ("Ann", "Bob")[int(random.integers(2))]
            later = now + timedelta(hours=float(random.uniform(1, 10)))
            happens(
                "pick item",
                later,
                [(item, "item"), (order, "order"), (clerk, "by")],
                weight=round(random.uniform(1, 9), 2),
            )
        happens("count shelf", now + timedelta(hours=2), [(items[0], "item")])
        waiting.append(order)
        if random.random() < 0.5:
            happens(
                "send", now + timedelta(hours=12), [*((one, "order") for one in waiting), ("Bob", "by")], express=True
            )
            waiting = []
    return {"objects": objects, "events": events}


def as_json(log: dict[str, Any], path: Path) -> Path:
    data = {
        "objectTypes": [{"name": name, "attributes": []} for name in TYPES],
        "eventTypes": [{"name": name, "attributes": []} for name in dict.fromkeys(one[1] for one in log["events"])],
        "objects": [
            {
                "id": name,
                "type": kind,
                "attributes": [{"name": a, "time": t, "value": v} for a, values in given.items() for t, v in values],
                "relationships": [{"objectId": other, "qualifier": how} for other, how in links],
            }
            for name, (kind, given, links) in log["objects"].items()
        ],
        "events": [
            {
                "id": name,
                "type": kind,
                "time": time,
                "attributes": [{"name": a, "value": v} for a, v in given.items()],
                "relationships": [{"objectId": other, "qualifier": how} for other, how in links],
            }
            for name, kind, time, given, links in log["events"]
        ],
    }
    path.write_text(json.dumps(data), "utf-8")
    return path


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_xml(log: dict[str, Any], path: Path) -> Path:
    def links(given: list[tuple[str, str]]) -> str:
        inside = "".join(f"<relationship object-id={quoteattr(a)} qualifier={quoteattr(b)}/>" for a, b in given)
        return f"<objects>{inside}</objects>"

    objects = "".join(
        f"<object id={quoteattr(name)} type={quoteattr(kind)}><attributes>"
        + "".join(f'<attribute name="{a}" time="{t}">{escape(v)}</attribute>' for a, vs in given.items() for t, v in vs)
        + f"</attributes>{links(others)}</object>"
        for name, (kind, given, others) in log["objects"].items()
    )
    events = "".join(
        f'<event id="{name}" type="{kind}" time="{time}"><attributes>'
        + "".join(f'<attribute name="{a}">{_said(v)}</attribute>' for a, v in given.items())
        + f"</attributes>{links(others)}</event>"
        for name, kind, time, given, others in log["events"]
    )
    types = "".join(f'<object-type name="{one}"><attributes/></object-type>' for one in TYPES)
    kinds = "".join(f'<event-type name="{one}"/>' for one in dict.fromkeys(each[1] for each in log["events"]))
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><log><object-types>{types}</object-types><event-types>{kinds}"
        f"</event-types><objects>{objects}</objects><events>{events}</events></log>",
        "utf-8",
    )
    return path


def as_sqlite(log: dict[str, Any], path: Path) -> Path:
    connection = sqlite3.connect(path)
    for kind in ("event", "object"):
        connection.execute(f"CREATE TABLE {kind} (ocel_id TEXT, ocel_type TEXT)")
        connection.execute(f"CREATE TABLE {kind}_map_type (ocel_type TEXT, ocel_type_map TEXT)")
    connection.execute("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT)")
    connection.execute("CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT)")
    for kind in TYPES:
        connection.execute("INSERT INTO object_map_type VALUES (?, ?)", (kind, kind.title()))
        connection.execute(
            f"CREATE TABLE object_{kind.title()} (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT, "
            "price TEXT, place TEXT)"
        )
    for kind in dict.fromkeys(one[1] for one in log["events"]):
        table = kind.title().replace(" ", "")
        connection.execute("INSERT INTO event_map_type VALUES (?, ?)", (kind, table))
        connection.execute(f"CREATE TABLE event_{table} (ocel_id TEXT, ocel_time TEXT, weight REAL, express TEXT)")
    for name, (kind, given, links) in log["objects"].items():
        connection.execute("INSERT INTO object VALUES (?, ?)", (name, kind))
        for attribute, values in given.items():
            for place, (time, value) in enumerate(values):
                row = (
                    name,
                    time,
                    attribute if place else None,
                    *(value if c == attribute else None for c in ("price", "place")),
                )
                connection.execute(f"INSERT INTO object_{kind.title()} VALUES (?, ?, ?, ?, ?)", row)
        connection.executemany("INSERT INTO object_object VALUES (?, ?, ?)", [(name, *one) for one in links])
    for name, kind, time, given, links in log["events"]:
        connection.execute("INSERT INTO event VALUES (?, ?)", (name, kind))
        row = (name, time, given.get("weight"), "true" if given.get("express") else None)
        connection.execute(f"INSERT INTO event_{kind.title().replace(' ', '')} VALUES (?, ?, ?, ?)", row)
        connection.executemany("INSERT INTO event_object VALUES (?, ?, ?)", [(name, *one) for one in links])
    connection.commit()
    connection.close()
    return path


FORMS = {"json": as_json, "xml": as_xml, "sqlite": as_sqlite}


def as_earlier_json(log: dict[str, Any], path: Path) -> Path:
    """OCEL 1.0: no relations between objects, no qualifiers, the first value of each attribute."""
    data = {
        "ocel:global-log": {"ocel:version": "1.0", "ocel:object-types": list(TYPES), "ocel:attribute-names": []},
        "ocel:objects": {
            name: {"ocel:type": kind, "ocel:ovmap": {a: values[0][1] for a, values in given.items()}}
            for name, (kind, given, _links) in log["objects"].items()
        },
        "ocel:events": {
            name: {
                "ocel:activity": kind,
                "ocel:timestamp": time,
                "ocel:omap": [other for other, _how in links],
                "ocel:vmap": given,
            }
            for name, kind, time, given, links in log["events"]
        },
    }
    path.write_text(json.dumps(data), "utf-8")
    return path


def as_earlier_xml(log: dict[str, Any], path: Path) -> Path:
    def one(kind: str, key: str, value: Any) -> str:
        return f"<{kind} key={quoteattr(key)} value={quoteattr(_said(value))}/>"

    objects = "".join(
        f'<object>{one("string", "id", name)}{one("string", "type", kind)}<list key="ovmap">'
        + "".join(one("string", a, values[0][1]) for a, values in given.items())
        + "</list></object>"
        for name, (kind, given, _links) in log["objects"].items()
    )
    events = "".join(
        f"<event>{one('string', 'id', name)}{one('string', 'activity', kind)}{one('date', 'timestamp', time)}"
        + '<list key="omap">'
        + "".join(one("string", "object-id", other) for other, _how in links)
        + '</list><list key="vmap">'
        + "".join(one("string", a, value) for a, value in given.items())
        + "</list></event>"
        for name, kind, time, given, links in log["events"]
    )
    types = "".join(one("string", "object-type", name) for name in TYPES)
    path.write_text(
        f'<?xml version="1.0"?><log><global scope="event"/><global scope="log">{one("string", "version", "1.0")}'
        f'<list key="object-types">{types}</list></global><events>{events}</events><objects>{objects}</objects></log>',
        "utf-8",
    )
    return path
